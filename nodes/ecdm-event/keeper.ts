import { isUnreal, type Mode } from '../ecdm/city';
import type { SnapshotStore } from '../runtime/snapshots';
import type { EventEngine } from './engine/engine';

/** Least time between two snapshots. */
const EVERY = 10_000;
/**
 * After a crash what is open here and what a rule holds for raised must be the same: the rule writes as soon. An event that is
 * not known any more never ends, and its status would be raised for ever.
 */
const SOON = 1000;
/** A snapshot that takes long is made less often: it may use so small a part of the time. */
const SHARE = 0.01;

/** Keeps what the engine of the city itself remembers over a restart. */
export class Keeper {
  ready = false;
  restored: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  /** When it is due, on a clock that never jumps. */
  private due = Infinity;
  private dirty = false;
  /** On a clock that never jumps. */
  private next = 0;
  private failing = false;
  private closed = false;

  /**
   * @param failed it could not be read, or not be written: of a disk that stays full only the first time
   * @param again it is written again after that
   */
  constructor(
    private readonly engine: EventEngine,
    private readonly store: SnapshotStore,
    private readonly failed: (error: unknown) => void,
    private readonly again: () => void,
  ) {}

  /** Reads the last snapshot; input waits for {@link restored}. */
  restore(then: () => void): void {
    this.restored = this.store
      .load()
      .then((state) => {
        if (state !== undefined) this.engine.restore(ofTheCity(state));
      })
      .catch(this.failed)
      .then(() => {
        this.ready = true;
        then();
      });
  }

  /**
   * Something has happened: a snapshot is due within ten seconds.
   * @param told something has begun, has ended or is not known any more: within a second
   */
  changed(told = false): void {
    this.dirty = true;
    if (this.timer !== undefined && !told) return;
    const now = performance.now();
    const due = Math.max(now + (told ? SOON : EVERY), this.next);
    if (due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.due = Infinity;
      this.save().catch(this.failed);
    }, due - now);
    this.timer.unref();
  }

  async close(removed: boolean): Promise<void> {
    await this.restored;
    this.closed = true;
    // only now: what waited for the state has been judged meanwhile
    clearTimeout(this.timer);
    if (removed) await this.store.remove();
    else if (this.dirty) await this.save();
  }

  private async save(): Promise<void> {
    this.dirty = false;
    const start = performance.now();
    const state = this.engine.snapshot();
    const writing = this.store.save(state);
    const now = performance.now();
    this.next = now + (now - start) / SHARE;
    await writing.then(
      () => this.worked(),
      (thrown: unknown) => this.notWritten(thrown),
    );
  }

  private worked(): void {
    if (this.failing) this.again();
    this.failing = false;
  }

  private notWritten(thrown: unknown): void {
    const before = this.failing;
    this.failing = true;
    this.dirty = true;
    // tried again, also where nothing happens any more; but never over what the next node has written
    if (!this.closed) this.changed();
    if (!before) throw thrown;
  }
}

/** The first versions wrote down the mode of whatever had come last; in a replay nothing is told by the wall clock. */
function ofTheCity(state: unknown): unknown {
  const { mode } = Object(state) as { mode?: unknown };
  return isUnreal(mode as Mode) ? { ...(state as object), mode: 'live' } : state;
}
