/** Keeps over a restart what the node has answered, and what lies on its desk. */
import type { Revisions } from '../ecdm/revisions';
import { exhaust, type Work } from '../ecdm/work';
import { AppendLog } from '../runtime/append-log';
import { SnapshotStore } from '../runtime/snapshots';
import type { Seen } from './notifier';

/** Lines that are written at a time when the file is written anew: with fifty recipients each has some kilobytes. */
const SLICE = 50;

/** What outlasts a restart. */
export interface Remembers {
  readonly revisions: Revisions;
  /** Lines of JSON; the last one about a thing counts. */
  readonly desk: {
    changing(): Iterable<string>;
    whole(): Iterable<string>;
    restore(line: unknown): void;
    /** All lines are there. */
    restored?(): void;
  };
  /** Takes over what versions before 2 kept in one piece. */
  restoreEarlier(kept: unknown): void;
}

export class Memory {
  /** Nothing may be answered before this is fulfilled; it never rejects. */
  readonly ready: Promise<void>;
  loaded = false;
  private readonly log: AppendLog;
  /** Of versions before 2. */
  private readonly earlier: SnapshotStore;

  /**
   * @param failed is told why something could not be written
   * @param settled fulfilled when what it remembers is not in the midst of something
   */
  constructor(
    userDir: string | undefined,
    nodeId: string,
    private readonly what: Remembers,
    failed: (thrown: unknown) => void,
    settled?: () => void | Promise<void>,
  ) {
    this.log = new AppendLog(userDir, nodeId, { whole: () => this.whole(), settled, failed });
    this.earlier = new SnapshotStore(userDir, nodeId);
    this.ready = this.load()
      .catch(failed)
      .then(() => void (this.loaded = true));
  }

  /** Writes down what has been answered and has changed since the last call. */
  changed(seen: readonly Seen[]): void {
    exhaust(this.changing(seen));
  }

  /** As {@link changed}, in steps. What is seen comes last: a crash between must not leave it out of what is known. */
  *changing(seen: readonly Seen[]): Work {
    for (const line of this.what.desk.changing()) {
      this.log.append(line);
      yield;
    }
    for (const { statusId, revision, kept } of seen)
      if (kept) this.log.append(JSON.stringify(['seen', statusId, revision]));
  }

  /** Fulfilled when a crash keeps what {@link changed} was told. */
  written(): Promise<void> {
    return this.log.written();
  }

  /** Fulfilled when a loss of power keeps it, too, or when it is known that nothing can be kept. */
  kept(): Promise<void> {
    return this.log.kept();
  }

  async close(removed: boolean): Promise<void> {
    await this.ready;
    if (!removed) return this.log.close();
    await this.log.remove();
    await this.earlier.remove();
  }

  private async load(): Promise<void> {
    const { revisions, desk } = this.what;
    let lines = 0;
    await this.log.load((line) => {
      lines++;
      if (!Array.isArray(line) || line[0] !== 'seen') desk.restore(line);
      else if (typeof line[1] === 'string' && typeof line[2] === 'number') revisions.isNew(line[1], line[2]);
    });
    desk.restored?.();
    if (lines > 0) return;
    const kept = await this.earlier.load();
    if (kept === undefined) return;
    this.what.restoreEarlier(kept);
    await this.log.rewrite();
    await this.earlier.remove();
  }

  private whole(): () => string | undefined {
    const lines = this.lines();
    return () => {
      const slice: string[] = [];
      for (let next = lines.next(); next.done !== true; next = lines.next()) if (slice.push(next.value) >= SLICE) break;
      return slice.length > 0 ? slice.join('\n') : undefined;
    };
  }

  private *lines(): Generator<string> {
    const { revisions, desk } = this.what;
    for (const [id, revision] of revisions.dump()) yield JSON.stringify(['seen', id, revision]);
    yield* desk.whole();
  }
}
