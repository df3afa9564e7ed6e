/**
 * The same month of real data through wired nodes in a running Node-RED: one ecdm-event node or two in parallel, arrays
 * of 1, 7 and 1,000 rows, all must say what the command line says with the definition exported from that very flow.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { definitionToFlow } from '../../bin/lib/definition-to-flow';
import type { FlowNode } from '../../bin/lib/flow-nodes';
import { flowToDefinition } from '../../bin/lib/flow-to-definition';
import { definitionSchema, type Definition } from '../../nodes/ecdm/definition';
import { mappingSchema } from '../../nodes/ecdm/mapping-schema';
import type { Observation } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { Pipeline } from '../../nodes/replay/pipeline';
import { sortByTime } from '../../nodes/to-observation/batch';
import { compileMapping } from '../../nodes/to-observation/mapping/mapper';
import { startEmbedded, type Embedded } from '../support/embedded';
import { sleep } from '../support/node-red';

const ROOT = path.resolve(__dirname, '../../..');
const DATA = path.resolve(ROOT, '../shared/data/beijing_air_2016-12.csv');
const HOUR = 3_600_000;
const read = (name: string): unknown => JSON.parse(readFileSync(path.join(ROOT, 'test/definitions', name), 'utf8'));

/** What a status says, without what differs from run to run by design (the id of the domain's node). */
type Told = [id: string, state: string, since: string, until: string | undefined];
const told = (statuses: readonly Status[]): Told[] =>
  statuses
    .filter((s) => s.state === 'raised' || s.state === 'cleared')
    .map((s): Told => [s.statusId, s.state, s.since, s.until])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));

describe('a replay through wired nodes', function () {
  let nr: Embedded;
  let flow: FlowNode[];
  let rows: Record<string, string>[];
  let expected: Told[];

  before(async function () {
    if (!existsSync(DATA)) return this.skip();
    const text = readFileSync(DATA, 'utf8');
    const mapping = mappingSchema.parse(read('beijing.map.json'));
    flow = definitionToFlow(definitionSchema.parse(read('beijing.ecdm.json')), mapping);
    const definition = flowToDefinition(flow, 'x');
    expected = told(commandLine(definition, text, mapping));
    const [head, ...lines] = text.trim().split(/\r?\n/);
    const names = head!.split(',');
    rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell])));
    nr = await startEmbedded();
  });
  after(() => nr?.stop());

  function commandLine(definition: Definition, text: string, mapping: ReturnType<typeof mappingSchema.parse>): Status[] {
    const observations: Observation[] = [];
    const statuses: Status[] = [];
    const problems: Problem[] = [];
    compileMapping(mapping).map(text, observations, problems);
    sortByTime(observations);
    const pipeline = new Pipeline(definition);
    pipeline.push(observations, statuses, problems);
    pipeline.end(statuses, problems);
    assert.deepEqual(problems, []);
    return statuses;
  }

  /** Nodes remember what they have seen over a redeploy, by their ids: each run has nodes of its own. */
  const afresh = (nodes: FlowNode[], run: string): FlowNode[] => {
    const ids = new Set(nodes.map(({ id }) => id));
    const rename = (value: unknown): unknown => {
      if (typeof value === 'string') return ids.has(value) ? `${value}-${run}` : value;
      if (Array.isArray(value)) return value.map(rename);
      return value;
    };
    return nodes.map((node) => ({ ...node, id: `${node.id}-${run}`, domain: rename(node['domain']), wires: rename(node.wires) as string[][] }));
  };

  /** The flow as it was drawn, or with the events of CO in a node of their own beside the first. */
  function nodesOf(branches: 1 | 2, run: string): FlowNode[] {
    const nodes = structuredClone(flow).filter(({ type }) => type !== 'tab');
    for (const node of nodes) delete node.z;
    const input = nodes.find(({ type }) => type === 'to-observation')!;
    input['whole'] = false;
    const first = nodes.find(({ type }) => type === 'ecdm-event')!;
    if (branches === 2) {
      const events = first['events'] as { id: string }[];
      const second: FlowNode = { ...structuredClone(first), id: 'second', events: events.filter(({ id }) => id.startsWith('co')) };
      first['events'] = events.filter(({ id }) => !id.startsWith('co'));
      nodes.push(second);
      input.wires = [[first.id, second.id], ['problems']];
    }
    for (const node of nodes) {
      if (node.type === 'pattern-status') node.wires = [['out'], ['problems']];
      if (node.type === 'ecdm-event') node.wires = [node.wires![0]!, ['problems']];
    }
    return [...afresh(nodes, run), { id: 'out', type: 'test-sink', wires: [] }, { id: 'problems', type: 'test-sink', wires: [] }];
  }

  for (const branches of [1, 2] as const) {
    for (const size of [1, 7, 1000]) {
      it(`${branches === 1 ? 'one ecdm-event node' : 'two ecdm-event nodes in parallel'}, arrays of ${size}`, async () => {
        const run = `${branches}-${size}`;
        await nr.deploy(nodesOf(branches, run));
        const input = `${flow.find(({ type }) => type === 'to-observation')!.id}-${run}`;
        for (let i = 0; i < rows.length; i += size) {
          const last = i + size >= rows.length;
          nr.inject(input, { payload: rows.slice(i, i + size), ...(last ? { complete: true } : {}) });
          // Node-RED delivers on the next turns of the loop; a source that never pauses only fills its queue
          if ((i / size) % 100 === 99) await sleep(0);
        }
        const statuses = (): Status[] => nr.payloads('out').flat() as Status[];
        // asked seldom: to look through all messages takes as long as a few hundred of them
        for (const end = Date.now() + 40_000; Date.now() < end && told(statuses()).length < expected.length; ) await sleep(300);
        // none too many either
        await sleep(100);
        assert.deepEqual(nr.payloads('problems').flat(), []);
        assert.deepEqual(told(statuses()), expected);
      });
    }
  }

  it('has the known counts', () => {
    const of = (rule: string): Told[] => expected.filter(([id]) => id.startsWith(`${rule}|`));
    assert.equal(of('pollution').filter(([, state]) => state === 'raised').length, 73);
    const end = Date.parse('2017-01-01T00:00:00+08:00');
    const hours = (rule: string): number =>
      of(rule).reduce((sum, [, state, since, until]) => {
        if (state === 'cleared') return sum + (Date.parse(until!) - Date.parse(since)) / HOUR;
        return sum;
      }, 0) +
      of(rule)
        .filter(([id, state]) => state === 'raised' && !of(rule).some(([other, s]) => other === id && s === 'cleared'))
        .reduce((sum, [, , since]) => sum + (end - Date.parse(since)) / HOUR, 0);
    // held, with the three hours in which a source said nothing: 641 are known to be true
    assert.equal(hours('pollution'), 644);
    assert.equal(hours('pollution-city'), 205);
    assert.equal(hours('mean-pm'), 399);
    assert.equal(hours('mean-both'), 91);
    assert.equal(of('paper').length, 0);
  });
});
