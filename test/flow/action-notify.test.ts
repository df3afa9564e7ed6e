/** action-notify in a real Node-RED. */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';
import { goodEvent, goodReading, goodStatus } from '../support/nonsense';

describe('action-notify', () => {
  let city: Embedded;
  let revision = 0;
  before(async () => {
    city = await startEmbedded();
  });
  after(() => city?.stop());

  async function deploy(config: object = {}, id = 'notify'): Promise<void> {
    await city.deploy([
      { id: 'out', type: 'test-sink', wires: [] },
      { id: 'problems', type: 'test-sink', wires: [] },
      {
        id,
        type: 'action-notify',
        version: 1,
        name: '',
        on: ['raised', 'cleared'],
        form: 'event',
        wires: [['out'], ['problems']],
        ...config,
      },
    ]);
  }
  const status = (more: object = {}): object => goodStatus({ statusId: `s${++revision}`, ...more });

  it('an array stays an array, one stays one; topic and city go on', async () => {
    await deploy();
    const message = { topic: 't', city: { mode: 'live', roster: [] } };
    city.inject('notify', { ...message, payload: [status(), status(), status({ state: 'updated' })] });
    city.inject('notify', { ...message, payload: status() });
    const [many, one] = await city.count('out', 2);
    assert.equal(many?.['payload'].length, 2);
    assert.equal(many?.['topic'], 't');
    assert.deepEqual(many?.['city'], message.city);
    assert.equal(one?.['payload'].action, 'notify');
    assert.equal(one?.['payload'].headline, 'major: Air pollution, Station 1: raised');
  });

  it('sends nothing where there is nothing to tell', async () => {
    await deploy();
    const clock = { source: 'x', time: 5, end: true };
    city.inject('notify', { payload: [], city: { mode: 'live', clock } });
    city.inject('notify', { payload: [status({ state: 'updated' })], city: { mode: 'live', clock, roster: [] } });
    city.inject('notify', { payload: status({ state: 'updated' }) });
    city.inject('notify', { payload: [status()], city: { mode: 'live', clock } });
    await city.count('out', 1);
    await sleep(20);
    assert.deepEqual(city.payloads('out').map((notices) => notices.length), [1]); // prettier-ignore
  });

  it('tells a status once, also after a redeploy of the node', async () => {
    await deploy();
    const same = status();
    city.inject('notify', { payload: [same, same] });
    assert.equal((await city.count('out', 1))[0]?.['payload'].length, 1);
    await deploy({ minSeverity: 'minor' });
    city.inject('notify', { payload: [same, status()] });
    assert.equal((await city.count('out', 1))[0]?.['payload'].length, 1);
  });

  it('a simulation and a replay behind one rule are each told once, and neither is taken for a new run of the other', async () => {
    await deploy({ onlyNew: true });
    const same = `s${++revision}`;
    const tell = (mode: string, minute: number, of: number, state: string, end?: boolean): void => {
      const clock = { source: 'rule|x', time: Date.parse('2026-02-14T08:00:00Z') + minute * 60_000, end };
      city.inject('notify', { payload: [goodStatus({ statusId: same, revision: of, state })], city: { mode, clock } });
    };
    tell('simulated', 6000, 1, 'raised');
    tell('replay', 0, 1, 'raised');
    tell('simulated', 6001, 1, 'raised');
    tell('replay', 1, 1, 'raised');
    tell('replay', 2, 2, 'cleared', true);
    tell('simulated', 6002, 1, 'raised');
    tell('simulated', 6003, 2, 'cleared');
    await waitFor('the end of both', () => city.messages('out').length === 4);
    await sleep(50);
    assert.deepEqual(
      city.messages('out').map(({ payload: [notice], city: { mode } }) => [mode, notice.state]),
      [['simulated', 'raised'], ['replay', 'raised'], ['replay', 'cleared'], ['simulated', 'cleared']],
    ); // prettier-ignore
  });

  it('forgets when it is removed from the flow', async () => {
    const same = status();
    await deploy({}, 'gone');
    city.inject('gone', { payload: same });
    await city.count('out', 1);
    await city.deploy([{ id: 'out', type: 'test-sink', wires: [] }]);
    await deploy({}, 'gone');
    city.inject('gone', { payload: same });
    await city.count('out', 1);
  });

  it('sends problems on output 2, with its own id', async () => {
    await deploy({ form: 'toast' });
    city.inject('notify', { payload: [5, goodReading()], topic: 'where' });
    const [message] = await city.count('problems', 1);
    assert.equal(message?.['topic'], 'where');
    assert.deepEqual(
      message?.['payload'].map((p: any) => [p.code, p.node]),
      [
        ['item/none', 'notify'],
        ['item/no-notice', 'notify'],
      ],
    );
  });

  it('sends nothing of a message that a widget would obey', async () => {
    await deploy({ form: 'toast' });
    city.inject('notify', {
      payload: status(),
      template: '<script>',
      ui_control: {},
      enabled: false,
      city: { mode: 'live' },
    });
    const [message] = await city.count('out', 1);
    assert.deepEqual(Object.keys(message ?? {}).sort(), ['_msgid', 'city', 'highlight', 'payload', 'timeout', 'topic']);
  });

  it('draws a table at most twice a second, and the last state always comes', async () => {
    await deploy({ form: 'table', keepCleared: '300 ms' });
    const ids = Array.from({ length: 50 }, (_, i) => `row ${i}`);
    for (const statusId of ids) city.inject('notify', { payload: goodStatus({ statusId }) });
    await waitFor('all rows', () => city.payloads('out').at(-1)?.length === 50);
    assert.ok(city.payloads('out').length <= 3);
    city.inject('notify', { payload: ids.map((statusId) => goodStatus({ statusId, revision: 2, state: 'cleared' })) });
    await waitFor('the table to become empty by itself', () => city.payloads('out').at(-1)?.length === 0);
  });

  it('takes events; a batch of readings becomes points', async () => {
    await deploy({ form: 'chart' });
    city.inject('notify', {
      payload: [goodEvent(), ...Array.from({ length: 999 }, (_, i) => goodReading({ value: i }))],
    });
    await city.count('out', 1000);
    assert.deepEqual(city.messages('problems'), []);
  });

  it('shows in its status line how many were told', async () => {
    await deploy();
    await waitFor('the first line', () => city.statuses.get('notify')?.text === 'nothing yet');
    assert.deepEqual(city.statuses.get('notify'), { fill: 'grey', shape: 'ring', text: 'nothing yet' });
    city.inject('notify', { payload: [status(), status()] });
    await waitFor('the line', () => city.statuses.get('notify')?.text === '2 told');
    assert.equal(city.statuses.get('notify')?.fill, 'green');
  });

  it('uses language and time zone of its own settings', async () => {
    const texts = { th: { headline: '{{name}} {{since}}', text: '{{severity}}', instruction: '' } };
    await deploy({ texts, language: 'th', timeZone: 'Asia/Bangkok' });
    city.inject('notify', { payload: status({ since: '2026-01-31T20:00:00Z' }) });
    const [message] = await city.count('out', 1);
    assert.match(message?.['payload'].headline, /^Air pollution 1 ก\.พ\. \d+ 03:00 น\.$/);
    assert.equal(message?.['payload'].text, 'รุนแรง');
  });

  it('takes language, time zone and limits from its domain', async () => {
    await city.deploy([
      { id: 'out', type: 'test-sink', wires: [] },
      { id: 'air', type: 'ecdm-domain', version: 1, name: 'Air', language: 'th', timeZone: 'Asia/Bangkok' },
      {
        id: 'notify',
        type: 'action-notify',
        version: 1,
        domain: 'air',
        on: ['raised'],
        form: 'event',
        wires: [['out'], []],
      },
    ]);
    const domain = city.node('air')['definition'].id as string;
    city.inject('notify', { payload: [status({ domain: 'noise' }), status({ domain }), status()] });
    const [message] = await city.count('out', 1);
    assert.equal(message?.['payload'].length, 2);
    assert.match(message?.['payload'][0].headline, /^รุนแรง: Air pollution ที่ Station 1 เกิดเหตุ$/);
  });
});
