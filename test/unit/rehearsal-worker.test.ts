/** A rehearsal beside Node-RED: its progress, its bounds, and what becomes of it when nobody wants it any more. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { SavedNode } from '../../nodes/rehearsal/contract';
import { parcelsOf, Unpacker } from '../../nodes/rehearsal/parcels';
import { RehearsalError } from '../../nodes/rehearsal/rehearsal-error';
import { limited, runInWorker } from '../../nodes/rehearsal/run-in-worker';
import type { Step, Task } from '../../nodes/rehearsal/serve/runner';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

const node: SavedNode = {
  id: 'event',
  type: 'ecdm-event',
  version: 1,
  events: [{ id: 'high', name: 'Level high', when: { op: '>', value: 5, unit: 'm' }, emit: 'state' }],
};

describe('rehearsal in a worker', function () {
  this.timeout(30_000);
  let folder: string;
  before(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rehearsal-'))));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Levels of ten stations, hour by hour: each is high for three of twenty-four hours. */
  function task(hours: number, more: Partial<Task['request']> = {}): Task {
    const file = path.join(folder, `${hours}.ndjson`);
    const lines: string[] = [];
    for (let hour = 0; hour < hours; hour++) {
      for (let station = 0; station < 10; station++) {
        const thing = `station ${station}`;
        const value = (hour + station) % 24 < 3 ? 6 : 4;
        lines.push(
          JSON.stringify({
            id: `${thing}|${hour}`, datastream: `${thing}|level`, property: 'level', time: START + hour * HOUR, value,
            unit: 'm', thing,
          }), // prettier-ignore
        );
      }
    }
    fs.writeFileSync(file, lines.join('\n'));
    return {
      request: {
        node, sources: ['source'], undeployed: [], history: { from: 'file', upload: 'x' }, language: 'en-US', ...more,
      }, // prettier-ignore
      deployed: [{ id: 'source', type: 'to-observation', wires: [['event']] }],
      history: { from: 'file', file },
    };
  }

  const refused = (wanted: RegExp) => (thrown: unknown) =>
    thrown instanceof RehearsalError && wanted.test(thrown.message);

  it('reads, runs, tells how far it is, and answers', async () => {
    const steps: Step[] = [];
    const result = await runInWorker(task(24 * 200), (step) => void steps.push(step)).result;
    assert.equal(result.readings, 48_000);
    assert.equal(
      result.next.count,
      10 * 200 + 2,
      'two of the stations are high at the beginning and once more at the end',
    );
    assert.equal(result.next.open, 3);
    assert.equal(
      result.next.raisedMs,
      (10 * 200 * 3 - 3) * HOUR,
      'each open one lasts until the last reading, an hour less',
    );
    assert.equal(result.next.episodes.length, 1000);
    assert.equal(result.next.episodesLeftOut, result.next.count - 1000);
    assert.equal(result.simulated, true);
    assert.ok(steps.every(({ share }) => share === undefined || (share >= 0 && share <= 1)));
  });

  it('only the span that is asked for counts', async () => {
    const span = { since: START + 24 * HOUR, until: START + 48 * HOUR - 1 };
    const result = await runInWorker(task(24 * 10, span), () => undefined).result;
    assert.equal(result.readings, 240);
    assert.equal(result.from, span.since);
  });

  it('a large flow is handed over in pieces, and is the same', () => {
    const zones = Array.from({ length: 333 }, (_x, n) => ({
      id: `z${n}`,
      geometry: { type: 'Point', coordinates: [n, n] },
    }));
    const flow: SavedNode[] = [
      ...Array.from({ length: 450 }, (_x, n) => ({ id: `f${n}`, type: 'function', wires: [['x']], func: 'long' })),
      { id: 'zones', type: 'city-zones', zones, wires: [] },
      { id: 'sub', type: 'subflow', in: [{ wires: [{ id: 'x' }] }], out: [] },
      node,
    ];
    const unpacker = new Unpacker();
    const parcels = [...parcelsOf(flow)].map((parcel) => structuredClone(parcel));
    for (const parcel of parcels) assert.ok(JSON.stringify(parcel).length < 20_000);
    assert.deepEqual(parcels.map((parcel) => unpacker.take(parcel)), [...parcels.slice(1).map(() => false), true]); // prettier-ignore
    const wanted = flow.map((one) =>
      one.type === 'function' ? { id: one.id, type: one.type, wires: one['wires'] } : one,
    );
    assert.deepEqual(unpacker.nodes, wanted);
    assert.equal((flow[450]!['zones'] as unknown[]).length, 333, 'the flow itself is left alone');
  });

  it('is ended when it is cancelled', async () => {
    const running = runInWorker(task(24 * 400), () => undefined);
    setTimeout(() => running.cancel(), 20);
    await assert.rejects(running.result, refused(/cancelled/));
    running.cancel();
  });

  it('takes no longer than it may', async () => {
    await assert.rejects(limited(task(24 * 400), () => undefined, 20, 512).result, refused(/longer than 20 ms/));
  });

  it('takes no more memory than it may', async () => {
    await assert.rejects(limited(task(24 * 400), () => undefined, 30_000, 8).result, refused(/more memory .*8 MB/));
  });

  it('what cannot be rehearsed is said in the language of the form', async () => {
    const unwired = { ...task(24), deployed: [] };
    unwired.request = { ...unwired.request, node: { id: 'rule', type: 'pattern-status' }, sources: [], language: 'th' };
    const reason = await runInWorker(unwired, () => undefined).result.catch((thrown: unknown) => thrown);
    assert.ok(reason instanceof RehearsalError);
    assert.match(reason.message, /[\u0e00-\u0e7f]/);
    assert.match(reason.hint, /sensorthings-in/);
  });
});
