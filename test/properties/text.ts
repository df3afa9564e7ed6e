/** 11: a rule as tree, as text, as rows of the form and as saved settings is one rule; no text makes the reader throw. */
import { statusSchema } from '../../nodes/ecdm/definition';
import { parseRule, printRule, type TextError } from '../../nodes/pattern-status/cep/language';
import { fromPattern, toPattern } from '../../nodes/pattern-status/model/rows';
import { definitionOf, settingsOf } from '../../nodes/pattern-status/settings';
import { NAMED_EVENTS, randomParts, randomStatus } from '../support/random-rule';
import { holds, same, type Property } from './property';
import type { Random } from './random';

const LANGUAGES = ['en-US', 'th'];

const textAndTree: Property = {
  id: '11a',
  says: 'a tree comes back from its text, and the text from the tree',
  check(random) {
    const parts = randomParts(random, 3);
    const language = random.pick(LANGUAGES);
    const text = printRule(parts, language, NAMED_EVENTS);
    const read = parseRule(text, language, NAMED_EVENTS);
    same(read.rule, parts, () => `${text}\n${JSON.stringify(read.errors)}`);
    same(printRule(read.rule!, language, NAMED_EVENTS), text, () => JSON.stringify(parts));
  },
};

/** Pieces of a text are lost, doubled, exchanged, or others. */
function broken(random: Random, text: string): string {
  const pieces: string[] = text.match(/[\p{L}\p{M}\p{N}_]+|\s+|[^]/gu) ?? [' '];
  for (let n = 1 + random.int(3); n > 0; n--) {
    const [i, j] = [random.int(pieces.length), random.int(pieces.length)];
    const what = random.int(4);
    if (what === 0) pieces[i] = '';
    else if (what === 1) pieces[i] = `${pieces[i]}${pieces[j]}`;
    else if (what === 2) [pieces[i], pieces[j]] = [pieces[j]!, pieces[i]!];
    else pieces[i] = random.pick(['(', ')', '"', '[', ' then ', ' no ', '5', ';', '-', '1e999', '\n', '', '\ud83d']);
  }
  return pieces.join('');
}

function isLocated({ line, column, length, message }: TextError, text: string): boolean {
  const lines = text.split(/\r\n?|\n/);
  const inside = line >= 1 && line <= lines.length && column >= 1 && column <= text.length + 1 && length >= 0;
  return inside && message.trim() !== '' && !/undefined|^(error|advice|what)\./.test(message);
}

const brokenTexts: Property = {
  id: '11b',
  says: 'a broken text is read with a valid rule, or refused with what is wrong and where; nothing is thrown',
  check(random) {
    const language = random.pick(LANGUAGES);
    const text = broken(random, printRule(randomParts(random, 2), language, NAMED_EVENTS));
    const { rule, errors } = parseRule(text, language, NAMED_EVENTS);
    const say = (): string => `${JSON.stringify(text)}\n${JSON.stringify(errors)}`;
    holds(errors.every((error) => isLocated(error, text)), say); // prettier-ignore
    if (rule === undefined) holds(errors.length > 0, say);
    else holds(statusSchema.safeParse({ id: 'x', name: 'x', ...rule }).success, say);
  },
};

const rowsAndTree: Property = {
  id: '11c',
  says: 'a tree comes back from the rows of the form',
  check(random) {
    const { when } = randomParts(random, 4);
    same(toPattern(fromPattern(when)), when, () => JSON.stringify(when));
  },
};

const saved: Property = {
  id: '11d',
  says: 'a definition comes back from what the node saves, through JSON',
  check(random) {
    const status = randomStatus(random);
    const kept: unknown = JSON.parse(JSON.stringify({ id: 'node', ...settingsOf(status) }));
    // a negative zero is none in JSON
    const must: unknown = JSON.parse(JSON.stringify(status));
    same(definitionOf(kept as { id: string }, status.domain), must, () => JSON.stringify(status));
  },
};

export const text: readonly Property[] = [textAndTree, brokenTexts, rowsAndTree, saved];
