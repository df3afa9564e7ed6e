// Writes flows/demo-city.json and the examples from one description, so that they stay alike.
//   node .config/flows.mjs      (after a build: the zones come from the demo city itself)
// The files are what counts: they are committed, and tests run them.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { demoZones } = require(path.join(root, 'dist/nodes/sensorthings-server/demo/zones.js'));
const { importGeoJson } = require(path.join(root, 'dist/nodes/city-zones/zones/geojson.js'));

/** A flow file: nodes get ids that depend only on their name in this script. */
class Flow {
  constructor(name, info = '') {
    this.name = name;
    this.nodes = [];
    this.tab = this.id('tab');
    this.nodes.push({ id: this.tab, type: 'tab', label: name, disabled: false, info });
  }
  id(key) {
    return createHash('sha256').update(`${this.name}/${key}`).digest('hex').slice(0, 16);
  }
  /** A node on the tab; `to` lists, per output, the keys of the nodes it is wired to. */
  add(key, type, at, properties = {}, ...to) {
    const wires = to.map((keys) => [keys].flat().map((k) => this.id(k)));
    this.nodes.push({ id: this.id(key), type, z: this.tab, ...properties, x: at[0], y: at[1], wires });
    return this;
  }
  config(key, type, properties) {
    this.nodes.push({ id: this.id(key), type, ...properties });
    return this.id(key);
  }
  comment(at, name, info = '') {
    return this.add(`comment ${name}`, 'comment', at, { name, info });
  }
  async write(file, format = (text) => text) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await format(`${JSON.stringify(this.nodes, null, 2)}\n`));
  }
}

const inject = (name, payload, payloadType = 'json') => ({
  name,
  props: [{ p: 'payload' }],
  repeat: '',
  crontab: '',
  once: false,
  onceDelay: 0.1,
  topic: '',
  payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  payloadType,
});
const debug = (name, complete = 'payload') => ({
  name,
  active: true,
  tosidebar: true,
  console: false,
  tostatus: false,
  complete,
  targetType: complete === 'true' ? 'full' : 'msg',
  statusVal: '',
  statusType: 'auto',
});

// ---- what several flows have in common

const zones = importGeoJson(demoZones(), {}).zones.map((zone) => ({ ...zone, names: { th: thaiName(zone.id) } }));
function thaiName(id) {
  return demoZones().features.find((feature) => feature.id === id).properties.name_th;
}
const domain = (name, more = {}) => ({
  name, version: 1, description: '', from: '', to: '', sampling: '1 min', zones: [], method: 'average', language: 'auto', timeZone: 'Asia/Bangkok', ...more,
});
const pm25High = {
  id: 'e1f0a2b3c4d50001',
  name: 'PM2.5 high',
  observe: { properties: ['PM2.5'] },
  when: { op: '>', value: 90, unit: 'ug/m3', clear: 75 },
  emit: 'state',
};
const coHigh = {
  id: 'e1f0a2b3c4d50002',
  name: 'CO high',
  observe: { properties: ['CO'] },
  when: { op: '>', value: 50, unit: '[ppm]', clear: 40 },
  emit: 'state',
};
const event = (id) => ({ op: 'event', event: id });
const pollution = (more = {}) => ({
  name: 'Air pollution', version: 1, statusId: '', domain: '',
  rule: { op: 'and', of: [event(pm25High.id), event(coHigh.id)] },
  per: 'zone', level: 'zone', severity: 'major',
  for: '', clearAfter: '2 min', clearWhen: null, byHand: false, updateEvery: '', lateness: '', ...more,
});
const notice = (more = {}) => ({
  name: '', version: 1, domain: '', action: 'notify', form: 'event', chart: 'step', rows: 100, keepCleared: '10 min', highlight: '', to: '',
  channel: '', statuses: [], minSeverity: 'warning', on: ['raised', 'cleared'],
  texts: {
    'en-US': { headline: '{{name}} in {{keyName}}: {{state}}', text: '{{reason}}', instruction: '' },
    th: { headline: '{{name}} ที่ {{keyName}}: {{state}}', text: '{{reason}}', instruction: '' },
  },
  language: '', timeZone: '', ...more,
});
const actuator = (more = {}) => ({
  name: '', version: 1, via: 'mqtt', broker: '', topic: '', qos: '1', retain: false, method: 'POST', url: '', auth: 'none', statuses: [],
  payloads: { raised: 'ON', cleared: 'OFF' }, confirm: 'accepted', within: '10 s', answerTopic: '', expect: '', validFor: '5 min', alsoSimulated: false, ...more,
});
const filter = (zonesId, more = {}) => ({
  name: '', version: 1, zones: zonesId, keep: 'inside', choose: 'all', chosen: [], level: '', noPlace: 'problem', rest: false, outputs: 2, ...more,
});
const server = (more = {}) => ({
  name: '', version: 1, url: 'demo:', demoSpeed: '60', demoSeed: '1', mqttFrom: 'auto', mqttUrl: '', auth: 'none', header: '', tls: '', mqttLogin: 'same', zone: '', ...more,
});
const source = (serverId, more = {}) => ({
  name: '', version: 1, server: serverId, choose: 'all', streams: [], properties: '', mode: 'auto', interval: '1 min', history: '', emit: 'batch', sentinels: '', ...more,
});
const keptIn = (more = {}) => ({ name: '', version: 1, store: 'sqlite', days: 30, megabytes: 100, url: '', schema: 'city_journal', ...more });
const events = (list, more = {}) => ({ name: '', version: 1, domain: '', events: list, ...more });

const CSV =
  'time;station;lat;lon;PM2.5 (µg/m³);Temp (°C)\n2026-01-05 09:00;Market;7.556;99.61;96;31,5\n2026-01-05 09:00;Harbour;7.516;99.57;41;30\n2026-01-05 10:00;Market;7.556;99.61;NA;32\n2026-01-05 10:00;Harbour;7.516;99.57;38,5;31\nyesterday;Market;7.556;99.61;70;30\n';
const CSV_MAPPING = {
  mapping: 1, format: 'csv', decimal: ',', time: { columns: ['time'], format: 'yyyy-MM-dd HH:mm', zone: 'Asia/Bangkok', interval: '1 h' }, thing: { column: 'station' },
  values: { layout: 'wide', columns: [{ column: 'PM2.5 (µg/m³)', property: 'PM2.5', unit: 'ug/m3' }, { column: 'Temp (°C)', property: 'Temperature', unit: 'Cel' }] },
  place: { from: 'columns', lat: 'lat', lon: 'lon' },
};

// ---- the demo city

/** A dashboard's columns are as wide as they are: on a phone each part takes the screen, and each row of a table is a card. */
const onPhone = {
  name: 'on a phone', group: '', order: 0, width: 0, height: 0, templateScope: 'global', className: '', storeOutMessages: true, fwdInMessages: true, resendOnRefresh: true,
  format: [
    '<style>',
    '@media (max-width: 600px) {',
    '  /* columns have a fixed width: on a phone each part takes the width of the screen */',
    '  ui-card-panel, .nr-dashboard-cardpanel, .nr-dashboard-cardcontainer, .nr-dashboard-cardcontainer > md-card, .nr-dashboard-cardtitle { width: 100% !important; box-sizing: border-box; }',
    '  ui-card-panel { left: 0 !important; }',
    '  /* and each row of the table becomes a card */',
    '  .nr-dashboard-ui_table .tabulator-header { display: none; }',
    '  .nr-dashboard-ui_table .tabulator-table, .nr-dashboard-ui_table .tabulator-row { width: 100% !important; min-width: 0 !important; height: auto !important; }',
    '  .nr-dashboard-ui_table .tabulator-cell { display: block !important; width: 100% !important; height: auto !important; white-space: normal !important; border: 0 !important; padding: 1px 6px !important; }',
    '  .nr-dashboard-ui_table .tabulator-cell[tabulator-field=state] { font-weight: 700; }',
    '}',
    '</style>',
  ].join('\n'),
};

function demoCity() {
  const f = new Flow('Demo city (SIMULATED)', 'All readings on this tab are SIMULATED. A simulated SensorThings server runs beside Node-RED ("npm start").');
  const zonesId = f.config('zones', 'city-zones', { name: 'Trang (demo)', version: 2, zones });
  const serverId = f.config('server', 'sensorthings-server', server({ name: 'Simulated SensorThings server', url: '${CITY_DEMO_URL}' }));
  const domainId = f.config('domain', 'ecdm-domain', domain('Air'));
  const journal = f.config('journal', 'city-journal', keptIn({ name: 'What happened (demo)' }));
  const broker = f.config('broker', 'mqtt-broker', {
    name: 'Simulated city (MQTT)', broker: '127.0.0.1', port: '${CITY_DEMO_MQTT_PORT}', clientid: '', autoConnect: true, usetls: false, protocolVersion: '4',
    keepalive: '60', cleansession: true, autoUnsubscribe: true, birthTopic: '', birthQos: '0', birthPayload: '', birthMsg: {}, closeTopic: '', closeQos: '0',
    closePayload: '', closeMsg: {}, willTopic: '', willQos: '0', willPayload: '', willMsg: {}, userProps: '', sessionExpiry: '',
  });
  const tab = f.config('ui tab', 'ui_tab', { name: 'Demo city', icon: 'location_city', order: 1, disabled: false, hidden: false });
  f.config('ui base', 'ui_base', {
    theme: {
      name: 'theme-light', lightTheme: { default: '#0B6477', baseColor: '#0B6477', baseFont: '-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Noto Sans Thai,sans-serif', edited: true, reset: false },
      darkTheme: { default: '#097479', baseColor: '#097479', baseFont: '-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Noto Sans Thai,sans-serif', edited: true, reset: false },
      customTheme: { name: 'Untitled Theme 1', default: '#4B7930', baseColor: '#4B7930', baseFont: 'sans-serif' },
      themeState: {
        'base-color': { default: '#0B6477', value: '#0B6477', edited: true }, 'page-titlebar-backgroundColor': { value: '#0B6477', edited: false },
        'page-backgroundColor': { value: '#f4f6f7', edited: false }, 'page-sidebar-backgroundColor': { value: '#ffffff', edited: false },
        'group-textColor': { value: '#0B6477', edited: false }, 'group-borderColor': { value: '#ffffff', edited: false }, 'group-backgroundColor': { value: '#ffffff', edited: false },
        'widget-textColor': { value: '#111111', edited: false }, 'widget-backgroundColor': { value: '#0B6477', edited: false }, 'widget-borderColor': { value: '#ffffff', edited: false },
        'base-font': { value: '-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Noto Sans Thai,sans-serif' },
      },
      angularTheme: { primary: 'indigo', accents: 'blue', warn: 'red', background: 'grey', palette: 'light' },
    },
    site: {
      name: 'Demo city (SIMULATED)', hideToolbar: 'false', allowSwipe: 'false', lockMenu: 'false', allowTempTheme: 'true', dateFormat: 'DD/MM/YYYY',
      sizes: { sx: 48, sy: 48, gx: 6, gy: 6, cx: 6, cy: 6, px: 0, py: 0 },
    },
  });
  const group = (key, name, order, width) => f.config(key, 'ui_group', { name, tab, order, disp: true, width: String(width), collapse: false, className: '' });
  const gNow = group('g now', 'Now', 1, 10);
  const gChart = group('g chart', 'PM2.5 by zone, and its limit', 2, 12);
  const gTable = group('g table', 'Statuses', 3, 22);

  f.comment([390, 40], 'SIMULATED city: readings over SensorThings become events, statuses, notices, and move a sign', 'Open /ui for the dashboard. Every node has help in the sidebar.');
  f.add('in', 'sensorthings-in', [120, 120], source(serverId, { name: 'all sensors' }), ['filter'], ['problems']);
  f.add('filter', 'spatial-filter', [290, 120], filter(zonesId, { name: 'inside a zone', choose: 'level', level: 'zone' }), ['air', 'only pm'], ['problems']);
  f.add('air', 'ecdm-event', [470, 120], events([pm25High, coHigh], { name: 'PM2.5 and CO', domain: domainId }), ['pollution'], ['problems']);
  f.add('pollution', 'pattern-status', [650, 120], pollution({ domain: domainId, journal }), ['notify', 'table', 'toast', 'sign', 'banner'], ['problems']);
  f.add('problems', 'debug', [840, 60], debug('problems'));

  f.add('notify', 'action-notify', [840, 120], notice({ name: 'notify', domain: domainId, journal }), ['notices'], ['problems']);
  f.add('notices', 'debug', [1020, 120], debug('notices'));
  f.add('table', 'action-notify', [860, 180], notice({ name: 'as table rows', domain: domainId, form: 'table', on: ['raised', 'updated', 'nodata', 'cleared'], keepCleared: '5 min' }), ['ui table'], []);
  f.add('toast', 'action-notify', [840, 240], notice({ name: 'as toast', domain: domainId, form: 'toast' }), ['ui toast'], []);
  const column = (field, title, width) => ({ field, title, width, align: 'left', formatter: 'plaintext', formatterParams: { target: '_blank' } });
  // a long name goes on in the next line
  const wrapped = (...its) => ({ ...column(...its), formatter: 'textarea' });
  f.add('ui table', 'ui_table', [1020, 180], {
    group: gTable, name: 'statuses', order: 1, width: 22, height: 7, outputs: 0, cts: false,
    columns: [wrapped('state', 'State', '18%'), wrapped('name', 'Status', '10%'), wrapped('where', 'Where', '9%'), column('severity', 'Severity', '8%'), column('since', 'Since', '13%'), column('duration', 'For', '7%'), wrapped('reason', 'Why', '35%')],
  });
  f.add('ui toast', 'ui_toast', [1020, 240], { position: 'bottom right', displayTime: '6', highlight: '', sendall: true, outputs: 0, ok: 'OK', cancel: '', raw: false, className: '', topic: '', name: 'toast' });
  f.add('banner', 'ui_template', [850, 300], {
    group: gNow, name: 'mode banner', order: 1, width: 10, height: 5, templateScope: 'local', className: '', storeOutMessages: true, fwdInMessages: false, resendOnRefresh: true,
    format: [
      '<div role="status" style="border:3px solid #0B6477;border-radius:6px;padding:10px 14px;margin:2px;height:calc(100% - 30px);overflow:auto">',
      '  <div style="font-weight:700;letter-spacing:.12em;font-size:120%">SIMULATED</div>',
      '  <div>This is the demo city. Nothing here was measured.</div>',
      '  <p ng-if="msg.payload" style="margin:8px 0 0"><b>Latest: </b><span ng-bind="(msg.payload.reason || msg.payload[msg.payload.length-1].reason)"></span></p>',
      '  <p ng-if="!msg.payload" style="margin:8px 0 0">No status has changed yet. Within a minute one will.</p>',
      '</div>',
    ].join('\n'),
  }, []);

  f.add('phone', 'ui_template', [1020, 300], onPhone, []);

  f.add('sign', 'actuator-out', [830, 360], actuator({
    name: 'sign', broker, topic: 'demo/sign/{{key}}/set', payloads: { raised: 'AIR ALERT', cleared: 'OFF' }, confirm: 'done', answerTopic: 'demo/sign/{{key}}/state', alsoSimulated: true, journal,
  }), ['sign states'], ['problems']);
  f.add('sign states', 'debug', [1020, 360], debug('sign'));

  f.comment([260, 200], 'Chart: the worst station of each zone, and the limit');
  f.add('only pm', 'function', [330, 260], {
    name: 'highest PM2.5 of each zone',
    func: [
      'const highest = new Map();',
      'let time;',
      'for (const o of [msg.payload].flat()) {',
      "  if (o.property !== 'PM2.5' || typeof o.value !== 'number') continue;",
      '  time = o.time;',
      '  for (const zone of o.zones || []) {',
      "    if (zone.level === 'zone') highest.set(zone.name, Math.max(highest.get(zone.name) ?? 0, o.value));",
      '  }',
      '}',
      'if (time === undefined) return null;',
      "const points = [...highest].map(([topic, payload]) => ({ topic, payload, timestamp: time }));",
      "points.push({ topic: 'Limit 90', payload: 90, timestamp: time });",
      'return [points];',
    ].join('\n'),
    outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [],
  }, ['ui chart']);
  f.add('ui chart', 'ui_chart', [570, 260], {
    name: 'PM2.5', group: gChart, order: 1, width: 12, height: 6, label: 'PM2.5 in µg/m³ (SIMULATED)', chartType: 'line', legend: 'true', xformat: 'HH:mm', interpolate: 'linear',
    nodata: 'waiting for readings', dot: false, ymin: '0', ymax: '', removeOlder: '2', removeOlderPoints: '500', removeOlderUnit: '3600', cutout: 0, useOneColor: false, useUTC: false,
    colors: ['#0072B2', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#D55E00', '#999999', '#F0E442', '#000000'], outputs: 1, useDifferentColor: false, className: '',
  }, []);

  f.comment([350, 360], 'This is the sign itself (a device would do this): it hears and confirms over MQTT');
  f.add('sign hears', 'mqtt in', [130, 420], { name: 'the sign hears', topic: 'demo/sign/+/set', qos: '1', datatype: 'utf8', broker, nl: false, rap: true, rh: 0, inputs: 0 }, ['sign does']);
  f.add('sign does', 'change', [320, 420], {
    name: 'does it and confirms', rules: [{ t: 'change', p: 'topic', pt: 'msg', from: '/set', fromt: 'str', to: '/state', tot: 'str' }], action: '', property: '', from: '', to: '', reg: false,
  }, ['sign says', 'ui sign']);
  f.add('sign says', 'mqtt out', [520, 400], { name: 'says so', topic: '', qos: '1', retain: '', respTopic: '', contentType: '', userProps: '', correl: '', expiry: '', broker });
  f.add('ui sign', 'ui_text', [510, 460], { group: gNow, order: 2, width: 10, height: 1, name: 'sign', label: 'The sign now shows', format: '{{msg.payload || "nothing yet"}}', layout: 'row-spread', className: '', style: false, font: '', fontSize: '', color: '#000000' });

  f.comment([400, 540], 'Readings that are not SensorThings: press the button, open "rows to observations" for its preview');
  f.add('csv', 'inject', [120, 600], inject('a CSV text', CSV, 'str'), ['map']);
  f.add('map', 'to-observation', [310, 600], { name: 'rows to observations', version: 1, mode: 'replay', whole: true, mapping: CSV_MAPPING }, ['csv out'], ['csv problems']);
  f.add('csv out', 'debug', [560, 580], debug('observations of the file'));
  f.add('csv problems', 'debug', [550, 640], debug('problems of the file'));
  return f;
}

// ---- examples: one idea each, no hardware, no network

function example01() {
  const f = new Flow('Air pollution in a simulated city');
  const zonesId = f.config('zones', 'city-zones', { name: 'Trang (demo)', version: 2, zones });
  const serverId = f.config('server', 'sensorthings-server', server({ name: 'demo city' }));
  const domainId = f.config('domain', 'ecdm-domain', domain('Air'));
  f.comment([330, 60], 'Deploy, open the debug sidebar and wait a minute: a status rises, says why, and clears again', [
    'The readings are SIMULATED: the server address is "demo:", a city inside this package (60 times faster than life).', '',
    '1. **demo city** gives observations of about 40 stations.', '2. **inside a zone** keeps those in a zone and says in which.',
    '3. **PM2.5 and CO** turns readings into events: above the limit, below again.', '4. **Air pollution** is raised for a zone while both are high there, and cleared afterwards.',
    '5. **tell people** writes the notice. Connect its output to mail, Telegram, a dashboard.', '', 'Next: change a limit in step 3, then use your own server in step 1.',
  ].join('\n'));
  f.add('in', 'sensorthings-in', [130, 140], source(serverId, { name: 'demo city' }), ['filter'], ['problems']);
  f.add('filter', 'spatial-filter', [310, 140], filter(zonesId, { name: 'inside a zone', choose: 'level', level: 'zone' }), ['air'], ['problems']);
  f.add('air', 'ecdm-event', [500, 140], events([pm25High, coHigh], { name: 'PM2.5 and CO', domain: domainId }), ['pollution'], ['problems']);
  f.add('pollution', 'pattern-status', [690, 140], pollution({ domain: domainId }), ['notify', 'statuses'], ['problems']);
  f.add('notify', 'action-notify', [880, 140], notice({ name: 'tell people', domain: domainId }), ['notices'], ['problems']);
  f.add('notices', 'debug', [1060, 140], debug('notices'));
  f.add('statuses', 'debug', [890, 200], debug('statuses'));
  f.add('problems', 'debug', [320, 220], debug('problems'));
  return f;
}

function example02() {
  const f = new Flow('Readings from a CSV file');
  f.comment([320, 60], 'Press the button: four of five rows become observations, two each; the last one is faulty and is named on output 2', 'Put a "file in" node (a single utf8 string) in place of the button to read a real file. Open "rows to observations" to see how columns are chosen, with a live preview.');
  f.add('button', 'inject', [130, 140], inject('a CSV text', CSV, 'str'), ['map']);
  f.add('map', 'to-observation', [340, 140], {
    name: 'rows to observations', version: 1, mode: 'replay', whole: true,
    mapping: CSV_MAPPING,
  }, ['observations'], ['problems']);
  f.add('observations', 'debug', [570, 120], debug('observations'));
  f.add('problems', 'debug', [560, 180], debug('problems'));
  return f;
}

function example03() {
  const f = new Flow('Readings from MQTT or any JSON');
  f.comment([330, 60], 'Press the button: a JSON payload as a sensor sends it over MQTT becomes an observation', 'Put an "mqtt in" node in place of the button. The station is the second level of the topic.');
  f.add('button', 'inject', [140, 140], { ...inject('a sensor message', { ts: 1767600000, pm25: 96.5, batt: 3.1 }), props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }], topic: 'sensors/market/air' }, ['map']);
  f.add('map', 'to-observation', [350, 140], {
    name: 'message to observation', version: 1, mode: 'live', whole: false,
    mapping: {
      mapping: 1, format: 'json', time: { columns: ['ts'], format: 's' }, thing: { column: '$topic.2' },
      values: { layout: 'wide', columns: [{ column: 'pm25', property: 'PM2.5', unit: 'ug/m3' }] },
      place: { from: 'table', points: { market: [99.61, 7.556], harbour: [99.57, 7.516] } },
    },
  }, ['observations'], ['problems']);
  f.add('observations', 'debug', [590, 120], debug('observations'));
  f.add('problems', 'debug', [580, 180], debug('problems'));
  return f;
}

/** Rows of one station an hour apart, as to-observation reads them. */
const hourly = (station, list) => list.map((row, hour) => ({ time: `2026-01-05T${String(6 + hour).padStart(2, '0')}:00:00+07:00`, station, ...row }));
const rowsMapping = (columns) => ({
  mapping: 1, time: { columns: ['time'], interval: '1 h' }, thing: { column: 'station' }, values: { layout: 'wide', columns },
});

function example05() {
  const f = new Flow('Events from limits, averages and silence');
  const domainId = f.config('domain', 'ecdm-domain', domain('Air', { sampling: '1 h' }));
  f.comment([350, 60], 'Press the button: eight hours of PM2.5 and noise; see when each event begins and ends', 'Three rules in one node:\n\n- **PM2.5 high** begins above 90 and ends only below 75 (no flapping in between). At 12:00 the reading has no value: nobody knows any more (`nodata`).\n- **PM2.5 high for 3 hours** begins when it has been above 80 for so long.\n- **Loud morning**: the noise average (energy) over three hours above 65 dB(A).');
  const rows = hourly('Market', [{ pm: 60, db: 58 }, { pm: 95, db: 62 }, { pm: 85, db: 71 }, { pm: 93, db: 72 }, { pm: 97, db: 70 }, { pm: 78, db: 64 }, { pm: null, db: 60 }, { pm: 40, db: 58 }]);
  f.add('button', 'inject', [130, 140], inject('eight hours', rows), ['map']);
  f.add('map', 'to-observation', [310, 140], {
    name: 'rows', version: 1, mode: 'replay', whole: true,
    mapping: rowsMapping([{ column: 'pm', property: 'PM2.5', unit: 'ug/m3' }, { column: 'db', property: 'Noise level', unit: 'dB[A]' }]),
  }, ['events'], ['problems']);
  f.add('events', 'ecdm-event', [500, 140], events([
    { ...pm25High, id: 'e1f0a2b3c4d50051' },
    { id: 'e1f0a2b3c4d50052', name: 'PM2.5 high for 3 hours', observe: { properties: ['PM2.5'] }, when: { op: '>', value: 80, unit: 'ug/m3' }, emit: 'state', for: '3 h' },
    { id: 'e1f0a2b3c4d50053', name: 'Loud morning', observe: { properties: ['Noise level'] }, aggregate: { method: 'energy average', over: '3 h', scope: 'station', minSamples: 2 }, when: { op: '>', value: 65, unit: 'dB[A]' }, emit: 'state' },
  ], { name: 'three rules', domain: domainId }), ['out'], ['problems']);
  f.add('out', 'debug', [690, 140], debug('events'));
  f.add('problems', 'debug', [320, 220], debug('problems'));
  return f;
}

function example06() {
  const f = new Flow('Rain, then the river rises');
  const domainId = f.config('domain', 'ecdm-domain', domain('Water', { sampling: '1 h' }));
  const rain = { id: 'e1f0a2b3c4d50061', name: 'heavy rain', observe: { properties: ['Rain'] }, when: { op: '>=', value: 10, unit: 'mm' }, emit: 'point' };
  const high = { id: 'e1f0a2b3c4d50062', name: 'river high', observe: { properties: ['Water level'] }, when: { op: '>', value: 2.5, unit: 'm', clear: 2.3 }, emit: 'state' };
  f.comment([350, 60], 'Press the button: heavy rain, and within six hours the river is high: a status is raised and cleared', 'The pattern says *heavy rain then river high within 6 h*, per station. Open **flood warning** to read it as a sentence.');
  const rows = hourly('Bridge', [{ rain: 0, level: 1.2 }, { rain: 14, level: 1.3 }, { rain: 9, level: 1.9 }, { rain: 0, level: 2.6 }, { rain: 0, level: 2.8 }, { rain: 0, level: 2.4 }, { rain: 0, level: 2.1 }, { rain: 0, level: 1.8 }]);
  f.add('button', 'inject', [130, 140], inject('eight hours', rows), ['map']);
  f.add('map', 'to-observation', [300, 140], {
    name: 'rows', version: 1, mode: 'replay', whole: true,
    mapping: rowsMapping([{ column: 'rain', property: 'Rain', unit: 'mm' }, { column: 'level', property: 'Water level', unit: 'm' }]),
  }, ['events'], ['problems']);
  f.add('events', 'ecdm-event', [480, 140], events([rain, high], { name: 'rain and river', domain: domainId }), ['flood'], ['problems']);
  f.add('flood', 'pattern-status', [670, 140], pollution({
    name: 'flood warning', domain: domainId, rule: { op: 'then', of: [event(rain.id), event(high.id)], within: '6 h' }, per: 'station', level: '', severity: 'critical', clearAfter: '2 h',
  }), ['out'], ['problems']);
  f.add('out', 'debug', [860, 140], debug('statuses'));
  f.add('problems', 'debug', [320, 220], debug('problems'));
  return f;
}

const sampleStatus = (state) => ({
  statusId: 'sample|zone-centre|2026-01-05T01:00:00.000Z', revision: state === 'raised' ? 1 : 2, status: 'sample', name: 'Air pollution', key: 'zone-centre', keyName: 'Centre', state,
  severity: 'major', since: '2026-01-05T08:00:00+07:00', updated: state === 'raised' ? '2026-01-05T08:00:00+07:00' : '2026-01-05T09:30:00+07:00',
  ...(state === 'cleared' ? { until: '2026-01-05T09:30:00+07:00' } : {}), place: [99.61, 7.556], count: 1, evidence: [],
  reason: state === 'raised' ? 'PM2.5 is 96 µg/m³ (limit 90) and CO is 52 ppm (limit 50) at Market since 08:00.' : 'Back to normal at Market: PM2.5 is 60 µg/m³.', flags: [], simulated: true,
});

function example07() {
  const f = new Flow('Tell people: texts and forms');
  f.comment([350, 60], 'Press the buttons: the same status as a notice, as rows of a table, as mail and on the map', 'Each node gives its output in another form, ready for a stock node: debug, ui_table, e-mail, worldmap. Open one to edit the texts; the preview follows.');
  f.add('raised', 'inject', [130, 140], inject('raised', sampleStatus('raised')), ['event', 'table', 'mail', 'map']);
  f.add('cleared', 'inject', [130, 200], inject('cleared', sampleStatus('cleared')), ['event', 'table', 'mail', 'map']);
  for (const [n, form] of ['event', 'table', 'mail', 'worldmap'].entries()) {
    const key = form === 'worldmap' ? 'map' : form;
    f.add(key, 'action-notify', [350, 120 + 60 * n], notice({ name: `as ${form}`, form, to: form === 'mail' ? 'duty@example.org' : '' }), [`${key} out`], []);
    f.add(`${key} out`, 'debug', [550, 120 + 60 * n], debug(`as ${form}`, 'true'));
  }
  return f;
}

function example08() {
  const f = new Flow('Move a sign and wait until it confirms');
  f.comment([380, 60], 'Press "raised": the sign (lower row, a web address of this very Node-RED) is told to switch on and answers', 'If your Node-RED does not listen at http://127.0.0.1:1880, change the address in **sign**. Only simulated statuses are sent here, so *Also in simulation and replay* is ticked.');
  f.add('raised', 'inject', [130, 140], inject('raised', sampleStatus('raised')), ['sign']);
  f.add('cleared', 'inject', [130, 200], inject('cleared', sampleStatus('cleared')), ['sign']);
  f.add('sign', 'actuator-out', [330, 160], actuator({
    name: 'sign', via: 'http', method: 'POST', url: 'http://127.0.0.1:1880/city-events-sign', payloads: { raised: 'AIR ALERT: {{keyName}}', cleared: 'OFF' }, alsoSimulated: true,
  }), ['states'], ['problems']);
  f.add('states', 'debug', [530, 140], debug('what became of it'));
  f.add('problems', 'debug', [520, 200], debug('problems'));
  f.add('hears', 'http in', [160, 300], { name: 'the sign hears', url: '/city-events-sign', method: 'post', upload: false, swaggerDoc: '' }, ['shows', 'answers']);
  f.add('shows', 'debug', [350, 280], debug('the sign shows'));
  f.add('answers', 'http response', [350, 340], { name: 'and answers', statusCode: '204', headers: {} });
  return f;
}

/** The statuses of the demo city on node-red-dashboard. */
function example09() {
  const f = new Flow('A dashboard for the statuses');
  const zonesId = f.config('zones', 'city-zones', { name: 'Trang (demo)', version: 2, zones });
  const serverId = f.config('server', 'sensorthings-server', server({ name: 'demo city' }));
  const tab = f.config('ui tab', 'ui_tab', { name: 'City', icon: 'location_city', order: 1, disabled: false, hidden: false });
  const group = f.config('ui group', 'ui_group', { name: 'Statuses (SIMULATED)', tab, order: 1, disp: true, width: '12', collapse: false, className: '' });
  f.config('modules', 'global-config', { env: [], modules: { 'node-red-dashboard': '3.6.6', 'node-red-node-ui-table': '0.4.5' } });
  f.comment([330, 60], 'Needs node-red-dashboard and node-red-node-ui-table (Node-RED offers to install them). Then open /ui');
  f.add('in', 'sensorthings-in', [130, 140], source(serverId, { name: 'demo city' }), ['filter'], []);
  f.add('filter', 'spatial-filter', [310, 140], filter(zonesId, { name: 'inside a zone', choose: 'level', level: 'zone' }), ['air'], []);
  f.add('air', 'ecdm-event', [500, 140], events([{ ...pm25High, id: 'e1f0a2b3c4d50091' }, { ...coHigh, id: 'e1f0a2b3c4d50092' }], { name: 'PM2.5 and CO' }), ['pollution'], []);
  f.add('pollution', 'pattern-status', [690, 140], pollution({ rule: { op: 'and', of: [event('e1f0a2b3c4d50091'), event('e1f0a2b3c4d50092')] } }), ['rows', 'toasts'], []);
  f.add('rows', 'action-notify', [880, 120], notice({ name: 'as table rows', form: 'table' }), ['ui table'], []);
  f.add('toasts', 'action-notify', [880, 180], notice({ name: 'as toast', form: 'toast' }), ['ui toast'], []);
  f.add('ui table', 'ui_table', [1080, 120], { group, name: 'statuses', order: 1, width: 12, height: 8, columns: [], outputs: 0, cts: false });
  f.add('ui toast', 'ui_toast', [1080, 180], { position: 'top right', displayTime: '6', highlight: '', sendall: true, outputs: 0, ok: 'OK', cancel: '', raw: false, className: '', topic: '', name: 'toast' });
  f.add('phone', 'ui_template', [1080, 240], onPhone, []);
  return f;
}

/** A node that tells people in the calm way of a new one. */
const calm = (more = {}) => notice({
  version: 2, journal: '', html: true, topic: 'city/notices', view: '', drill: 'real', onlyNew: true, group: '30 s', flood: 10, perHour: 20, remind: '1 d',
  recipients: [], maintenance: [], families: [], on: ['raised', 'updated', 'nodata', 'cleared'], ...more,
});
/**
 * An expression that makes new statuses each time its button is pressed. What is over comes after what began, although both
 * buttons are pressed in the same millisecond.
 */
const fresh = (keys, status, name, severity, state = 'raised') => `$map(${keys}, function($n) {{
  "statusId": "${status}|" & $n & "|" & $string($millis()), "revision": ${state === 'raised' ? 1 : 2}, "status": "${status}", "name": "${name}",
  "key": $string($n), "keyName": "Station " & $n, "state": "${state}", "severity": "${severity}",
  "since": $now(), "updated": $now(), "count": 1, "evidence": [], "reason": "${name} at station " & $n & ".",
  "zones": [{"id": "z" & ($n % 3), "name": ["Harbour", "Centre", "Market"][$n % 3], "level": "zone"}], "flags": [], "simulated": true
}})`;

function example11() {
  const f = new Flow('Calm notices: who is told, when, and how often');
  f.comment([400, 60], 'Press the buttons one by one, some seconds apart, and look at what the two people are told', [
    '**five at once** is one notice. **a critical one** is told at once, and after 20 s the head of department, too, because nobody has acknowledged it.',
    '**a flood** is one summary. **a gateway and its sensors** is one notice with their number. **back to normal** ends the first five.',
    'Open **tell people**: tabs Who, How often and Hold back. What was told, and what was held back and why, is in the journal (tab Hold back).',
  ].join('\n\n'));
  const buttons = [
    ['five', 'five at once', fresh('[1..5]', 'air', 'PM2.5 high', 'major')],
    ['critical', 'a critical one', fresh('[90]', 'water', 'Flood gauge', 'critical')],
    ['flood', 'a flood: 14 more', fresh('[11..24]', 'noise', 'Noise', 'minor')],
    ['gateway', 'a gateway', fresh('[70]', 'gateway', 'Gateway down', 'major')],
    ['sensors', 'and its 20 sensors', fresh('[71..90]', 'silent', 'Sensor silent', 'warning', 'nodata')],
    ['cleared', 'back to normal', fresh('[1..5]', 'air', 'PM2.5 high', 'major', 'cleared')],
  ];
  const journal = f.config('journal', 'city-journal', keptIn({ name: 'what was told' }));
  for (const [n, [key, name, expression]] of buttons.entries()) f.add(key, 'inject', [150, 120 + 50 * n], inject(name, expression, 'jsonata'), ['tell']);
  f.add('tell', 'action-notify', [380, 240], calm({
    name: 'tell people', group: '5 s', journal,
    recipients: [
      { id: 'duty', name: 'Duty officer', role: 'duty', channel: 'sms', address: '+66 75 000 000', minSeverity: 'warning', after: '', wakes: true },
      { id: 'head', name: 'Head of department', role: 'head', channel: 'mail', address: 'head@example.org', minSeverity: 'major', after: '20 s', quietFrom: '22:00', quietTo: '07:00', wakes: true },
    ],
    families: [{ parents: 'Gateway down', children: 'Sensor silent', scope: 'everywhere' }],
  }), ['part'], ['problems']);
  f.add('part', 'switch', [550, 220], {
    name: 'for whom?', property: 'recipient.role', propertyType: 'msg', rules: [{ t: 'eq', v: 'duty', vt: 'str' }, { t: 'eq', v: 'head', vt: 'str' }], checkall: 'true', repair: false, outputs: 2,
  }, ['duty'], ['head']);
  f.add('duty', 'debug', [750, 200], debug('SMS to the duty officer', 'true'));
  f.add('head', 'debug', [750, 240], debug('mail to the head of department', 'true'));
  f.add('problems', 'debug', [550, 300], debug('problems'));
  return f;
}

function example12() {
  const f = new Flow('A pump that answers over MQTT, and a lock');
  f.comment([480, 60], 'Needs an MQTT broker at 127.0.0.1:1883, such as Mosquitto. Press "water rises": the pump (lower row) is switched on, and says so', [
    'The command is **done** when the pump has said so on its own topic; where it stays silent for 10 s that is told as a problem. Disconnect the node **the pump hears** and press again.',
    '**somebody is in the shaft** locks: nothing is switched until **nobody any more**. The refusal is told, with its reason. What was refused is not sent later.',
    '**Ann takes over** holds automation back for a minute, or until **Ann gives it back**; what was ordered meanwhile goes out then, if it is still valid. What was ordered, by whom, and what came of it is in the journal.',
  ].join('\n\n'));
  const journal = f.config('journal', 'city-journal', keptIn({ name: 'what was ordered' }));
  const broker = f.config('broker', 'mqtt-broker', {
    name: 'MQTT broker', broker: '127.0.0.1', port: '1883', clientid: '', autoConnect: true, usetls: false, protocolVersion: '4', keepalive: '60', cleansession: true, autoUnsubscribe: true,
    birthTopic: '', birthPayload: '', closeTopic: '', closePayload: '', willTopic: '', willPayload: '',
  });
  const act = (name) => `{"act": "${name}", "who": "Ann", "why": "maintenance", "until": $fromMillis($millis() + 60000)}`;
  const buttons = [
    ['in', 'somebody is in the shaft', fresh('[7]', 'shaft', 'Somebody in the shaft', 'critical')],
    ['out', 'nobody any more', fresh('[7]', 'shaft', 'Somebody in the shaft', 'critical', 'cleared')],
    ['hold', 'Ann takes over', act('hold'), 'act'],
    ['release', 'Ann gives it back', act('release'), 'act'],
    ['rises', 'water rises', fresh('[7]', 'water', 'High water', 'major')],
    ['falls', 'water falls', fresh('[7]', 'water', 'High water', 'major', 'cleared')],
  ];
  for (const [n, [key, name, expression, topic = '']] of buttons.entries()) {
    const button = inject(name, expression, 'jsonata');
    f.add(key, 'inject', [150, 120 + 50 * n], topic === '' ? button : { ...button, props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }], topic }, ['pump']);
  }
  f.add('pump', 'actuator-out', [400, 240], actuator({
    name: 'pump', version: 2, broker, topic: 'pumps/{{key}}/set', payloads: { raised: '{"on":true,"commandId":"{{commandId}}"}', cleared: '{"on":false,"commandId":"{{commandId}}"}' },
    statuses: ['water'], confirm: 'done', confirmBy: 'answer', answerTopic: 'pumps/{{key}}/state', retries: 3, again: true, pause: '', askAt: '', alsoSimulated: true,
    interlocks: [{ rule: 'while', status: 'Somebody in the shaft', keys: 'same' }], allowed: 'pumps/+/set', acts: true, dryRun: false, journal,
  }), ['states'], ['problems']);
  f.add('states', 'debug', [620, 220], debug('what became of it'));
  f.add('problems', 'debug', [610, 260], debug('problems'));
  f.add('hears', 'mqtt in', [150, 480], { name: 'the pump hears', topic: 'pumps/+/set', qos: '1', datatype: 'json', broker, nl: false, rap: true, rh: 0, inputs: 0 }, ['switches', 'runs']);
  f.add('runs', 'debug', [360, 440], debug('the pump'));
  f.add('switches', 'delay', [360, 480], {
    name: 'is switched', pauseType: 'delay', timeout: '1', timeoutUnits: 'seconds', rate: '1', nbRateUnits: '1', rateUnits: 'second', randomFirst: '1', randomLast: '5', randomUnits: 'seconds', drop: false, allowrate: false, outputs: 1,
  }, ['says']);
  f.add('says', 'change', [550, 480], {
    name: 'and says so', rules: [
      { t: 'set', p: 'topic', pt: 'msg', to: "$replace(topic, '/set', '/state')", tot: 'jsonata' },
      { t: 'set', p: 'payload', pt: 'msg', to: '{"commandId": payload.commandId, "state": "done"}', tot: 'jsonata' },
    ], action: '', property: '', from: '', to: '', reg: false,
  }, ['answers']);
  f.add('answers', 'mqtt out', [740, 480], { name: 'its own topic', topic: '', qos: '1', retain: 'false', respTopic: '', contentType: '', userProps: '', correl: '', expiry: '', broker });
  return f;
}

/** The token of example 14 is known to everybody, so it is limited to a zone in which nothing but its own alarm lies. */
const EXAMPLE_TOKEN = `ce_${'example-token-of-the-import-menu'.padEnd(43, '-')}`;

function example14() {
  const f = new Flow('Alarms over the web, REST');
  f.comment([420, 60], 'Press the buttons from the top: a status is raised, asked for over the web, and acknowledged over the web', [
    'The journal has its web interface open under `/city-events/example/v1`; `openapi.json` there describes all of it. Where Node-RED is not at 127.0.0.1:1880, change the addresses in the nodes.',
    'The token in the nodes is known to everybody who has this example. It sees only the zone *example*. For alarms of your own open **what happened**, make a token for each person or program, and withdraw this one.',
    'A program that wants to hear of every change reads the stream: `curl -N -H "Authorization: Bearer TOKEN" http://127.0.0.1:1880/city-events/example/v1/stream`',
  ].join('\n\n'));
  const token = { name: 'Example', role: 'operator', zones: ['example'], hash: createHash('sha256').update(EXAMPLE_TOKEN, 'utf8').digest('hex') };
  const journal = f.config('journal', 'city-journal', keptIn({ name: 'what happened', rest: true, restName: 'example', tokens: [token] }));
  const ask = (name, method, address) => ({
    name, method, ret: 'obj', paytoqs: 'ignore', url: `http://127.0.0.1:1880/city-events/example/v1${address}`, tls: '', persist: false, proxy: '',
    insecureHTTPParser: false, authType: '', senderr: false,
    headers: [{ keyType: 'other', keyValue: 'Authorization', valueType: 'other', valueValue: `Bearer ${EXAMPLE_TOKEN}` }],
  });
  const reading = '[{"id": "smoke " & $millis(), "datastream": "smoke", "property": "smoke", "time": $millis(), "value": 9, "thing": "kitchen", "zones": [{"id": "example", "name": "Example", "level": "zone"}]}]';
  f.add('smoke', 'inject', [140, 140], { ...inject('smoke in the kitchen', reading, 'jsonata'), props: [{ p: 'payload' }, { p: 'city', v: '{"mode": "simulated", "clock": {"source": "button", "time": $millis() + 1000}}', vt: 'jsonata' }] }, ['event']);
  f.add('event', 'ecdm-event', [340, 140], events([{ id: 'e1f0a2b3c4d500e1', name: 'Smoke', observe: { properties: ['smoke'] }, when: { op: '>', value: 5 }, emit: 'state', lateness: '0 s' }], { name: 'smoke' }), ['status'], ['problems']);
  f.add('status', 'pattern-status', [500, 140], pollution({ name: 'Smoke', statusId: 'example-smoke', rule: event('e1f0a2b3c4d500e1'), per: 'station', level: '', severity: 'critical', clearAfter: '', lateness: '0 s', journal }), ['statuses'], ['problems']);
  f.add('statuses', 'debug', [680, 140], debug('status'));
  f.add('problems', 'debug', [680, 200], debug('problems'));
  f.add('list', 'inject', [140, 280], inject('which alarms are there?', {}), ['ask list']);
  f.add('ask list', 'http request', [360, 280], ask('all that are raised, the worst first', 'GET', '/alarms?state=raised,updated,nodata'), ['listed']);
  f.add('listed', 'debug', [600, 280], debug('alarms'));
  f.add('acknowledge', 'inject', [140, 340], inject('Mali acknowledges', { act: 'acknowledge', person: 'Mali', why: 'on my way' }), ['ask act']);
  f.add('ask act', 'http request', [360, 340], ask('acts on one alarm', 'POST', '/alarms/example-smoke%7Ckitchen/acts'), ['acted']);
  f.add('acted', 'debug', [600, 340], debug('the alarm now'));
  f.add('history', 'inject', [140, 400], inject('what has happened?', {}), ['ask history']);
  f.add('ask history', 'http request', [360, 400], ask('the ten newest entries', 'GET', '/history?limit=10'), ['told']);
  f.add('told', 'debug', [600, 400], debug('history'));
  return f;
}

const demo = path.join(root, 'flows/demo-city.json');
// formatted with the sources; the examples are as Node-RED writes them
const style = { ...(await prettier.resolveConfig(demo)), filepath: demo };
await demoCity().write(demo, (text) => prettier.format(text, style));
for (const [number, flow] of Object.entries({ '01': example01(), '02': example02(), '03': example03(), '05': example05(), '06': example06(), '07': example07(), '08': example08(), '09': example09(), '11': example11(), '12': example12(), '14': example14() })) {
  await flow.write(path.join(root, 'examples', `${number} - ${flow.name.replace(/[:]/g, ',')}.json`));
}
