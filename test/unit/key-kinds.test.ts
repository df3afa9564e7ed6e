/** Which statuses count for which rules: what is said of it beforehand is what the engine does. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import { checkDefinition } from '../../nodes/ecdm/check';
import { lyingIn, unmetIn, type Keys, type Named } from '../../nodes/ecdm/key-kinds';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, statusToEvent } from '../../nodes/pattern-status/cep';
import { cityEvent } from '../properties/random';

const MIN = 60_000;
const ZONES = [
  { id: 'D', name: 'D', level: 'district' },
  { id: 'Z', name: 'Z', level: 'zone' },
];
const KNOWN = lyingIn([
  { id: 'D', level: 'district' },
  { id: 'Z', level: 'zone', parent: 'D' },
]);
const KEYS: (StatusDefinition['per'] & Keys)[] = [
  { by: 'station' },
  { by: 'datastream' },
  { by: 'zone', level: 'zone' },
  { by: 'zone', level: 'district' },
  { by: 'zone' },
  { by: 'property' },
  { by: 'city' },
  { by: 'near', metres: 500 },
];

const on = (event: string): Pattern => ({ op: 'event', event });
const both = (...of: Pattern[]): Pattern => ({ op: 'and', of, within: '1 h' });
const text = ({ by, level }: Keys): string => (level === undefined ? by : `${by} ${level}`);

const event = (name: string, kind: EventKind, minute: number): CityEvent => ({
  ...cityEvent(name, kind, minute * MIN),
  key: 's',
  stream: `${name}|datastream`,
  property: 'pm25',
  place: [100.5, 13.7],
  zones: ZONES,
});

const rule = (more: Partial<StatusDefinition>): StatusDefinition =>
  ({ id: 'R', name: 'R', severity: 'minor', lateness: '0 s', flapping: false, ...more }) as StatusDefinition;

function run(definition: StatusDefinition, events: readonly CityEvent[]): Status[] {
  const engine = compileStatus(definition, { names: (id) => id, emit: () => 'state', now: () => 0 });
  const told: Status[] = [];
  engine.setMode('replay');
  const clock = (time: number, end: boolean): void =>
    void engine.clock({ source: 'q', events: ['A', 'B', 'S'], time, ...(end ? { end } : {}) }, 'replay', told, []);
  for (const one of [...events].sort((a, b) => a.time - b.time)) {
    engine.push([one], told, []);
    clock(one.time, false);
  }
  clock(1000 * MIN, true);
  return told;
}

const statusOf = (per: StatusDefinition['per']): CityEvent[] =>
  run(rule({ id: 'S', name: 'S', when: on('B'), per, clear: { after: '20 min' } }), [
    event('B', 'begin', 10),
    event('B', 'end', 40),
  ]).flatMap((status) => statusToEvent(status) ?? []);

const A = [event('A', 'begin', 15), event('A', 'end', 100)];
const isRaised = ({ state }: Status): boolean => state === 'raised';

describe('what a rule hears of a status with keys of another kind', () => {
  for (const of of KEYS) {
    const named = (id: string): Named => (id === 'S' ? { status: of } : { event: undefined });
    const unmet = (definition: StatusDefinition): string[] => unmetIn(definition, named, KNOWN).map(({ id }) => id);
    for (const per of KEYS) {
      it(`is said as it is: per ${text(of)}, rule per ${text(per)}`, () => {
        const statuses = statusOf(of);
        assert.ok(statuses.length > 0);
        const says = (definition: StatusDefinition, meets: boolean): void =>
          assert.deepEqual(unmet(definition), meets ? [] : ['S']);

        const together = rule({ when: both(on('A'), on('S')), per });
        says(together, run(together, [...A, ...statuses]).some(isRaised));
        const alone = rule({ when: on('S'), per });
        says(alone, run(alone, statuses).some(isRaised));
        if (per.by !== 'near') {
          const steps = rule({ when: on('A'), per, steps: [{ severity: 'critical', when: on('S') }] });
          says(
            steps,
            run(steps, [...A, ...statuses]).some(({ severity }) => severity === 'critical'),
          );
          const clear = rule({ when: on('A'), per, clear: { when: on('S') } });
          const early = [event('A', 'begin', 5), event('A', 'end', 100)];
          const end = run(clear, [...early, ...statuses]).find(({ state }) => state === 'cleared')?.until;
          says(clear, end !== undefined && Date.parse(end) < 100 * MIN);
        }
        const free = rule({ when: on('A'), per });
        const atOnce = (one: StatusDefinition, events: readonly CityEvent[]): number =>
          run(one, events).filter((status) => isRaised(status) && Date.parse(status.since) === 15 * MIN).length;
        // of all zones some are kept down, and others are not
        const kept = { ...free, notWhile: ['S'] };
        says(kept, atOnce(kept, [...A, ...statuses]) < atOnce(free, A));
      });
    }
  }

  it('is not said of alternatives, of what is not known, nor of levels that no zone has', () => {
    const named = (id: string): Named | undefined =>
      id === 'city' ? { status: { by: 'city' } } : id === 'A' ? { event: undefined } : undefined;
    const unmet = (when: Pattern): unknown => unmetIn(rule({ when, per: { by: 'station' } }), named, KNOWN);
    assert.deepEqual(unmet({ op: 'or', of: [on('A'), on('city')] }), []);
    assert.deepEqual(unmet(both(on('A'), on('other'))), []);
    const of = (level: string): unknown =>
      unmetIn(
        rule({ when: on('S'), per: { by: 'zone', level: 'zone' } }),
        () => ({ status: { by: 'zone', level } }),
        KNOWN,
      );
    assert.deepEqual(of('block'), []);
    assert.notDeepEqual(of('district'), []);
  });

  it('is said where computed events are of the same kind as the status, and the readings are not', () => {
    const named = (id: string): Named =>
      id === 'S' ? { status: { by: 'zone', level: 'zone' } } : { event: id === 'mean' ? 'zone' : undefined };
    const unmet = (other: string): number =>
      unmetIn(rule({ when: both(on(other), on('S')), per: { by: 'station' } }), named, KNOWN).length;
    assert.equal(unmet('mean'), 0);
    assert.equal(unmet('A'), 1);
  });

  it('is said by the check of a definition, with its place and how to mend it', () => {
    const base = { severity: 'minor', flapping: false };
    const definition = (status: object): object => ({
      ecdm: 1,
      name: 'city',
      domains: [],
      events: [{ id: 'A', name: 'A', emit: 'state', when: { op: '>', value: 1 } }],
      statuses: [
        { id: 'heat', name: 'Heat', when: on('A'), per: { by: 'city' }, ...base },
        { id: 'R', name: 'R', per: { by: 'station' }, ...base, ...status },
      ],
      actions: [],
      actuators: [],
    });
    const told = (status: object): string[] =>
      checkDefinition(definition(status)).mistakes.map(({ path, message, hint }) => `${path}: ${message} ${hint}`);
    const [together, ...more] = told({ when: both(on('A'), on('heat')) });
    assert.deepEqual(more, []);
    assert.match(together!, /^statuses\[1\]\.when\.of\[1\].*"heat" is a status per "city".*"station".*"notWhile"/);
    assert.deepEqual(told({ when: on('A'), notWhile: ['heat'] }), []);
    assert.match(
      told({ when: on('A'), steps: [{ severity: 'major', when: on('heat') }] })[0]!,
      /^statuses\[1\]\.steps/,
    );
  });
});
