/** What a flow costs its process: memory that is really held, and turns of the event loop that take too long. */
import { existsSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap that are in use after everything that is not was collected. */
export function heapInUse(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

const TICK = 2;

/** Where Linux tells, in nanoseconds, how long the main thread of this process has run. */
const MAIN_THREAD = `/proc/self/task/${process.pid}/schedstat`;
const onLinux = existsSync(MAIN_THREAD);

/**
 * Processor time in milliseconds of the thread that runs the loop. Node knows it from 23.9 on; before, Linux is asked, and
 * elsewhere only that of all threads is known, those that collect garbage too.
 */
function spent(): number {
  const own = (process as Partial<NodeJS.Process>).threadCpuUsage?.();
  if (own === undefined && onLinux) return Number(readFileSync(MAIN_THREAD, 'utf8').split(' ')[0]) / 1e6;
  const { user, system } = own ?? process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Longest time in milliseconds that the event loop did nothing else, as far as it had the processor: that
 * others had it is no stall of ours.
 */
export class StallWatch {
  worst = 0;
  private last = performance.now();
  private cpu = spent();
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.timer = setInterval(() => this.look(), TICK);
  }

  /** What was done since the last look does not count. */
  forgive(): void {
    this.last = performance.now();
    this.cpu = spent();
  }

  stop(): number {
    clearInterval(this.timer);
    return this.worst;
  }

  private look(): void {
    const wall = performance.now() - this.last - TICK;
    this.worst = Math.max(this.worst, Math.min(wall, spent() - this.cpu));
    this.forgive();
  }
}
