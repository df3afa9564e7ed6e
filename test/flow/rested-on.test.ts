/** Rules that rest on the statuses of other rules: what keeps them from hearing of those is said, or mended. */
import assert from 'node:assert/strict';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import type { RuleState } from '../../nodes/pattern-status/rule-state';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { waitFor } from '../support/node-red';
import { goodEvent } from '../support/nonsense';

const ev = (event: string): object => ({ op: 'event', event });
const EVENTS: FlowNode = {
  id: 'events', type: 'ecdm-event', version: 1, name: '', domain: '', wires: [[], []],
  events: ['pm', 'work'].map((id) => ({ id, name: id, emit: 'state', when: { op: '>', value: 10 } })),
}; // prettier-ignore
const rule = (id: string, event: string, more: object = {}): FlowNode => ({
  id, type: 'pattern-status', version: 1, name: `Rule ${id}`, per: 'station', lateness: '0 s', rule: ev(event),
  wires: [['out'], []], ...more,
}); // prettier-ignore
const OUT: FlowNode = { id: 'out', type: 'test-sink', wires: [] };
const ZONES = [
  { id: 'D', name: 'D', level: 'district' },
  { id: 'Z', name: 'Z', level: 'zone' },
];

describe('rules that rest on other rules', function () {
  this.timeout(60_000);
  let nr: Embedded;

  before(async () => {
    nr = await startEmbedded();
  });
  after(() => nr.stop());
  beforeEach(async () => {
    await nr.deploy([]);
    nr.logs.length = 0;
  });

  const warned = (): string[] =>
    nr.logs
      .filter(
        ({ type, level, text }) => type === 'pattern-status' && level <= 30 && !text.startsWith('The rule has changed'),
      )
      .map(({ text }) => text);
  const line = (id: string, wanted: RegExp): Promise<unknown> =>
    waitFor(`the line ${wanted}`, () => wanted.test(nr.statuses.get(id)?.text ?? ''));
  const state = async (id: string): Promise<RuleState> =>
    (await (await fetch(`${nr.url}/city-events/pattern-status/${id}/state`)).json()) as RuleState;
  const begin = (event: string, more: Partial<CityEvent> = {}): object =>
    goodEvent({ event, kind: 'begin', time: Date.now() - 1000, ...more });
  const raised = (name: string): Promise<unknown> =>
    waitFor(`${name} to be raised`, () =>
      (nr.payloads('out').flat() as Status[]).some((status) => status.name === name && status.state === 'raised'),
    );
  const deploy = (...nodes: FlowNode[]): Promise<unknown> => nr.deploy([EVENTS, OUT, ...nodes]);

  describe('without a wire', () => {
    it('say so at the deploy and under the node, until there is one', async () => {
      const held = rule('held', 'pm', { notWhile: ['work-on'] });
      await deploy(rule('work-on', 'work', { per: 'city' }), held);
      await line('held', /^nothing yet · no wire from Rule work-on$/);
      assert.equal(nr.statuses.get('held')?.fill, 'yellow');
      assert.equal(warned().length, 1, warned().join('\n'));
      assert.match(warned()[0]!, /“Rule held” is not to be raised while “Rule work-on” \(work-on\) is.*Draw a wire/);
      assert.deepEqual((await state('held')).unwired, [{ id: 'work-on', name: 'Rule work-on' }]);
      nr.logs.length = 0;
      await deploy(rule('work-on', 'work', { per: 'city', wires: [['j'], []] }), { id: 'j', type: 'junction', wires: [['held']] }, held); // prettier-ignore
      await line('held', /^nothing yet$/);
      assert.deepEqual(warned(), []);
    });

    it('say nothing more once a status has come another way', async () => {
      await deploy(rule('below', 'pm'), rule('above', 'below'));
      await line('above', /no wire from Rule below$/);
      assert.match(warned()[0]!, /“Rule above” rests on “Rule below” \(below\).*choose the copy/);
      nr.inject('above', { payload: begin('below') });
      await line('above', /^raised: 1$/);
      assert.deepEqual((await state('above')).unwired, []);
    });

    it('of a copy say that the original is not wired to it', async () => {
      const copy = rule('above-copy', 'below');
      await deploy(rule('below', 'pm', { wires: [['above'], []] }), rule('above', 'below'), rule('below-copy', 'pm', { wires: [['above-copy'], []] }), copy); // prettier-ignore
      await line('above-copy', /no wire from Rule below$/);
      assert.equal(warned().length, 1, warned().join('\n'));
      assert.match(warned()[0]!, /“Rule above-copy”.*copied together/);
    });
  });

  it('miss a status that is to keep them down', async () => {
    await deploy(rule('held', 'pm', { notWhile: ['gone'], eventNames: { gone: 'Road works' } }));
    await line('held', /^missing event: Road works$/);
    assert.equal(warned().length, 1, warned().join('\n'));
    assert.match(warned()[0]!, /“Rule held” is not to be raised while “Road works” \(gone\) is, but no node.*untick/);
    assert.deepEqual((await state('held')).missing, [{ id: 'gone', name: 'Road works' }]);
  });

  it('are told that they keep each other down', async () => {
    await deploy(
      rule('a', 'pm', { notWhile: ['b'], wires: [['b'], []] }),
      rule('b', 'pm', { notWhile: ['a'], wires: [['a'], []] }),
    );
    assert.equal(warned().length, 2, warned().join('\n'));
    assert.match(warned()[0]!, /“Rule a” rests on itself: Rule a → Rule b → Rule a/);
    assert.match(warned()[1]!, /“Rule b” rests on itself: Rule b → Rule a → Rule b/);
  });

  it('are told where several make one status, but not of what is switched off', async () => {
    await deploy(rule('a', 'pm', { statusId: 'air' }), rule('b', 'work', { statusId: 'air' }));
    assert.equal(warned().length, 2, warned().join('\n'));
    for (const text of warned()) assert.match(text, /\(air\): “Rule a” \(a\), “Rule b” \(b\)\..*an id of its own/);
    nr.logs.length = 0;
    await deploy(rule('a', 'pm', { statusId: 'air' }), rule('b', 'work', { statusId: 'air', d: true }));
    assert.deepEqual(warned(), []);
  });

  it('are told of statuses with keys that they never meet, and where these would count', async () => {
    const city = rule('heat', 'work', { per: 'city', wires: [['r', 'held', 'zone'], []] });
    await deploy(
      city,
      rule('r', 'pm', { steps: [{ severity: 'critical', when: ev('heat') }] }),
      rule('held', 'pm', { notWhile: ['heat'] }),
    );
    assert.equal(warned().length, 1, warned().join('\n'));
    assert.match(
      warned()[0]!,
      /“Rule r” the status “Rule heat” never counts: its “Where” is “anywhere in the city .*“at one station .*“Not while/,
    );
  });

  it('are told of zones that lie elsewhere in the hierarchy, not of those around', async () => {
    const zones: FlowNode = {
      id: 'zones', type: 'city-zones', version: 1, name: '',
      zones: [{ id: 'D', name: 'D', level: 'district' }, { id: 'Z', name: 'Z', level: 'zone', parent: 'D' }].map((zone) => ({
        ...zone, shape: { type: 'Circle', center: [100, 13], radius: 100 },
      })),
    }; // prettier-ignore
    const per = (level: string): object => ({ per: 'zone', level });
    await deploy(
      zones,
      rule('inner', 'pm', { ...per('zone'), wires: [['up'], []] }),
      rule('up', 'inner', per('district')),
      rule('outer', 'pm', { ...per('district'), wires: [['down'], []] }),
      rule('down', 'outer', per('zone')),
    );
    assert.equal(warned().length, 1, warned().join('\n'));
    assert.match(warned()[0]!, /“Rule down”.*“Rule outer” never counts: .*\(district\).*\(zone\)/);
  });

  describe('in a subflow', () => {
    const inside = { z: 'sub', x: 1, y: 1 };
    const subflow = (out: string): FlowNode => ({
      id: 'sub', type: 'subflow', name: 'sub', in: [{ x: 1, y: 1, wires: [{ id: 'inner' }] }],
      out: [{ x: 1, y: 1, wires: [{ id: out, port: 0 }] }],
    }); // prettier-ignore
    const zone = (wires: string[]): FlowNode =>
      rule('inner', 'pm', { ...inside, per: 'zone', level: 'zone', wires: [wires, []] });
    const copy = (id: string, wires: string[]): FlowNode => ({ id, type: 'subflow:sub', wires: [wires] });
    const district = (more: object): FlowNode => rule('around', 'inner', { per: 'zone', level: 'district', ...more });

    it('rest on the rule of their own copy', async () => {
      await deploy(
        subflow('around'), zone(['around']), district({ ...inside, wires: [[], []] }), copy('one', ['out']), copy('two', []),
      ); // prettier-ignore
      assert.deepEqual(warned(), []);
      assert.match((await state('one-around')).reading, /“Rule inner”/);
      nr.inject('one', { payload: begin('pm', { zones: ZONES }) });
      await raised('Rule around');
      assert.deepEqual((await state('one-around')).missing, []);
    });

    it('are heard of by a rule behind the only copy, or behind one of them', async () => {
      for (const others of [[], [copy('two', ['out'])]]) {
        await deploy(subflow('inner'), zone([]), district({}), copy('one', ['around']), ...others);
        assert.deepEqual(warned(), []);
        nr.inject('one', { payload: begin('pm', { zones: ZONES }) });
        await raised('Rule around');
        await nr.deploy([]);
      }
    });

    it('are told of where a rule is behind several copies', async () => {
      await deploy(subflow('inner'), zone([]), district({}), copy('one', ['around']), copy('two', ['around']));
      assert.equal(warned().length, 1, warned().join('\n'));
      assert.match(warned()[0]!, /“Rule around” rests on what several copies of a subflow make.*“Rule inner”/);
    });
  });

  it('count what was refused before the engine could see it', async () => {
    await deploy(rule('r', 'pm'));
    nr.inject('r', { payload: [begin('pm', { key: '' }), { event: 'pm' }, begin('pm')] });
    await line('r', /^raised: 1$/);
    assert.equal((await state('r')).refused, 2);
  });
});
