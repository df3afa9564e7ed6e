import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Node } from '../conformance/cases';
import { readCases, UnusableFile } from '../conformance/read';
import { judge } from '../conformance/replay';
import { a, agrees, example } from '../support/conformance';

const RUN = path.resolve(__dirname, '../conformance/run.js');

describe('conformance: files and cases that can not be used', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'cases-'))));
  after(() => rmSync(folder, { recursive: true }));

  const written = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const run = (...files: string[]): { status: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [RUN, ...files], { encoding: 'utf8' });
    return { status, out: stdout, err: stderr };
  };

  it('says what is wrong with a file', () => {
    const wrong = (file: string, text: RegExp): void =>
      assert.throws(
        () => readCases(file),
        (error: Error) => error instanceof UnusableFile && text.test(error.message),
      );
    wrong(path.join(folder, 'none.json'), /none\.json: can not be read/);
    wrong(written('text.json', 'cases: 1'), /text\.json: not JSON/);
    wrong(written('other.json', { tests: [] }), /other\.json: no list of cases/);
    wrong(written('entry.json', { cases: [{ id: 'x' }] }), /entry\.json: no case has a pattern/);
    wrong(written('null.json', 'null'), /null\.json: no list of cases/);
  });

  it('fills in what may be missing and leaves alone what it does not know', () => {
    const file = written('bare.json', [{ pattern: a(), expected: { count: 0 }, remark: 'unknown' }]);
    const [c] = readCases(file);
    assert.equal(c!.id, 'case 1');
    agrees(c!);
  });

  it('a case that can not be run differs, with the reason', () => {
    const broken = (pattern: unknown, text: RegExp, more: object = {}): void => {
      const verdict = judge(
        { ...example({ pattern: pattern as Node, events: [], expected: { count: 0 } }), ...more },
        {},
      );
      assert.equal(verdict.is, 'differs');
      assert.match((verdict as { why: string }).why, text);
    };
    broken({ op: 'window' }, /can not be run: pattern\.op is "window", not one of event,/);
    broken('A -> B', /pattern\.op is undefined/);
    broken(undefined, /pattern\.op is undefined/);
    broken({ op: 'seq', items: [a(), { op: 'count', min: 1 }] }, /pattern\.items\[1\]\.of is missing/);
    broken({ op: 'seq', items: {} }, /pattern\.items is no list/);
    broken({ op: 'and', items: [] }, /pattern\.items is no list of one or more/);
    broken(a('prize > 1'), /"prize" is no attribute of A/);
    broken(a('e2.price > 1'), /"e2\.price" is no attribute of e2/);
    broken(a('e1.prize > 1'), /"e1\.prize" is no attribute of e1/);
    broken(a(), /observe_until_ms is no offset/, { observe_until_ms: 'soon' });
    broken(a(), /events\[0\] is not/, { events: [['A', 1e13, []]] });
    const rows = { count: 1, rows: [[1]] };
    broken(a(), /select: "e2\.price" is no attribute/, { select: [['e2', 'price']], expected: rows });
    broken(a(), /there are rows, but select is no list/, { select: 'all', expected: rows });
    broken(a(), /partition is not/, { partition: ['room of A'] });
    broken(a(), /partition: "rooms" is no attribute of A/, { partition: 'rooms of A' });
    broken(a('price >'), /ends too early: price >/);
    broken(a(), /events\[0\] is not \[stream, offset in ms, values\]/, { events: [['A', 'soon', []]] });
    broken(a(), /expected\.count is missing/, { expected: {} });
    broken(a(), /partition not understood/, { partition: 'everything' });
  });

  it('goes on with the other cases and files; exit codes 0, 1 and 2', () => {
    const good = written('good.json', { cases: [{ id: 'good', pattern: a(), expected: { count: 0 } }] });
    const bad = written('bad.json', { cases: [{ id: 'bad', pattern: { op: 'window' }, expected: { count: 0 } }] });
    assert.deepEqual(run(good), { status: 0, out: 'good agrees\n1 agree, 0 differ\n', err: '' });
    const both = run(bad, good);
    assert.equal(both.status, 1);
    assert.match(both.out, /^bad differs: can not be run: .*\ngood agrees\n1 agree, 1 differ: bad\n$/);
    const unusable = run(good, path.join(folder, 'none.json'));
    assert.equal(unusable.status, 2);
    assert.match(unusable.err, /none\.json: can not be read/);
    assert.equal(run().status, 2);
  });
});
