/**
 * What a source remembers of its live readings, so that a rule can be rehearsed on them: segments in a folder of its own
 * under the user directory, the oldest dropped when there is no more room. A crash of Node-RED loses the last seconds; a
 * line that it tore is left out when the segments are read.
 */
import { appendFile, mkdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { Mode } from '../ecdm/city';
import type { Observation } from '../ecdm/observation';
import { text } from '../ecdm/text';
import { isLines, LineWriter } from '../rehearsal/history/lines';
import { type Segment, segmentName, segmentsOf } from '../rehearsal/history/ring';
import type { Remembered } from '../rehearsal/history/source';
import { asError } from './input';
import type { RuntimeApi, RuntimeNode } from './node-red';
import { snapshotPath } from './snapshots';

/** Milliseconds in which readings are gathered: an SD card shall not be written for each of them. */
const WRITE_EVERY = 5000;
/** Characters that are written at once, and that may wait for a slow disk; what comes beyond is not remembered. */
const ENOUGH = 500_000;
const MOST_WAITING = 8_000_000;
/** Segments of a full ring: with the oldest one so much of it goes. */
const SEGMENTS = 10;
/** Megabytes where nothing is said, and at most. */
const USUAL_SIZE = 20;
const LARGEST_SIZE = 2000;

/** Bytes of what is remembered, from what the form saved in megabytes; 0 = nothing is. */
export function ringSize(saved: unknown): number {
  const size = saved === undefined || saved === null || saved === '' ? USUAL_SIZE : Number(saved);
  return (Number.isFinite(size) ? Math.min(Math.max(size, 0), LARGEST_SIZE) : USUAL_SIZE) * 1_000_000;
}

/** Modes whose readings are news of the city itself. */
const REMEMBERED: ReadonlySet<Mode> = new Set(['live', 'poll', 'catch-up']);

/** Lines that wait for the disk. */
interface Part {
  text: string;
  /** They begin a segment: nothing in it stands before them. */
  fresh: boolean;
}

/** The ring of a source; `undefined` where it is told to remember nothing, or there is no place for it. */
export function ringFor(RED: RuntimeApi, node: RuntimeNode, saved: unknown): ReadingRing | undefined {
  const { userDir } = RED.settings;
  if (userDir === undefined) return undefined;
  const folder = `${snapshotPath(userDir, node.id)}.readings`;
  const most = ringSize(saved);
  if (most > 0) return new ReadingRing(node, folder, most, RED.settings.lang);
  // what it remembered before goes, too
  rm(folder, { recursive: true, force: true }).catch((thrown: unknown) => node.error(thrown));
  return undefined;
}

export class ReadingRing implements Remembered {
  private readonly lines = new LineWriter();
  private segments: Segment[] | undefined;
  private parts: Part[] = [];
  /** Characters that wait, and that were added to the segment. */
  private waiting = 0;
  private filled = 0;
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private ended = false;
  private failing = false;

  /** @param most bytes */
  constructor(
    private readonly node: Pick<RuntimeNode, 'error'>,
    readonly folder: string,
    readonly most: number,
    private readonly language?: string,
  ) {}

  /** Remembers readings; those of a replay or of a simulation are left out. */
  remember(observations: readonly Observation[], mode: Mode): void {
    if (this.ended || !REMEMBERED.has(mode) || observations.length === 0) return;
    if (this.waiting > MOST_WAITING) return;
    const fresh = this.filled >= this.most / SEGMENTS;
    if (fresh) {
      this.filled = 0;
      this.lines.restart();
    }
    const lines = this.lines.write(observations);
    this.parts.push({ text: lines, fresh });
    this.filled += lines.length;
    this.waiting += lines.length;
    if (this.waiting >= ENOUGH && !this.failing) void this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), WRITE_EVERY).unref();
  }

  /** Writes what waits; never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.work = this.work
      .then(() => this.writeWaiting())
      .then(
        () => void (this.failing = false),
        (thrown: unknown) => this.failed(thrown),
      );
    return this.work;
  }

  /** @param removed the node is no more: nor is what it remembers */
  async close(removed: boolean): Promise<void> {
    this.ended = true;
    if (removed) this.parts = [];
    await this.flush();
    if (removed) await rm(this.folder, { recursive: true, force: true });
  }

  private failed(thrown: unknown): void {
    // a disk that is full stays full for a while: it is told once
    const reason = asError(thrown).message;
    if (!this.failing) this.node.error(text(this.language, 'notRemembered', { reason }));
    this.failing = true;
    // what waits rests on lines that are not in the file
    this.parts = [];
    this.waiting = 0;
    this.lines.restart();
    // nobody knows how much of it the disk has taken
    this.segments = undefined;
  }

  private async writeWaiting(): Promise<void> {
    const { parts } = this;
    this.parts = [];
    this.waiting = 0;
    if (parts.length === 0) return;
    await mkdir(this.folder, { recursive: true });
    this.segments ??= await segmentsOf(this.folder);
    // a part that begins a segment, and those that follow it
    for (let from = 0; from < parts.length;) {
      let to = from + 1;
      while (to < parts.length && !parts[to]!.fresh) to++;
      await this.append(this.segments, parts.slice(from, to));
      from = to;
    }
  }

  private async append(segments: Segment[], parts: readonly Part[]): Promise<void> {
    let segment = segments.at(-1);
    const [{ text: begin, fresh }] = parts as [Part];
    // `filled` knows nothing of what was in it before a restart: what begins anew may begin a segment
    const full = segment !== undefined && segment.bytes >= this.most / SEGMENTS && isLines(begin);
    if (!segment || fresh || full) {
      const number = (segment?.number ?? 0) + 1;
      segment = { number, file: path.join(this.folder, segmentName(number)), bytes: 0 };
      segments.push(segment);
    }
    // an earlier Node-RED may have been torn away in the midst of a line
    const lines = `${segment.bytes > 0 ? '\n' : ''}${parts.map((part) => part.text).join('')}`;
    const bytes = Buffer.from(lines, 'utf8');
    await appendFile(segment.file, bytes, { mode: 0o600 });
    segment.bytes += bytes.length;
    let total = segments.reduce((sum, one) => sum + one.bytes, 0);
    while (total > this.most && segments.length > 1) {
      const oldest = segments.shift()!;
      await rm(oldest.file, { force: true });
      total -= oldest.bytes;
    }
  }
}
