/** Readings of the past as a rehearsal opens them: what a source remembers, files in pieces, the simulated city. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import type { ZoneRef } from '../../nodes/ecdm/zone';
import { LineReader, LineWriter } from '../../nodes/rehearsal/history/lines';
import { openHistory } from '../../nodes/rehearsal/history/open';
import { spanOf } from '../../nodes/rehearsal/history/ring';
import type { HistorySpec, OpenOptions } from '../../nodes/rehearsal/history/spec';
import { ReadingTable } from '../../nodes/rehearsal/history/table';
import { ReadingRing, ringSize } from '../../nodes/runtime/reading-ring';

const T0 = Date.UTC(2026, 0, 5, 8);
const META = Object.freeze({
  datastream: { id: 'http://s/v1.1|7' },
  thing: { id: 't', name: 'Station 7' },
  interval: 60_000,
});

function reading(more: Partial<Observation> = {}): Observation {
  const { datastream = 'http://s/v1.1|7', time = T0 } = more;
  const base = { id: `${datastream}|${time}`, datastream, property: 'PM2.5', time, value: 12.5, unit: 'ug/m3' };
  return makeObservation({ ...base, thing: 't', place: [99.6, 7.5], meta: META, ...more });
}

async function all(spec: HistorySpec, options?: OpenOptions): Promise<Observation[]> {
  const found: Observation[] = [];
  for await (const slice of (await openHistory(spec, options)).slices) found.push(...slice);
  return found;
}

const zone = (id: string): ZoneRef => ({ id, name: id.toUpperCase(), level: 'zone' });

const anyReading = fc
  .record({
    datastream: fc.constantFrom('http://s/v1.1|7', 'http://s/v1.1|8', 'a|b'),
    id: fc.constantFrom(undefined, 'http://s/v1.1|7|4711', 'something else', 'a|b|"\n'),
    property: fc.constantFrom('PM2.5', 'CO'),
    time: fc.integer({ min: T0 - 1e9, max: T0 + 1e9 }),
    timeEnd: fc.constantFrom(undefined, T0 + 3_600_000),
    value: fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
      fc.constantFrom(null, true, 'foggy\n"]', { no2: 4, so2: null }),
    ),
    unit: fc.constantFrom('ug/m3', undefined),
    place: fc.constantFrom(undefined, [99.6, 7.5] as const, [99.7, 7.5, 12] as const),
    thing: fc.constantFrom('t', undefined),
    quality: fc.constantFrom(undefined, 'good' as const, 'missing' as const),
    zones: fc.constantFrom(undefined, [], [zone('north')], [zone('north'), zone('port')]),
    meta: fc.constantFrom(META, undefined),
  })
  .map(({ id, ...more }) => reading(id === undefined ? more : { ...more, id }));

describe('readings as lines', () => {
  it('are read as they were written, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyReading, { maxLength: 20 }), { maxLength: 5 }), (batches) => {
        const [writer, reader] = [new LineWriter(), new LineReader()];
        const text = batches.map((batch) => writer.write(batch)).join('');
        const read = text.split('\n').map((line) => reader.read(line));
        assert.deepEqual(
          read.filter((one) => one !== undefined),
          batches.flat(),
        );
      }),
    );
  });

  it('that are none are left out, whoever wrote them', () => {
    const reader = new LineReader();
    const stream = JSON.stringify(['s', 'PM2.5', null, null, [99.6, 7.5], null]);
    const good = `[0,${T0},1]`;
    const bad = [
      'null',
      '7',
      '"text"',
      '{"format":2}',
      '[]',
      '[-1,0,1]',
      '["__proto__"]',
      `[1,${T0},1]`,
      '[0]',
      '[0,1e999,1]',
      '[0,1e300,1]',
      '[0,"now",1]',
      `[0,${T0},1,{"e":1e999}]`,
      `[0,${T0},1,{"p":"here"}]`,
      `[0,${T0},1,{"z":[null]}]`,
    ];
    const read = [...[stream, good], ...bad, `[0,${T0},1,null]`, good].map((line) => reader.read(line));
    const whole = read.filter((one) => one !== undefined);
    assert.equal(whole.length, 4, JSON.stringify(whole));
    assert.deepEqual(whole[0], whole[3]);
  });

  it('take a few bytes each, and say once what a Datastream is', () => {
    const text = new LineWriter().write(Array.from({ length: 1000 }, (_, i) => reading({ time: T0 + i * 60_000 })));
    assert.ok(text.length < 25_000, `${text.length} characters`);
    assert.equal(text.split('PM2.5').length, 2);
  });
});

describe('a table of readings', () => {
  it('gives them in order of time, those of the same time as they came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyReading, { maxLength: 60 }), async (readings) => {
        const table = new ReadingTable(1000);
        for (const one of readings) table.add(one);
        const found: Observation[] = [];
        for await (const slice of table.slices(7)) found.push(...slice);
        // a Datastream is described by its first reading
        const plain = (list: Observation[]): unknown[] => list.map(({ meta: _, ...one }) => one);
        assert.deepEqual(plain(found), plain(readings.map((one) => one).sort((a, b) => a.time - b.time)));
      }),
    );
  });

  it('takes no more than it may, and says so', () => {
    const table = new ReadingTable(2);
    assert.deepEqual(
      [1, 2, 3].map((i) => table.add(reading({ time: T0 + i }))),
      [true, true, false],
    );
    assert.ok(table.full);
  });
});

describe('what a source remembers', () => {
  let folder: string;
  const failures: unknown[] = [];
  const node = { error: (thrown: unknown) => void failures.push(thrown) };
  const ringOf = (most = 1_000_000): ReadingRing => new ReadingRing(node, path.join(folder, 'ring'), most);
  const ring = (): HistorySpec => ({ from: 'ring', folder: path.join(folder, 'ring') });
  const batch = (from: number, count: number): Observation[] =>
    Array.from({ length: count }, (_, i) => reading({ time: T0 + (from + i) * 60_000, value: from + i }));

  beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'city-events-'))));
  afterEach(async () => {
    await rm(folder, { recursive: true });
    assert.deepEqual(failures.splice(0), []);
  });

  it('is there after a restart, with what came after it', async () => {
    const before = ringOf();
    before.remember(batch(0, 100), 'live');
    await before.close(false);
    const after = ringOf();
    after.remember(batch(100, 100), 'poll');
    await after.close(false);
    assert.deepEqual(await all(ring()), batch(0, 200));
    assert.equal((await readdir(path.join(folder, 'ring'))).length, 1);
    const { since, until } = await spanOf(path.join(folder, 'ring'));
    assert.deepEqual([since, until], [T0, T0 + 199 * 60_000]);
  });

  it('loses a line that was torn by a crash, and nothing else', async () => {
    const before = ringOf();
    before.remember(batch(0, 10), 'live');
    await before.close(false);
    const [name] = await readdir(path.join(folder, 'ring'));
    await appendFile(path.join(folder, 'ring', name!), `[0,${T0 + 999},1`);
    const after = ringOf();
    after.remember(batch(10, 10), 'live');
    await after.close(false);
    assert.deepEqual(await all(ring()), batch(0, 20));
  });

  it('never takes more room than it may: the oldest goes', async () => {
    const small = ringOf(50_000);
    for (let i = 0; i < 100; i++) {
      small.remember(batch(i * 100, 100), 'live');
      await small.flush();
      const { bytes } = await spanOf(path.join(folder, 'ring'));
      assert.ok(bytes <= 55_000, `${bytes} bytes`);
    }
    await small.close(false);
    const left = await all(ring());
    assert.deepEqual(left, batch(10_000 - left.length, left.length));
    assert.ok(left.length > 1000, `${left.length} readings`);
  });

  it('stays within its bound however often Node-RED begins anew', async () => {
    const [most, each] = [50_000, 80];
    for (let start = 0; start < 60; start++) {
      const one = ringOf(most);
      one.remember(batch(start * each, each), 'live');
      await one.close(false);
    }
    const { bytes } = await spanOf(path.join(folder, 'ring'));
    assert.ok(bytes <= most && bytes > most / 2, `${bytes} bytes`);
    assert.deepEqual((await all(ring())).slice(-each), batch(59 * each, each));
  });

  it('takes no reading for one of another Datastream where a full disk has torn a segment at its beginning', async () => {
    const first = path.join(folder, 'ring', '000000001.ndjson');
    await mkdir(path.join(folder, 'ring'));
    await symlink('/dev/full', first);
    const one = ringOf();
    one.remember(batch(0, 10), 'live');
    await one.flush();
    await rm(first);
    const torn = new LineWriter().write([reading({ datastream: 'of another time' })]);
    await writeFile(first, torn.slice(0, -3));
    one.remember(batch(10, 10), 'live');
    await one.close(false);
    assert.equal(failures.splice(0).length, 1, 'told once');
    const left = (await all(ring())).filter(({ datastream }) => datastream !== 'of another time');
    assert.deepEqual(left, batch(10, 10));
  });

  it('are the live readings only, none where it is off, and none when the node is removed', async () => {
    const one = ringOf();
    one.remember(batch(0, 10), 'replay');
    one.remember(batch(0, 10), 'simulated');
    one.remember(batch(10, 10), 'catch-up');
    await one.flush();
    assert.deepEqual(await all(ring()), batch(10, 10));
    await one.close(true);
    one.remember(batch(20, 10), 'live');
    await one.flush();
    assert.deepEqual(await readdir(folder), []);
    assert.deepEqual(
      [ringSize(undefined), ringSize(''), ringSize('5'), ringSize(0), ringSize('x'), ringSize(1e9)],
      [20e6, 20e6, 5e6, 0, 20e6, 2e9],
    );
  });

  it('goes on after the disk has failed, with a whole beginning', async () => {
    const one = ringOf();
    await writeFile(path.join(folder, 'ring'), 'in the way');
    one.remember(batch(0, 10), 'live');
    await one.flush();
    one.remember(batch(10, 10), 'live');
    await one.flush();
    const told = failures.splice(0).map(String);
    assert.equal(told.length, 1, 'told once');
    assert.match(told[0]!, /^Readings are not remembered .*\(E[A-Z]+: /);
    await rm(path.join(folder, 'ring'));
    one.remember(batch(20, 10), 'live');
    await one.close(false);
    assert.deepEqual(await all(ring()), batch(20, 10));
  });
});

describe('a file of readings', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'city-events-'))));
  after(() => rm(folder, { recursive: true }));
  async function file(text: string): Promise<HistorySpec> {
    const name = path.join(folder, 'file.txt');
    await writeFile(name, text);
    return { from: 'file', file: name };
  }
  const stations = ['Aotizhongxin', 'Dongsi', 'the "old" one\nwith a line break'];
  const quoted = (text: string): string => (/["\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const time = (i: number): string => new Date(T0 + i * 60_000).toISOString();

  it('is read in pieces of whole rows, station after station, and comes out in order of time', async () => {
    const rows = stations.flatMap((station) =>
      Array.from({ length: 20_000 }, (_, i) => `${time(i)};${quoted(station)};${i % 7 === 0 ? '' : i}`),
    );
    const found = await all(await file(`time;station;pm25_ugm3\n${rows.join('\n')}\n`));
    assert.equal(found.length, 60_000);
    assert.deepEqual(
      found.slice(3, 6).map(({ thing, value, unit }) => [thing, value, unit]),
      stations.map((s) => [s, 1, 'ug/m3']),
    );
    assert.ok(found.every((one, i) => i === 0 || one.time >= found[i - 1]!.time));
    assert.deepEqual([found.at(-4)!.value, found[0]!.value, found[0]!.quality], [19_998, null, 'missing']);
  });

  it('has its delimiter found where there are two columns and few rows', async () => {
    const found = await all(await file(`time;pm25_ugm3\n${time(0)};21,5\n${time(1)};22\n`));
    assert.deepEqual(
      found.map(({ value }) => value),
      [21.5, 22],
    );
  });

  it('names the line of a row that cannot be used, also far behind', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i === 55_555 ? 'yesterday' : time(i)},a,${i}`);
    const { problems, problemCount } = await openHistory(await file(`time,station,level_m\n${rows.join('\n')}\n`));
    assert.equal(problemCount, 1);
    assert.match(problems[0]!.message, /Row 55557\b.*"yesterday"/);
  });

  it('may hold observations as our nodes write them, by lines, in messages, as a list', async () => {
    const list = Array.from({ length: 30 }, (_, i) => reading({ time: T0 + i * 60_000, value: i }));
    const lines = list.map((one) => JSON.stringify(one)).join('\n');
    for (const text of [
      lines,
      JSON.stringify(list),
      JSON.stringify({ payload: list }),
      `${JSON.stringify({ payload: list })}\n`,
    ]) {
      assert.deepEqual(await all(await file(text)), list);
    }
    const { problemCount, problems } = await openHistory(await file(`${lines}\n{"datastream":"x"}\nnonsense\n`));
    assert.equal(problemCount, 2);
    assert.match(problems[1]!.message + problems[0]!.message, /Line 32 is not JSON/);
  });

  it('says what is wrong where nothing can be used', async () => {
    const open = async (text: string): Promise<unknown> => openHistory(await file(text));
    await assert.rejects(open('  \n'), /empty/);
    await assert.rejects(open('a,b\n1,2\n3,4\n'), /No row of the file could be used/);
    await assert.rejects(openHistory(await file('a,b\n1,2\n'), { language: 'th' }), /\p{Script=Thai}/u);
    const endless = await file(`time,station,x\n${time(0)},"never closed,${'5\n'.repeat(9_000_000)}`);
    await assert.rejects(all(endless), /row without an end/);
  });

  it('is not held in memory for a line without an end, whose Datastream is left out; the others stay themselves', async () => {
    const stream = (name: string, meta: unknown = null): string =>
      JSON.stringify([name, 'level', 'm', null, null, meta]);
    const huge = { datastream: { id: 'b', description: 'x'.repeat(3_000_000) } };
    const values = [0, 1, 2].map((index) => `[${index},${T0},${index}]`);
    const lines = ['{"format":1,"begun":""}', stream('a'), stream('b', huge), stream('c'), ...values, ''].join('\n');
    const found = await all(await file(`${lines}${'['.repeat(5_000_000)}`));
    assert.deepEqual(
      found.map(({ datastream, value }) => [datastream, value]),
      [['a', 0], ['c', 2]],
    ); // prettier-ignore
  });

  it('gives only the span that is asked for', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${time(i)},a,${i}`);
    const spec = await file(`time,station,level_m\n${rows.join('\n')}\n`);
    const found = await all(spec, { since: T0 + 10 * 60_000, until: T0 + 12 * 60_000 });
    assert.deepEqual(
      found.map(({ value }) => value),
      [10, 11, 12],
    );
    const { notes, total } = await openHistory(spec, { most: 5 });
    assert.deepEqual([total, notes.find(({ code }) => code === 'cut')], [5, { code: 'cut', most: 5 }]);
  });
});

describe('the past of the simulated city', () => {
  it('is the same at each time, of the Datastreams that are asked for, and has a known length', async () => {
    const spec: HistorySpec = { from: 'demo', seed: 1, until: T0, only: [1, 3] };
    const options = { since: T0 - 7_200_000 };
    const found = await all(spec, options);
    assert.deepEqual(await all(spec, options), found);
    const { total, roster } = await openHistory(spec, options);
    assert.equal(found.length, total);
    assert.deepEqual(
      new Set(found.map(({ datastream }) => datastream)),
      new Set(roster.map(({ datastream }) => datastream)),
    );
    assert.deepEqual([found[0]!.time, found.at(-1)!.time], [T0 - 7_200_000, T0]);
    const cut = await openHistory(spec, { ...options, most: 100 });
    assert.ok(cut.total <= 100 && cut.total > 90, `${cut.total}`);
    assert.equal(cut.notes[0]!.code, 'cut');
  });
});
