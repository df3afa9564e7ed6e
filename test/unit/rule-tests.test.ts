/** Rule tests: kept with definition and flow, run on the command line, green and red for the right reasons. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { main } from '../../bin/lib/main';
import { makeObservation } from '../../nodes/ecdm/observation';
import { LineWriter } from '../../nodes/rehearsal/history/lines';

const T0 = Date.UTC(2026, 0, 5, 8);
const HOUR = 3_600_000;
const iso = (hour: number): string => new Date(T0 + hour * HOUR).toISOString();

/** Levels of one station, an hour apart. */
const levels = [4, 6, 7, 3, 9, 2];
const readings = new LineWriter().write(
  levels.map((value, i) =>
    makeObservation({
      id: `a|level|${T0 + i * HOUR}`,
      datastream: 'a|level',
      property: 'level',
      time: T0 + i * HOUR,
      value,
      unit: 'm',
      thing: 'a',
    }),
  ),
);

const byEvent = {
  id: 't1',
  name: 'Two floods, #1 & <2>',
  events: ['high'],
  readings,
  expect: [
    { event: 'high', key: 'a', since: iso(1), until: iso(3) },
    { event: 'high', key: 'a', since: '2026-01-05T19:00:00+07:00', until: iso(5) },
  ],
};
const byStatus = {
  id: 't2',
  name: 'The status, too',
  status: 'flood/2',
  readings,
  expect: [
    { key: 'a', since: iso(1), until: iso(3), severity: 'major' },
    { key: 'a', since: iso(4), until: iso(5) },
  ],
};
const definition = (limit: number, more: object = {}): object => ({
  ecdm: 1,
  name: 'Level',
  events: [
    { id: 'high', name: 'High', when: { op: '>', value: limit, unit: 'm' }, emit: 'state' },
    { id: 'low', name: 'Low', when: { op: '<', value: 4, unit: 'm' }, emit: 'state' },
  ],
  statuses: [
    { id: 'flood/2', name: 'Flood', when: { op: 'event', event: 'high' }, per: { by: 'station' }, severity: 'major' },
  ],
  tests: [byEvent, byStatus],
  ...more,
});

describe('city-events test', function () {
  this.timeout(30_000);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'city-events-'))));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: unknown): string => {
    const where = path.join(folder, name);
    writeFileSync(where, typeof content === 'string' ? content : JSON.stringify(content));
    return where;
  };
  async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
    let [out, err] = ['', ''];
    const code = await main(argv, { out: (text) => void (out += text), err: (text) => void (err += text) }, '1.2.3');
    return { code, out, err };
  }

  it('is green while the rules make of the sample what is expected', async () => {
    const name = file('level.ecdm.json', definition(5));
    const { code, out, err } = await run('test', name);
    assert.equal(code, 0, out + err);
    assert.deepEqual(out.split('\n'), [
      'TAP version 14', '1..2', `ok 1 - ${name}: Two floods, \\#1 & <2>`, `ok 2 - ${name}: The status, too`, '',
    ]); // prettier-ignore
  });

  it('is red where a limit has changed, says which episodes, and as JUnit as well', async () => {
    const name = file('changed.ecdm.json', definition(8));
    const junit = path.join(folder, 'junit.xml');
    const { code, out } = await run('test', name, '--junit', junit);
    assert.equal(code, 1);
    assert.match(
      out,
      /^not ok 1 - .*\n {2}---\n {2}reasons:\n {4}- "expected, and does not come: high, a: 2026-01-05T09:00:00.000Z - 2026-01-05T11:00:00.000Z"\n {2}\.\.\.$/m,
    );
    assert.match(out, /^not ok 2/m);
    const xml = readFileSync(junit, 'utf8');
    assert.match(xml, /<testsuite name="[^"]*changed.ecdm.json" tests="2" failures="2" time="[\d.]+">/);
    assert.match(xml, /name="Two floods, #1 &amp; &lt;2&gt;">\n +<failure message="expected, and does not come/);
    const more = await run('test', file('more.ecdm.json', definition(3)));
    assert.match(more.out, /comes, and is not expected: high, a: 2026-01-05T08:00:00.000Z/);
  });

  it('takes flows as well, and tests go from definition to flow and back', async () => {
    const name = file('level.ecdm.json', definition(5));
    const flow = path.join(folder, 'flow.json');
    assert.equal((await run('flow', name, '-o', flow)).code, 0);
    const { code, out } = await run('test', flow, name);
    assert.equal(code, 0, out);
    assert.match(out, /^1\.\.4$/m);
    const back = await run('export', flow);
    assert.deepEqual((JSON.parse(back.out) as { tests: unknown }).tests, [byEvent, byStatus]);
  });

  it('reads samples from files beside the definition, of any kind', async () => {
    file('sample.csv', `time,station,level_m\n${levels.map((value, i) => `${iso(i)},a,${value}\n`).join('')}`);
    file('sample.ndjson', readings);
    const { readings: _, ...rest } = byEvent;
    const tests = ['sample.csv', 'sample.ndjson', 'no-such-file.csv'].map((sample, i) => ({
      ...rest,
      id: `f${i}`,
      name: sample,
      file: sample,
    }));
    const { code, out } = await run('test', file('files.ecdm.json', definition(5, { tests })));
    assert.equal(code, 1);
    assert.deepEqual(out.match(/^(not )?ok/gm), ['ok', 'ok', 'not ok'], out);
    assert.match(out, /no file no-such-file\.csv/);
  });

  it('says what is wrong with a test, and that there is none', async () => {
    const check = async (...tests: object[]): Promise<string> =>
      (await run('check', file('x.ecdm.json', definition(5, { tests })))).err;
    assert.match(await check({ ...byEvent, file: 'both' }), /tests\[0\]: .*exactly one of "readings" and "file"/);
    assert.match(
      await check({ ...byEvent, events: ['hihg'] }),
      /tests\[0\]\.events\[0\]: There is no event or status "hihg".*high/,
    );
    assert.match(await check({ ...byEvent, status: 'flood/2' }), /needs exactly one of "events" and "status"/);
    assert.match(
      await check({ ...byEvent, expect: [{ key: 'a', since: 'monday' }] }),
      /expect\[0\]\.since: "monday": expected a time/,
    );
    assert.match(await check(byEvent, byEvent), /"t1" is also the id of tests\[0\]/);
    const none = await run('test', file('none.ecdm.json', definition(5, { tests: [] })));
    assert.equal(none.code, 1);
    assert.match(none.err, /holds no tests/);
    const flow = JSON.parse((await run('flow', file('level.ecdm.json', definition(5)))).out) as Record<
      string,
      unknown
    >[];
    for (const node of flow) if (node['type'] === 'ecdm-event') node['tests'] = [{ id: 'x' }, byEvent];
    const broken = await run('test', file('broken.json', flow));
    assert.deepEqual(broken.out.match(/^(not )?ok/gm), ['not ok', 'ok', 'ok'], broken.out);
    assert.match(broken.out, /name/);
    assert.equal((await run('test')).code, 2);
    assert.equal((await run('test', path.join(folder, 'nothing'))).code, 3);
  });
});
