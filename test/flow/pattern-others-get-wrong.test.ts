/** What others get wrong where the point is the wired node: several branches, a restart, silence by the clock. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { cityEvent } from '../properties/random';
import { helper, liveNode, loadFlow, sender, takingNodes, takingTypes } from '../support/helper';
import { sleep, waitFor } from '../support/node-red';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 0, 5, 8);
const e = (event: string): object => ({ op: 'event', event });
const at = (event: string, kind: EventKind, time: number): CityEvent => cityEvent(event, kind, time);

describe('what others get wrong, as a wired node', () => {
  let userDir: string;
  let said: Status[];
  let give: (message: Record<string, unknown>) => Promise<void>;

  beforeEach(() => {
    userDir = mkdtempSync(path.join(tmpdir(), 'pattern-others-'));
  });
  afterEach(async () => {
    await helper.unload();
    rmSync(userDir, { recursive: true, force: true });
  });

  async function load(config: object): Promise<void> {
    const base = {
      id: 'status',
      type: 'pattern-status',
      z: 'tab',
      version: 1,
      name: 'Air',
      per: 'station',
      severity: 'major',
    };
    const nodes = [
      { ...base, wires: [['out'], []], ...config },
      { id: 'out', type: 'helper', z: 'tab', wires: [] },
      { id: 'tab', type: 'tab' },
      ...takingNodes('status'),
    ];
    await loadFlow(['pattern-status', ...takingTypes], nodes, { settings: { userDir } });
    give = sender('status');
    said = [];
    liveNode('out').on('input', ({ payload }: { payload: Status | Status[] }) => said.push(...[payload].flat()));
  }

  const send = (payload: CityEvent[], city?: object): Promise<void> => give({ payload, city });

  const spans = (): unknown[] =>
    said.map(({ state, since, until }) => [state, since.slice(11, 16), until?.slice(11, 16)]);

  it('two branches that deliver one after the other: all of one event, then all of the other', async () => {
    await load({ rule: { op: 'and', of: [e('A'), e('B')] }, clearAfter: '0 s' });
    const city = (event: string): object => ({
      mode: 'replay',
      clock: { source: event, events: [event], time: T0 + 6 * HOUR, end: true },
    });
    const hours = (event: string, from: number, to: number): CityEvent[] => [
      at(event, 'begin', T0 + from * HOUR),
      at(event, 'end', T0 + to * HOUR),
    ];
    await send([...hours('A', 0, 3), ...hours('A', 4, 5)], city('A'));
    assert.deepEqual(said, []);
    await send([...hours('B', 1, 2), ...hours('B', 4.5, 6)], city('B'));
    assert.deepEqual(spans(), [
      ['raised', '09:00', undefined],
      ['cleared', '09:00', '10:00'],
      ['raised', '12:30', undefined],
      ['cleared', '12:30', '13:00'],
    ]);
  });

  it('restart in the middle of "for": raised when the whole time has passed, with the begin before the restart', async function () {
    const config = { rule: e('A'), for: '3 s', lateness: '0 s' };
    await load(config);
    const begin = Date.now();
    await send([at('A', 'begin', begin)]);
    await sleep(200);
    await helper.unload();
    assert.deepEqual(said, [], 'the restart is in the middle');
    await load(config);
    const raised = await waitFor('the status', () => said.find(({ state }) => state === 'raised'));
    assert.equal(Date.parse(raised.since), begin);
    assert.ok(Date.now() - begin >= 3000, 'not before the time has passed');
    await helper.unload();
  });

  it('silence is told although not one message comes', async function () {
    await load({ rule: { op: 'no', of: e('a'), for: '1 s' }, lateness: '0 s' });
    const last = Date.now();
    await send([at('a', 'point', last)]);
    await waitFor('the silence', () => said.length > 0);
    assert.ok(Date.now() >= last + 1000, 'not before the time has passed');
    await sleep(1500);
    assert.deepEqual(said.map(({ state }) => state), ['raised']); // prettier-ignore
  });
});
