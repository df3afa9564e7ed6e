/**
 * What a node remembers over a restart, where little of much changes at a time: lines of JSON are added at the end of a
 * file of its own under the user directory, and the file is written anew when it has grown. A line that was torn by a
 * crash is left out; all lines before it count.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { OWN, snapshotPath } from './snapshots';

const FORMAT = 1;
/** Milliseconds in which lines are gathered before they are written: from then on a crash of Node-RED keeps them. */
const WRITE_EVERY = 50;
/** The same where the last write has failed: a full disk is not asked twenty times a second to take everything. */
const AGAIN_AFTER = 1000;
/** Milliseconds between two flushes to the disk: from then on a loss of power keeps them, too. */
const SYNC_EVERY = 1000;
/** Letters that are written in one go: of thousands of long lines the whole would hold the loop. */
const PIECE = 250_000;
/** Lines that wait for a disk that does not answer; more are left out, and the file is written anew later. */
const MOST_WAITING = 100_000;

export interface AppendLogOptions {
  /** Gives the whole state, some lines at a time; `undefined` at its end. Called when the file has grown. */
  whole: () => () => string | undefined;
  /** Fulfilled when what the state says has been done: only then the file that was written anew takes the place of the other. */
  settled?: () => void | Promise<void>;
  /** The disk refuses; told once until it is {@link AppendLogOptions.mended}. It is tried again by itself. */
  failed: (thrown: unknown) => void;
  /** All is in the file again. */
  mended?: () => void;
  /** Bytes after which the file is written anew (default 4 MB), at the earliest when it has doubled. */
  grown?: number;
}

export class AppendLog {
  private readonly file: string | undefined;
  private handle: FileHandle | undefined;
  private waiting: string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private size = 0;
  private wholeSize = 0;
  private lastSync = 0;
  /** The file lacks lines that were left out or torn: it is written anew, before anything is added behind them. */
  private behind = false;
  /** The disk has refused, and somebody was told so. */
  private failing = false;
  private closed = false;
  /** Who wants to know when what waits is written. */
  private asking: (() => void)[] = [];
  private keeping: Promise<void> | undefined;

  /** @param userDir Node-RED's user directory; without one (tests) nothing is kept */
  constructor(
    userDir: string | undefined,
    nodeId: string,
    private readonly options: AppendLogOptions,
  ) {
    this.file = userDir === undefined ? undefined : `${snapshotPath(userDir, nodeId)}.log.ndjson`;
  }

  /** Gives every line to `take`, up to the first that cannot be read. Never rejects. */
  async load(take: (line: unknown) => void): Promise<void> {
    if (this.file === undefined) return;
    try {
      let first = true;
      let rest = '';
      for await (const chunk of createReadStream(this.file, { encoding: 'utf8' })) {
        const lines = (rest + (chunk as string)).split('\n');
        rest = lines.pop()!;
        for (const text of lines) {
          const line = JSON.parse(text) as unknown;
          if (!first) take(line);
          else if ((line as { format?: unknown }).format !== FORMAT) throw new Error('another format');
          first = false;
        }
      }
      this.behind = rest !== '';
    } catch (thrown) {
      // a torn line: what came before it counts, and nothing may stand behind it
      this.behind = (thrown as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  }

  /** Adds a line; it is on its way to the disk when this returns. */
  append(line: string): void {
    if (this.file === undefined || this.closed) return;
    if (this.waiting.length < MOST_WAITING) this.waiting.push(line);
    else this.behind = true;
    this.timer ??= setTimeout(() => this.flush(), this.behind ? AGAIN_AFTER : WRITE_EVERY);
  }

  /** Fulfilled when all that was added so far is in the file (or could not be written): a crash of Node-RED keeps it then. */
  written(): Promise<void> {
    if (this.timer === undefined) return this.work;
    return new Promise((resolve) => this.asking.push(resolve));
  }

  /** Writes what waits at once. Fulfilled when it is on the disk, or when it is known that it cannot be; never rejects. */
  kept(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    // several that ask at the same time share one flush
    this.keeping ??= Promise.resolve().then(async () => {
      this.keeping = undefined;
      if (this.closed) return this.work;
      this.flush();
      await this.enqueue(async () => this.handle?.datasync());
    });
    return this.keeping;
  }

  /** Writes the whole state anew; to be called once after {@link load}. */
  rewrite(): Promise<void> {
    // a node that is closed while it still reads must not lose its last line, nor bring back what was removed
    return this.closed ? Promise.resolve() : this.enqueue(() => this.writeWhole());
  }

  /** Writes what waits, flushes to the disk and ends. */
  async close(): Promise<void> {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.waiting;
    this.waiting = [];
    this.closed = true;
    const asking = this.asking.splice(0);
    await this.enqueue(async () => {
      if (this.behind) await this.writeWhole();
      if (lines.length > 0) await this.write(lines);
      await this.handle?.sync();
      await this.handle?.close();
      this.handle = undefined;
    });
    for (const tell of asking) tell();
  }

  /** Ends and forgets everything. */
  async remove(): Promise<void> {
    await this.close();
    if (this.file === undefined) return;
    for (const file of [this.file, `${this.file}.new`]) await rm(file, { force: true });
  }

  private flush(): void {
    this.timer = undefined;
    const asking = this.asking.splice(0);
    const work = this.enqueue(async () => {
      const lines = this.waiting;
      this.waiting = [];
      // a crash while all is written anew must not lose them, nor must they stand behind half a line
      if (lines.length > 0 && !this.behind) await this.write(lines);
      if (this.behind || this.size > Math.max(this.options.grown ?? 4_000_000, 2 * this.wholeSize))
        await this.writeWhole();
    });
    for (const tell of asking) void work.then(tell);
  }

  /** One thing at a time; an error is told and does not stop what follows. */
  private enqueue(run: () => Promise<void>): Promise<void> {
    if (this.file === undefined) return Promise.resolve();
    this.work = this.work.then(run).catch((thrown: unknown) => {
      this.behind = true;
      if (!this.closed) this.timer ??= setTimeout(() => this.flush(), AGAIN_AFTER);
      if (this.failing) return;
      this.failing = true;
      this.options.failed(thrown);
    });
    return this.work;
  }

  private async write(lines: readonly string[]): Promise<void> {
    if (!this.handle) {
      await mkdir(path.dirname(this.file!), { recursive: true });
      this.handle = await open(this.file!, 'a', OWN);
      this.size = (await this.handle.stat()).size;
      if (this.size === 0) this.size += await put(this.handle, header());
    }
    for (let at = 0; at < lines.length;) {
      let text = '';
      while (at < lines.length && text.length < PIECE) text += `${lines[at++]}\n`;
      this.size += await put(this.handle, text);
    }
    if (performance.now() - this.lastSync < SYNC_EVERY) return;
    this.lastSync = performance.now();
    await this.handle.datasync();
  }

  private async writeWhole(): Promise<void> {
    const file = this.file!;
    this.behind = false;
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(`${file}.new`, 'w', OWN);
    try {
      let size = await put(handle, header());
      const next = this.options.whole();
      for (let text = next(); text !== undefined; text = next()) {
        size += await put(handle, `${text}\n`);
        // what has waited meanwhile comes first
        await setImmediate();
      }
      await handle.sync();
      await this.options.settled?.();
      this.size = this.wholeSize = size;
    } finally {
      await handle.close();
    }
    await this.handle?.close();
    this.handle = undefined;
    await rename(`${file}.new`, file);
    if (!this.failing) return;
    this.failing = false;
    this.options.mended?.();
  }
}

function header(): string {
  return `${JSON.stringify({ format: FORMAT, begun: new Date().toISOString() })}\n`;
}

async function put(handle: FileHandle, text: string): Promise<number> {
  const bytes = Buffer.from(text, 'utf8');
  await handle.writeFile(bytes);
  return bytes.length;
}
