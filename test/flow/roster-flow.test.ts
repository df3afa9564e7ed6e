/** A sensor that never spoke, missed through the wired nodes: ecdm-event tells pattern-status who is there. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { makeObservation } from '../../nodes/ecdm/observation';
import { helper, liveNode, loadFlow, Sink, type FlowNode } from '../support/helper';

const T = Date.UTC(2026, 0, 1);
const MIN = 60_000;
const tab = { z: 'tab', version: 1 };

const heard = (id: string, name: string, property: string): object => ({
  id, name, emit: 'point', when: { op: '>=', value: 0 }, observe: { properties: [property] },
}); // prettier-ignore

const flow: FlowNode[] = [
  { id: 'tab', type: 'tab' },
  { ...tab, id: 'air', type: 'ecdm-event', events: [heard('pm', 'PM heard', 'PM2.5')], wires: [['rule'], []] },
  { ...tab, id: 'loud', type: 'ecdm-event', events: [heard('noise', 'Noise heard', 'noise')], wires: [['rule'], []] },
  {
    ...tab, id: 'rule', type: 'pattern-status', name: 'Silent', per: 'station', lateness: '0 s', wires: [['out'], []],
    // the roster of the other event, in which no sensor is, must not take the place of the first one
    rule: { op: 'or', of: [{ op: 'no', of: { op: 'event', event: 'pm' }, for: '30 min' }, { op: 'event', event: 'noise' }] },
  },
  { id: 'out', type: 'helper', z: 'tab', wires: [] },
]; // prettier-ignore

describe('a roster through the wired nodes', () => {
  let userDir: string;
  let out: Sink;
  beforeEach(async () => {
    userDir = mkdtempSync(path.join(tmpdir(), 'roster-flow-'));
    await loadFlow(['ecdm-event', 'pattern-status'], flow, { settings: { userDir } });
    out = new Sink('out');
  });
  afterEach(async () => {
    await helper.unload();
    rmSync(userDir, { recursive: true, force: true });
  });

  const entries = (...things: string[]): object[] =>
    things.map((thing) => ({ datastream: `${thing}/pm`, property: 'PM2.5', thing, thingName: `Station ${thing}` }));
  const send = (minute: number, roster?: object[], things: string[] = []): void => {
    const payload = things.map((thing) =>
      makeObservation({
        id: `${thing}${minute}`,
        datastream: `${thing}/pm`,
        property: 'PM2.5',
        thing,
        time: T + minute * MIN,
        value: 1,
      }),
    );
    const city = {
      mode: 'replay',
      clock: { source: 's', time: T + minute * MIN },
      ...(roster && { roster, rosterSource: 's' }),
    };
    for (const id of ['air', 'loud']) liveNode(id).receive({ payload: [...payload], city: { ...city } });
  };
  const said = (): unknown[] =>
    out.payloads.flat().map(({ key, keyName, state, flags }) => [key, keyName, state, flags]);

  it('reports a sensor that never spoke, once, and stops when the source drops it', async () => {
    send(0, entries('a', 'b'));
    send(20, undefined, ['b']);
    send(40, undefined, ['b']);
    send(60, undefined, ['b']);
    await out.count(1);
    assert.deepEqual(said(), [['a', 'Station a', 'raised', []]]);
    send(61, entries('b'), ['b']);
    await out.count(2);
    assert.deepEqual(said().slice(1), [['a', 'Station a', 'cleared', ['not-expected']]]);
  });
});
