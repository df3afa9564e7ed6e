/** actuator-out with a real journal on the disk, in a real Node-RED: what is ordered, by whom, and what came of it. */
import assert from 'node:assert/strict';
import { asJournal, type Journal, type JournalEntry } from '../../nodes/city-journal/journal-source';
import type { Status } from '../../nodes/ecdm/status';
import type { Embedded } from '../support/embedded';
import { startWithBroker, type TestBroker } from '../support/mqtt-broker';
import { sleep, waitFor } from '../support/node-red';
import { goodStatus } from '../support/nonsense';

describe('actuator-out with a journal', function () {
  let city: Embedded;
  let broker: TestBroker;
  let stop: (() => Promise<void>) | undefined;
  before(async () => ({ city, broker, stop } = await startWithBroker()));
  after(() => stop?.());
  beforeEach(() => {
    broker.published.length = 0;
  });

  const deploy = async (config: object = {}): Promise<void> => {
    await city.deploy([
      broker.node(),
      { id: 'journal', type: 'city-journal', version: 1, name: 'Journal' },
      { id: 'states', type: 'test-sink', wires: [] },
      { id: 'problems', type: 'test-sink', wires: [] },
      {
        id: 'lamp', type: 'actuator-out', version: 2, name: 'lamp', via: 'mqtt', broker: 'broker', topic: 'lamp/{{key}}/set', qos: '1',
        payloads: { raised: 'ON', cleared: 'OFF' }, statuses: ['air'], confirm: 'done', answerTopic: 'lamp/{{key}}/state', within: '30 s',
        validFor: '1 min', retries: 0, again: false, acts: true, journal: 'journal',
        interlocks: [{ rule: 'while', status: 'gate', keys: 'any' }], wires: [['states'], ['problems']], ...config,
      },
    ]); // prettier-ignore
    await waitFor(
      'the connection',
      () => !/^no connection/.test(city.statuses.get('lamp')?.text ?? 'no connection'),
      10_000,
    );
    broker.published.length = 0;
  };
  const journal = (): Journal => {
    const found = asJournal(city.node('journal'));
    assert.ok(found !== undefined, 'there is a journal');
    return found;
  };
  const air = (more: object = {}): Status =>
    goodStatus({ statusId: 'air|k|1', status: 'air', key: 'k', ...more }) as unknown as Status;
  const gate = (more: object = {}): Status =>
    goodStatus({ statusId: 'gate|g|1', status: 'gate', name: 'Gate open', key: 'g', ...more }) as unknown as Status;
  /** Committed by its rule, and sent on a wire to the actuator. */
  const tell = async (one: Status): Promise<void> => {
    for (const payload of await journal().commit('rule', [one]))
      city.inject('lamp', { payload, city: { mode: 'live' } });
  };
  const states = (): string[] => city.payloads('states').map(({ state }) => state as string);
  const answer = async (key: string): Promise<void> => {
    const [sent] = broker.published.filter(({ topic }) => topic === `lamp/${key}/set`).slice(-1);
    await broker.say(`lamp/${key}/state`, sent!.payload);
  };
  let asked = 0;
  /** Without a store (Node before 22.13) all works but the history. */
  const commands = async (): Promise<(JournalEntry & { body: Record<string, unknown> })[] | undefined> => {
    if (journal().health().history === 'none') return undefined;
    // notes are not waited for: they are on the disk when what came after them is
    await journal().commit('last', [air({ statusId: `last|${++asked}|1`, status: 'last', key: String(asked) })]);
    const { entries } = await journal().history({ kinds: ['command'], order: 'oldest', limit: 1000 });
    return entries as (JournalEntry & { body: Record<string, unknown> })[];
  };

  it('has each order and its end under its alarm, and reports what it has taken', async () => {
    await deploy();
    await tell(air());
    await broker.seen(1);
    await answer('k');
    await waitFor('done', () => states().includes('done'));
    assert.deepEqual(await journal().untaken('rule', ['lamp']), [], 'it was taken');
    const [other] = await journal().commit('rule', [air({ statusId: 'air|m|1', key: 'm' })]);
    assert.deepEqual(await journal().untaken('rule', ['lamp']), [other], 'what never came was not taken');
    const entries = await commands();
    if (entries === undefined) return;
    assert.deepEqual(entries.map(({ body }) => body['state'] ?? body['sent']), ['ON', 'sent', 'accepted', 'done']); // prettier-ignore
    assert.ok(entries.every(({ alarm, statusId, node }) => `${alarm} ${statusId} ${node}` === 'air|k air|k|1 lamp'));
    const [ordered] = entries;
    assert.deepEqual(
      [ordered!.body['address'], ordered!.body['confirm'], ordered!.body['actuator']],
      ['lamp/k/set', 'done', 'lamp'],
    );
  });

  it('asks the journal whether something else is raised: also what no wire has brought', async () => {
    await deploy();
    await journal().commit('other rule', [gate()]);
    await tell(air({ revision: 2, state: 'cleared' }));
    await waitFor('the refusal', () => states().includes('failed'));
    const [[problem]] = city.payloads('problems');
    assert.equal(problem.code, 'order/interlockWhile');
    assert.match(problem.message, /“Gate open”/, 'by its name');
    assert.deepEqual(broker.published, []);
    await journal().commit('other rule', [gate({ revision: 2, state: 'cleared' })]);
    await tell(air({ statusId: 'air|k|2', revision: 1 }));
    await broker.seen(1);
    const onWire = gate({ statusId: 'gate|h|1', key: 'h', since: '2026-02-14T08:00:00Z' });
    city.inject('lamp', { payload: onWire });
    await tell(air({ statusId: 'air|o|1', key: 'o' }));
    await waitFor('what only a wire has brought locks, too', () => city.payloads('problems').length === 2);
    assert.match(city.payloads('problems')[1][0].item.commandId, /^air\|o\|1/);
    await journal().commit('other rule', [onWire, { ...onWire, revision: 2, state: 'cleared' }]);
    await tell(air({ statusId: 'air|p|1', key: 'p' }));
    await broker.seen(2);
    // a journal without a store has forgotten it after the next deploy; what a wire has brought is kept
    city.inject('lamp', { payload: { ...onWire, revision: 2, state: 'cleared' } });
    const entries = await commands();
    if (entries === undefined) return;
    const refused = entries.find(({ body }) => body['state'] === 'failed');
    assert.match(String(refused?.body['reason']), /Gate open/);
  });

  it('a person takes over and orders: who, why and until when is in the journal, over a redeploy, to the end', async () => {
    await deploy();
    const act = (payload: object): void => city.inject('lamp', { topic: 'act', payload });
    const until = new Date(Date.now() + 6000).toISOString();
    act({ act: 'hold', who: 'Ann', why: 'bulb is changed', until });
    await tell(air({ statusId: 'air|n|1', key: 'n' }));
    city.inject('lamp', {
      payload: {
        commandId: 'by-hand', actuator: 'lamp', parameters: { key: 'n', on: false }, who: 'Ann', why: 'dark while it is changed',
        validUntil: new Date(Date.now() + 60_000).toISOString(), confirm: 'accepted',
      },
    }); // prettier-ignore
    const [byHand] = await broker.seen(1);
    assert.deepEqual(JSON.parse(byHand!.payload), { key: 'n', on: false });
    await waitFor('the hand', () =>
      city.payloads('states').some((one) => one.state === 'accepted' && one.who === 'Ann'),
    );
    await deploy({ pause: '10 ms' });
    await waitFor('the hold', () => /Ann/.test(city.statuses.get('lamp')?.text ?? ''));
    const [automatic] = await broker.seen(1);
    assert.equal(automatic!.payload, 'ON', 'goes out when the hold has ended');
    assert.ok(Date.now() >= Date.parse(until), 'and not before');
    const entries = await commands();
    if (entries === undefined) return;
    const told = entries.filter(({ body }) => body['who'] === 'Ann').map(({ body }) => [body['act'] ?? body['state'] ?? 'order', body['why']]); // prettier-ignore
    assert.deepEqual(told, [
      ['hold', 'bulb is changed'],
      ['order', 'dark while it is changed'],
      ['sent', undefined],
      ['accepted', undefined],
      ['ended', 'bulb is changed'],
    ]);
  });

  it('does not report what is simulated: a real one of its id may still be on its way', async () => {
    await deploy();
    const [real] = await journal().commit('rule', [air({ statusId: 'air|q|1', key: 'q' })]);
    await tell({ ...real!, simulated: true });
    await sleep(100);
    assert.deepEqual(await journal().untaken('rule', ['lamp']), [real]);
  });
});
