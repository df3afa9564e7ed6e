/** Keeps over a restart which revisions a node has answered, so that what is sent again is not answered again. */
import type { Revisions } from '../ecdm/revisions';
import { guard } from './input';
import type { RuntimeNode } from './node-red';
import { SnapshotStore } from './snapshots';

/** A change is on the disk after this time: an SD card shall not be written for each message. */
const SAVE_AFTER = 5000;

export class Remembered {
  /** Nothing may be answered before this is fulfilled; it never rejects. */
  readonly ready: Promise<void>;
  loaded = false;
  private readonly store: SnapshotStore;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly node: Pick<RuntimeNode, 'id' | 'error'>,
    userDir: string | undefined,
    private readonly revisions: Revisions,
  ) {
    this.store = new SnapshotStore(userDir, node.id);
    this.ready = this.store.load().then((kept) => {
      revisions.restore(kept);
      this.loaded = true;
    });
  }

  /** To be called after something new was answered. */
  changed(): void {
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
    const unsaved = this.timer !== undefined;
    clearTimeout(this.timer);
    if (removed) await this.store.remove();
    else if (unsaved) await this.save();
  }

  private save(): Promise<void> {
    this.timer = undefined;
    return this.store.save(this.revisions.dump());
  }
}
