/** Problems with events that come in crowds: the first are told, the others counted, and no words are made for those. */
import assert from 'node:assert/strict';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import { MOST_TOLD } from '../../nodes/ecdm/problem';
import { compileStatus } from '../../nodes/pattern-status/cep';
import { Problems } from '../../nodes/runtime/problems';
import type { NodeMessage } from '../../nodes/runtime/node-red';
import { cityEvent } from '../properties/random';

const NOW = Date.UTC(2026, 0, 5, 8);
const MANY = 1000;

function problemsOf(by: 'station' | 'zone' | 'near' | 'property', make: (i: number) => Partial<CityEvent>): Problem[] {
  const engine = compileStatus(
    {
      id: 'r', name: 'r', when: { op: 'event', event: 'a' }, per: { by, metres: by === 'near' ? 100 : undefined },
      severity: 'minor', lateness: '1 s',
    },
    { names: (id) => id, now: () => NOW },
  ); // prettier-ignore
  const problems: Problem[] = [];
  const event = (time: number, i: number): CityEvent => ({
    ...cityEvent('a', 'point', time, `e${i}`, 's'),
    stream: 's',
  });
  engine.push([{ ...event(NOW, 0), place: [0, 0], property: 'p' }], [], problems);
  assert.deepEqual(problems, []);
  engine.push(Array.from({ length: MANY }, (_, i) => ({ ...event(NOW, i + 1), ...make(i) })), [], problems); // prettier-ignore
  return problems;
}

describe('problems in crowds', () => {
  const crowds: [string, Problem[]][] = [
    ['too-late', problemsOf('station', (i) => ({ time: NOW - 1_000_000 - i }))],
    ['future', problemsOf('station', (i) => ({ time: NOW + 1_000_000 + i }))],
    ['loop', problemsOf('station', () => ({ lineage: ['r'] }))],
    ['no-key', problemsOf('property', () => ({ property: undefined }))],
    ['no-place', problemsOf('near', () => ({ place: undefined }))],
  ];
  for (const [code, problems] of crowds) {
    it(`${code}: words for those that are sent, a number for the rest`, () => {
      assert.equal(problems.length, MANY);
      assert.deepEqual([...new Set(problems.map((problem) => problem.code))], [code]);
      const worded = problems.map(({ message, hint }) => message !== '' && hint !== '');
      assert.equal(worded.lastIndexOf(true), MOST_TOLD - 1);
      assert.equal(worded.indexOf(false), MOST_TOLD);

      const sent: (NodeMessage | null)[][] = [];
      const collected = new Problems({ id: 'n' }, 'en-US');
      collected.list.push(...problems);
      collected.flush((messages) => sent.push(messages as NodeMessage[]));
      const told = sent[0]![1]!.payload as Problem[];
      assert.deepEqual(
        told.map(({ message }) => message !== ''),
        new Array(MOST_TOLD + 1).fill(true),
      );
      assert.match(told.at(-1)!.message, /900/);
    });
  }
});

describe('events that nobody has looked up zones for', () => {
  const told = (...zones: CityEvent['zones'][]): string[] => {
    const engine = compileStatus(
      { id: 'r', name: 'R', when: { op: 'event', event: 'a' }, per: { by: 'zone' }, severity: 'minor' },
      { names: (id) => id, now: () => NOW },
    );
    const problems: Problem[] = [];
    zones.forEach((zone, i) => {
      engine.push([{ ...cityEvent('a', 'point', NOW + i, `e${i}`, 's'), zones: zone }], [], problems);
    });
    return problems.map(({ code, message, hint }) => `${code}: ${message} / ${hint}`);
  };

  it('are told once a minute, with what to do', () => {
    const [first, ...more] = told(undefined, undefined);
    assert.match(first!, /^no-zones: an event "a" at .* says nothing of zones.* spatial-filter/u);
    assert.deepEqual(more, []);
  });

  it('unlike those outside of all zones, and those in one', () => {
    assert.deepEqual(told([], [{ id: 'z', name: 'Z', level: 'zone' }]), []);
  });
});
