/** Keeps over a restart what a node remembers, where it is small enough to be written as one text. */
import { guard } from './input';
import type { RuntimeNode } from './node-red';
import { SnapshotStore } from './snapshots';

/** A change is on the disk after this time: an SD card shall not be written for each message. */
const SAVE_AFTER = 5000;

/** What a node remembers. */
export interface Memory {
  /** As JSON. */
  dump(): unknown;
  /** Takes over what was kept; not called where nothing was. */
  restore(kept: unknown): void;
}

export class Remembered {
  /** Nothing may be answered before this is fulfilled; it never rejects. */
  readonly ready: Promise<void>;
  loaded = false;
  private readonly store: SnapshotStore;
  private timer: NodeJS.Timeout | undefined;
  /** Something is not on its way to the disk. */
  private unsaved = false;
  private writing: Promise<void> = Promise.resolve();

  /** @param wanted false: nothing is read or written */
  constructor(
    private readonly node: Pick<RuntimeNode, 'id' | 'error'>,
    userDir: string | undefined,
    private readonly memory: Memory,
    private readonly wanted = true,
  ) {
    this.store = new SnapshotStore(userDir, node.id);
    this.loaded = !wanted;
    this.ready = wanted ? this.load() : Promise.resolve();
  }

  /** To be called after something new was remembered. */
  changed(): void {
    if (!this.wanted) return;
    this.unsaved = true;
    if (this.timer !== undefined) return;
    this.timer = setTimeout(
      guard(this.node, () => this.save()),
      SAVE_AFTER,
    );
    this.timer.unref();
  }

  async close(removed: boolean): Promise<void> {
    await this.ready;
    // only now: what waited for the state has been answered meanwhile
    clearTimeout(this.timer);
    if (removed) return this.store.remove();
    await this.writing;
    if (this.unsaved) await this.save();
  }

  private load(): Promise<void> {
    return this.store.load().then(
      guard(this.node, (kept: unknown) => {
        // first of all: what cannot be taken up again must not hold up what comes
        this.loaded = true;
        if (kept !== undefined) this.memory.restore(kept);
      }),
    );
  }

  private save(): Promise<void> {
    this.timer = undefined;
    this.unsaved = false;
    const saved = this.store.save(this.memory.dump());
    // what a full disk did not take is written with the next change, at the latest at the close
    this.writing = saved.catch(() => void (this.unsaved = true));
    return saved;
  }
}
