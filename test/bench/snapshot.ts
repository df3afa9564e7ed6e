/**
 * How long writing what a rule remembers holds the flow, with 100,000 keys: slices while events go on, against one go.
 * Writes to a temporary folder.  npm run bench:snapshot [-- keys]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import { LineStore } from '../../nodes/runtime/line-store';
import { cityEvent } from '../properties/random';

const KEYS = Number(process.argv[2] ?? 100_000);
const BUDGET = 5;
const T0 = Date.UTC(2026, 0, 5);

const rule: StatusDefinition = {
  id: 'r', name: 'Rule', per: { by: 'station' }, severity: 'minor', lateness: '30 s',
  when: { op: 'then', of: [{ op: 'event', event: 'a' }, { op: 'event', event: 'b' }], within: '1 h' },
}; // prettier-ignore

const compile = (): PatternEngine =>
  compileStatus(rule, { names: (id) => id, emit: () => 'point', maxKeys: KEYS + 1000 });

let sent = 0;
/** So many events of so many keys in a minute of their own. */
function feed(engine: PatternEngine, count: number): void {
  const events = Array.from({ length: count }, () => {
    const n = sent++;
    return cityEvent(n % 3 === 0 ? 'b' : 'a', 'point', T0 + n, '1', `key-${(n * 7919) % KEYS}`);
  });
  engine.push(events, [], []);
  engine.clock({ source: 's', time: T0 + sent }, 'replay', [], []);
}

/** Time that the process has worked, in milliseconds: what others on the machine do is not counted. */
function worked(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-snapshot-'));
  const engine = compile();
  engine.setMode('replay');
  while (sent < 2 * KEYS) feed(engine, 5000);
  const { keys } = engine.counters();

  const store = new LineStore(folder, 'bench');
  let slices = 0;
  let longest = 0;
  let held = 0;
  const took: number[] = [];
  let longestWall = 0;
  const timed = <T>(work: () => T): T => {
    const start = performance.now();
    const cpu = worked();
    const result = work();
    const wall = performance.now() - start;
    // other threads of the process work, too: the loop is held no longer than by the clock
    const hold = Math.min(wall, worked() - cpu);
    took.push(hold);
    held += hold;
    longest = Math.max(longest, hold);
    longestWall = Math.max(longestWall, wall);
    return result;
  };
  // events go on meanwhile, as many as a large city has
  const traffic = setInterval(() => feed(engine, 20), 10);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const saving = timed(() => engine.save());
  const cut = longest;
  await store.save(() => {
    slices++;
    return timed(() => saving.next());
  });
  const whole = performance.now() - start;
  delay.disable();
  clearInterval(traffic);
  const size = statSync(path.join(folder, 'city-events', 'bench.ndjson')).size;

  const at = performance.now();
  const text = JSON.stringify(engine.snapshot());
  const once = performance.now() - at;

  const second = compile();
  const back = performance.now();
  const restoring = second.restoring();
  await store.load((line) => restoring.take(line));
  const restored = restoring.finish();
  const read = performance.now() - back;
  rmSync(folder, { recursive: true });

  console.log(`${keys} keys, ${(size / 1e6).toFixed(1)} MB, ${slices} slices in ${ms(whole)} while events went on`);
  console.log(
    `longest hold by a slice ${ms(longest)} (the cut itself ${ms(cut)}; budget ${BUDGET} ms; ${ms(longestWall)} with what else the machine did), all slices ${ms(held)}`,
  );
  console.log(
    `longest delay of the loop meanwhile ${ms(delay.max / 1e6)}, 99 % below ${ms(delay.percentile(99) / 1e6)}`,
  );
  console.log(`in one go it would be held for ${ms(once)} (${(text.length / 1e6).toFixed(1)} MB)`);
  console.log(`read again in ${ms(read)}: ${JSON.stringify(restored)}, ${second.counters().keys} keys`);
  const over = took.filter((hold) => hold > BUDGET).length;
  took.sort((a, b) => a - b);
  console.log(
    `slices: half below ${ms(took[took.length >> 1]!)}, 99 % below ${ms(took[Math.floor(took.length * 0.99)]!)}, ` +
      `${over} of ${took.length} above ${BUDGET} ms (a garbage collection may fall into one)`,
  );
  if (over > took.length / 100) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
