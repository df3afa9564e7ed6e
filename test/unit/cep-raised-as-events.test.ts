/** What is raised, said again as events: a rule that comes later knows what one knows that was there. */
import assert from 'node:assert/strict';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, statusToEvent } from '../../nodes/pattern-status/cep';
import { emit, Random, randomHistory } from '../properties/random';
import { acceptedRule } from '../properties/running';

const SEED = Number(process.env['SEED'] ?? 27_182);
const CASES = Number(process.env['CASES'] ?? 2_000);

/** Of the messages of a status, the last that made each state of it, as events. */
function heard(messages: readonly Status[]): { begin: CityEvent | undefined; last: CityEvent | undefined } {
  const events = messages.map(statusToEvent).filter((event) => event !== undefined);
  return { begin: events.find(({ kind }) => kind === 'begin'), last: events.at(-1) };
}

/** @returns how many were open */
function agree(said: readonly CityEvent[], told: readonly Status[], place: [number, number], where: string): number {
  const last = new Map(told.map((status) => [status.key, status]));
  const expected = [...last.values()].filter(({ state }) => state !== 'cleared' && state !== 'pending');
  assert.deepEqual([...new Set(said.map(({ key }) => key))].sort(), expected.map(({ key }) => key).sort(), where);
  for (const status of expected) {
    const { begin, last: newest } = heard(told.filter(({ statusId }) => statusId === status.statusId));
    const [again, unknown] = said.filter(({ key }) => key === status.key);
    assert.equal(again!.id, newest!.id, where);
    assert.equal(unknown === undefined, status.state !== 'nodata', where);
    // late readings may have moved what it is dated to
    const time = Math.max(Date.parse(status.since), Date.parse(status.statusId.split('|').at(-1)!));
    assert.deepEqual(
      { ...again, place: undefined },
      { ...begin!, id: newest!.id, time, place: undefined, zones: newest!.zones, lineage: newest!.lineage },
      where,
    );
    // of a silence there may be no evidence any more
    assert.deepEqual(again!.place ?? place, place, where);
    if (unknown !== undefined) assert.deepEqual(unknown, { ...newest!, place: unknown.place }, where);
  }
  return expected.length;
}

describe('what is raised as events', () => {
  it(`is what was told of it (${CASES} random rules from seed ${SEED})`, () => {
    let open = 0;
    for (let i = 0; i < CASES; i++) {
      const random = new Random(SEED + i);
      const rule = { ...acceptedRule(random), lateness: '5 ms' };
      const zones = [{ id: 'z', name: 'Zone', level: 'district' }];
      const place: [number, number] = [100.5, 13.7];
      const events = randomHistory(random).map((event) => ({ ...event, place, zones, keyName: 'Key' }));
      const engine = compileStatus(rule, { names: (id) => id, emit, simulated: random.chance(0.2) });
      engine.setMode('replay');
      const told: Status[] = [];
      engine.push(events, told, []);
      const { time: newest } = events.at(-1)!;
      // soon there is more that is open, and later more of which nothing is known any more
      for (const [look, time] of [newest, newest + random.int(40)].entries()) {
        engine.clock({ source: 's', time }, 'replay', told, []);
        open += agree(engine.raisedAsEvents(), told, place, `seed ${SEED + i}, look ${look}`);
      }
    }
    assert.ok(open > CASES / 20, `${open} were open`);
  });
});
