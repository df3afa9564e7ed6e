/** States that are written line by line: whole or not at all, whatever happens in between. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { AppendLog } from '../../nodes/runtime/append-log';
import { LineStore, type Loaded } from '../../nodes/runtime/line-store';
import { SnapshotStore } from '../../nodes/runtime/snapshots';

const given = (...slices: (string | undefined)[]): (() => string | undefined) => {
  let at = 0;
  return () => slices[at++];
};

describe('a state in lines', () => {
  let userDir: string;
  const folder = (): string => path.join(userDir, 'city-events');
  const file = (): string => path.join(folder(), 'node.ndjson');
  const load = async (): Promise<[Loaded, unknown[]]> => {
    const lines: unknown[] = [];
    return [await new LineStore(userDir, 'node').load((line) => lines.push(line)), lines];
  };

  beforeEach(() => (userDir = mkdtempSync(path.join(tmpdir(), 'line-store-'))));
  afterEach(() => rmSync(userDir, { recursive: true, force: true }));

  it('is for nobody else on the machine, in whichever form it is kept', async function () {
    if (process.platform === 'win32') this.skip();
    await new LineStore(userDir, 'node').save(given('{"a":1}\n'));
    await new SnapshotStore(userDir, 'other').save({ phone: '+66 1' });
    const log = new AppendLog(userDir, 'third', {
      whole: () => () => undefined,
      failed: (thrown) => assert.fail(String(thrown)),
    });
    log.append('{"token":"x"}');
    await log.kept();
    const modes = (): string[] =>
      readdirSync(folder()).map((name) => `${name} ${(statSync(path.join(folder(), name)).mode & 0o777).toString(8)}`);
    const wanted = ['node.ndjson 600', 'other.json 600', 'third.log.ndjson 600'];
    assert.deepEqual(modes().sort(), wanted);
    await log.rewrite();
    await log.close();
    assert.deepEqual(modes().sort(), wanted);
  });

  it('comes back as it was, slice by slice', async () => {
    assert.deepEqual(await load(), ['none', []]);
    await new LineStore(userDir, 'node').save(given('{"a":1}\n["b",{"lines":2}]\n', '', '{"c":"ก\\n"}\n'));
    assert.deepEqual(await load(), ['whole', [{ a: 1 }, ['b', { lines: 2 }], { c: 'ก\n' }]]);
    assert.deepEqual(readdirSync(folder()), ['node.ndjson']);
  });

  it('is larger than what is read at once, with letters on every border', async () => {
    const line = `${JSON.stringify({ text: 'ฝุ่น'.repeat(999) })}\n`;
    let n = 0;
    await new LineStore(userDir, 'node').save(() => (n++ < 50 ? line.repeat(3) : undefined));
    const [loaded, lines] = await load();
    assert.equal(loaded, 'whole');
    assert.equal(lines.length, 150);
    assert.ok(lines.every((one) => JSON.stringify(one) === line.trim()));
  });

  it('lets the flow go on between two slices', async () => {
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    const seen: number[] = [];
    await new LineStore(userDir, 'node').save(() => {
      seen.push(turns);
      const end = performance.now() + 3;
      while (performance.now() < end);
      return seen.length > 10 ? undefined : '{}\n';
    });
    clearInterval(count);
    assert.ok(new Set(seen).size > 5, `timers ran between the slices: ${seen.join()}`);
  });

  it('keeps the old state where a slice cannot be made', async () => {
    const store = new LineStore(userDir, 'node');
    await store.save(given('{"old":1}\n'));
    const broken = (): string => {
      throw new Error('no');
    };
    await assert.rejects(store.save(broken), /no/);
    assert.deepEqual(await load(), ['whole', [{ old: 1 }]]);
    await store.save(given('{"new":1}\n'));
    assert.deepEqual(await load(), ['whole', [{ new: 1 }]], 'and goes on');
  });

  it('is refused where a piece is missing, or there is more than there was', async () => {
    const store = new LineStore(userDir, 'node');
    await store.save(given('{"a":1}\n{"b":2}\n'));
    const whole = readFileSync(file(), 'utf8');
    const lines = whole.trimEnd().split('\n');
    for (const cut of [0, 1, 5, whole.length - 1, whole.length - 5]) {
      writeFileSync(file(), whole.slice(0, cut));
      assert.equal((await load())[0], 'broken', `cut at ${cut}`);
    }
    writeFileSync(file(), `${[lines[0], lines[1], lines[3]].join('\n')}\n`);
    assert.equal((await load())[0], 'broken', 'a line less');
    writeFileSync(file(), whole);
    appendFileSync(file(), '{"c":3}\n');
    assert.equal((await load())[0], 'broken', 'a line more');
    writeFileSync(file(), whole.replace('"format":2', '"format":3'));
    assert.equal((await load())[0], 'broken', 'of another format');
  });

  it('knows a state of an earlier version by its file, and clears it away with the first own one', async () => {
    mkdirSync(folder());
    writeFileSync(path.join(folder(), 'node.json'), '{"format":1}');
    assert.deepEqual(await load(), ['old', []]);
    await new LineStore(userDir, 'node').save(given('{}\n'));
    assert.deepEqual(readdirSync(folder()), ['node.ndjson']);
  });

  it('is gone when it is removed, and nowhere without a user directory', async () => {
    const store = new LineStore(userDir, 'node');
    await store.save(given('{}\n'));
    await store.remove();
    assert.deepEqual(readdirSync(folder()), []);
    const nowhere = new LineStore(undefined, 'node');
    await nowhere.save(given('{}\n'));
    await nowhere.remove();
    assert.equal(await nowhere.load(() => assert.fail('there is nothing')), 'none');
  });

  it('is the old one or the new one when the process is killed in the middle', async function () {
    this.timeout(60_000);
    const script = `
      const { LineStore } = require(${JSON.stringify(require.resolve('../../nodes/runtime/line-store'))});
      const store = new LineStore(${JSON.stringify(userDir)}, 'node');
      (async () => {
        for (let generation = 1; ; generation++) {
          let n = 0;
          await store.save(() => (n++ < 40 ? (JSON.stringify({ generation, text: 'x'.repeat(2000) }) + '\\n').repeat(20) : undefined));
          if (generation === 1) process.stdout.write('saved');
        }
      })();`;
    let halves = 0;
    for (let i = 0; i < 8; i++) {
      const child = spawn(process.execPath, ['-e', script]);
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, 10 + 7 * i));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      const [loaded, lines] = await load();
      assert.equal(loaded, 'whole');
      assert.equal(lines.length, 800);
      assert.equal(new Set(lines.map((line) => (line as { generation: number }).generation)).size, 1);
      if (readdirSync(folder()).includes('node.ndjson.new')) halves++;
    }
    assert.ok(halves > 0, 'at least one was killed while it wrote');
  });
});
