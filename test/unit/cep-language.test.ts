/** Rules as text: what a tree says the text says and back, in both languages; the parser never throws. */
import assert from 'node:assert/strict';
import { statusSchema } from '../../nodes/ecdm/definition';
import { parseRule, printRule } from '../../nodes/pattern-status/cep/language';
import { NAMED_EVENTS, randomParts } from '../support/random-rule';
import { Random } from './cep-random';

const CASES = Number(process.env['CASES'] ?? 10_000);
const SEED = Number(process.env['SEED'] ?? 20_261);
const LANGUAGES = ['en-US', 'th'];

describe('rules as text: properties', () => {
  for (const language of LANGUAGES) {
    it(`a tree comes back from its text, and the text from the tree (${language})`, () => {
      for (let i = 0; i < CASES; i++) {
        const rule = randomParts(new Random(SEED + i), 3);
        const text = printRule(rule, language, NAMED_EVENTS);
        const read = parseRule(text, language, NAMED_EVENTS);
        const label = `seed ${SEED + i}: ${text}\n${JSON.stringify(rule)}\n${JSON.stringify(read.errors)}`;
        assert.deepEqual(read.rule, rule, label);
        assert.equal(printRule(read.rule!, language, NAMED_EVENTS), text, label);
        statusSchema.parse({ id: 'x', name: 'x', ...read.rule });
      }
    });
  }
});
