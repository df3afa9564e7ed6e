/** What a running rule knows of the events that it names: which of several definitions counts, and that one is gone. */
import assert from 'node:assert/strict';
import type { RuleState } from '../../nodes/pattern-status/rule-state';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { waitFor } from '../support/node-red';
import { goodEvent } from '../support/nonsense';

interface Event {
  id: string;
  name: string;
  emit?: 'state' | 'point';
}

const events = (id: string, list: Event[], wires: string[] = [], more: object = {}): FlowNode => ({
  id, type: 'ecdm-event', version: 1, name: '', domain: '', wires: [wires, []], ...more,
  events: list.map((event) => ({ emit: 'state', when: { op: '>', value: 10 }, ...event })),
}); // prettier-ignore
const ev = (event: string): object => ({ op: 'event', event });
const rule = (more: object = {}): FlowNode => ({
  id: 'rule', type: 'pattern-status', version: 1, name: 'Flood', per: 'station', lateness: '0 s',
  rule: { op: 'then', of: [ev('rain'), ev('drain')], within: '1 h' }, wires: [[], []], ...more,
}); // prettier-ignore

const RAIN: Event = { id: 'rain', name: 'rain heavy' };
const HAIL: Event = { id: 'rain', name: 'hail heavy', emit: 'point' };
const DRAIN: Event = { id: 'drain', name: 'drain full' };

describe('the events that a running rule names', function () {
  this.timeout(60_000);
  let nr: Embedded;

  before(async () => {
    nr = await startEmbedded();
  });
  after(() => nr.stop());
  beforeEach(() => void (nr.logs.length = 0));

  const state = async (id = 'rule', query = ''): Promise<RuleState> => {
    const response = await fetch(`${nr.url}/city-events/pattern-status/${id}/state${query}`);
    return (await response.json()) as RuleState;
  };
  const reading = async (id?: string): Promise<string> => (await state(id)).reading;
  /** Of what one test has left the next takes over nothing, and says so. */
  const warned = (): string[] =>
    nr.logs
      .filter(
        ({ type, level, text }) => type === 'pattern-status' && level <= 30 && !text.startsWith('The rule has changed'),
      )
      .map(({ text }) => text);
  const says = (wanted: RegExp, id = 'rule'): Promise<unknown> =>
    waitFor(`the line ${wanted}`, () => wanted.test(nr.statuses.get(id)?.text ?? ''));

  describe('where one is gone', () => {
    it('says so at the deploy that has taken it away, by its last name, though the rule itself goes on', async () => {
      await nr.deploy([events('events', [RAIN, DRAIN], ['rule']), rule()]);
      await says(/^nothing yet$/);
      assert.deepEqual(warned(), []);
      assert.deepEqual((await state()).missing, []);
      await nr.deploy([events('events', [RAIN], ['rule']), rule()], 'nodes');
      await says(/^missing event: drain full$/);
      assert.equal(nr.statuses.get('rule')?.fill, 'yellow');
      assert.equal(warned().length, 1, warned().join('\n'));
      assert.match(warned()[0]!, /“Flood”.*“drain full” \(drain\).*choose another event/);
      assert.deepEqual((await state()).missing, [{ id: 'drain', name: 'drain full' }]);
      assert.match(await reading(), /“drain full”/);
      // what has been said is not said again
      await nr.deploy([events('events', [{ ...RAIN, name: 'rain' }], ['rule']), rule()], 'nodes');
      assert.equal(warned().length, 1);
      await nr.deploy([events('events', [RAIN, DRAIN], ['rule']), rule()], 'nodes');
      await says(/^nothing yet$/);
      assert.deepEqual((await state()).missing, []);
    });

    it('says so at the start, by the name that the form has kept, else by its id', async () => {
      await nr.deploy([
        events('events', [RAIN], ['rule']),
        rule({
          rule: { op: 'and', of: [ev('rain'), ev('f00d'), ev('beef')] },
          eventNames: { f00d: 'pump off', beef: 7 },
        }),
      ]);
      await says(/^missing event: pump off, beef$/);
      assert.match(warned()[0]!, /misses “pump off” \(f00d\), “beef”:/);
    });

    it('takes it back when a node that is no node of this pack sends the event', async () => {
      await nr.deploy([events('events', [RAIN], ['rule']), rule()]);
      await says(/^missing event/);
      const time = Date.now() - 1000;
      nr.inject('rule', { payload: goodEvent({ event: 'drain', name: 'drain of our own', kind: 'point', time }) });
      await says(/^normal: 1$/);
      assert.match(await reading(), /“drain of our own”/, 'it is called as its node calls it');
      assert.deepEqual((await state()).missing, []);
      await nr.deploy([events('events', [{ ...RAIN, name: 'rain' }], ['rule']), rule()], 'nodes');
      assert.equal(warned().length, 1, 'nor is it missing after another deploy');
    });

    it('decides in a simulation all the same: what nobody makes has come as far as the rest', async () => {
      const any = { id: 'any', rule: { op: 'or', of: [ev('rain'), ev('gone')] } };
      await nr.deploy([events('events', [RAIN], ['any']), rule(any)]);
      const time = Date.UTC(2026, 0, 5, 8);
      const at = (minute: number): object => ({ source: 's', time: time + minute * 60_000, events: ['rain'] });
      const hour = (mode: string): void => {
        const begin = goodEvent({ event: 'rain', kind: 'begin', time });
        nr.inject('any', { payload: [begin], city: { mode, clock: at(0) } });
        nr.inject('any', { payload: [], city: { mode, clock: at(60) } });
      };
      const decided = async (): Promise<boolean> => {
        const { settled, counters } = await state('any', '?realm=simulated');
        return settled === time + 60 * 60_000 && counters.raised === 1;
      };
      hour('simulated');
      await waitFor('the end of the hour', decided);
      // what a node of somebody's own has sent live is not made by what is simulated
      nr.inject('any', {
        payload: goodEvent({ event: 'gone', name: 'of ours', key: 'x', kind: 'point', time: Date.now() - 1000 }),
      });
      await waitFor('the event', async () => (await state('any')).missing.length === 0);
      nr.inject('any', { payload: [], city: { mode: 'simulated', clock: at(0) } });
      await waitFor('the begin of another run', async () => !(await decided()));
      hour('simulated');
      await waitFor('the end of the other hour', decided);
      // in a replay it may come after the rest
      hour('replay');
      await waitFor('the replay', async () => (await state('any')).realms.includes('replay'));
      const { settled, awaited } = await state('any', '?realm=replay');
      assert.deepEqual([settled, awaited], [null, ['of ours']]);
    });

    it('names what it waits for in a replay that does not reach the node which makes it', async () => {
      await nr.deploy([
        events('events', [RAIN], ['behind']),
        events('far', [DRAIN], ['behind']),
        rule({ id: 'behind' }),
      ]);
      const time = Date.UTC(2026, 0, 5, 8);
      const city = (...of: string[]): object => ({ mode: 'replay', clock: { source: of[0], time, events: of } });
      nr.inject('behind', { payload: [goodEvent({ event: 'rain', kind: 'point', time })], city: city('rain') });
      await says(/ \(replay\) · waits for drain full$/, 'behind');
      assert.equal(nr.statuses.get('behind')?.fill, 'yellow');
      assert.deepEqual((await state('behind', '?realm=replay')).awaited, ['drain full']);
      assert.deepEqual((await state('behind', '?realm=real')).awaited, []);
      // a deploy of something else does not make it forget
      await nr.deploy(
        [
          events('events', [RAIN], ['behind']),
          events('far', [DRAIN], ['behind']),
          rule({ id: 'behind', name: 'Floods' }),
        ],
        'nodes',
      );
      nr.inject('behind', { payload: [], city: city('rain') });
      await says(/waits for drain full$/, 'behind');
      nr.inject('behind', { payload: [], city: city('drain') });
      await says(/^normal: 1 \(replay\)$/, 'behind');
      assert.deepEqual((await state('behind', '?realm=replay')).awaited, []);
    });

    it('misses none that a node has that is switched off, lies elsewhere, is a status, or tells moves', async () => {
      await nr.deploy([
        events('off', [{ id: 'a', name: 'a' }], [], { d: true }),
        { id: 'tab2', type: 'tab', label: 'off', disabled: true },
        events('elsewhere', [{ id: 'b', name: 'b' }], [], { z: 'tab2', x: 1, y: 1 }),
        { id: 'sub', type: 'subflow', name: 'sub', in: [], out: [] },
        events('inside', [{ id: 'c', name: 'c' }], [], { z: 'sub', x: 1, y: 1 }),
        rule({ id: 'other', rule: ev('a'), wires: [['rule'], []] }),
        rule({ id: 'named', rule: ev('a'), statusId: 'own-id', wires: [['rule'], []] }),
        {
          id: 'filter',
          type: 'spatial-filter',
          version: 1,
          name: 'Harbour',
          keep: 'moves',
          moves: ['enter'],
          wires: [[], []],
        },
        rule({ rule: { op: 'or', of: ['a', 'b', 'c', 'other', 'own-id', 'filter/enter'].map(ev) } }),
      ]);
      assert.deepEqual((await state()).missing, []);
      assert.deepEqual(warned(), []);
    });
  });

  describe('where one lasts no longer', () => {
    const both = rule({ rule: { op: 'and', of: [ev('rain'), ev('drain')] } });
    const lasting = events('events', [RAIN, DRAIN], ['rule']);
    const happening = events('events', [{ ...RAIN, emit: 'point' }, DRAIN], ['rule']);

    it('says at the deploy of its node alone that the rule must be deployed, too', async () => {
      await nr.deploy([lasting, both]);
      await says(/^nothing yet$/);
      assert.deepEqual(warned(), []);
      await nr.deploy([happening, both], 'nodes');
      await says(/^nothing yet · deploy this rule, too: rain heavy has changed$/);
      assert.equal(nr.statuses.get('rule')?.fill, 'yellow');
      assert.equal(warned().length, 1, warned().join('\n'));
      assert.match(warned()[0]!, /“Flood”.*“rain heavy”.*Deploy the rule, too/);
      // what has been said is not said again
      await nr.deploy([{ ...happening, name: 'other' }, both], 'nodes');
      assert.equal(warned().length, 1);
      await nr.deploy([lasting, both], 'nodes');
      await says(/^nothing yet$/);
    });

    it('has nothing to say where the rule is deployed, too', async () => {
      const either = (name: string): FlowNode => rule({ name, rule: { op: 'or', of: [ev('rain'), ev('drain')] } });
      await nr.deploy([lasting, either('Flood')]);
      await nr.deploy([happening, either('Flood 2')], 'nodes');
      await says(/^nothing yet$/);
      assert.deepEqual(warned(), []);
    });
  });

  describe('where several nodes define one', () => {
    const other = (id: string, domain = ''): FlowNode => events(id, [HAIL, DRAIN], [], { domain });
    const original = (wires: string[], domain = ''): FlowNode => events('original', [RAIN, DRAIN], wires, { domain });
    const ways: Record<string, FlowNode[]> = {
      'by a wire': [original(['rule']), rule()],
      'through a junction': [original(['j']), { id: 'j', type: 'junction', wires: [['rule']] }, rule()],
      'by a pair of links': [
        original(['from']),
        { id: 'from', type: 'link out', mode: 'link', links: ['to'], wires: [] },
        { id: 'to', type: 'link in', links: ['from'], wires: [['rule']] },
        rule(),
      ],
      'out of a subflow': [
        {
          id: 'sub',
          type: 'subflow',
          name: 'sub',
          in: [],
          out: [{ x: 1, y: 1, wires: [{ id: 'original', port: 0 }] }],
        },
        { ...original([]), z: 'sub', x: 1, y: 1 },
        { id: 'copy', type: 'subflow:sub', wires: [['rule']] },
        rule(),
      ],
    };
    for (const [way, flow] of Object.entries(ways)) {
      it(`takes the one that reaches it ${way}, whichever comes last`, async () => {
        for (const all of [
          [other('other'), ...flow],
          [...flow, other('other')],
        ]) {
          await nr.deploy(all);
          assert.match(await reading(), /“rain heavy”/);
          assert.deepEqual(warned(), []);
        }
      });
    }

    it('runs the event as the kind of the one that reaches it', async () => {
      // of a state it is said at once when it is over; of what only happens, how long the status stays
      const lasting = rule({ rule: { op: 'lasting', of: ev('rain'), for: '5 min' } });
      await nr.deploy([original(['rule']), lasting, other('other')]);
      await says(/^nothing yet$/);
      await nr.deploy([original([]), lasting, events('other', [HAIL], ['rule'])]);
      await says(/^rule refused$/);
    });

    it('takes the one inside the subflow whose copy the rule is part of', async () => {
      await nr.deploy([
        other('other'),
        { id: 'sub', type: 'subflow', name: 'sub', in: [], out: [] },
        { ...original(['rule']), z: 'sub', x: 1, y: 1 },
        rule({ z: 'sub', x: 1, y: 1, rule: { op: 'and', of: [ev('rain'), ev('gone')] } }),
        { id: 'copy', type: 'subflow:sub', wires: [] },
        other('another'),
      ]);
      await waitFor('the warning', () => warned().length === 1);
      assert.match(await reading('copy-rule'), /“rain heavy”/);
    });

    it('takes that of its domain where none reaches it', async () => {
      const water = { id: 'water', type: 'ecdm-domain', version: 1, name: 'Water', language: 'auto', timeZone: '' };
      await nr.deploy([other('first'), original([], 'water'), other('last'), rule({ domain: 'water' }), water]);
      assert.match(await reading(), /“rain heavy”/);
    });

    it('warns where as near a one says something else', async () => {
      await nr.deploy([original(['rule']), events('other', [HAIL, DRAIN], ['rule']), rule()]);
      assert.match(await reading(), /“rain heavy”/);
      assert.equal(warned().length, 1, warned().join('\n'));
      assert.match(warned()[0]!, /“Flood”.*several nodes define differently: “rain heavy”\./);
    });
  });

  it('are told in the language of whoever asks', async () => {
    await nr.deploy([events('events', [RAIN, DRAIN], ['rule']), rule()]);
    assert.match((await state('rule', '?language=th')).reading, /[ก-๙].*“rain heavy”/);
    assert.match((await state('rule', '?language=en-US')).reading, /^When first “rain heavy”/);
    assert.match((await state('rule', '?language=%3Cb%3E')).reading, /^When first/);
    assert.match(await reading(), /^When first/);
  });
});
