/**
 * What a node remembers over a restart, in a file of its own under the user directory. Node-RED's default context
 * is memory, and node context is deleted on redeploy, so neither would do.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import * as path from 'node:path';

const FORMAT = 1;

/**
 * Of every file in which a node remembers something: for nobody else on the machine. Numbers of people are in them, and
 * addresses at which orders are confirmed.
 */
export const OWN = 0o600;

/** Where the state of a node lies, without what the name ends with. */
export function snapshotPath(userDir: string, nodeId: string): string {
  // node ids are hexadecimal, but a flow made by hand may hold anything
  const name = encodeURIComponent(nodeId).replaceAll('.', '%2E').slice(0, 200);
  return path.join(userDir, 'city-events', name);
}

export class SnapshotStore {
  private readonly file: string;
  private writing: Promise<void> = Promise.resolve();

  /** @param userDir Node-RED's user directory; without one (tests) nothing is kept */
  constructor(
    private readonly userDir: string | undefined,
    nodeId: string,
  ) {
    this.file = `${snapshotPath(userDir ?? '', nodeId)}.json`;
  }

  /** The last state that was saved whole, or `undefined` when there is none or it cannot be read. */
  async load(): Promise<unknown> {
    if (this.userDir === undefined) return undefined;
    try {
      const kept = JSON.parse(await readFile(this.file, 'utf8')) as { format?: number; state?: unknown };
      return kept.format === FORMAT ? kept.state : undefined;
    } catch {
      return undefined;
    }
  }

  /** Writes beside, flushes to the disk, then renames: a crash leaves the old state or the new one, never half. */
  save(state: unknown): Promise<void> {
    if (this.userDir === undefined) return Promise.resolve();
    const text = JSON.stringify({ format: FORMAT, saved: new Date().toISOString(), state });
    // one at a time; an earlier failure does not stop a later write
    this.writing = this.writing.catch(() => undefined).then(() => this.write(text));
    return this.writing;
  }

  async remove(): Promise<void> {
    if (this.userDir === undefined) return;
    await this.writing.catch(() => undefined);
    await rm(this.file, { force: true });
  }

  private async write(text: string): Promise<void> {
    await mkdir(path.dirname(this.file), { recursive: true });
    const beside = `${this.file}.new`;
    const handle = await open(beside, 'w', OWN);
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, this.file);
  }
}
