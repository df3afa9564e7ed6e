/** What may change of a rule so that it goes on with what was remembered. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import { compileStatus } from '../../nodes/pattern-status/cep';
import { differenceOf, layoutOf, shapeOf, type ShapePart } from '../../nodes/pattern-status/cep/shape';
import { emit, Random, randomRule } from '../properties/random';

const ev = (event: string, as?: string): Pattern => ({ op: 'event', event, ...(as === undefined ? {} : { as }) });

const base: StatusDefinition = {
  id: 'r', name: 'Rule', severity: 'minor', per: { by: 'near', metres: 300 }, for: '5 min',
  when: {
    op: 'then', within: '1 h',
    where: [{ left: { of: 'e1' }, op: '>', right: { value: 20 } }, { left: { of: 'e2' }, op: '>', right: { of: 'e1', plus: 5 } }],
    of: [
      ev('a', 'e1'),
      { op: 'no', of: ev('B') },
      ev('b', 'e2'),
      { op: 'times', of: ev('c'), min: 2, within: '10 min' },
      { op: 'no', of: ev('A'), for: '5 min' },
    ],
  },
  clear: { after: '10 min', when: ev('c') },
  steps: [{ severity: 'major', after: '1 h' }, { severity: 'critical', when: ev('C') }],
}; // prettier-ignore

/** The base with something replaced in its JSON. */
function changed(from: string, to: string): StatusDefinition {
  const text = JSON.stringify(base);
  assert.ok(text.includes(from), from);
  return JSON.parse(text.replace(from, to)) as StatusDefinition;
}
const same = (other: StatusDefinition, emitOf = emit): boolean =>
  differenceOf(shapeOf(base, emit), shapeOf(other, emitOf)) === undefined;

describe('the shape of a rule', () => {
  const kept: [string, string, string][] = [
    ['a limit of time', '"within":"1 h"', '"within":"2 h"'],
    ['the time of a count', '"within":"10 min"', '"within":"20 min"'],
    ['the length of a silence', '"for":"5 min"}', '"for":"50 min"}'],
    ['how long it must last', '"for":"5 min","when"', '"for":"9 min","when"'],
    ['that it need not last', '"for":"5 min","when"', '"when"'],
    ['the quiet before it clears', '"after":"10 min"', '"after":"1 min"'],
    ['the name', '"name":"Rule"', '"name":"Other"'],
    ['the severity', '"severity":"minor"', '"severity":"critical"'],
    ['the severity of a step', '"severity":"major"', '"severity":"warning"'],
    ['the time of a step', '"after":"1 h"', '"after":"3 h"'],
    ['a limit', '"value":20', '"value":25'],
    ['a difference', '"plus":5', '"plus":15'],
  ];
  for (const [name, from, to] of kept) it(`stays with ${name}`, () => assert.ok(same(changed(from, to))));

  const other: [string, string, string, ShapePart][] = [
    ['another event', '"event":"b"', '"event":"c"', 'when'],
    ['another order', '"op":"then"', '"op":"and"', 'when'],
    ['another count', '"min":2', '"min":3', 'when'],
    ['no limit of time', '"within":"10 min"', '"max":9', 'when'],
    ['another key', '"by":"near","metres":300', '"by":"station"', 'per'],
    ['another distance', '"metres":300', '"metres":400', 'per'],
    ['another comparison', '"op":">"', '"op":"<"', 'when'],
    ['a comparison of another event', '"left":{"of":"e1"}', '"left":{"of":"e2"}', 'when'],
    ['another clearing pattern', '"when":{"op":"event","event":"c"}', '"when":{"op":"event","event":"C"}', 'clear'],
    ['a pattern less', '{"severity":"critical","when":{"op":"event","event":"C"}}', '{"severity":"critical","after":"1 h"}', 'steps'],
    ['another id', '"id":"r"', '"id":"s"', 'id'],
    ['another pairing', '"id":"r"', '"id":"r","pairing":"all"', 'matching'],
    ['another use after a detection', '"id":"r"', '"id":"r","afterDetection":"keep"', 'matching'],
    ['a status that keeps it down', '"id":"r"', '"id":"r","notWhile":["x"]', 'notWhile'],
  ];
  for (const [name, from, to, part] of other) {
    it(`is another with ${name}`, () =>
      assert.equal(differenceOf(shapeOf(base, emit), shapeOf(changed(from, to), emit)), part));
  }

  it('is another where an event is a moment instead of a state', () => {
    assert.ok(!same(base, () => 'point'));
  });

  it('is the same for random rules with other times, and their memory has the same layout', () => {
    let n = 0;
    for (let i = 0; i < 2000; i++) {
      const rule = randomRule(new Random(9_000_000 + i));
      const longer = JSON.parse(JSON.stringify(rule).replaceAll(/"(\d+) ms"/g, (_all, ms: string) => `"${Number(ms) + 7} ms"`)) as StatusDefinition;
      assert.deepEqual(shapeOf(rule, emit), shapeOf(longer, emit));
      const saved = (definition: StatusDefinition): any => {
        try {
          return compileStatus(definition, { names: (id) => id, emit });
        } catch {
          return undefined;
        }
      };
      const [a, b] = [saved(rule), saved(longer)];
      if (a === undefined || b === undefined) continue;
      n++;
      assert.equal(layoutOf(a.core.rule), layoutOf(b.core.rule), JSON.stringify(rule));
    }
    assert.ok(n > 1000);
  });
}); // prettier-ignore
