/** What the README says of rules as text is true. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parseRule, printRule } from '../../nodes/pattern-status/cep/language';
import { METHODS, UNITS, vocabularyOf, WORDS } from '../../nodes/pattern-status/cep/language/words';

const README = fs.readFileSync(path.resolve(__dirname, '../../../README.md'), 'utf8');
const section = README.slice(README.indexOf('### Rules as text'), README.indexOf('## Security'));
const [examples = '', grammar = ''] = [...section.matchAll(/```(?:ebnf)?\n([^]*?)```/g)].map(([, block]) => block!);

describe('README: rules as text', () => {
  const rules = examples.trimEnd().split('\n');
  const names = [...new Set([...examples.matchAll(/"([^"]+)"/g)].map(([, name]) => name!))];
  const events = names.map((name) => ({ id: name, name }));

  it('has examples', () => assert.ok(rules.length > 10));

  for (const text of rules) {
    const language = /\p{Script=Thai}/u.test(text) ? 'th' : 'en-US';
    it(text, () => {
      const { rule, errors } = parseRule(text, language, events);
      assert.ok(rule, JSON.stringify(errors));
      // as it is printed, only in one line and with what is understood
      const printed = printRule(rule, language, events).replace(/\s+/g, ' ');
      assert.deepEqual(parseRule(printed, language, events).rule, rule);
    });
  }

  it('has every word in the grammar', () => {
    const vocabulary = vocabularyOf('en-US');
    const written = new Set([...grammar.matchAll(/"([^"]+)"/g)].map(([, word]) => word));
    for (const [group, keys] of [['word', WORDS], ['unit', UNITS], ['method', METHODS]] as const) {
      for (const key of keys) assert.ok(written.has(vocabulary.print(group, key)), `${group} ${key}`);
    }
  });

  it('uses no symbol in the grammar that it does not explain', () => {
    const explained = new Set([...grammar.matchAll(/^(\w+) +=/gm)].map(([, name]) => name));
    const bare = grammar.replace(/\(\*.*?\*\)/g, '').replace(/"[^"]*"|'[^']*'/g, '');
    const basic = ['number', 'word', 'character', 'hex'];
    for (const [name] of bare.matchAll(/[a-z]+/g)) assert.ok(explained.has(name) || basic.includes(name), name);
  });
});
