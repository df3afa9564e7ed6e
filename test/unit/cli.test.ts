import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { main } from '../../bin/lib/main';
import { definitionId, nodeId } from '../../bin/lib/node-ids';
import { SCHEMA_NAMES } from '../../nodes/ecdm/schema-export';

const ROOT = path.resolve(__dirname, '../../..');
const DEFINITIONS = path.join(ROOT, 'test/definitions');
const BIN = path.join(ROOT, 'dist/bin/city-events.js');

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await main(argv, { out: (text) => void (out += text), err: (text) => void (err += text) }, '1.2.3');
  return { code, out, err };
}

const lines = (text: string): any[] => text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));

describe('city-events', () => {
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'city-events-cli-'))));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, content: unknown): string => {
    const where = path.join(folder, name);
    fs.writeFileSync(where, typeof content === 'string' ? content : JSON.stringify(content));
    return where;
  };

  const rule = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
    ecdm: 1,
    name: 'Level',
    events: [{ id: 'high', name: 'High', when: { op: '>', value: 5, unit: 'm' }, emit: 'state' }],
    statuses: [{ id: 'flood', name: 'Flood', when: { op: 'event', event: 'high' }, per: { by: 'station' }, severity: 'major' }],
    ...more,
  });
  const CSV = 'time,station,level_m\n2026-01-05T08:00:00Z,a,4\n2026-01-05T09:00:00Z,a,6\n2026-01-05T10:00:00Z,a,3\n';

  it('says what to do with a journal, where that is not said or is none of it', async () => {
    const { code, err } = await run('journal');
    assert.equal(code, 2);
    assert.match(err, /what to do is missing: check, export, backup/);
    for (const action of ['dance', 'constructor']) {
      const told = await run('journal', action, file('journal.sqlite', ''));
      assert.deepEqual([told.code, told.err.split('\n')[0]], [2, `city-events: "${action}" is none of check, export, backup`]);
    }
  });

  it('helps', async () => {
    const { code, out } = await run('--help');
    assert.equal(code, 0);
    for (const name of ['check', 'rule', 'replay', 'schema', 'export', 'flow']) {
      assert.match(out, new RegExp(`^  ${name} `, 'm'));
      const help = await run(name, '--help');
      assert.deepEqual([help.code, help.err], [0, '']);
      assert.match(help.out, /^usage: city-events/);
      assert.ok(help.out.split('\n').every((line) => line.length <= 80), name);
      assert.equal((await run('help', name)).out, help.out);
    }
    assert.deepEqual(await run('--version'), { code: 0, out: '1.2.3\n', err: '' });
  });

  it('says how it is called when it is called wrongly', async () => {
    for (const argv of [[], ['chek', 'x'], ['check'], ['check', 'a', 'b'], ['replay', 'x'], ['replay', 'x', '--observation', 'y'], ['schema', 'definitoin'], ['rule', 'x'], ['replay', 'x', '-o', 'y', '--from', 'monday'], ['replay', 'x', '-o', 'y', '--summary', 'xml']]) {
      const { code, out, err } = await run(...argv);
      assert.equal(code, 2, argv.join(' '));
      assert.equal(out, '');
      assert.match(err, /--help|usage/);
      assert.doesNotMatch(err, /\n\s+at /);
    }
    assert.match((await run('chek')).err, /did you mean "check"/);
    assert.match((await run('schema', 'definitoin')).err, /did you mean "definition"/);
  });

  it('tells files that cannot be read from files with mistakes', async () => {
    const none = await run('check', path.join(folder, 'nothing.json'));
    assert.deepEqual([none.code, none.out], [3, '']);
    assert.match(none.err, /there is no such file/);
    assert.equal((await run('check', folder)).code, 3);
    const broken = await run('check', file('broken.json', '{\n "ecdm": 1,\n oops }'));
    assert.equal(broken.code, 1);
    assert.match(broken.err, /is not JSON/);
    const wrong = await run('check', file('wrong.json', rule({ statuses: [{ id: 'x' }] })));
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /statuses\[0\]\.name: is missing/);
    assert.match((await run('check', '--language', 'th', path.join(folder, 'wrong.json'))).err, /statuses\[0\]\.name: ไม่ได้ระบุไว้/);
    assert.equal((await run('replay', path.join(folder, 'wrong.json'), '-o', file('a.csv', CSV))).code, 1);
  });

  it('asks the pattern compiler too', async () => {
    const statuses = [{ id: 'silence', name: 'Silence', when: { op: 'no', of: { op: 'event', event: 'high' } }, per: { by: 'station' }, severity: 'minor' }];
    const { code, err } = await run('check', file('no.json', rule({ statuses })));
    assert.equal(code, 1);
    assert.match(err, /statuses\[0\]\.when/);
    const json = await run('check', '--json', path.join(folder, 'no.json'));
    assert.ok(JSON.parse(json.out)[0].hint.length > 3);
  });

  it('says what a flow is, where it is taken for a definition', async () => {
    const flow = [{ id: 'a', type: 'tab', label: 'x' }, { id: 'b', type: 'ecdm-event', z: 'a', events: [] }];
    for (const content of [flow, { flows: flow }]) {
      const { code, err } = await run('check', file('flows.json', content));
      assert.equal(code, 1);
      assert.match(err, /flows\.json: the file is a Node-RED flow, not a definition\. .*city-events export/);
    }
    assert.match((await run('check', '-l', 'th', path.join(folder, 'flows.json'))).err, /โฟลว์ของ Node-RED.*city-events export/);
    assert.match((await run('replay', path.join(folder, 'flows.json'), '-o', file('a.csv', CSV))).err, /city-events export/);
  });

  it('exports flows that only answer', async () => {
    for (const number of ['07', '08', '11', '13']) {
      const name = fs.readdirSync(path.join(ROOT, 'examples')).find((one) => one.startsWith(number))!;
      const { code, out, err } = await run('export', path.join(ROOT, 'examples', name));
      assert.deepEqual([code, err], [0, ''], name);
      const made = JSON.parse(out);
      assert.doesNotMatch(made.name, /^\d/, 'the name is that of the tab, not of the file');
      assert.ok(made.actions.length + made.actuators.length > 0);
      assert.equal((await run('check', file('answers.json', made))).code, 0);
    }
    assert.match((await run('export', file('none.json', [{ id: 'a', type: 'inject' }]))).err, /action-notify/);
  });

  it('warns of what is hardly meant so, and does not refuse it', async () => {
    const statuses = [{ ...(rule()['statuses'] as object[])[0], steps: [{ severity: 'minor', after: '5 min' }] }];
    const { code, out, err } = await run('check', file('step.json', rule({ statuses })));
    assert.equal(code, 0);
    assert.match(err, /statuses\[0\]\.steps\[0\]\.severity: warning: this step changes nothing/);
    assert.match(out, /no mistakes/);
    assert.match((await run('check', '-l', 'th', path.join(folder, 'step.json'))).err, /คำเตือน: ขั้นนี้ไม่มีผล/);
    assert.deepEqual(JSON.parse((await run('check', '--json', path.join(folder, 'step.json'))).out).map((m: any) => m.warning), [true]);
    assert.equal((await run('replay', path.join(folder, 'step.json'), '-o', file('a.csv', CSV))).code, 0);
  });

  it('says what each rule means, and writes it as text that comes back', async () => {
    const made = file('rule.json', rule());
    const { code, out } = await run('check', '--text', made);
    assert.equal(code, 0);
    assert.match(out, /^.*: no mistakes \(.*\)\n\nflood: When “High” at one station, the status “Flood” \(major\) is raised and .*\n\n {2}when "High"\n {4}in the same station\n {4}severity major\n$/);
    const text = out.slice(out.indexOf('  when'));
    const read = await run('rule', made, '--text', text);
    assert.deepEqual([read.code, read.err], [0, '']);
    assert.deepEqual(JSON.parse(read.out), { when: { op: 'event', event: 'high' }, per: { by: 'station' }, severity: 'major' });
    assert.doesNotMatch((await run('check', made)).out, /when "High"/);
    assert.equal((await run('check', '--json', '--text', made)).out, '[]\n');
    const thai = await run('check', '-t', '-l', 'th', made);
    assert.match(thai.out, /flood: เมื่อพบ “High”[^]* {2}เมื่อ "High"\n/);
    assert.equal((await run('rule', made, '-l', 'th', '-t', thai.out.slice(thai.out.indexOf('  เมื่อ "')))).out, read.out);
  });

  it('points at the place where a rule can not be read', async () => {
    const { code, out, err } = await run('rule', file('rule.json', rule()), '--text', 'when "High"\n  then "Hihg" within 1 h');
    assert.deepEqual([code, out], [1, '']);
    assert.equal(err, '2:8: There is no event or status “Hihg”. Did you mean “High”?\n    then "Hihg" within 1 h\n         ^^^^^^\n');
    assert.match((await run('rule', path.join(folder, 'rule.json'), '--text', 'when High then High')).err, /^1:6: A sequence needs a time\. .*\n {2}when High then High\n {7}\^{14}\n$/);
  });

  it('counts the cells of a screen where it points at a place', async () => {
    const { err } = await run('rule', file('rule.json', rule()), '--text', 'when "ฝุ่นสูง" and "ที่นี่"');
    const marks = err.split('\n').filter((line) => line.includes('^'));
    assert.deepEqual(marks, ['       ^^^^^^', '                  ^^^^']);
  });

  it('refuses of a rule as text what the check refuses of it as a status', async () => {
    const made = file('rule.json', rule());
    for (const [text, said] of [
      ['when "High" remind every 5 s', /^remindEvery: a reminder is due more often than once a minute\. Choose at least 1 min/],
      ['when "Flood" not while "Flood"', /^notWhile\[0\]: a status is both part of the rule and of “not while”\. /],
      ['when "High" for 0 s', /^1:\d+: Must be longer than zero\. /],
    ] as const) {
      const { code, out, err } = await run('rule', made, '--text', text);
      assert.deepEqual([code, out], [1, ''], text);
      assert.match(err, said);
    }
    assert.match((await run('rule', made, '-l', 'th', '-t', 'when "High" remind every 5 s')).err, /^remindEvery: ตั้งเตือนซ้ำถี่กว่านาทีละครั้ง/);
    const taken = file('taken.json', rule({ statuses: [{ ...(rule()['statuses'] as object[])[0], id: 'rule' }] }));
    assert.equal((await run('rule', taken, '--text', 'when "Flood"')).code, 0);
  });

  it('says all of a check in the language that was asked for, and knows which there are', async () => {
    const made = file('rule.json', rule());
    const thai = await run('check', '-l', 'th', made);
    assert.match(thai.out, /: ไม่พบข้อผิดพลาด \(โดเมน 0 รายการ, เหตุการณ์ 1 รายการ, /);
    assert.match((await run('check', made)).out, /: no mistakes \(0 domains, 1 event, 1 status, 0 actions, 0 actuators\)\n/);
    const wrong = file('wrong.json', rule({ ecdm: '1' }));
    assert.match((await run('check', wrong)).err, /: 1 mistake\n$/);
    assert.match((await run('check', '-l', 'th-TH', wrong)).err, /: พบข้อผิดพลาด 1 รายการ\n$/);
    const broken = file('broken.json', '{\n "ecdm": 1,\n oops }');
    assert.match((await run('check', broken)).err, /broken\.json is not JSON: .*line 3 column 2/);
    assert.match((await run('check', '-l', 'th', broken)).err, /broken\.json ไม่ใช่ JSON ที่อ่านได้ \(บรรทัด 3 คอลัมน์ 2\)\n$/);
    assert.match((await run('check', '-l', 'th', path.join(folder, 'nothing'))).err, /^อ่าน .*nothing ไม่ได้: ไม่มีไฟล์นี้\n$/);
    for (const command of ['check', 'rule', 'replay']) {
      const told = await run(command, made, '-l', 'xx', ...(command === 'rule' ? ['-t', 'when "High"'] : []));
      assert.deepEqual([told.code, told.out], [2, ''], command);
      if (command !== 'replay') assert.match(told.err, /language "xx"; known are en-US, th\n/);
    }
  });

  it('checks every definition that we ship with the tests', async () => {
    for (const name of fs.readdirSync(DEFINITIONS).filter((one) => one.endsWith('.ecdm.json'))) {
      const { code, err, out } = await run('check', path.join(DEFINITIONS, name));
      assert.deepEqual([code, err], [0, ''], name);
      assert.match(out, /no mistakes/);
    }
  });

  it('prints schemas', async () => {
    for (const name of SCHEMA_NAMES) assert.ok(JSON.parse((await run('schema', name)).out).title);
    assert.match((await run('schema')).out, /"domains"/);
  });

  it('says why an event never happened, where no reading is of what it looks at', async () => {
    const looking = (observe: object): string => file('look.json', rule({ events: [{ ...(rule()['events'] as object[])[0], observe }] }));
    const told = await run('replay', looking({ properties: ['PM2.5', 'PM10'] }), '-o', file('a.csv', CSV));
    assert.equal(told.code, 0);
    assert.match(told.err, /“High” looks for "PM2\.5", "PM10", but no reading is of that; there are readings of "level"\. .*--map/);
    assert.match((await run('replay', looking({ things: ['b'] }), '-o', file('a.csv', CSV))).err, /station "b", .* from "a"\./);
    assert.match((await run('replay', looking({ datastreams: ['b'] }), '-o', file('a.csv', CSV))).err, /Datastream "b", .*"a\|level"/);
    assert.match((await run('replay', path.join(folder, 'look.json'), '-l', 'th', '-o', file('a.csv', CSV))).err, /เหตุการณ์ “High” ดู Datastream/);
    const json = await run('replay', looking({ properties: ['x'] }), '-o', file('a.csv', CSV), '--summary', 'json');
    assert.deepEqual(JSON.parse(json.err).unmatched.map((one: any) => one.event), ['High']);
    for (const observe of [{}, { properties: ['LEVEL', 'x'] }, { properties: ['level'], things: ['A'] }]) {
      assert.doesNotMatch((await run('replay', looking(observe), '-o', file('a.csv', CSV))).err, /no reading/);
    }
    const air = rule({ events: [{ id: 'high', name: 'High', observe: { properties: ['PM2.5'] }, when: { op: '>', value: 5, unit: 'ug/m3' }, emit: 'state' }] });
    const header = await run('replay', file('air.json', air), '-o', file('pm.csv', CSV.replace('level_m', 'PM2.5 (µg/m³)')), '--summary', 'json');
    assert.equal(JSON.parse(header.err).events[0].risingEdges, 1);
  });

  it('replays rows without a mapping, and says what it guessed', async () => {
    const { code, out, err } = await run('replay', file('rule.json', rule()), '-o', file('a.csv', CSV));
    assert.equal(code, 0);
    assert.deepEqual(lines(out).map((s) => [s.state, s.since, s.until]), [
      ['raised', '2026-01-05T09:00:00Z', undefined],
      ['cleared', '2026-01-05T09:00:00Z', '2026-01-05T10:00:00Z'],
    ]);
    assert.match(err, /guessed/);
    assert.match(err, /level_m → level \(m\)|level_m/);
    assert.match(err, /Flood +a +1 +1 +1 h/);
  });

  it('says what is wrong with rows that are taken all the same: a unit that nobody knows', async () => {
    const unknown = { mapping: 1, format: 'csv', time: { columns: ['time'] }, thing: { column: 'station' }, values: { layout: 'wide', columns: [{ column: 'level_m', property: 'level', unit: 'blargs' }] } };
    const { err } = await run('replay', file('rule.json', rule()), '-o', file('a.csv', CSV), '-m', file('a.map.json', unknown));
    assert.match(err, /1 problem of the rows:\n {2}"blargs" \(of level\) is not a unit that we know\./);
    assert.doesNotMatch(err, /bad row/);
  });

  it('counts and lists bad rows and goes on', async () => {
    const bad = `${CSV}oops,a,1\n2026-01-05T11:00:00Z,a,many\n2026-01-05T12:00:00Z,a,7\n`;
    const { code, out, err } = await run('replay', file('rule.json', rule()), '-o', file('bad.csv', bad), '--summary', 'json');
    assert.equal(code, 0);
    assert.equal(lines(out).length, 3);
    const summary = JSON.parse(err);
    assert.equal(summary.bad, 2);
    assert.match(summary.badRows[0].message, /Row 5/);
    assert.equal(summary.statuses[0].episodes, 2);
    const none = await run('replay', path.join(folder, 'rule.json'), '-o', file('none.csv', 'time,station,level_m\nx,y,z\n'));
    assert.equal(none.code, 1);
  });

  it('takes observations of our own, as JSON lines, JSON and whole messages, in any order', async () => {
    const of = (time: string, value: number) => ({ id: `a|${time}`, datastream: 'a|level', thing: 'a', property: 'level', time: Date.parse(time), value, unit: 'm' });
    const all = [of('2026-01-05T10:00:00Z', 3), of('2026-01-05T08:00:00Z', 4), of('2026-01-05T09:00:00Z', 6)];
    const iso = all.map((o) => ({ ...o, time: new Date(o.time).toISOString() }));
    for (const content of [all, iso, all.map((o) => JSON.stringify(o)).join('\n'), { payload: all }, all.map((o) => JSON.stringify({ payload: o })).join('\n')]) {
      const { out, err } = await run('replay', file('rule.json', rule()), '-o', file('own.json', content));
      assert.deepEqual(lines(out).map((s) => s.state), ['raised', 'cleared'], err);
      assert.doesNotMatch(err, /guessed/);
    }
  });

  it('cuts by time and speaks Thai', async () => {
    const args = ['replay', file('rule.json', rule()), '-o', file('a.csv', CSV), '--summary', 'none'];
    assert.equal((await run(...args, '--from', '2026-01-05T10:00:00Z')).out, '');
    assert.equal(lines((await run(...args, '--to', '2026-01-05T10:00:00Z')).out).length, 1);
    const thai = lines((await run(...args, '--language', 'th')).out);
    assert.match(thai[0].reason, /[\u0e00-\u0e7f]/);
  });

  it('lets statuses feed statuses, in whatever order they are written', async () => {
    const event = (id: string) => ({ op: 'event', event: id });
    const status = (id: string, when: unknown) => ({ id, name: id, when, per: { by: 'city' }, severity: 'minor' });
    const statuses = [
      status('third', event('second')),
      status('second', { op: 'and', of: [event('first'), event('high')] }),
      status('first', event('high')),
    ];
    const { out } = await run('replay', file('chain.json', rule({ statuses })), '-o', file('a.csv', CSV), '--summary', 'none');
    const all = lines(out);
    for (const id of ['first', 'second', 'third']) {
      assert.deepEqual(all.filter((s) => s.status === id).map((s) => [s.state, s.since, s.until]), [
        ['raised', '2026-01-05T09:00:00Z', undefined],
        ['cleared', '2026-01-05T09:00:00Z', '2026-01-05T10:00:00Z'],
      ], id);
    }
  });

  describe('flow and export', () => {
    const full = {
      ecdm: 1,
      name: 'Everything ทุกอย่าง',
      description: 'All kinds of things',
      domains: [
        { id: 'air', name: 'Air', description: 'What we breathe', timeSpan: { from: '2026-01-01' }, sampling: '1 h', zones: ['Old town'], method: 'median', language: 'th', timeZone: 'Asia/Bangkok' },
        { id: 'a b/ค', name: 'Odd id' },
      ],
      events: [
        { id: 'pm', name: 'PM', domain: 'air', observe: { properties: ['PM2.5'] }, when: { op: '>', value: 90, unit: 'ug/m3', clear: 75 }, emit: 'state', gap: { after: '3 h', then: 'end' } },
        { id: 'co', name: 'CO', domain: 'air', aggregate: { method: 'percentile', percentile: 95, over: '1 h', scope: 'zone', level: 'district' }, when: { op: 'any', of: [{ op: 'between', low: 1, high: 2 }, { op: 'not', of: { op: 'in', values: ['x'] } }] }, emit: 'point' },
        { id: 'free', name: 'No domain', when: { op: '=', value: 'wet' }, emit: 'state', for: '10 min' },
        { id: 'odd', name: 'Odd', domain: 'a b/ค', when: { op: 'time', from: '22:00', to: '06:00' }, emit: 'state' },
      ],
      statuses: [
        { id: 'bad', name: 'Bad air', domain: 'air', when: { op: 'and', of: [{ op: 'event', event: 'pm' }, { op: 'event', event: 'co' }], within: '1 h' }, per: { by: 'zone', level: 'district' }, severity: 'major', for: '5 min', clear: { after: '10 min' } },
        { id: 'worse', name: 'Worse', when: { op: 'times', of: { op: 'event', event: 'bad' }, min: 3, within: '2 d' }, per: { by: 'city' }, severity: 'critical' },
      ],
      actions: [
        { id: 'tell', name: 'Tell', action: 'notify', statuses: ['bad'], on: ['raised', 'cleared'], minSeverity: 'warning', texts: { 'en-US': { headline: '{{name}}', text: 'x' }, th: { headline: 'ไทย' } }, channel: 'mail' },
        { id: 'all', name: 'All', action: 'alert', on: ['raised'], texts: { th: { headline: 'h', instruction: 'i' } } },
      ],
      actuators: [
        { id: 'sign', name: 'Sign', via: 'mqtt', address: 'city/{{key}}/sign', statuses: ['worse'], payloads: { raised: 'ON', cleared: 'OFF' }, confirm: { level: 'done', within: '10 s', topic: 'city/sign/state' }, validFor: '5 min' },
        { id: 'pump', name: 'Pump', via: 'http', address: 'https://pump.example/{{state}}', method: 'PUT', payloads: { raised: '{}' }, confirm: { level: 'accepted', within: '5 s' } },
      ],
    };
    const flowOf = async (definition: unknown, ...more: string[]): Promise<any[]> => {
      const { out, err, code } = await run('flow', file('def.json', definition), ...more);
      assert.equal(code, 0, err);
      return JSON.parse(out);
    };
    const exportOf = async (flow: unknown): Promise<any> => {
      const { out, err, code } = await run('export', file('flows.json', flow));
      assert.equal(code, 0, err);
      return JSON.parse(out);
    };

    it('go round: a definition comes back as it was, and so does the flow', async () => {
      const flow = await flowOf(full);
      assert.deepEqual(await exportOf(flow), full);
      assert.deepEqual(await flowOf(await exportOf(flow)), flow);
      for (const name of fs.readdirSync(DEFINITIONS).filter((one) => one.endsWith('.ecdm.json'))) {
        const definition = JSON.parse(fs.readFileSync(path.join(DEFINITIONS, name), 'utf8'));
        assert.deepEqual(await exportOf(await flowOf(definition)), definition, name);
      }
    });

    it('draw a chain whose wires and references all lead somewhere', async () => {
      const map = file('map.json', { mapping: 1, time: { columns: ['t'] }, values: { layout: 'wide', columns: [{ column: 'v', property: 'x' }] } });
      const flow = await flowOf(full, '--map', map);
      const ids = new Set(flow.map((node) => node.id));
      assert.equal(ids.size, flow.length, 'every id once');
      const seen = new Set<string>();
      for (const node of flow) {
        assert.match(node.id, /^[A-Za-z0-9_-]+$/);
        for (const to of (node.wires ?? []).flat()) assert.ok(ids.has(to), `${node.id} -> ${to}`);
        if (node.domain) assert.ok(ids.has(node.domain), node.domain);
        if (node.x === undefined) continue;
        assert.ok(ids.has(node.z) && node.y > 0);
        assert.ok(!seen.has(`${node.x},${node.y}`), 'no two nodes on one spot');
        seen.add(`${node.x},${node.y}`);
      }
      const wires = (id: string): string[] => flow.find((node) => node.id === id).wires[0];
      assert.deepEqual(wires('status-bad'), ['status-worse', 'action-tell', 'action-all', 'actuator-pump']);
      assert.equal(wires('input-Everything_20_e0_b8_97_e0_b8_b8_e0_b8_81_e0_b8_ad_e0_b8_a2_e0_b9_88_e0_b8_b2_e0_b8_87').length, 3);
    });

    it('take a flow whose ids the editor has changed, and leave out what is switched off', async () => {
      const flow = JSON.parse(JSON.stringify(await flowOf(full)).replaceAll('"domain-air"', '"1a2b3c"'));
      flow.find((node: any) => node.id === 'action-all').d = true;
      const definition = await exportOf({ flows: flow, rev: 'x' });
      assert.equal(definition.domains[0].id, '1a2b3c');
      assert.equal(definition.events[0].domain, '1a2b3c');
      assert.deepEqual(definition.actions.map((a: any) => a.id), ['tell']);
    });

    it('say when there is nothing of ours, or something wrong', async () => {
      assert.equal((await run('export', file('x.json', []))).code, 1);
      assert.equal((await run('export', file('x.json', '5'))).code, 1);
      const flow = await flowOf(full);
      flow.find((node) => node.id === 'status-bad').rule.of[0].event = 'gone';
      const { code, err, out } = await run('export', file('x.json', flow));
      assert.equal(code, 1);
      assert.match(err, /There is no event or status "gone"/);
      assert.ok(JSON.parse(out).events.length === 4);
      assert.equal((await run('flow', file('bad.json', { ecdm: 1 }))).code, 1);
      assert.equal((await run('export', file('x.json', flow), '-o', path.join(folder, 'no', 'such', 'folder.json'))).code, 3);
    });

    it('write ids that the editor can live with, and read them back', () => {
      for (const id of ['a', 'pm-high', 'a b', 'ไทย', 'x_y', '#.[]"', 'é😀']) {
        assert.equal(definitionId('action', nodeId('action', id)), id);
      }
      assert.equal(definitionId('action', '1a2b3c'), '1a2b3c');
    });
  });

  it('is a program: exit codes, no stack trace, and a reader that closes early is no error', async function () {
    this.timeout(20_000);
    const wrong = spawnSync(process.execPath, [BIN, 'check', path.join(folder, 'nothing')], { encoding: 'utf8' });
    assert.equal(wrong.status, 3);
    assert.doesNotMatch(wrong.stderr, /\n\s+at /);
    const version = spawnSync(process.execPath, [BIN, '--version'], { encoding: 'utf8' });
    assert.equal(version.stdout.trim(), JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version);
    const many = ['time,station,level_m'];
    for (let i = 0; i < 20_000; i++) many.push(`${new Date(1_767_600_000_000 + i * 60_000).toISOString()},a,${i % 2 === 0 ? 1 : 9}`);
    const child = spawn(process.execPath, [BIN, 'replay', file('rule.json', rule()), '-o', file('many.csv', many.join('\n'))]);
    let err = '';
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, /EPIPE|\n\s+at /);
    assert.match(fs.readFileSync(BIN, 'utf8').split('\n')[0]!, /^#!\/usr\/bin\/env node/);
  });
});
