/**
 * The pattern core alone, with evidence kept and statuses built: events per second for the streams of the design, memory
 * per key, time of a single event, and whether the heap stays as it is. Every rate is also given as a ratio to a fixed
 * reference loop (a Map look-up and some arithmetic per event) of the same run, so that machines can be compared; a ratio
 * below its floor sets the exit code.
 *   npm run bench:cep
 *   npm run bench:cep -- --quick               under 40 s, for CI
 *   npm run bench:cep -- --json FILE           the figures as JSON, too
 *   npm run bench:cep -- --only "A;B" --keys 1000
 *   npm run bench:cep -- --part memory         one of rates, hundred, writing, memory, latency, heap
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';
import { parseArgs } from 'node:util';
import type { Mode } from '../../nodes/ecdm/city';
import type { Pattern } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import { writeStatus, type Message } from '../../nodes/pattern-status/cep/message';
import { SeenStreams } from '../../nodes/pattern-status/cep/seen';
import { BATCH, definitionOf, RULES, Source, T0 } from './cep-stream';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: { type: 'string', default: '' },
    keys: { type: 'string' },
    part: { type: 'string' },
    task: { type: 'string' },
  },
});
const PARTS = ['rates', 'hundred', 'writing', 'memory', 'latency', 'heap'] as const;
const { quick } = options;
if (options.part !== undefined && !(PARTS as readonly string[]).includes(options.part)) {
  console.error(`there is no part “${options.part}”: ${PARTS.join(', ')}`);
  process.exit(2);
}
/** The reference loop alone would be too short to be measured. */
const PASSES = 10;
/** Million events a second. Repetitions are looked for, unless it says otherwise. */
const BUDGET: Readonly<Record<number, { distinct: number; all: number }>> = {
  1000: { distinct: 3, all: 2 },
  100_000: { distinct: 1, all: 1 },
};
/** 70 % of the lowest ratios that were reached. */
const FLOOR: Readonly<Record<number, number>> = { 1000: 0.008, 100_000: 0.006 };

/**
 * A stopwatch for one thread, in milliseconds: the lesser of wall time, to which other programs add, and of the processor
 * time of the process, to which the threads add that collect garbage and compile beside it.
 */
class Stopwatch {
  spent = 0;
  private wall = 0;
  private cpu = 0;

  start(): void {
    this.wall = performance.now();
    this.cpu = cpuTime();
  }

  stop(): void {
    this.spent += Math.min(performance.now() - this.wall, cpuTime() - this.cpu);
  }
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function engineOf(when: Pattern, distinct: boolean, id?: string): PatternEngine {
  const engine = compileStatus(definitionOf(when, id), {
    names: (event) => event, emit: () => 'point', maxKeys: 200_000, distinct,
  }); // prettier-ignore
  engine.setMode('replay');
  return engine;
}

interface Rate {
  rule: string;
  keys: number;
  stream: string;
  duplicates: boolean;
  millionPerSecond: number;
  ratio: number;
  /** Per event. */
  statuses: number;
  budget: number;
}

/**
 * The reference loop runs between the batches, so that both see the same machine. The first third is not counted: every
 * key is new in it, and what is compiled on the way is not to be measured.
 */
function measure(
  engines: readonly PatternEngine[],
  source: Source,
  events: number,
): Pick<Rate, 'millionPerSecond' | 'ratio' | 'statuses'> {
  const sums = new Map<string, number>();
  const problems: Problem[] = [];
  let statuses = 0;
  let counted = 0;
  const spent = new Stopwatch();
  const reference = new Stopwatch();
  for (let i = 0; i < events; i += BATCH) {
    const batch = source.batch(i);
    const out: Status[] = [];
    const counts = i >= events / 3;
    if (counts) reference.start();
    for (let pass = 0; pass < PASSES; pass++)
      for (const { key, time } of batch) sums.set(key, (sums.get(key) ?? 0) * 0.5 + time);
    if (counts) {
      reference.stop();
      spent.start();
    }
    for (const engine of engines) {
      engine.push(batch, out, problems);
      engine.clock({ source: 's', time: T0 + i + BATCH }, 'replay', out, problems);
    }
    if (!counts) continue;
    spent.stop();
    counted += BATCH;
    statuses += out.length;
  }
  const fed = counted * engines.length;
  const perPass = reference.spent / PASSES;
  return {
    millionPerSecond: fed / spent.spent / 1000,
    ratio: (perPass * engines.length) / spent.spent,
    statuses: statuses / fed,
  };
}

/** One rate, to be measured in a process of its own: what other rules have left behind is not to be measured. */
interface Task {
  rule: string;
  keys: number;
  calm: boolean;
  distinct: boolean;
}

function rate({ rule, keys, calm, distinct }: Task): Rate {
  // a third of them must make all streams known: two for each key and kind of event. Not more: a key that is raised again
  // and again is flapping, and of that hardly anything is told
  const events = quick ? 150_000 : 1_200_000;
  const got = measure([engineOf(RULES[rule]!, distinct)], new Source(keys, calm), events);
  const budget = BUDGET[keys]?.[distinct ? 'distinct' : 'all'] ?? 0;
  return { rule, keys, stream: calm ? 'calm' : 'busy', duplicates: !distinct, ...got, budget };
}

function rateApart(task: Task): Rate {
  const args = [...process.execArgv, __filename, '--task', JSON.stringify(task), ...(quick ? ['--quick'] : [])];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Rate;
}

function rates(keys: number): Rate[] {
  const found: Rate[] = [];
  for (const calm of quick ? [false] : [true, false]) {
    for (const distinct of quick ? [false] : [true, false]) {
      const stream = calm ? 'calm' : 'busy';
      console.log(`${keys} keys, ${stream}, repetitions ${distinct ? 'not looked for' : 'removed'}`);
      for (const rule of Object.keys(RULES)) {
        if (!rule.startsWith(options.only)) continue;
        found.push(rateApart({ rule, keys, calm, distinct }));
        tell(found.at(-1)!);
      }
    }
  }
  return found;
}

function tell({ rule, keys, millionPerSecond, ratio, statuses, budget }: Rate): void {
  const verdict = `budget ${budget} M/s ${millionPerSecond >= budget ? 'kept' : 'missed'}`;
  const floor = ratio < (FLOOR[keys] ?? 0) ? `, BELOW THE FLOOR ${FLOOR[keys]}` : '';
  console.log(
    `  ${rule.padEnd(12)} ${millionPerSecond.toFixed(2)} M/s  ratio ${ratio.toFixed(3)}  ${(100 * statuses).toFixed(1).padStart(5)} % statuses  ${verdict}${floor}`,
  );
}

/** A hundred rules that all look at the same events: every event is counted once for each. */
function hundred(): Rate {
  const patterns = Object.values(RULES);
  const engines = Array.from({ length: 100 }, (_, i) => engineOf(patterns[i % patterns.length]!, false, `r${i}`));
  const got = measure(engines, new Source(1000, false), quick ? 5000 : 20_000);
  const rate = { rule: '100 rules', keys: 1000, stream: 'busy', duplicates: true, ...got, budget: 2 };
  tell(rate);
  return rate;
}

// ---- statuses

interface Writing {
  events: number;
  /** For one status with two events. */
  nanoseconds: number;
}

/**
 * What it takes to write statuses, without anything that decides of them: no engine that tells of every second event can
 * take less for an event than half of this.
 * @param events among which those that a status tells of lie: few are at hand in the processor, many are not
 */
function writing(events: number): Writing {
  const source = new Source(events, false);
  const all = Array.from({ length: events }, (_, i) => source.event(i));
  const definition = definitionOf(RULES['A;B']!);
  const silent = new Set<string>();
  const options = {
    definition,
    pattern: 'first “a”, then “b”',
    silent,
    language: undefined,
    timeZone: undefined,
    lasting: 0,
  };
  const none = new Set<string>();
  const any = (): CityEvent => all[Math.floor(source.random() * events)]!;
  const spent = new Stopwatch();
  const batches = quick ? 60 : 600;
  let written = 0;
  for (let batch = 0; batch < batches; batch++) {
    const picked = Array.from({ length: BATCH }, () => [any(), any()] as const);
    const out: Status[] = [];
    const counts = batch >= batches / 3;
    if (counts) spent.start();
    for (const [first, last] of picked) {
      const message: Message = {
        first: first.time, since: first.time, revision: 1, state: 'raised', severity: 1, time: last.time, now: last.time, count: 1,
        evidence: [first, last], flags: [], zones: undefined, kind: 'raised',
      }; // prettier-ignore
      out.push(writeStatus(options, { key: first.key, name: undefined }, message, none, false));
    }
    if (!counts) continue;
    spent.stop();
    written += out.length;
  }
  return { events, nanoseconds: Math.round((spent.spent * 1e6) / written) };
}

// ---- memory

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

function held(): number {
  collect();
  collect();
  const { used_heap_size, external_memory } = v8.getHeapStatistics();
  return used_heap_size + external_memory;
}

interface Memory {
  rule: string;
  /** Automaton and key. */
  bytesPerKey: number;
  /** What is remembered of a stream, without ids. */
  bytesPerStream: number;
  /** All of it while the wall clock has a say: with ids and the past. */
  all: number;
}

/** Each key has had three events that came to nothing, and no event waits. */
function memory(rule: string): Memory {
  const keys = 100_000;
  const calm = rule === '3 times A' ? 'a' : 'b';
  // the events themselves, and their texts, belong to whoever sent them; those that are kept as evidence, too
  const rounds = Array.from({ length: 3 }, (_, round) =>
    Array.from({ length: keys }, (_none, i) => {
      const time = T0 + (round * keys + i - (i % BATCH)) * 1000;
      return calmEvent(calm, i, time);
    }),
  );
  const fill = (distinct: boolean, mode: Mode): number => {
    const before = held();
    const engine = compileStatus(definitionOf(RULES[rule]!), {
      names: (event) => event, emit: () => 'point', maxKeys: 200_000, distinct,
    }); // prettier-ignore
    engine.setMode(mode);
    for (const events of rounds) {
      for (let from = 0; from < keys; from += BATCH) {
        engine.push(events.slice(from, from + BATCH), [], []);
        engine.clock({ source: 's', time: events[from]!.time + 60_000 }, mode, [], []);
      }
    }
    const bytes = (held() - before) / keys;
    // the engine must live until here
    if (engine.counters().keys !== keys) throw new Error('not all keys are there');
    return bytes;
  };
  const bytesPerStream = streamBytes(rounds[0]!);
  const without = fill(true, 'replay') - bytesPerStream;
  return {
    rule,
    bytesPerKey: Math.round(without),
    bytesPerStream: Math.round(bytesPerStream),
    all: Math.round(fill(false, 'live')),
  };
}

/** What an engine remembers of its streams, made apart. */
function streamBytes(events: readonly CityEvent[]): number {
  const before = held();
  const seen = new SeenStreams(4 * events.length);
  for (const { stream, time } of events) seen.setNewest(seen.of(stream), time + 0.5);
  const bytes = (held() - before) / events.length;
  if (seen.size !== events.length) throw new Error('not all streams are there');
  return bytes;
}

/** One that comes to nothing. */
function calmEvent(event: string, key: number, time: number): CityEvent {
  const name = `key ${key}`;
  return {
    id: `${event}|${name}|${time}`, event, name: event, domain: undefined, key: name, keyName: undefined,
    stream: `${event}|${name}`, property: undefined, time, timeEnd: undefined, place: undefined, zones: undefined, value: 1,
    unit: undefined, limit: undefined, kind: 'point', source: [],
  }; // prettier-ignore
}

// ---- single events

interface Latency {
  onTime: { p50: number; p99: number };
  late: { p50: number; p99: number };
}

/** Microseconds of one push with the clock that follows it: what became due is settled in them, statuses written. */
function latency(): Latency {
  const engine = engineOf(RULES['A;B']!, false);
  const source = new Source(1000, false, 0.1);
  const spans = { onTime: [] as number[], late: [] as number[] };
  const out: Status[] = [];
  const events = quick ? 60_000 : 200_000;
  for (let i = 0; i < events; i++) {
    const event = source.event(i);
    out.length = 0;
    const start = process.hrtime.bigint();
    engine.push([event], out, []);
    engine.clock({ source: 's', time: T0 + i }, 'replay', out, []);
    const end = process.hrtime.bigint();
    if (i < events / 3) continue;
    spans[event.time === T0 + i ? 'onTime' : 'late'].push(Number(end - start) / 1000);
  }
  return { onTime: percentiles(spans.onTime), late: percentiles(spans.late) };
}

function percentiles(list: number[]): { p50: number; p99: number } {
  list.sort((a, b) => a - b);
  return { p50: list[Math.floor(list.length * 0.5)]!, p99: list[Math.floor(list.length * 0.99)]! };
}

// ---- the heap over many events

interface Heap {
  events: number;
  megabytes: number;
}

function heap(): Heap[] {
  const engine = engineOf(RULES['A;B']!, false);
  const source = new Source(1000, false);
  const found: Heap[] = [];
  const most = quick ? 1_000_000 : 10_000_000;
  const out: Status[] = [];
  for (let i = 0; i < most; i += BATCH) {
    out.length = 0;
    engine.push(source.batch(i), out, []);
    engine.clock({ source: 's', time: T0 + i + BATCH }, 'replay', out, []);
    const done = i + BATCH;
    if (done === most / 10 || done === most) found.push({ events: done, megabytes: held() / 1e6 });
  }
  return found;
}

// ---- all of it

function isWanted(part: (typeof PARTS)[number]): boolean {
  if (options.part !== undefined) return options.part === part;
  return options.only === '' || part === 'rates';
}

function tellWriting({ events, nanoseconds }: Writing): void {
  console.log(`writing alone: ${nanoseconds} ns for a status with two of ${events} events`);
}

function tellMemory({ rule, bytesPerKey, bytesPerStream, all }: Memory): void {
  const verdict = bytesPerKey <= 200 ? 'kept' : 'missed';
  const apart = `${bytesPerStream} per stream, ${all} live with streams, ids and the past`;
  console.log(`${rule.padEnd(12)} ${bytesPerKey} bytes per key (budget 200 ${verdict}); ${apart}`);
}

function tellLatency({ onTime, late }: Latency): void {
  const micro = (x: number): string => x.toFixed(1);
  const verdict = onTime.p99 <= 10 ? 'kept' : 'missed';
  console.log(
    `one event: p50 ${micro(onTime.p50)} µs, p99 ${micro(onTime.p99)} µs (budget 10 µs ${verdict}); ` +
      `late: p50 ${micro(late.p50)} µs, p99 ${micro(late.p99)} µs`,
  );
}

/** @returns false where it has grown */
function tellHeap([first, last]: Heap[]): boolean {
  const grown = last!.megabytes / first!.megabytes - 1;
  const growth = `${(100 * grown).toFixed(1)} %`;
  console.log(
    `heap: ${first!.megabytes.toFixed(1)} MB after ${first!.events} events, ${last!.megabytes.toFixed(1)} MB after ${last!.events} (${growth})`,
  );
  // what is remembered takes some hundred thousand events to fill up
  return quick || Math.abs(grown) <= 0.05;
}

function main(): void {
  if (options.task !== undefined) {
    console.log(JSON.stringify(rate(JSON.parse(options.task) as Task)));
    return;
  }
  const result: Record<string, unknown> = { quick, node: process.version };
  const measured: Rate[] = [];
  let isGood = true;
  if (isWanted('rates')) {
    const keys = options.keys === undefined ? [1000, 100_000] : [Number(options.keys)];
    measured.push(...keys.flatMap(rates));
    isGood = measured.every(({ ratio, keys: n }) => ratio >= (FLOOR[n] ?? 0));
  }
  if (isWanted('hundred')) measured.push(hundred());
  if (isWanted('writing')) {
    const found = [1000, 200_000].map(writing);
    found.forEach(tellWriting);
    result['writing'] = found;
  }
  if (isWanted('memory')) {
    const sizes = (quick ? ['A;B'] : Object.keys(RULES).filter((rule) => rule !== 'filter')).map(memory);
    sizes.forEach(tellMemory);
    result['memory'] = sizes;
  }
  if (isWanted('latency')) {
    const single = latency();
    tellLatency(single);
    result['latency'] = single;
  }
  if (isWanted('heap')) {
    const sizes = heap();
    isGood = tellHeap(sizes) && isGood;
    result['heap'] = sizes;
  }
  result['rates'] = measured;
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
  process.exitCode = isGood ? 0 : 1;
}

main();
