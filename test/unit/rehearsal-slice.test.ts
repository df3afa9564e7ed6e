/** Which part of the flow a rehearsal takes: through links, subflows and junctions, past foreign nodes, back to the sources. */
import assert from 'node:assert/strict';
import type { RehearsalRequest, SavedNode } from '../../nodes/rehearsal/contract';
import { RehearsalError } from '../../nodes/rehearsal/rehearsal-error';
import { sliceOf, type FlowSlice } from '../../nodes/rehearsal/slice';

const node = (id: string, type: string, to: string[][] = [], more: Record<string, unknown> = {}): SavedNode => ({
  id,
  type,
  wires: to,
  ...more,
});

function slice(deployed: SavedNode[], target: SavedNode, sources: string[], undeployed: SavedNode[] = []): FlowSlice {
  const request: RehearsalRequest = {
    node: target, sources, undeployed, history: { from: 'file', upload: 'x' }, language: 'en-US',
  }; // prettier-ignore
  return sliceOf(deployed, request);
}

const wiresOf = ({ before }: FlowSlice): Record<string, unknown> =>
  Object.fromEntries(before.map(({ id, wires }) => [id, wires]));

describe('the part of a flow that is rehearsed', () => {
  const rule = node('rule', 'pattern-status', [['notify']]);

  it('goes back to the sources, and knows what is deployed', () => {
    const deployed = [
      node('source', 'sensorthings-in', [['filter']], { name: 'Air' }),
      node('filter', 'spatial-filter', [['events'], [], ['other']], { zones: 'zones' }),
      node('zones', 'city-zones'),
      node('events', 'ecdm-event', [['rule'], ['problems']], { journal: 'book' }),
      node('other', 'ecdm-event', [['rule']]),
      node('problems', 'debug'),
      rule,
      node('notify', 'action-notify'),
      node('elsewhere', 'ecdm-event', [['x']]),
    ];
    const found = slice(deployed, { ...rule, severity: 'major' }, ['events', 'other']);
    assert.deepEqual(wiresOf(found), { other: [['rule']], events: [['rule']], filter: [['events'], [], ['other']] });
    assert.deepEqual(found.entries, [{ source: 'source', type: 'sensorthings-in', to: ['filter'] }]);
    assert.equal(found.names.get('source'), 'Air');
    assert.equal(found.next['severity'], 'major');
    assert.equal(found.now?.['severity'], undefined);
    assert.deepEqual(found.configs.map(({ id }) => id), ['zones']); // prettier-ignore
    assert.ok(
      found.named.some(({ id }) => id === 'elsewhere'),
      'names of events are known wherever they are',
    );
    assert.ok(!found.before.some((one) => 'journal' in one), 'nothing is written down');
    assert.deepEqual(found.notes, []);
  });

  it('what the editor has wired anew counts, and what it has taken away does not', () => {
    const deployed = [
      node('source', 'to-observation', [['old', 'fresh']]),
      node('old', 'ecdm-event', [['rule']]),
      node('fresh', 'ecdm-event', [[]]),
      rule,
    ];
    assert.deepEqual(wiresOf(slice(deployed, rule, ['fresh'])), { fresh: [['rule']] });
  });

  it('what is not deployed comes from the editor; what is counts as it is deployed', () => {
    const deployed = [
      node('source', 'to-observation', [['events']]),
      node('events', 'ecdm-event', [[]], { name: 'deployed' }),
    ];
    const undeployed = [
      node('events', 'ecdm-event', [['rule']], { name: 'edited' }),
      node('more', 'ecdm-event', [['rule']]),
    ];
    const found = slice(deployed, rule, ['events', 'more'], undeployed);
    assert.deepEqual(found.before.map(({ id, name }) => [id, name]).sort(), [['events', 'deployed'], ['more', undefined]]); // prettier-ignore
    assert.equal(found.now, undefined);
  });

  it('follows junctions, links and subflows in and out', () => {
    const deployed = [
      node('source', 'to-observation', [['junction']]),
      node('junction', 'junction', [['out']]),
      node('out', 'link out', [], { links: ['in'] }),
      node('in', 'link in', [['instance']], { links: ['out'] }),
      node('instance', 'subflow:sub', [['rule']]),
      node('sub', 'subflow', [], { in: [{ wires: [{ id: 'inner' }] }], out: [{ wires: [{ id: 'inner', port: 0 }] }] }),
      node('inner', 'ecdm-event', [[]], { z: 'sub' }),
      rule,
    ];
    const found = slice(deployed, rule, ['instance']);
    assert.deepEqual(wiresOf(found), { inner: [['rule']] });
    assert.deepEqual(found.entries, [{ source: 'source', type: 'to-observation', to: ['inner'] }]);
    assert.deepEqual(found.notes, []);
  });

  it('names the foreign nodes that readings pass unchanged', () => {
    const deployed = [
      node('mqtt', 'mqtt in', [['source']]),
      node('source', 'to-observation', [['function']]),
      node('function', 'function', [['events']], { name: 'half it' }),
      node('events', 'ecdm-event', [['rule']]),
      rule,
    ];
    const found = slice(deployed, rule, ['events']);
    assert.deepEqual(found.entries, [{ source: 'source', type: 'to-observation', to: ['events'] }]);
    assert.deepEqual(found.notes, [{ code: 'foreign', node: 'half it', type: 'function' }]);
  });

  it('names the nodes with settings from the environment, which a rehearsal does not know', () => {
    const event = node('event', 'ecdm-event', [], { name: 'Heat', events: [{ name: '${LIMIT_NAME}' }] });
    const plain = node('plain', 'ecdm-event', [], { name: 'Cost', events: [{ name: '5 $ {x} and ${y} more' }] });
    assert.deepEqual(slice([], event, []).notes, [{ code: 'environment', node: 'Heat' }]);
    assert.deepEqual(slice([], plain, []).notes, []);
  });

  it('readings come in where they would: from another beginning, or where nothing is wired yet', () => {
    const events = node('events', 'ecdm-event', [[]]);
    const mqtt = node('mqtt', 'mqtt in', [['events']]);
    assert.deepEqual(slice([mqtt, events], events, ['mqtt']).entries, [
      { source: 'mqtt', type: 'mqtt in', to: ['events'] },
    ]);
    assert.deepEqual(slice([events], events, []).entries, [{ source: '', to: ['events'] }]);
    assert.deepEqual(slice([rule], rule, []).entries, [], 'a rule takes no readings');
    const inject = node('clear', 'inject', [['rule']]);
    assert.deepEqual(slice([rule, inject], rule, ['clear']).entries, []);
  });

  it('what is switched off, and what tells of problems, brings nothing', () => {
    const deployed = [
      node('tab', 'tab', [], { disabled: true }),
      node('source', 'to-observation', [['one', 'two', 'three']]),
      node('one', 'ecdm-event', [['rule']], { d: true }),
      node('two', 'ecdm-event', [['rule']], { z: 'tab' }),
      node('three', 'ecdm-event', [[], ['rule']]),
      rule,
    ];
    assert.deepEqual(wiresOf(slice(deployed, rule, ['one', 'two', 'three'])), {});
  });

  it('a circle ends, and is told', () => {
    const deployed = [node('source', 'to-observation', [['rule']]), node('other', 'pattern-status', [['rule']]), node('rule', 'pattern-status', [['other']])]; // prettier-ignore
    const found = slice(deployed, node('rule', 'pattern-status'), ['other']);
    assert.deepEqual(wiresOf(found), { other: [['rule']] });
    assert.deepEqual(found.notes, [{ code: 'loop' }]);
  });

  it('follows no more than it may, however a request is made: Node-RED waits for it', () => {
    const many = (count: number, of: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => of(i));
    const tooMuch = (thrown: unknown): boolean =>
      thrown instanceof RehearsalError && /200000 wires/.test(thrown.message);
    const began = performance.now();
    // each source was looked for among all wires, and all were taken for each
    const wires = [many(400_000, () => 'rule')];
    assert.throws(
      () =>
        slice(
          [],
          rule,
          many(5000, () => 'a'),
          [node('a', 'ecdm-event', wires)],
        ),
      tooMuch,
    );
    // each "link in" looked through all nodes, and each of their links
    const ins = many(2000, (i) => `in${i}`);
    const links = [...ins.map((id) => node(id, 'link in', [['rule']])), ...many(200, (i) => `out${i}`).map((id) => node(id, 'link out', [], { links: ins }))]; // prettier-ignore
    assert.throws(() => slice([], rule, ins, links), tooMuch);
    // readings that pass from each to each
    const junctions = many(600, (i) => `j${i}`);
    const knot = junctions.map((id) => node(id, 'junction', [[...junctions, 'rule']]));
    assert.throws(() => slice([], rule, junctions, knot), tooMuch);
    // outputs up to this one were made
    for (const port of [Infinity, 1e9, -1, 0.5]) {
      const sub = node('sub', 'subflow', [], { out: [{ wires: [{ id: 'filter', port }] }] });
      slice([], rule, ['one'], [node('one', 'subflow:sub', [['rule']]), sub, node('filter', 'spatial-filter')]);
    }
    const took = performance.now() - began;
    assert.ok(took < 10_000, `${took} ms`);
  });

  it('bears what no editor would make', () => {
    const odd = [
      node('a', 'ecdm-event', 'nothing' as never),
      { id: 'b', type: 'subflow', in: 'x', out: [null] },
      node('c', 'subflow:b', [[null as never, 'rule']]),
      node('d', 'link in', [['rule']], { links: 'x' }),
      { id: 'e', type: 'subflow:none', wires: [['rule']] },
    ];
    assert.deepEqual(slice(odd, rule, ['a', 'c', 'd', 'e', 'gone']).entries, [{ source: '', to: ['a'] }]);
  });
});
