/**
 * A journal on the disk: transitions a second while each is on the disk before it is given back, and how long a question
 * takes among a million entries, for both stores. The ratios compare what was measured in the same run: many writers at
 * once to one (group commit), and a question to a look at every row.
 *   node dist/test/bench/journal.js [--entries 1000000] [--stores sqlite,postgres]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Book } from '../../nodes/city-journal/book';
import type { HistoryQuery } from '../../nodes/city-journal/journal-source';
import { PostgresStore } from '../../nodes/city-journal/store/postgres/postgres-store';
import { SqliteStore } from '../../nodes/city-journal/store/sqlite/sqlite-store';
import type { Draft, Store } from '../../nodes/city-journal/store/store';
import { startCluster } from '../frost/cluster';
import { draft } from '../support/journal-store-suite';
import { statusAt } from '../support/statuses';

const { values } = parseArgs({
  options: { entries: { type: 'string', default: '1000000' }, stores: { type: 'string', default: 'sqlite,postgres' } },
});
const ENTRIES = Number(values.entries);
const WRITERS = 200;
const SECONDS = 3;
const REPEATS = 5;
const SEVERITIES = ['warning', 'minor', 'major', 'critical'] as const;

/** Transitions a second with so many rules that wait for the disk at once. */
async function committed(store: Store, writers: number): Promise<number> {
  const book = new Book(store, { limits: { patience: 30_000 } });
  await book.untaken('rule', []);
  const end = performance.now() + SECONDS * 1000;
  let count = 0;
  const start = performance.now();
  const write = async (key: string): Promise<void> => {
    for (let n = 1; performance.now() < end; n++, count++) await book.commit('rule', [statusAt(n, 1, { key })]);
  };
  await Promise.all(Array.from({ length: writers }, (_, i) => write(`w${writers}-${i}`)));
  const rate = (count / (performance.now() - start)) * 1000;
  await book.close();
  return Math.round(rate);
}

/** One entry in four minutes for years, over 1,000 sensors in 100 zones. */
function entry(n: number): Draft {
  const sensor = (n * 7919) % 1000;
  const zones = [
    { id: `z${sensor % 100}`, name: `Zone ${sensor % 100}`, level: 'zone' },
    { id: 'city', name: 'City', level: 'city' },
  ];
  return draft(n * 4, 1, {
    key: `s${sensor}`,
    keyName: `Sensor ${sensor}`,
    severity: SEVERITIES[n % 97 === 0 ? 3 : n % 3],
    zones,
    place: [100 + (sensor % 32) * 0.02, 13 + Math.floor(sensor / 32) * 0.02],
    reason: n % 5000 === 0 ? 'smoke of a fire at the harbour' : 'PM2.5 104.5 > 90',
  });
}

async function fill(store: Store): Promise<number> {
  const start = performance.now();
  for (let from = 0; from < ENTRIES; from += 2000) {
    const drafts = Array.from({ length: Math.min(2000, ENTRIES - from) }, (_, i) => entry(from + i));
    await store.append({ id: `fill-${from}`, drafts, alarms: new Map(), taken: [] });
  }
  return Math.round((ENTRIES / (performance.now() - start)) * 1000);
}

const middle = Date.parse('2026-03-01T08:00:00Z') + ENTRIES * 2 * 60_000;
const QUESTIONS: Record<string, HistoryQuery> = {
  newest: {},
  'a day long ago': {
    from: new Date(middle).toISOString(),
    to: new Date(middle + 86_400_000).toISOString(),
    limit: 1000,
  },
  'an alarm': { alarm: 'haze|s500' },
  'a zone': { zones: ['z42'] },
  'a zone with all': { zones: ['city'] },
  'critical in a zone': { zones: ['z42'], minSeverity: 'critical' },
  'a box with one sensor': { box: [100.119, 13.119, 100.121, 13.121] },
  'a box with half': { box: [90, 10, 110, 13.3] },
  'a box with all': { box: [90, 10, 110, 20] },
  'a box with all, a day long ago': {
    box: [90, 10, 110, 20],
    from: new Date(middle).toISOString(),
    to: new Date(middle + 86_400_000).toISOString(),
  },
  'a common word': { text: 'sensor' },
  'a rare word': { text: 'harbour' },
  'a word that is nowhere': { text: 'volcano' },
};

async function asked(store: Store, query: HistoryQuery): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await store.query(query);
    times.push(performance.now() - start);
  }
  return Number(times.sort((a, b) => a - b)[REPEATS >> 1]!.toFixed(1));
}

async function measure(make: (name: string) => Store): Promise<Record<string, unknown>> {
  const one = await committed(make('one'), 1);
  const many = await committed(make('many'), WRITERS);
  const store = make('full');
  await store.open(1);
  const filled = await fill(store);
  const questions: Record<string, number> = {};
  for (const [name, query] of Object.entries(QUESTIONS)) questions[name] = await asked(store, query);
  const start = performance.now();
  const { ok } = await store.check();
  const check = Math.round(performance.now() - start);
  await store.close();
  const everyRow = questions['a word that is nowhere']!;
  return {
    transitionsPerSecond: { oneRule: one, rules200: many },
    entriesPerSecondInBatches: filled,
    entries: ENTRIES,
    questionsMs: questions,
    checkMs: check,
    sound: ok,
    ratios: {
      groupCommit: Number((many / one).toFixed(1)),
      zoneToEveryRow: Number((everyRow / Math.max(questions['a zone']!, 0.1)).toFixed(1)),
    },
  };
}

async function main(): Promise<void> {
  const results: Record<string, unknown> = { node: process.version };
  if (values.stores.includes('sqlite')) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'city-bench-'));
    try {
      results['sqlite'] = await measure((name) => new SqliteStore(path.join(folder, `${name}.sqlite`)));
      results['sqliteBytesPerEntry'] = Math.round(statSync(path.join(folder, 'full.sqlite')).size / ENTRIES);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  if (values.stores.includes('postgres')) {
    const cluster = await startCluster(true).catch((thrown: unknown) => {
      console.error(`SKIPPED: ${String(thrown)}`);
      return undefined;
    });
    const url = `postgresql://127.0.0.1:${cluster?.port}/sensorthings`;
    if (cluster !== undefined) {
      results['postgres'] = await measure((schema) => new PostgresStore({ url, user: 'frost', password: '', schema }));
      await cluster.stop();
    }
  }
  console.log(JSON.stringify(results, null, 2));
  const stores = [results['sqlite'], results['postgres']].filter((one) => one !== undefined) as {
    sound: boolean;
    ratios: { groupCommit: number };
  }[];
  // ratios alone: a busy machine slows both sides down
  const good = stores.every(({ sound, ratios }) => sound && ratios.groupCommit > 2);
  console.log(good ? '1 passed, 0 failed' : '0 passed, 1 failed');
  process.exitCode = good ? 0 : 1;
}

void main();
