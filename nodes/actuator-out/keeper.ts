/** Keeps the lines of the outbox in a file of its own, so that they outlast a crash. */
import type { Ledger } from './outbox-parts';
import { LedgerState, type Line } from './ledger';
import { AppendLog } from '../runtime/append-log';
import type { RuntimeNode } from '../runtime/node-red';
import { SnapshotStore } from '../runtime/snapshots';

/** Lines that are written in one go. */
const AT_ONCE = 500;

export class Keeper implements Ledger {
  readonly state = new LedgerState();
  /** Nothing may be answered before this is fulfilled; it never rejects. */
  readonly ready: Promise<void>;
  loaded = false;
  private broken = false;
  private readonly log: AppendLog;
  /** What an earlier version kept: which revisions were answered. */
  private readonly earlier: SnapshotStore;

  /**
   * @param failed told when the disk refuses; orders flow on, and what is on the way is not kept
   * @param mended told when all is kept again
   */
  constructor(
    node: Pick<RuntimeNode, 'id'>,
    userDir: string | undefined,
    failed: (thrown: unknown) => void,
    mended: () => void,
  ) {
    const fail = (thrown: unknown): void => {
      this.broken = true;
      failed(thrown);
    };
    this.log = new AppendLog(userDir, node.id, { whole: () => this.whole(), failed: fail, mended });
    this.earlier = new SnapshotStore(userDir, node.id);
    this.ready = this.load();
  }

  append(line: Line): void {
    this.log.append(JSON.stringify(line));
  }

  kept(): Promise<void> {
    return this.log.kept();
  }

  close(removed: boolean): Promise<void> {
    return this.ready.then(async () => {
      if (removed) await Promise.all([this.log.remove(), this.earlier.remove()]);
      else await this.log.close();
    });
  }

  private async load(): Promise<void> {
    let lines = 0;
    await this.log.load((line) => {
      lines++;
      this.state.apply(line as Line);
    });
    if (lines === 0) this.state.seen.restore(await this.earlier.load());
    // without what a crash has torn
    await this.log.rewrite();
    if (!this.broken) await this.earlier.remove().catch(() => undefined);
    this.loaded = true;
  }

  /** As it is at this moment: what changes while it is written comes behind it. */
  private whole(): () => string | undefined {
    const lines = [...this.state.lines()].map((line) => JSON.stringify(line));
    let at = 0;
    return () => {
      if (at >= lines.length) return undefined;
      return lines.slice(at, (at += AT_ONCE)).join('\n');
    };
  }
}
