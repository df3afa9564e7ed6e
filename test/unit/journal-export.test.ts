/** A history as a file, from the form and from the command line. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Papa from 'papaparse';
import { main } from '../../bin/lib/main';
import { exported, type Format } from '../../nodes/city-journal/export';
import type { HistoryQuery, JournalEntry } from '../../nodes/city-journal/journal-source';
import { SqliteStore } from '../../nodes/city-journal/store/sqlite/sqlite-store';
import { batch, draft } from '../support/journal-store-suite';
import { needsSqlite } from '../support/needs-sqlite';
import { statusAt } from '../support/statuses';

const entry = (seq: number, body: object): JournalEntry =>
  ({
    seq,
    at: '2026-03-01T08:00:00.000Z',
    kind: 'status',
    node: 'n',
    alarm: 'haze|s1',
    body,
    hash: 'h',
  }) as JournalEntry;
const entries = [
  entry(
    1,
    statusAt(0, 1, {
      reason: '=HYPERLINK("http://x","y")',
      keyName: '@cmd',
      place: [-0.5, 7],
      name: '+1, "quoted"\nline',
    }),
  ),
  entry(2, { ...statusAt(1, 1, { area: { type: 'Polygon', coordinates: [] } }) }),
  { ...entry(3, { act: 'comment', who: '-Mali', why: 'ตรวจแล้ว' }), kind: 'act' as const },
];

async function text(format: Format): Promise<string> {
  const ask = ({ after }: HistoryQuery) =>
    Promise.resolve(after === undefined ? { entries: entries.slice(0, 2), next: '2' } : { entries: entries.slice(2) });
  let all = '';
  for await (const chunk of exported(ask, format)) all += chunk;
  return all;
}

describe('journal: export', () => {
  it('CSV: no cell is a formula, numbers stay numbers, every line has all columns', async () => {
    const csv = await text('csv');
    const { data } = Papa.parse<Record<string, string>>(csv.replace('\uFEFF', ''), {
      header: true,
      skipEmptyLines: true,
    });
    assert.equal(data.length, 3);
    for (const row of data)
      for (const [name, cell] of Object.entries(row))
        assert.ok(name === 'lon' || !/^[=+\-@\t\r]/.test(cell), `${name}: ${cell}`);
    assert.deepEqual(
      [data[0]!['lon'], data[0]!['reason'], data[2]!['who'], data[2]!['why']],
      ['-0.5', `'=HYPERLINK("http://x","y")`, `'-Mali`, 'ตรวจแล้ว'],
    );
    assert.equal(data[0]!['name'], `'+1, "quoted"\nline`);
  });
  it('NDJSON: each line is an entry', async () => {
    const lines = (await text('ndjson'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    assert.deepEqual(lines, entries);
  });
  it('GeoJSON: statuses as features, the hull before the point', async () => {
    const { type, features } = JSON.parse(await text('geojson')) as {
      type: string;
      features: { geometry: { type: string }; id: number }[];
    };
    assert.deepEqual(
      [type, features.map(({ id, geometry }) => `${id} ${geometry.type}`)],
      ['FeatureCollection', ['1 Point', '2 Polygon']],
    );
  });

  it('a history that cannot be read is an error, not a file without entries', async () => {
    for (const format of ['csv', 'ndjson', 'geojson'] as const) {
      const chunks = exported(() => Promise.reject(new Error('no history here')), format);
      await assert.rejects(chunks.next(), /no history here/);
    }
  });

  it('city-events journal: checks, exports and copies a file; says what is wrong', async function () {
    needsSqlite.call(this);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'journal-cli-'));
    const file = path.join(folder, 'one.sqlite');
    const store = new SqliteStore(file);
    await store.open(1);
    await store.append(batch([draft(0), draft(1)]));
    await store.close();
    const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
      let [out, err] = ['', ''];
      const code = await main(
        ['journal', ...args],
        { out: (said) => void (out += said), err: (said) => void (err += said) },
        '1',
      );
      return { code, out, err };
    };
    const checked = await run('check', file);
    assert.equal(checked.code, 0);
    assert.match(checked.out, /^sound: 2 entries, 1 to 2\n2 [0-9a-f]{64}\n$/);
    const to = path.join(folder, 'out.csv');
    assert.equal((await run('export', file, '--format', 'csv', '--out', to)).code, 0);
    assert.equal(readFileSync(to, 'utf8').trimEnd().split('\r\n').length, 3);
    assert.equal((await run('backup', file, path.join(folder, 'copy.sqlite'))).code, 0);
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const db = new DatabaseSync(path.join(folder, 'copy.sqlite'));
    db.exec(`DROP TRIGGER body_fixed; UPDATE body SET body = '{}' WHERE seq = 1`);
    db.close();
    const broken = await run('check', path.join(folder, 'copy.sqlite'));
    assert.equal(broken.code, 1);
    assert.match(broken.err, /entry 1 /);
    assert.equal((await run('check', path.join(folder, 'none.sqlite'))).code, 3);
    assert.equal((await run('export', file, '--format', 'xls')).code, 2);
    assert.equal((await run('burn', file)).code, 2);
    rmSync(folder, { recursive: true, force: true });
  });
});
