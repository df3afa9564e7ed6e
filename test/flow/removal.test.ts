/** What a node remembers goes with it, and only then: not when it, its tab or the copy of a subflow is switched off. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { waitFor } from '../support/node-red';
import { goodEvent } from '../support/nonsense';

const sink: FlowNode = { id: 'out', type: 'test-sink', wires: [] };
const rule = (id: string, more: object = {}): FlowNode => ({
  id, type: 'pattern-status', version: 1, name: id, rule: { op: 'event', event: 'pm' }, per: 'station',
  lateness: '0 s', byHand: true, wires: [['out'], []], ...more,
}); // prettier-ignore
const TYPES = ['full', 'flows', 'nodes'] as const;

describe('what a node remembers', function () {
  this.timeout(60_000);
  let nr: Embedded;

  before(async () => {
    nr = await startEmbedded();
  });
  after(() => nr.stop());

  const files = (of: string): string[] =>
    (readdirSync(path.join(nr.userDir, 'city-events')) as string[]).filter((name) => name.startsWith(of)).sort();
  const states = (): string[] => nr.payloads('out').map(({ state }) => state as string);

  async function raise(id: string, statuses = 1): Promise<void> {
    nr.node(id).receive({ payload: goodEvent({ event: 'pm', kind: 'point', time: Date.now() - 1000 }) });
    await nr.count('out', statuses);
  }
  async function clears(id: string): Promise<void> {
    nr.node(id).receive({ topic: 'clear', payload: '' });
    await nr.count('out', 1);
    assert.deepEqual(states(), ['cleared']);
  }

  for (const type of TYPES) {
    it(`stays while the node is switched off, and goes with it (${type})`, async () => {
      const id = `node-${type}`;
      await nr.deploy([rule(id), sink], type);
      await raise(id);
      await nr.deploy([rule(id, { d: true }), sink], type);
      assert.equal(files(id).length, 1);
      await nr.deploy([rule(id), sink], type);
      await clears(id);
      await nr.deploy([sink], type);
      assert.deepEqual(files(id), []);
    });

    it(`stays while its tab is switched off, and goes with it (${type})`, async () => {
      const id = `tab-${type}`;
      const tab = (disabled: boolean): FlowNode[] => [
        { id: 'other', type: 'tab', label: 'other', disabled },
        rule(id, { z: 'other', x: 1, y: 1 }),
        sink,
      ];
      await nr.deploy(tab(false), type);
      await raise(id);
      await nr.deploy(tab(true), type);
      assert.equal(files(id).length, 1);
      await nr.deploy(tab(false), type);
      await clears(id);
      await nr.deploy([sink], type);
      assert.deepEqual(files(id), []);
    });

    it(`goes with the copy of the subflow that the node is inside of, or with the node (${type})`, async () => {
      const inside = { z: 'inner', x: 1, y: 1 };
      const subflow = (id: string, ...to: string[]): FlowNode => ({
        id, type: 'subflow', name: id, in: [{ x: 1, y: 1, wires: to.map((id) => ({ id })) }], out: [],
      }); // prettier-ignore
      const copy = (id: string, of: string, more: object = {}): FlowNode => ({
        id, type: `subflow:${of}`, x: 1, y: 1, wires: [], ...more,
      }); // prettier-ignore
      const inner = [subflow('inner', 'in'), rule('in', inside)];
      const deep = copy('deep', 'inner', { z: 'outer' });
      const one = copy(`${type}1`, 'inner');
      const two = copy(`${type}2`, 'outer');
      const all = (): string[] => files(type);
      const flow = (...more: FlowNode[]): FlowNode[] => [...inner, subflow('outer', 'deep'), deep, ...more, sink];
      await nr.deploy(flow(one, two), type);
      const both = [`${type}1-in.ndjson`, `${type}2-deep-in.ndjson`];
      for (const id of [one.id, two.id]) nr.node(id).receive({ payload: goodEvent({ event: 'pm', kind: 'point' }) });
      await waitFor('both rules', () => nr.statuses.get(`${type}2-deep-in`)?.fill === 'red');
      await nr.deploy(flow({ ...one, d: true }, { ...two, d: true }), type);
      assert.deepEqual(all(), both);
      await nr.deploy(flow(one, two), type);
      await nr.deploy(flow(two), type);
      assert.deepEqual(all(), both.slice(1));
      await nr.deploy([...inner, subflow('outer'), two, sink], type);
      assert.deepEqual(all(), []);
    });
  }
});
