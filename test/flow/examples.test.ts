/** Every example of the import menu, deployed as it is, every button pressed: something comes out, nothing complains. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { hasSqlite } from '../../nodes/city-journal/store/sqlite/sqlite-store';
import { startEmbedded, type Embedded } from '../support/embedded';
import type { FlowNode } from '../support/helper';
import { TestBroker } from '../support/mqtt-broker';
import { projectRoot, waitFor } from '../support/node-red';

const folder = path.join(projectRoot, 'examples');

/** Examples whose button sends something faulty on purpose. */
const FAULTY = new Set(['02', '04']);

/** Nodes whose first output carries the clock even when there is nothing else (`msg.city`). */
const PASSES_TIME = new Set(['sensorthings-in', 'to-observation', 'spatial-filter', 'ecdm-event']);

describe('the examples', function () {
  let red: Embedded;
  let broker: TestBroker;
  before(async () => {
    broker = await TestBroker.start();
    red = await startEmbedded({ dashboards: true });
  });
  after(async () => {
    await red.stop();
    await broker.stop();
  });

  it('07 and 08: a button does the same each time it is pressed', async () => {
    for (const number of ['07', '08']) {
      const file = readdirSync(folder).find((name) => name.startsWith(number))!;
      const flow = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as FlowNode[];
      for (const node of flow) {
        if (node.type === 'debug') node.type = 'test-sink';
        if (typeof node['url'] === 'string') node['url'] = node['url'].replace('http://127.0.0.1:1880', red.url);
      }
      await red.deploy(flow);
      const told = flow.filter((node) => node.type === 'test-sink' && node['name'] !== 'problems');
      const count = (): number[] => told.map(({ id }) => red.messages(id).length);
      for (const name of ['raised', 'raised', 'cleared', 'raised']) {
        const before = count();
        red.node(flow.find((node) => node.type === 'inject' && node['name'] === name)!.id).receive({});
        await waitFor(`something after "${name}" in ${file}`, () => count().every((now, i) => now > before[i]!));
      }
    }
  });

  it('09: the table shows in columns that can be read what there is, and why', async () => {
    const file = (number: string): string => readdirSync(folder).find((name) => name.startsWith(number))!;
    const read = (number: string): FlowNode[] =>
      JSON.parse(readFileSync(path.join(folder, file(number)), 'utf8')) as FlowNode[];
    const table = read('09').find((node) => node.type === 'ui_table')!;
    const fields = (table['columns'] as { field: string }[]).map(({ field }) => field);
    assert.ok(fields.includes('reason') && fields.length < 8, fields.join(', '));
    // example 07 makes such rows at the press of a button
    const flow = read('07');
    for (const node of flow) if (node.type === 'debug') node.type = 'test-sink';
    await red.deploy(flow);
    red.node(flow.find((node) => node.type === 'inject')!.id).receive({});
    const rows = flow.find((node) => node.type === 'test-sink' && node['name'] === 'as table')!;
    await waitFor('a row', () => red.messages(rows.id).length > 0);
    const [row] = red.payloads(rows.id)[0] as Record<string, unknown>[];
    assert.deepEqual(
      fields.filter((field) => !Object.hasOwn(row!, field)),
      [],
    );
  });

  for (const file of readdirSync(folder).sort()) {
    it(file, async () => {
      const flow = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as FlowNode[];
      red.logs.length = 0;
      for (const node of flow) {
        if (node.type === 'debug') node.type = 'test-sink';
        if (node.type === 'mqtt-broker') node['port'] = String(broker.port);
        if (typeof node['url'] === 'string') node['url'] = node['url'].replace('http://127.0.0.1:1880', red.url);
      }
      const sinks = flow.filter((node) => node.type === 'test-sink');
      const problems = sinks.filter((node) => node['name'] === 'problems');
      await red.deploy(flow);
      for (const node of flow) if (node.type === 'inject') red.node(node.id).receive({});
      for (const sink of sinks) {
        if (problems.includes(sink)) continue;
        await waitFor(`something at "${String(sink['name'])}"`, () => red.messages(sink.id).length > 0, 70_000).catch(
          (error: Error) => {
            // what the other nodes say tells why
            const others = flow.filter(({ id }) => red.messages(id).length > 0 || red.statuses.has(id));
            const said = others.map(({ id, type, name }) => ({
              node: `${type} ${String(name)}`,
              status: red.statuses.get(id)?.text,
              got: red.payloads(id),
            }));
            throw new Error(`${error.message}; meanwhile ${JSON.stringify(said)}`);
          },
        );
        // a source, a filter and the events pass the time on by contract; what tells people never sends nothing
        const passesTime = flow.some((node) => PASSES_TIME.has(node.type) && node.wires?.[0]?.includes(sink.id));
        if (!passesTime)
          for (const payload of red.payloads(sink.id))
            assert.notDeepEqual(payload, [], 'an empty message at the end of a chain');
      }
      const told = problems.flatMap((node) => red.payloads(node.id).flat()) as { message: string }[];
      if (FAULTY.has(file.slice(0, 2))) assert.ok(told.length > 0, 'the fault is told');
      else assert.deepEqual(told, []);
      // Node before 22.13 has no SQLite: a journal says so, and nothing else does
      const complaints = red.complaints.filter((line) => hasSqlite() || line.type !== 'city-journal');
      assert.deepEqual(
        complaints.map((line) => line.text),
        [],
      );
    });
  }
});
