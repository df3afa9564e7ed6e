/** What the text of a rule advises where people often go wrong. */
import assert from 'node:assert/strict';
import { parseRule, type NamedEvent } from '../../nodes/pattern-status/cep/language';

const EVENTS = ['A', 'B', 'smoke'].map((name): NamedEvent => ({ id: name, name }));

describe('rules as text: advice', () => {
  // prettier-ignore
  const cases: [string, string, RegExp][] = [
    ['years', 'when A then B within 11 years', /^1:25\+5: Expected a unit of time.*found “years”\. Write a unit of time behind the number: ms, s, min, h, d \(such as “11 min”\)\.$/],
    ['two events without a word', 'when A B', /^1:8\+1: Expected .*found “B”\. Put “then”, “and” or “or” between two events\.$/],
    ['two events without a word in brackets', 'when (A "smoke") then B', /^1:9\+7: .*Put “then”, “and” or “or” between/],
    ['a bracket that nobody opened', 'when A and B)', /^1:13\+1: Expected .*found “\)”\. Leave “\)” out, or put “\(” before/],
    ['wrong quotes', "when 'smoke' then B", /^1:6\+1: Expected an event in quotes.* Put names and texts into double quotes: "…"\.$/],
    ['exactly no time', 'when exactly 0 times A within 1 h', /^1:14\+1: “0” is not a whole number from 1 to 1000\. Write “no” before what must not happen\.$/],
    ['no distance', 'when A then B within 0 m of the first', /^1:22\+1: “0” is not a number from 1 to 100000\. Give a distance above zero, such as “within 500 m of the first”\.$/],
  ];
  for (const [name, text, expected] of cases) {
    it(name, () => {
      const said = parseRule(text, undefined, EVENTS).errors.map(
        ({ line, column, length, message, suggestion = '' }) => `${line}:${column}+${length}: ${message} ${suggestion}`,
      );
      assert.match(said.join('\n'), expected);
      const [thai] = parseRule(text, 'th', EVENTS).errors;
      assert.match(thai!.message, /\p{Script=Thai}/u);
      assert.match(thai!.suggestion!, /\p{Script=Thai}/u);
    });
  }
});
