/**
 * What a node remembers over a restart, line by line, where it is too much to be written in one go: each line is JSON, and
 * between the lines the flow goes on. In a file of its own under the user directory, as {@link SnapshotStore} has it.
 */
import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { OWN, snapshotPath } from './snapshots';

const FORMAT = 2;

/** Gives some lines of text at a time, each with its line break; `undefined` when all were given. */
export type NextLines = () => string | undefined;

/** `old`: there is only a file that an earlier version wrote. */
export type Loaded = 'whole' | 'none' | 'old' | 'broken';

export class LineStore {
  private readonly file: string | undefined;
  private readonly earlier: string;
  private writing: Promise<void> = Promise.resolve();

  /** @param userDir Node-RED's user directory; without one (tests) nothing is kept */
  constructor(userDir: string | undefined, nodeId: string) {
    this.file = userDir === undefined ? undefined : `${snapshotPath(userDir, nodeId)}.ndjson`;
    this.earlier = `${snapshotPath(userDir ?? '', nodeId)}.json`;
  }

  /**
   * Reads the last state that was saved whole.
   * @param take is given every line; what it was given counts only when the answer is `whole`
   */
  async load(take: (line: unknown) => void): Promise<Loaded> {
    if (this.file === undefined) return 'none';
    try {
      await access(this.file);
    } catch {
      return access(this.earlier).then(
        () => 'old',
        () => 'none',
      );
    }
    try {
      return (await this.read(this.file, take)) ? 'whole' : 'broken';
    } catch {
      return 'broken';
    }
  }

  /** The first line says what it is, the last one how many there are between. */
  private async read(file: string, take: (line: unknown) => void): Promise<boolean> {
    let rest = '';
    let count = -1;
    let ended = false;
    for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
      const lines = (rest + (chunk as string)).split('\n');
      rest = lines.pop()!;
      for (const text of lines) {
        const line = JSON.parse(text) as unknown;
        if (ended) return false;
        if (count < 0) {
          if ((line as { format?: unknown }).format !== FORMAT) return false;
        } else if (typeof line === 'object' && line !== null && 'lines' in line && !Array.isArray(line)) {
          if (line.lines !== count) return false;
          ended = true;
          continue;
        } else take(line);
        count++;
      }
    }
    return ended && rest === '';
  }

  /**
   * Writes beside, a few lines at a time, flushes to the disk, then renames: a crash leaves the old state or the new one,
   * never half. Lines are objects or arrays; none has a field `lines`.
   */
  save(next: NextLines): Promise<void> {
    const { file } = this;
    if (file === undefined) return Promise.resolve();
    // one at a time; an earlier failure does not stop a later write
    this.writing = this.writing.catch(() => undefined).then(() => this.write(file, next));
    return this.writing;
  }

  async remove(): Promise<void> {
    if (this.file === undefined) return;
    await this.writing.catch(() => undefined);
    for (const file of [this.file, `${this.file}.new`, this.earlier]) await rm(file, { force: true });
  }

  private async write(file: string, next: NextLines): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    const beside = `${file}.new`;
    const handle = await open(beside, 'w', OWN);
    try {
      await writeAll(handle, next);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    await rm(this.earlier, { force: true });
  }
}

async function writeAll(handle: FileHandle, next: NextLines): Promise<void> {
  await handle.write(`${JSON.stringify({ format: FORMAT, saved: new Date().toISOString() })}\n`);
  let lines = 0;
  for (let text = next(); text !== undefined; text = next()) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
    await handle.write(text);
    // what has waited meanwhile comes first
    await setImmediate();
  }
  await handle.write(`${JSON.stringify({ lines })}\n`);
}
