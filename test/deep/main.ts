/**
 * The properties of the pattern core over very many cases, in slices.
 *   npm run test:deep                                     goes on until every property has seen 1,000,000 cases
 *   npm run test:deep -- --cases 50000 --property 2       until those of family 2 have seen 50,000
 *   npm run test:deep -- --for 10                         stops after 10 minutes; the next run goes on from there
 *   npm run test:deep -- --seed 7                         other cases: from seed 7 on
 *   npm run test:deep -- --property 2b --seed 123 --cases 1    one case, said in full; nothing is kept of it
 * The summary lies in test/deep-summary.json. The exit code is 1 when a case failed.
 */
import * as path from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { chosen, properties, runCase, type Property } from '../properties';
import { engineOf, Ledger, type Line } from './ledger';

const ROOT = path.resolve(__dirname, '../../..');
const MILLION = 1_000_000;
/** Cases of one property before the next has its turn. */
const SLICE = 10_000;
const MOST_FAILURES = 5;

interface Wish {
  wanted: Property[];
  seed: number | undefined;
  cases: number;
  until: number;
}

function wish(): Wish {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      cases: { type: 'string' },
      property: { type: 'string' },
      for: { type: 'string' },
    },
  });
  const seed = whole('seed', values.seed);
  const minutes = whole('for', values.for);
  return {
    wanted: chosen(values.property),
    seed,
    cases: whole('cases', values.cases) ?? MILLION,
    until: minutes === undefined ? Infinity : Date.now() + minutes * 60_000,
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

/** The next cases of one property. */
function slice(property: Property, line: Line, cases: number): void {
  const start = performance.now();
  for (
    const end = Math.min(cases, line.cases + SLICE);
    line.cases < end && line.failures < MOST_FAILURES;
    line.cases++
  ) {
    const seed = line.seed + line.cases;
    try {
      runCase(property, seed);
    } catch (error) {
      line.failures++;
      line.failed.push(seed);
      console.log(inspect(error));
    }
  }
  line.seconds = Math.round(line.seconds + (performance.now() - start) / 1000);
  line.date = new Date().toISOString().slice(0, 10);
}

function deep({ wanted, seed, cases, until }: Wish): number {
  const ledger = new Ledger(
    path.join(ROOT, 'test/deep-summary.json'),
    engineOf(path.join(ROOT, 'dist/nodes/pattern-status/cep')),
  );
  const order = properties.map(({ id }) => id);
  const lines = wanted.map((property) => ({ property, line: ledger.line(property.id, property.says, seed) }));
  const open = (line: Line): boolean => line.cases < cases && line.failures < MOST_FAILURES;
  while (lines.some(({ line }) => open(line)) && Date.now() < until) {
    for (const { property, line } of lines) {
      if (!open(line) || Date.now() >= until) continue;
      slice(property, line, cases);
      ledger.save(order);
    }
    const [least, most] = [Math.min, Math.max].map((f) => f(...lines.map(({ line }) => line.cases)));
    console.log(`${new Date().toISOString()} ${least} to ${most} of ${cases} cases`);
  }
  for (const { line } of lines)
    console.log(`${line.id}: ${line.cases} cases from seed ${line.seed}, ${line.failures} failed`);
  return lines.reduce((sum, { line }) => sum + line.failures, 0);
}

function main(): void {
  const wanted = wish();
  const failed = wanted.cases === 1 ? once(wanted.wanted, wanted.seed ?? 1) : deep(wanted);
  process.exitCode = failed > 0 ? 1 : 0;
}

try {
  main();
} catch (error) {
  console.error(`test:deep: ${(error as Error).message}`);
  process.exitCode = 1;
}
