/**
 * The properties of the pattern core over very many cases, in slices.
 *   npm run test:deep                                     goes on until every property has seen 1,000,000 cases
 *   npm run test:deep -- --cases 50000 --property 2       until those of family 2 have seen 50,000
 *   npm run test:deep -- --for 10                         stops after 10 minutes; the next run goes on from there
 *   npm run test:deep -- --threads 1                      one slice at a time, instead of one for each processor
 *   npm run test:deep -- --seed 7                         other cases: from seed 7 on
 *   npm run test:deep -- --summary FILE                   keeps its summary there
 *   npm run test:deep -- --property 2b --seed 123 --cases 1    one case, said in full; nothing is kept of it
 * The summary lies in test/deep-summary.json; Ctrl-C ends the run with all of it kept. The exit code is 1 when a case
 * failed.
 */
import { availableParallelism } from 'node:os';
import * as path from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { chosen, properties, runCase, type Property } from '../properties';
import { Crew } from './crew';
import { engineOf, Ledger, MOST_FAILURES, type Line } from './ledger';
import type { Slice } from './slice';

const ROOT = path.resolve(__dirname, '../../..');
const MILLION = 1_000_000;
/** Cases of one property before the next has its turn. */
const SLICE = 10_000;

interface Wish {
  wanted: Property[];
  seed: number | undefined;
  cases: number;
  minutes: number | undefined;
  threads: number;
  summary: string;
}

function wish(): Wish {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      cases: { type: 'string' },
      property: { type: 'string' },
      for: { type: 'string' },
      threads: { type: 'string' },
      summary: { type: 'string' },
    },
  });
  const wanted = chosen(values.property);
  const threads = whole('threads', values.threads) ?? availableParallelism();
  if (threads < 1) throw new Error('--threads "0": give 1 or more');
  return {
    wanted,
    seed: whole('seed', values.seed),
    cases: whole('cases', values.cases) ?? MILLION,
    minutes: whole('for', values.for),
    threads: Math.min(threads, wanted.length),
    summary: values.summary ?? path.join(ROOT, 'test/deep-summary.json'),
  };
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} "${text}": give a whole number, such as --${name} 1000`);
  return Number(text);
}

/** One case in full. */
function once(wanted: readonly Property[], seed: number): number {
  let failed = 0;
  for (const property of wanted) {
    try {
      runCase(property, seed);
      console.log(`property ${property.id} holds for seed ${seed}`);
    } catch (error) {
      failed++;
      console.log(inspect(error));
    }
  }
  return failed;
}

interface Task extends Slice {
  line: Line;
}

/** Gives out the next slices: of the property that is furthest behind, and of no property two at a time. */
function slices(lines: readonly Line[], cases: number): { next: () => Task | undefined; ended: (task: Task) => void } {
  const underWay = new Set<Line>();
  const next = (): Task | undefined => {
    const open = lines.filter((line) => line.cases < cases && line.failures < MOST_FAILURES && !underWay.has(line));
    if (open.length === 0) return undefined;
    const line = open.reduce((least, other) => (other.cases < least.cases ? other : least));
    underWay.add(line);
    const { id, seed } = line;
    const most = { cases: Math.min(SLICE, cases - line.cases), failures: MOST_FAILURES - line.failures };
    return { id, seed: seed + line.cases, ...most, line };
  };
  return { next, ended: ({ line }) => underWay.delete(line) };
}

async function deep({ wanted, seed, cases, minutes, threads, summary }: Wish): Promise<number> {
  const ledger = new Ledger(summary, engineOf(path.join(ROOT, 'dist/nodes/pattern-status/cep')));
  const order = properties.map(({ id }) => id);
  const lines = wanted.map(({ id, says }) => ledger.line(id, says, seed));
  const { next, ended } = slices(lines, cases);
  const crew = new Crew(threads);
  const stop = (): void => crew.stop();
  // the second one ends it at once
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const timer = minutes === undefined ? undefined : setTimeout(stop, minutes * 60_000);
  const seen = (): number => Math.min(...lines.map((line) => line.cases));
  let least = seen();
  try {
    await crew.work(next, (task, done) => {
      ended(task);
      ledger.add(task.line, done);
      ledger.save(order);
      for (const { said } of done.failed) console.log(said);
      if (seen() === least) return;
      least = seen();
      console.log(`${new Date().toISOString()} every property has seen ${least} of ${cases} cases`);
    });
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
  for (const line of lines)
    console.log(`${line.id}: ${line.cases} cases from seed ${line.seed}, ${line.failures} failed`);
  return lines.reduce((sum, { failures }) => sum + failures, 0);
}

async function main(): Promise<void> {
  const wanted = wish();
  const failed = wanted.cases === 1 ? once(wanted.wanted, wanted.seed ?? 1) : await deep(wanted);
  process.exitCode = failed > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(`test:deep: ${(error as Error).message}`);
  process.exitCode = 1;
});
