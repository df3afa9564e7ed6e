import assert from 'node:assert/strict';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import { ClockTracker } from '../../nodes/ecdm/clock-tracker';
import { TicketDesk } from '../../nodes/runtime/tickets';
import type { RuntimeHooks } from '../../nodes/runtime/node-red';
import { migrate } from '../../nodes/runtime/migrate';
import type { NodeConfig } from '../../nodes/runtime/node-red';
import { migrations } from '../../nodes/sensorthings-in/migrations';
import { readOptions } from '../../nodes/sensorthings-in/options';
import { Outbox, type OutMessage } from '../../nodes/sensorthings-in/outbox';
import { RosterWatch } from '../../nodes/sensorthings-in/roster-watch';
import { LiveFeed } from '../../nodes/sensorthings-in/live-feed';
import { bareStream } from '../../nodes/sensorthings-server/client/datastream';
import type { MqttLink } from '../../nodes/sensorthings-server/client/mqtt';
import { sleep, waitFor } from '../support/node-red';

/** The hooks of Node-RED, as far as tickets use them. */
class FakeHooks implements RuntimeHooks {
  readonly callbacks = new Map<string, (event: never) => unknown>();
  add(name: string, callback: (event: never) => unknown): void {
    assert.equal(callback.length, 1, 'with another number of parameters Node-RED waits for a callback');
    this.callbacks.set(name.split('.')[0]!, callback);
  }
  remove(name: string): void {
    assert.match(name, /^\*\.\w/);
    this.callbacks.clear();
  }
  deliver(msg: object, id: string, handler: (...args: never[]) => void): void {
    const event = { msg, destination: { node: { id, _inputCallback: handler } } };
    assert.equal(this.callbacks.get('preDeliver')!(event as never), undefined, 'false would stop the message');
  }
  complete(msg: object, id: string): void {
    assert.equal(this.callbacks.get('onComplete')!({ msg, node: { id } } as never), undefined);
  }
}

const modern = (_message: unknown, _send: unknown, _done: unknown): void => undefined;
const old = (_message: unknown): void => undefined;

describe('tickets: taken by the flow', () => {
  it('a ticket is taken when every node that it reached is done, also in a fan-out', async () => {
    const hooks = new FakeHooks();
    const desk = new TicketDesk({ hooks }, 's');
    const name = desk.take();
    const [a, b] = [{ city: { ticket: name } }, { city: { ticket: name } }];
    hooks.deliver(a, 'n1', modern);
    hooks.deliver(b, 'n2', modern);
    desk.seal(name);
    hooks.complete(a, 'n1');
    await sleep(60);
    assert.equal(desk.inFlight, 1);
    // n2 throws msg.city away before it is done
    (b as { city?: object }).city = {};
    hooks.complete(b, 'n2');
    await waitFor('it to be taken', () => desk.inFlight === 0);
    desk.close();
    assert.equal(hooks.callbacks.size, 0);
  });

  it('follows what a node hands on, and does not wait for nodes that cannot say when they are done', async () => {
    const hooks = new FakeHooks();
    const desk = new TicketDesk({ hooks }, 's');
    const name = desk.take();
    const msg = { city: { ticket: name } };
    hooks.deliver(msg, 'old', old);
    hooks.deliver(msg, 'a', modern);
    desk.seal(name);
    hooks.complete(msg, 'a');
    // a subflow or a link node delivers a moment later
    await sleep(5);
    hooks.deliver(msg, 'b', modern);
    await sleep(60);
    assert.equal(desk.inFlight, 1, 'b is still at it');
    hooks.complete(msg, 'b');
    hooks.complete(msg, 'stranger');
    await waitFor('it to be taken', () => desk.inFlight === 0);
    desk.close();
  });

  it('allows four in flight, and counts an overdue one as taken and says so', async () => {
    const hooks = new FakeHooks();
    let overdue = 0;
    const desk = new TicketDesk({ hooks }, 's', () => overdue++, { overdue: 50 });
    for (let i = 0; i < 4; i++) {
      await desk.room();
      const name = desk.take();
      hooks.deliver({ city: { ticket: name } }, 'n', modern);
      desk.seal(name);
    }
    const began = performance.now();
    await desk.room();
    assert.ok(performance.now() - began > 20);
    await waitFor('all of them to be overdue', () => desk.inFlight === 0);
    assert.equal(overdue, 4);
    desk.close();
  });

  it('waits until nothing is on its way, and no longer than it is asked to', async () => {
    const hooks = new FakeHooks();
    const desk = new TicketDesk({ hooks }, 's');
    await desk.drained(10_000);
    const name = desk.take();
    const msg = { city: { ticket: name } };
    hooks.deliver(msg, 'a', modern);
    desk.seal(name);
    await desk.drained(30);
    assert.equal(desk.inFlight, 1, 'its time was over');
    const drained = desk.drained(10_000);
    hooks.complete(msg, 'a');
    await drained;
    assert.equal(desk.inFlight, 0);
    desk.close();
  });

  it('keeps the hooks while any source needs them, and frees who waits when it closes', async () => {
    const hooks = new FakeHooks();
    const [a, b] = [new TicketDesk({ hooks }, 'a'), new TicketDesk({ hooks }, 'b', undefined, { inFlight: 1 })];
    a.close();
    a.close();
    assert.equal(hooks.callbacks.size, 2);
    b.take();
    const waiting = b.room();
    b.close();
    await waiting;
    assert.equal(hooks.callbacks.size, 0);
  });
});

const reading = (id: number, time: number, datastream = 'd'): Observation =>
  makeObservation({ id: `${datastream}|${id}`, datastream, property: 'p', time, value: id });

describe('live feed', () => {
  it('names what it cannot read instead of passing over it', () => {
    const codes: string[] = [];
    const nothing = (): void => undefined;
    const failures: unknown[] = [];
    const broken = (): void => assert.fail('changed');
    const host = { decode: {}, locate: () => Promise.resolve(), accept: nothing, failed: (thrown: unknown) => failures.push(thrown), full: () => false, catchUp: nothing, stranger: nothing, changed: broken }; // prettier-ignore
    const link = { add: nothing, remove: nothing } as unknown as MqttLink;
    const feed = new LiveFeed(link, 'v1.1', [bareStream('http://x/v1.1', '1')], {
      ...host,
      problem: ({ code }) => codes.push(code),
    });
    const topic = 'v1.1/Datastreams(1)/Observations';
    const notice = { retained: false, deleted: false };
    feed.message(topic, Buffer.alloc(1_000_001, 32), notice);
    feed.message(topic, Buffer.from('{'), notice);
    feed.message('elsewhere', Buffer.alloc(1_000_001), notice);
    assert.deepEqual(codes, ['mqtt-size', 'mqtt-json']);
    feed.ready();
    assert.equal(failures.length, 1, 'an error goes to the node, not into a promise that nobody awaits');
  });
});

describe('live feed that waits for HTTP', () => {
  it('keeps no more than so many bytes: what does not fit is read over HTTP', () => {
    const nothing = (): void => undefined;
    let caughtUp = 0;
    const accepted: unknown[] = [];
    const link = { add: nothing, remove: nothing } as unknown as MqttLink;
    const feed = new LiveFeed(link, 'v1.1', [bareStream('http://x/v1.1', '1')], {
      decode: {},
      locate: () => Promise.resolve(),
      accept: ({ id }) => accepted.push(id),
      failed: assert.ifError,
      full: () => false,
      catchUp: () => caughtUp++,
      stranger: nothing,
      changed: nothing,
      problem: ({ message }) => assert.fail(message),
    });
    const filler = 'x'.repeat(900_000);
    for (let n = 1; n <= 80; n++) {
      const body = { '@iot.id': n, phenomenonTime: '2026-11-20T00:00:00Z', result: { filler } };
      const notice = { retained: false, deleted: false };
      feed.message('v1.1/Datastreams(1)/Observations', Buffer.from(JSON.stringify(body)), notice);
    }
    assert.equal(feed.buffered, 55);
    feed.endCatchUp(true);
    assert.deepEqual([accepted.length, caughtUp], [55, 1]);
    // and anew for the next time
    feed.beginCatchUp();
    feed.message('v1.1/Datastreams(1)/Observations', Buffer.from('{"@iot.id":81,"phenomenonTime":"2026-11-20","result":1}'), { retained: false, deleted: false }); // prettier-ignore
    assert.equal(feed.buffered, 1);
  });
});

describe('outbox', () => {
  function outbox(emit: 'single' | 'batch'): {
    box: Outbox;
    sent: OutMessage[];
    remembered: [mode: string, count: number][];
    close: () => void;
  } {
    const sent: OutMessage[] = [];
    const remembered: [string, number][] = [];
    const hooks = new FakeHooks();
    const desk = new TicketDesk({ hooks }, 's');
    const tracker = new ClockTracker('s');
    const box = new Outbox({
      emit,
      tracker,
      desk,
      now: () => undefined,
      send: (message) => sent.push(message),
      sends: (observations, mode) => remembered.push([mode, observations.length]),
      failed: assert.ifError,
    });
    return {
      box,
      sent,
      remembered,
      close: () => {
        box.close();
        desk.close();
      },
    };
  }

  it('sorts over Datastreams, keeps modes apart, slices by a thousand, tells the clock after its readings', async () => {
    const { box, sent, remembered, close } = outbox('batch');
    box.setRoster([{ datastream: 'd', property: 'p' }]);
    box.put([reading(2, 20, 'a'), reading(1, 10, 'b')], 'catch-up');
    box.put(
      Array.from({ length: 1500 }, (_, i) => reading(i, 100 + i)),
      'live',
    );
    await waitFor('all of them', () => sent.flatMap(({ payload }) => payload as unknown[]).length >= 1502);
    assert.deepEqual(
      sent.map(({ payload }) => (payload as unknown[]).length),
      [2, 1000, 500],
    );
    assert.deepEqual(
      sent.map(({ city }) => city.mode),
      ['catch-up', 'live', 'live'],
    );
    assert.deepEqual(remembered, [['catch-up', 2], ['live', 1000], ['live', 500]]); // prettier-ignore
    assert.deepEqual(
      (sent[0]!.payload as Observation[]).map(({ time }) => time),
      [10, 20],
    );
    assert.equal(sent[0]!.city.clock!.time, 10, 'the slowest stream');
    assert.equal(sent.filter(({ city }) => city.roster).length, 1);
    close();
  });

  it('tells the roster and a moved clock once a second where no reading does', async () => {
    const { box, sent, close } = outbox('single');
    box.setRoster([]);
    box.tick('live');
    box.tick('live');
    assert.deepEqual(sent, [
      { topic: 'observation', payload: [], city: { mode: 'live', roster: [], rosterSource: 's' } },
    ]);
    box.push(reading(1, 5), 'live');
    await waitFor('the reading', () => sent.length > 1);
    assert.equal((sent[1]!.payload as unknown as Observation).time, 5);
    assert.equal(sent[1]!.city.clock!.time, 5);
    close();
    box.push(reading(2, 6), 'live');
    await sleep(20);
    assert.equal(sent.length, 2);
  });
});

describe('roster', () => {
  it('is sent again with the intervals that were learned', () => {
    const tracker = new ClockTracker('s');
    const watch = new RosterWatch(tracker);
    const roster = [
      { datastream: 'd', property: 'p' },
      { datastream: 'told', property: 'p', interval: 5 },
    ];
    const look = (): unknown => Array.from({ length: 30 }, () => watch.learned(() => roster)).find((list) => list);
    assert.deepEqual(watch.fill(roster), roster);
    tracker.seen('d', 0);
    assert.equal(look(), undefined);
    for (let i = 1; i < 5; i++) tracker.seen('d', i * 60_100);
    assert.deepEqual(look(), [{ ...roster[0], interval: 60_000 }, roster[1]]);
    assert.equal(look(), undefined, 'once');
  });
});

describe('options of sensorthings-in', () => {
  it('brings everything within its bounds', () => {
    for (const nonsense of [{}, { interval: 'x', history: 5, mode: [], emit: null, streams: 'x', choose: {} }]) {
      const options = readOptions(nonsense);
      assert.deepEqual([options.mode, options.emit, options.interval, options.history], ['hybrid', 'batch', 60_000, 0]);
      assert.deepEqual(options.choose, { by: 'list', keys: [] });
    }
    const options = readOptions({ interval: '1 ms', history: '300 d', choose: 'list', streams: [{ key: '1' }, { key: 1 }, { key: "it's" }, {}], sentinels: '-999; x, -9999' }); // prettier-ignore
    assert.equal(options.interval, 1000);
    assert.equal(options.history, 7 * 86_400_000);
    assert.deepEqual(options.choose, { by: 'list', keys: ['1', "'it''s'"] });
    assert.deepEqual([...options.sentinels], [-999, -9999]);
    assert.deepEqual(readOptions({ choose: 'path', path: 'Things(1)/Datastreams' }).choose, {
      by: 'path',
      path: 'Things(1)/Datastreams',
    });
  });

  it('reads nothing, and not everything, where the area of a rule is not whole', () => {
    assert.deepEqual(
      readOptions({ choose: 'rule', rule: { area: { west: 5, south: '', east: 6, north: 7 } } }).choose,
      { by: 'list', keys: [] },
    );
    assert.equal(readOptions({ choose: 'rule', rule: {} }).choose.by, 'rule');
  });

  it('takes over what older forms saved', () => {
    const now = (saved: object): unknown => {
      const { choose, rule, mode } = migrate(saved as NodeConfig, migrations);
      return [choose, (rule as { property?: unknown } | undefined)?.property, mode];
    };
    assert.deepEqual(now({ choose: 'all', mode: 'auto' }), ['rule', [], 'hybrid']);
    assert.deepEqual(now({ choose: 'property', properties: 'PM2.5, CO', mode: 'poll' }), [
      'rule',
      ['PM2.5', 'CO'],
      'poll',
    ]);
    assert.deepEqual(now({ choose: 'list', streams: [], mode: 'live' }), ['list', undefined, 'live']);
  });
});
