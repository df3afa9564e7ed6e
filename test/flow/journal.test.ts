/** Rules with a journal as wired nodes: written before sent, sent again after a crash, acts that reach the rule. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Book } from '../../nodes/city-journal/book';
import type { Status } from '../../nodes/ecdm/status';
import { helper, liveNode, loadFlow, type FlowNode } from '../support/helper';
import { needsSqlite } from '../support/needs-sqlite';
import { sleep, waitFor } from '../support/node-red';
import { statusAt } from '../support/statuses';

const types = ['city-journal', 'pattern-status'];
const T0 = Date.UTC(2026, 0, 5, 8);

const event = (kind: 'begin' | 'end', minute: number, key = 's1') => ({
  id: `pm|${key}|${kind}|${minute}`, event: 'pm', name: 'PM', key, stream: `pm|${key}`, time: T0 + minute * 60_000, value: 120,
  unit: 'ug/m3', kind, source: ['o1'],
}); // prettier-ignore

const live = (minute: number) => ({ mode: 'poll', clock: { source: 's', time: T0 + minute * 60_000, events: ['pm'] } });

const journal: FlowNode = {
  id: 'journal',
  type: 'city-journal',
  version: 1,
  name: 'J',
  store: 'sqlite',
  days: 365,
  megabytes: 1000,
};
const flow = (more: object = {}, others: FlowNode[] = []): FlowNode[] => [
  { id: 'tab', type: 'tab' },
  journal,
  {
    id: 'rule', type: 'pattern-status', z: 'tab', version: 1, name: 'Haze', statusId: 'haze', per: 'station', severity: 'major', lateness: '0 ms',
    rule: { op: 'event', event: 'pm' }, journal: 'journal', flapping: 'off', wires: [['out'], []], ...more,
  },
  { id: 'out', type: 'helper', z: 'tab', wires: [] },
  ...others,
]; // prettier-ignore

describe('a rule with a journal', function () {
  before(needsSqlite);
  let userDir: string;
  let out: { payload: Status | Status[]; city: { mode: string; clock?: { time: number } } }[];
  let atSend: number[];

  beforeEach(() => void (userDir = mkdtempSync(path.join(tmpdir(), 'journal-flow-'))));
  afterEach(async () => {
    await helper.unload();
    rmSync(userDir, { recursive: true, force: true });
  });

  const book = (): Book => liveNode('journal')['journal'] as Book;
  async function load(nodes = flow()): Promise<void> {
    out = [];
    atSend = [];
    await loadFlow(types, nodes, { settings: { userDir } });
    liveNode('out').on('input', (message: (typeof out)[number]) => out.push(message));
    await book().untaken('rule', []);
  }
  const send = (payload: unknown, city: object): void => liveNode('rule').receive({ payload, city });
  const said = (): string[] =>
    out.flatMap(({ payload }) => payload).map(({ key, revision, state }) => `${key} ${revision} ${state}`);

  it('a status is in the journal when it is sent', async () => {
    await load();
    liveNode('out').on('input', () => {
      void book()
        .history({})
        .then(({ entries }) => atSend.push(entries.length));
    });
    send(event('begin', 0), live(0));
    send(event('end', 5), live(5));
    await waitFor('what is to be told', () => out.length === 2);
    await waitFor('what is to be told', () => atSend.length === 2);
    assert.deepEqual(said(), ['s1 1 raised', 's1 2 cleared']);
    assert.ok(atSend[0]! >= 1 && atSend[1]! >= 2, atSend.join());
  });

  it('no clock overtakes a status, and arrays stay arrays', async () => {
    await load(flow({ wires: [['out', 'behind'], []] }, [
      { id: 'behind', type: 'pattern-status', z: 'tab', version: 1, name: 'B', rule: { op: 'event', event: 'haze' }, per: 'station', wires: [[], []] },
    ])); // prettier-ignore
    for (let minute = 0; minute < 20; minute++) send([event(minute % 2 ? 'end' : 'begin', minute)], live(minute));
    await waitFor('what is to be told', () => said().length === 20);
    let clock = -Infinity;
    for (const { payload, city } of out) {
      assert.ok(Array.isArray(payload));
      for (const { updated } of payload) assert.ok(Date.parse(updated) >= clock, `${updated} came after ${clock}`);
      clock = Math.max(clock, city.clock?.time ?? -Infinity);
    }
  });

  it('a replay passes it by', async () => {
    await load();
    send([event('begin', 0)], { ...live(0), mode: 'replay' });
    await waitFor('what is to be told', () => out.length === 1);
    assert.equal((await book().history({})).entries.length, 0);
  });

  it('what was committed and not sent comes after the restart, once, under its id and number', async () => {
    await load();
    send(event('begin', 0), live(0));
    await waitFor('what is to be told', () => out.length === 1);
    const [first] = out.map(({ payload }) => payload as Status);
    // as a crash leaves it: committed, and gone before it was sent
    const lost = { ...first!, revision: 2, state: 'updated' as const, updated: '2026-01-05T08:09:00Z' };
    await book().commit('rule', [lost]);
    await helper.unload();
    await load();
    await waitFor('what is to be told', () => said().includes('s1 2 updated'));
    await sleep(50);
    assert.equal(said().filter((one) => one === 's1 2 updated').length, 1);
    assert.equal((await book().history({ kinds: ['status'] })).entries.length, 2);
    // and the rule goes on behind it
    send(event('end', 12), live(12));
    await waitFor('what is to be told', () => said().includes('s1 3 cleared'));
  });

  it('a rule behind the rule takes what is told: it is sent again until that is in what it remembers', async () => {
    const behind: FlowNode = {
      id: 'behind', type: 'pattern-status', z: 'tab', version: 1, name: 'B', statusId: 'alarm', rule: { op: 'event', event: 'haze' }, per: 'station',
      severity: 'major', lateness: '0 ms', flapping: 'off', journal: 'journal', wires: [['out'], []],
    }; // prettier-ignore
    const both = flow({ wires: [['behind'], []] }, [behind]);
    await load(both);
    // as a crash leaves it: committed, and gone before it was sent
    const one = statusAt(0, 1);
    await book().commit('rule', [one]);
    assert.deepEqual(await book().untaken('rule', ['behind']), [one]);
    await helper.unload();
    await load(both);
    await waitFor('the status of the rule behind', () => said().includes('s1 1 raised'));
    await helper.unload();
    await load(both);
    await waitFor('it to be taken', async () => (await book().untaken('rule', ['behind'])).length === 0);
  });

  it('to clear by hand reaches the rule; what the rule does not know any more is cleared all the same', async () => {
    await load();
    send(event('begin', 0), live(0));
    await waitFor('what is to be told', () => out.length === 1);
    const clear = (alarm: string) =>
      book().act({ act: 'clear', alarm, who: 'Mali', at: '2026-01-05T09:00:00Z', why: 'seen' });
    await clear('haze|s1');
    await waitFor('what is to be told', () => out.length === 2);
    const status = { ...(out[0]!.payload as Status), key: 's7', statusId: 'haze|s7|2026-01-05T08:00:00.000Z' };
    await book().commit('rule', [status]);
    await clear('haze|s7');
    await waitFor('what is to be told', () => out.length === 3);
    assert.deepEqual(said(), ['s1 1 raised', 's1 2 cleared', 's7 2 cleared']);
    assert.deepEqual(
      out.slice(1).map(({ payload }) => (payload as Status).flags),
      [['by-hand'], ['by-hand']],
    );
    assert.match((out[2]!.payload as Status).reason, /Mali.*seen/);
  });

  it('what a simulation had raised is over after a restart, and says so; what is real is not', async () => {
    const demo = (minute: number) => ({ ...live(minute), mode: 'simulated' });
    await load();
    send([event('begin', 0), event('begin', 0, 's2')], demo(0));
    send([event('begin', 0, 'real')], live(0));
    await waitFor('what is to be told', () => said().length === 3);
    await helper.unload();
    await load();
    const over = () => out.filter(({ city }) => city.mode === 'simulated').map(({ payload }) => payload as Status);
    await waitFor('what is over', () => over().length === 2);
    assert.deepEqual(said().filter((one) => !one.startsWith('real')), ['s1 2 cleared', 's2 2 cleared']); // prettier-ignore
    const [status] = over() as [Status];
    assert.deepEqual([status.simulated, status.flags], [true, ['corrected']]);
    assert.match(status.reason, /^Haze: over; the simulation has begun anew$/);
    assert.equal(book().view('haze|s1')?.status.state, 'cleared');
    assert.equal(book().view('haze|real')?.status.state, 'raised');
    // and it goes on
    send([event('begin', 0)], demo(0));
    await waitFor('what is raised anew', () => over().length === 3);
    assert.equal(book().view('haze|s1')?.status.state, 'raised');
  });

  it('what is cleared by hand is cleared where it is raised: in the simulation, or in the city', async () => {
    await load();
    const demo = (minute: number) => ({ ...live(minute), mode: 'simulated' });
    const clear = (key: string): Promise<unknown> =>
      book().act({ act: 'clear', alarm: `haze|${key}`, who: 'Mali', at: new Date().toISOString() });
    send([event('begin', 0)], demo(0));
    send([event('begin', 0, 's2')], live(0));
    await waitFor('what is to be told', () => said().length === 2);
    await clear('s1');
    await clear('s2');
    await waitFor('what is over', () => said().length === 4);
    assert.deepEqual(out.slice(2).map(({ city, payload }) => [city.mode, [payload].flat()[0]!.key]), [['simulated', 's1'], ['poll', 's2']]); // prettier-ignore
    // raised in both: it is the real one that people see, and clear
    send([event('end', 10), event('begin', 20)], demo(20));
    send([event('begin', 20)], live(20));
    await waitFor('what is raised anew', () => said().length === 6);
    await clear('s1');
    await waitFor('what is over', () => said().length === 7);
    assert.equal(out.at(-1)!.city.mode, 'poll');
  });

  it('the line under the rule says that history is not kept', async () => {
    await load([{ id: 'tab', type: 'tab' }, { ...journal, store: 'postgres', url: 'nonsense' }, ...flow().slice(2)]);
    const lines: string[] = [];
    const rule = liveNode('rule');
    const show = rule['status'] as (line: { text: string }) => void;
    rule['status'] = (line: { text: string }) => {
      lines.push(line.text);
      show.call(rule, line);
    };
    send(event('begin', 0), live(0));
    await waitFor('what is to be told', () => lines.some((line) => line === 'status.history.none'));
    assert.equal(said().length, 1);
  });

  it('without a journal a status is sent within the call, as before', async () => {
    await load(flow({ journal: '' }));
    // by then it has read what it knows
    send(event('begin', 0), live(0));
    await waitFor('the first status', () => out.length === 1);
    let sent = 0;
    const rule = liveNode('rule');
    const before = rule['send'] as (message: unknown) => void;
    rule['send'] = (message: unknown) => {
      sent++;
      before.call(rule, message);
    };
    rule['_inputCallback']?.({ payload: event('end', 5), city: live(5) }, rule['send'], () => undefined);
    assert.equal(sent, 1);
  });
});
