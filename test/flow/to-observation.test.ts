import assert from 'node:assert/strict';
import { startEmbedded, type Embedded } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';

const mapping = {
  mapping: 1,
  time: { columns: ['time'] },
  thing: { column: 'station' },
  values: { layout: 'wide', columns: [{ column: 'v', property: 'level', unit: 'm' }] },
};
const CSV = 'time,station,v\n2026-01-05T09:00:00Z,a,2\n2026-01-05T08:00:00Z,a,1\n2026-01-05T10:00:00Z,b,oops\n';
const ROW = { time: '2026-01-05T09:00:00Z', station: 'a', v: 2 };

describe('to-observation in Node-RED', () => {
  let nr: Embedded;
  before(async function () {
    nr = await startEmbedded();
  });
  after(() => nr?.stop());

  const deploy = (more: Record<string, unknown> = {}): Promise<void> =>
    nr.deploy([
      { id: 'n', type: 'to-observation', version: 1, mapping, mode: 'replay', whole: false, ...more, wires: [['out'], ['bad']] },
      { id: 'out', type: 'test-sink', wires: [] },
      { id: 'bad', type: 'test-sink', wires: [] },
      { id: 'catch', type: 'catch', scope: null, wires: [['caught']] },
      { id: 'caught', type: 'test-sink', wires: [] },
    ]);

  async function ask(what: string, body?: unknown): Promise<{ status: number; json: any }> {
    const init = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${nr.url}/city-events/to-observation/${what}`, init);
    return { status: response.status, json: await response.json() };
  }

  it('turns CSV into a sorted array, with clock and roster, and sends the bad row to output 2', async () => {
    await deploy();
    nr.inject('n', { payload: CSV, topic: 'x', kept: 1, city: { mode: 'live', ticket: 't1' } });
    const [message] = await nr.count('out', 1);
    assert.deepEqual(message!.payload.map((o: any) => [o.thing, o.value, o.unit]), [['a', 1, 'm'], ['a', 2, 'm']]);
    assert.equal(message!.kept, 1);
    assert.equal(message!.city.mode, 'replay');
    assert.equal(message!.city.ticket, 't1');
    assert.deepEqual(message!.city.clock, { source: 'n', time: Date.UTC(2026, 0, 5, 9) });
    assert.deepEqual(message!.city.roster.map((r: any) => r.datastream), ['a|level']);
    const [bad] = await nr.count('bad', 1);
    assert.equal(bad!.payload.length, 1);
    assert.match(bad!.payload[0].message, /Row 4, column "v": "oops"/);
    assert.equal(bad!.payload[0].node, 'n');
  });

  it('says in its line that the clock of the machine is not set, as long as it is not', async () => {
    await deploy({ mode: 'live', mapping: { ...mapping, time: { columns: ['$now'] } } });
    const { now } = Date;
    const says = (wanted: string): Promise<unknown> => waitFor(wanted, () => nr.statuses.get('n')?.text === wanted);
    try {
      Date.now = () => 61_000;
      nr.inject('n', { payload: { ...ROW } });
      await says('clock of this machine is not set');
    } finally {
      Date.now = now;
    }
    assert.equal(nr.messages('out')[0]!.payload.time, 61_000);
    nr.inject('n', { payload: { ...ROW } });
    await says('2 readings');
    assert.ok(nr.messages('out')[1]!.payload.time > Date.now() - 60_000);
  });

  it('keeps a single thing single, tells the roster once and ends when the source does', async () => {
    await deploy();
    nr.inject('n', { payload: { ...ROW } });
    nr.inject('n', { payload: [{ ...ROW, time: '2026-01-05T10:00:00Z' }] });
    nr.inject('n', { payload: '', complete: true });
    const [one, list, end] = await nr.count('out', 3);
    assert.equal(one!.payload.value, 2);
    assert.equal(one!.city.roster.length, 1);
    assert.equal(list!.payload.length, 1);
    assert.equal(list!.city.roster, undefined);
    assert.deepEqual(end!.payload, []);
    assert.deepEqual(end!.city.clock, { source: 'n', time: Date.UTC(2026, 0, 5, 10), end: true });
  });

  it('ends with each message when each is a whole file', async () => {
    await deploy({ whole: true });
    nr.inject('n', { payload: CSV });
    const [message] = await nr.count('out', 1);
    assert.equal(message!.city.clock.end, true);
  });

  it('uses the topic and the time of arrival when live', async () => {
    await deploy({
      mode: 'live',
      mapping: { ...mapping, time: { columns: ['$now'] }, thing: { column: '$topic.2' } },
    });
    nr.inject('n', { payload: '{"v": 3}', topic: 'city/s7/level' });
    const [message] = await nr.count('out', 1);
    assert.equal(message!.payload.thing, 's7');
    assert.ok(Math.abs(message!.payload.time - Date.now()) < 5000);
    assert.equal(message!.city.mode, 'live');
  });

  it('survives nonsense and names it', async () => {
    await deploy();
    const circular: Record<string, unknown> = {};
    circular['me'] = circular;
    const all = [undefined, null, NaN, 'x', {}, circular, { ...ROW, time: '9999-01-01T00:00:00Z' }, { ...ROW, v: Infinity }, { ...ROW, v: 'x' }, [null, 5], Buffer.from([0xff, 0xfe]), JSON.parse('{"__proto__":1}')];
    for (const payload of all) nr.inject('n', { payload });
    await nr.count('bad', all.length);
    for (const payload of nr.payloads('bad')) assert.ok(payload[0].message && payload[0].hint && payload[0].code);
    assert.equal(nr.messages('caught').length, 0);
    nr.inject('n', { payload: ROW });
    await sleep(20);
    assert.equal(nr.payloads('out').at(-1).value, 2);
  });

  it('shows the last message, guesses from it and tries a mapping before it is deployed', async () => {
    await deploy({ mapping: null });
    assert.equal((await ask('n/last')).json, null);
    nr.inject('n', { payload: CSV, topic: 'x' });
    await nr.count('caught', 1);
    assert.match(nr.messages('caught')[0]!.error.message, /mapping/);
    const last = (await ask('n/last')).json;
    assert.equal(last.text, CSV);
    const { mapping: guessed, explanation } = (await ask('guess', last)).json;
    assert.equal(guessed.thing.column, 'station');
    assert.ok(explanation.length > 3);
    const tried = (await ask('preview', { ...last, mapping })).json;
    assert.equal(tried.observations.length, 2);
    assert.match(tried.problems[0].message, /oops/);
    const wrong = (await ask('preview', { ...last, mapping: { mapping: 1, time: {}, values: {} } })).json;
    assert.ok(wrong.mistakes.length > 0);
    assert.equal((await ask('nobody/last')).status, 404);
    assert.equal((await ask('preview', { mapping })).status, 400);
  });

  it('says what is wrong with a saved mapping', async () => {
    await deploy({ mapping: { mapping: 1, time: { columns: ['t'] }, values: { layout: 'wide', colums: [] } } });
    nr.inject('n', { payload: ROW });
    await nr.count('caught', 1);
    assert.match(nr.messages('caught')[0]!.error.message, /columns/);
    assert.equal(nr.statuses.get('n')?.fill, 'red');
  });
});
