/**
 * What a Node-RED pays for the pack before any flow uses it: processor time to load every node, and memory that is held
 * afterwards. Each measurement has a process of its own; the middle of several counts.
 *   npm run bench:loading
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { heapInUse } from '../support/measure';

const ROOT = path.resolve(__dirname, '../../..');
const RUNS = 9;

export interface Cost {
  /** Milliseconds of processor time. */
  time: number;
  /** Megabytes of the heap, and of the whole process. */
  heap: number;
  resident: number;
  files: number;
  /** What is loaded that is not ours. */
  packages: string[];
}

/** Registers every node as Node-RED does when it starts. */
function load(): Cost {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    'node-red': { nodes: Record<string, string> };
  };
  const nothing = (): void => undefined;
  // whatever a node asks of Node-RED while it registers itself is there, and does nothing
  const RED: unknown = new Proxy(nothing, { get: () => RED, apply: () => undefined });
  const before = { heap: heapInUse(), resident: process.memoryUsage().rss, files: Object.keys(require.cache).length };
  const cpu = process.cpuUsage();
  for (const file of Object.values(manifest['node-red'].nodes)) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    (require(path.join(ROOT, file)) as (RED: unknown) => void)(RED);
  }
  const { user, system } = process.cpuUsage(cpu);
  const heap = heapInUse() - before.heap;
  const resident = process.memoryUsage().rss - before.resident;
  const packages = new Set(
    Object.keys(require.cache).flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
  );
  return {
    time: (user + system) / 1000,
    heap: heap / 1e6,
    resident: resident / 1e6,
    files: Object.keys(require.cache).length - before.files,
    packages: [...packages].sort(),
  };
}

/** One measurement, in a process of its own. */
export function measureLoading(): Cost {
  return JSON.parse(execFileSync(process.execPath, [__filename, 'once'], { encoding: 'utf8' })) as Cost;
}

const middle = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1]!;

if (require.main === module) {
  if (process.argv[2] === 'once') process.stdout.write(JSON.stringify(load()));
  else {
    const costs = Array.from({ length: RUNS }, measureLoading);
    const of = (part: 'time' | 'heap' | 'resident'): string => middle(costs.map((cost) => cost[part])).toFixed(1);
    process.stdout.write(
      `all nodes loaded: ${of('time')} ms of processor time (budget 300), ${of('heap')} MB of heap, ` +
        `${of('resident')} MB of memory (budget 40), ${costs[0]!.files} files with ${costs[0]!.packages.join(', ')}\n`,
    );
  }
}
