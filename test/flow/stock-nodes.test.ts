/**
 * The stock nodes take our messages unchanged: what action-notify makes goes through the real dashboard and worldmap
 * nodes, and what a browser would be told is read from their own sockets.
 */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { waitFor } from '../support/node-red';
import { TestBroker } from '../support/mqtt-broker';
import { goodEvent, goodReading, goodStatus } from '../support/nonsense';
import { DashboardSocket, WorldmapSocket } from '../support/stock-sockets';

const T0 = Date.UTC(2026, 0, 1);
const area = { type: 'Polygon', coordinates: [[[99, 7], [100, 7], [100, 8], [99, 7]]] }; // prettier-ignore
const EVIL = '<img src=x onerror="alert(1)">{{7*7}}';

const widget = (id: string, type: string, more: object = {}): FlowNode => ({
  id,
  type,
  group: 'group',
  order: 1,
  width: 6,
  height: 4,
  wires: [],
  ...more,
});
const notify = (id: string, form: string, to: string, more: object = {}): FlowNode => ({
  id,
  type: 'action-notify',
  version: 1,
  on: ['raised', 'updated', 'cleared'],
  form,
  wires: [[to], ['problems']],
  ...more,
});

const flow: FlowNode[] = [
  { id: 'dash', type: 'ui_tab', name: 'City', order: 1, disabled: false, hidden: false },
  { id: 'group', type: 'ui_group', name: 'Air', tab: 'dash', order: 1, width: 12, disp: true },
  { id: 'problems', type: 'test-sink', wires: [] },
  notify('n-chart', 'chart', 'chart'),
  notify('n-value', 'chart', 'chart', { chart: 'value' }),
  notify('n-table', 'table', 'table'),
  notify('n-toast', 'toast', 'toast'),
  notify('n-map', 'worldmap', 'map'),
  notify('n-event', 'event', 'template'),
  notify('n-board', 'event', 'part', { action: 'createDashboard', view: 'Air' }),
  notify('n-http', 'http', 'request', { recipients: [{ id: 'h', name: 'Hook', channel: 'http', address: 'set below' }] }),
  { id: 'request', type: 'http request', method: 'use', ret: 'obj', paytoqs: 'ignore', url: '', wires: [['answers']] },
  { id: 'answers', type: 'test-sink', wires: [] },
  { id: 'hook', type: 'http in', url: '/hook', method: 'post', wires: [['hooked', 'thanks']] },
  { id: 'hooked', type: 'test-sink', wires: [] },
  { id: 'thanks', type: 'http response', statusCode: '201', wires: [] },
  notify('n-mqtt', 'mqtt', 'publish', { topic: 'city/{{severity}}/{{keyName}}' }),
  { id: 'publish', type: 'mqtt out', topic: '', qos: '1', retain: 'false', broker: 'broker', wires: [] },
  { id: 'control', type: 'ui_ui_control', events: 'all', wires: [[]] },
  {
    id: 'part',
    type: 'switch',
    property: 'widget',
    propertyType: 'msg',
    checkall: 'true',
    outputs: 4,
    rules: ['chart', 'table', 'toast', 'view'].map((v) => ({ t: 'eq', v, vt: 'str' })),
    wires: [['chart2'], ['table2'], ['toast'], ['control']],
  },
  ...['chart', 'chart2'].map((id) =>
    widget(id, 'ui_chart', {
      chartType: 'line',
      removeOlder: 52,
      removeOlderUnit: '604800',
      interpolate: 'step',
      colors: [],
    }),
  ),
  ...['table', 'table2'].map((id) => widget(id, 'ui_table', { columns: [], outputs: 0, cts: false })),
  widget('template', 'ui_template', {
    format: '<div ng-bind="msg.payload.headline"></div>',
    templateScope: 'local',
    storeOutMessages: true,
    fwdInMessages: false,
  }),
  {
    id: 'toast',
    type: 'ui_toast',
    position: 'top right',
    displayTime: '',
    highlight: '',
    sendall: true,
    topic: '',
    raw: false,
    wires: [],
  },
  { id: 'map', type: 'worldmap', path: '/worldmap', wires: [] },
];

describe('the stock nodes take our messages unchanged', () => {
  let city: Embedded;
  let dashboard: DashboardSocket;
  let map: WorldmapSocket;
  let broker: TestBroker;
  let number = 0;

  before(async () => {
    city = await startEmbedded({ dashboards: true });
    broker = await TestBroker.start();
    const hook = flow.find((node) => node.id === 'n-http')!;
    hook['recipients'] = [{ id: 'h', name: 'Hook', channel: 'http', address: `${city.url}/hook` }];
    await city.deploy([...flow, broker.node()]);
    dashboard = await DashboardSocket.connect(city.url);
    map = await WorldmapSocket.connect(city.url);
  });
  after(async () => {
    await dashboard?.close();
    map?.close();
    await city?.stop();
    await broker?.stop();
  });
  const fresh = (more: object = {}): Record<string, unknown> => goodStatus({ statusId: `s${++number}`, ...more });

  it('shows every widget in the layout', () => {
    const [layout] = dashboard.all('ui-controls');
    const items = layout.menu[0].items[0].items.map((item: any) => item.type);
    assert.deepEqual([...new Set(items)].sort(), ['chart', 'template']);
    assert.equal(items.length, 5);
  });

  it('ui_chart: a status is an upright step in a series of its own name', async () => {
    const topic = 'Air pollution · Station 1';
    city.inject('n-chart', {
      payload: [
        goodStatus({ statusId: 'step', revision: 1 }),
        goodStatus({ statusId: 'step', revision: 2, state: 'cleared', until: new Date(T0 + 3_600_000).toISOString() }),
      ],
    });
    // the last point comes alone; a browser that connects now gets the whole series
    await dashboard.value('chart', (data) => data.value?.[0]?.values?.data?.x === T0 + 3_600_001);
    const late = await DashboardSocket.connect(city.url);
    await late.emit('ui-replay-state', {});
    const all = await late.value('chart');
    await late.close();
    const { series, data } = all.value[0].values;
    const points = data[series.indexOf(topic)];
    assert.deepEqual(points, [
      { x: T0 - 1, y: 0 },
      { x: T0, y: 1 },
      { x: T0 + 3_600_000, y: 1 },
      { x: T0 + 3_600_001, y: 0 },
    ]);
  });

  it('ui_chart: observations, events and values of statuses are points with their own time', async () => {
    city.inject('n-value', { payload: [goodReading({ value: 12.5 }), goodEvent({ value: 120 })] });
    const reading = await dashboard.value('chart', (data) => data.value?.[0]?.values?.series?.startsWith?.('PM2.5 · '));
    assert.deepEqual(reading.value[0].values.data, { x: T0, y: 12.5 });
    const event = await dashboard.value(
      'chart',
      (data) => data.value?.[0]?.values?.series === 'PM2.5 high · Station 1',
    );
    assert.deepEqual(event.value[0].values.data, { x: T0, y: 120 });
  });

  it('ui_table: flat rows, newest first', async () => {
    city.inject('n-table', {
      payload: [fresh({ reason: EVIL }), fresh({ since: '2026-01-02T00:00:00Z', name: 'Newer' })],
    });
    const { msg } = await dashboard.value('table', (data) => data.msg?.payload?.length === 2);
    assert.deepEqual(
      msg.payload.map((row: any) => row.name),
      ['Newer', 'Air pollution'],
    );
    for (const row of msg.payload) {
      for (const value of Object.values(row)) assert.ok(typeof value === 'string' || typeof value === 'number');
    }
    assert.ok(!/<[a-z]/i.test(JSON.stringify(msg.payload)));
    assert.equal(msg.template, undefined);
  });

  it('ui_toast: title, text and colour; text from sensors stays text', async () => {
    city.inject('n-toast', { payload: fresh({ reason: EVIL }) });
    const toast = await waitFor('the toast', () => dashboard.all('show-toast').at(-1) as any);
    assert.equal(toast.title, 'major: Air pollution, Station 1: raised');
    assert.equal(toast.message, '‹img src=x onerror="alert(1)">{{7*7}}');
    assert.equal(toast.highlight, '#c0392b');
    assert.equal(toast.displayTime, 6000);
    assert.equal(toast.raw, false);
  });

  it('ui_template: gets the action event, and no template of a message', async () => {
    city.inject('n-event', { payload: fresh() });
    const { msg } = await dashboard.value('template');
    assert.equal(msg.payload.headline, 'major: Air pollution, Station 1: raised');
  });

  it('worldmap: a sign with its area, for those who are there and those who come later, and off again', async () => {
    const name = 'Air pollution · Station 1';
    city.inject('n-map', { payload: goodStatus({ statusId: 'm', place: [99.61, 7.556], area }) });
    const sign = await map.thing(name);
    assert.deepEqual(
      [sign.lat, sign.lon, sign.icon, sign.layer],
      [7.556, 99.61, 'fa-exclamation-triangle', 'Air pollution'],
    );
    assert.deepEqual(sign.area, [[7, 99], [7, 100], [8, 100], [7, 99]]); // prettier-ignore
    const late = await WorldmapSocket.connect(city.url);
    await waitFor('the sign for who comes late', () =>
      late.sent.some((data) => Array.isArray(data) && data.some((one) => one.name === name)),
    );
    late.close();
    city.inject('n-map', { payload: goodStatus({ statusId: 'm', revision: 2, state: 'cleared' }) });
    const gone = await map.thing(name, (data) => data.deleted === true);
    assert.equal(gone.layer, 'Air pollution');
  });

  it('worldmap: nothing that a browser would take for HTML or script', async () => {
    city.inject('n-map', { payload: fresh({ name: EVIL, keyName: `'");alert(1)//`, reason: EVIL, place: [99, 7] }) });
    const sign = await map.thing('‹img src=x onerror=”alert(1)”›{{7*7}} · ’”);alert(1)//');
    for (const value of Object.values(sign)) assert.ok(!/[<>"'`&\\]/.test(String(value)));
  });

  it('a dashboard of a domain: one wire, three widgets', async () => {
    city.inject('n-board', { payload: [fresh(), goodReading({ value: 3 })] });
    await dashboard.value('chart2', (data) => data.value?.[0]?.values?.data?.y === 3);
    const table = await dashboard.value('table2', (data) => data.msg?.payload?.length === 1);
    assert.equal(table.msg.payload[0].name, 'Air pollution');
    await waitFor('the toast', () => dashboard.all('show-toast').length >= 2);
  });

  it('ui_ui_control: the tab of the domain is opened when something is raised', async () => {
    await waitFor('the tab to open', () => dashboard.all('ui-control').some((data) => data?.tab === 'Air'));
  });

  it('http request: a POST with the notice as JSON, to the address of the recipient', async () => {
    city.inject('n-http', { payload: fresh({ reason: EVIL }) });
    const [message] = await city.count('hooked', 1);
    assert.equal(message!['req'].headers['content-type'], 'application/json');
    const { headline, text, recipient } = message!['payload'];
    assert.deepEqual([headline, text, recipient], ['major: Air pollution, Station 1: raised', EVIL, { id: 'h', name: 'Hook' }]);
    const [answer] = await city.count('answers', 1);
    assert.equal(answer!['statusCode'], 201);
  });

  it('mqtt out: the notice as JSON; what a sensor is called makes no level of the topic', async () => {
    await waitFor('the broker', () => broker.clients > 0);
    city.inject('n-mqtt', { payload: fresh({ keyName: 'a/+/#' }) });
    const [published] = await broker.seen(1);
    assert.equal(published!.topic, 'city/major/a----');
    assert.equal(JSON.parse(published!.payload).headline, 'major: Air pollution, a/+/#: raised');
  });

  it('all that without a problem or a complaint of a node', () => {
    assert.deepEqual(city.payloads('problems'), []);
    const ours = city.complaints.filter((line) => flow.some((node) => node.id === line.id));
    assert.deepEqual(ours, []);
  });
});
