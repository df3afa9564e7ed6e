/** Nonsense to every node: nothing crashes, and what cannot be used is named in a problem or a catchable error. */
import assert from 'node:assert/strict';
import { builtTypes, configNodes, inputsOf, outputsOf, workingNode } from '../support/built-nodes';
import { helper, liveNode, loadFlow, type FlowNode } from '../support/helper';
import { coreNodeFile, sleep, waitFor } from '../support/node-red';
import { nonsense, nonsenseCities, type Nonsense } from '../support/nonsense';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const catchNode = require(coreNodeFile('common/25-catch')) as (RED: unknown) => unknown;

/** Nodes may finish a message a few turns later, the later the busier the machine is. */
const PATIENCE = 20_000;

/** What came out of the node under test since the last {@link Bench.send}. */
class Bench {
  readonly outputs: unknown[][] = [];
  readonly caught: unknown[] = [];

  static async start(type: string): Promise<Bench> {
    const bench = new Bench();
    const outs = Array.from({ length: outputsOf(type) }, (_, i) => `out-${i + 1}`);
    const place = { z: 'tab', x: 1, y: 1 };
    // what a flow file holds can be copied; a function is none of it
    const { good: _good, refuses: _refuses, ...config } = workingNode(type);
    const flow: FlowNode[] = [
      { id: 'tab', type: 'tab' },
      ...configNodes(),
      { ...config, id: 'tested', type, ...place, wires: outs.map((id) => [id]) },
      ...[...outs, 'caught'].map((id) => ({ id, type: 'helper', ...place, wires: [] })),
      { id: 'catcher', type: 'catch', ...place, wires: [['caught']] },
    ];
    await loadFlow([...builtTypes(), catchNode], flow);
    outs.forEach((id, i) => {
      bench.outputs[i] = [];
      liveNode(id).on('input', (message: { payload: unknown }) => bench.outputs[i]!.push(message.payload));
    });
    liveNode('caught').on('input', (message: { error: unknown }) => bench.caught.push(message.error));
    // stateful nodes read their snapshot first
    if (outs.length > 0) {
      bench.send({ payload: [workingNode(type).good()], topic: 'good' });
      await waitFor(`the first answer of ${type}`, () => bench.outputs[0]!.length > 0);
    }
    return bench;
  }

  send(message: Record<string, unknown>): void {
    for (const list of this.outputs) list.length = 0;
    this.caught.length = 0;
    liveNode('tested').receive(message);
  }

  /** True when the last message has led to a problem or to an error that a Catch node gets. */
  get complained(): boolean {
    const problems = this.outputs[1] ?? [];
    return this.caught.length > 0 || problems.some((list) => Array.isArray(list) && list.some(isProblem));
  }

  async settled(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async waitForComplaint(): Promise<boolean> {
    for (const end = Date.now() + PATIENCE; !this.complained && Date.now() < end;) await this.settled();
    return this.complained;
  }
}

function isProblem(one: unknown): boolean {
  const { code, message, hint, node } = Object(one) as Record<string, unknown>;
  // of a node with other things on output 2, what goes wrong must be caught instead
  return [code, message, hint].every((text) => typeof text === 'string') && node === 'tested';
}

describe('nonsense', () => {
  const types = builtTypes().filter((type) => inputsOf(type) > 0);
  afterEach(() => helper.unload());

  it('has nodes to be tried on', () => assert.ok(types.length > 0));

  for (const type of types) {
    it(`${type} names every payload that nobody can use, and lives on`, async () => {
      const bench = await Bench.start(type);
      const silent: string[] = [];
      const { refuses = [] } = workingNode(type);
      for (const { name, make, fate, field = '' } of nonsense) {
        bench.send({ payload: make(), topic: 'nonsense' });
        await bench.settled();
        const expected = fate === 'refused' || refuses.includes(field);
        if (expected && !(await bench.waitForComplaint())) silent.push(name);
      }
      assert.deepEqual(silent, []);
      await proveAlive(type, bench);
    });

    it(`${type} lives on with any msg.city`, async () => {
      const bench = await Bench.start(type);
      const payloads: Nonsense['make'][] = [
        () => workingNode(type).good(),
        () => [workingNode(type).good()],
        () => 'x',
      ];
      for (const { make } of nonsenseCities) {
        for (const payload of payloads) {
          bench.send({ payload: payload(), city: make() });
          await bench.settled();
        }
      }
      await proveAlive(type, bench);
    });
  }

  it('leaves the prototypes of everything as they were', () => {
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.equal(({} as Record<string, unknown>)['datastream'], undefined);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });
});

/** A good item after all the bad ones is taken as if nothing had been. */
async function proveAlive(type: string, bench: Bench): Promise<void> {
  bench.send({ payload: [workingNode(type).good()], topic: 'good' });
  if (outputsOf(type) > 0) await waitFor('what is good to come out', () => bench.outputs[0]!.length > 0);
  await sleep(20);
  assert.deepEqual([bench.caught, bench.outputs[1] ?? []], [[], []]);
}
