/** The choice of the form in a running flow: rules, paths and thresholds, with servers that help and those that do not. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { startSimulator, type Simulator } from '../../flows/simulator';
import type { Observation } from '../../nodes/ecdm/observation';
import { helper, liveNode, loadFlow, type FlowNode } from '../support/helper';
import { nodeRedMain, sleep, waitFor } from '../support/node-red';

/** The helper's runtime has the message hooks but does not hand them to nodes. */
const { hooks } = createRequire(nodeRedMain())('@node-red/util') as { hooks: object };
const withHooks = (RED: any): void => {
  RED.hooks = hooks;
};
const START = Date.parse('2026-11-20T07:00:00Z');

describe('the choice of sensorthings-in in a flow', function () {
  let simulator: Simulator;
  let out: Observation[] = [];
  let problems: { code: string; message: string; hint: string }[] = [];

  async function load(config: object): Promise<void> {
    out = [];
    problems = [];
    const base = { z: 'tab', x: 1, y: 1 };
    const node = {
      version: 2,
      server: 'server',
      mode: 'poll',
      interval: '1 s',
      emit: 'batch',
      wires: [['out'], ['problems']],
    };
    const flow: FlowNode[] = [
      { id: 'tab', type: 'tab' },
      { id: 'server', type: 'sensorthings-server', version: 1, url: simulator.url },
      { id: 'in', type: 'sensorthings-in', ...base, ...node, ...config },
      { id: 'out', type: 'helper', ...base, wires: [] },
      { id: 'problems', type: 'helper', ...base, wires: [] },
    ];
    await loadFlow([withHooks, 'sensorthings-server', 'sensorthings-in'], flow);
    liveNode('out').on('input', ({ payload }: { payload: Observation[] }) => out.push(...payload));
    liveNode('problems').on('input', ({ payload }: { payload: typeof problems }) => problems.push(...payload));
  }
  const names = (): string[] => [...new Set(out.map(({ meta }) => meta!.datastream.name!))].sort();

  beforeEach(async () => {
    simulator = await startSimulator({ speed: 0, history: 60, start: START, mqttPort: false });
  });
  afterEach(async () => {
    await helper.unload();
    await simulator.close();
  });

  it('reads what a rule means, asked of the server in one query', async () => {
    await load({ choose: 'rule', rule: { property: ['pm2.5', 'CO'], thing: ['harbour'] } });
    await waitFor('readings', () => names().length >= 6);
    assert.deepEqual(
      names().map((name) => name.replace(/ at .*/, '')),
      ['CO', 'CO', 'CO', 'PM2.5', 'PM2.5', 'PM2.5'],
    );
    const asked = simulator.log.map(decodeURIComponent).filter((line) => /\/Datastreams\?.*tolower/.test(line));
    assert.equal(asked.length, 1);
    assert.match(
      asked[0]!,
      /tolower\(ObservedProperty\/name\) eq 'pm2\.5' or .* and substringof\('harbour',tolower\(Thing\/name\)\)/,
    );
  });

  it('reads the same where the server can look for nothing', async () => {
    simulator.personality.refuseFilter = ['tolower', 'substringof', 'contains', 'st_', 'geo.'];
    const { place } = simulator.city.things.find(({ name }) => name === 'Air station Harbour 1')!;
    const [lon, lat] = place;
    await load({
      choose: 'rule',
      rule: { property: ['PM2.5'], area: { west: lon - 1e-4, south: lat - 1e-4, east: lon + 1e-4, north: lat + 1e-4 } },
    });
    await waitFor('readings', () => out.length > 0);
    await sleep(300);
    assert.deepEqual(names(), ['PM2.5 at Air station Harbour 1']);
  });

  it('reads the Datastreams at a path, and says what is wrong with another one', async () => {
    await load({ choose: 'path', path: 'Things(1)/Datastreams' });
    await waitFor('readings', () => names().length >= 2);
    assert.deepEqual([...new Set(out.map(({ meta }) => meta!.thing!.name))], ['Air station Centre 1']);
    await helper.unload();
    await load({ choose: 'path', path: 'Things(1)/Sensors' });
    await waitFor('the problem', () => problems.length > 0);
    assert.equal(problems[0]!.code, 'bad-path');
  });

  for (const refuse of [false, true]) {
    it(`sends readings above a threshold only, ${refuse ? 'looked through here' : 'asked of the server'}`, async () => {
      if (refuse) simulator.personality.refuseFilter = ['result gt'];
      const pm = simulator.city.datastreams.filter(({ property }) => property.name === 'PM2.5');
      const ids = new Set(pm.map(({ id }) => id));
      const stored = [...simulator.store.all('Observations')].filter(
        ({ links, fields }) => ids.has((links['Datastream'] as { id: number }).id) && (fields['result'] as number) > 20,
      );
      await load({ choose: 'rule', rule: { property: ['PM2.5'] }, history: '2 h', threshold: { op: 'gt', value: 20 } });
      await waitFor('the history', () => out.length >= stored.length);
      await sleep(500);
      const before = out.length;
      assert.equal(before, stored.length);
      simulator.post(pm[0]!.id, 20, START + 60_000);
      simulator.post(pm[0]!.id, 20.5, START + 120_000);
      simulator.post(pm[1]!.id, 300, START + 120_000);
      await waitFor('the new readings', () => out.length >= before + 2);
      await sleep(1200);
      assert.ok(
        out.length >= 2 && out.every(({ value }) => (value as number) > 20),
        JSON.stringify(out.map(({ value }) => value)),
      );
      assert.deepEqual(
        out
          .slice(before)
          .map(({ value }) => value)
          .sort(),
        [20.5, 300],
      );
      const pushed = simulator.log
        .map(decodeURIComponent)
        .filter((line) => /phenomenonTime ge .*result gt 20/.test(line));
      assert.equal(pushed.length > 0, !refuse);
    });
  }
});
