import { guard } from '../runtime/input';
import type { RuntimeNode } from '../runtime/node-red';
import { SnapshotStore } from '../runtime/snapshots';
import type { SpatialRun } from './spatial-run';

/** What has changed is on the disk after this time: an SD card shall not be written for each message. */
const SAVE_AFTER = 5000;

/** Keeps over a restart which zones came by message and who is where. */
export class Keeper {
  ready = false;
  /** Input waits for this; it never rejects. */
  readonly restored: Promise<void>;
  private readonly store: SnapshotStore;
  private timer: NodeJS.Timeout | undefined;

  /** @param wanted false: nothing is read or written */
  constructor(
    private readonly node: Pick<RuntimeNode, 'id' | 'error'>,
    userDir: string | undefined,
    private readonly run: SpatialRun,
    private readonly wanted: boolean,
  ) {
    this.store = new SnapshotStore(userDir, node.id);
    if (!wanted) {
      this.ready = true;
      this.restored = Promise.resolve();
      return;
    }
    this.restored = this.store.load().then(
      guard(node, (state: unknown) => {
        // first of all: what cannot be taken up again must not hold up what comes
        this.ready = true;
        if (state !== undefined) run.restore(state);
      }),
    );
  }

  changed(): void {
    if (!this.wanted || this.timer !== undefined) return;
    this.timer = setTimeout(
      guard(this.node, () => this.save()),
      SAVE_AFTER,
    );
    this.timer.unref();
  }

  async close(removed: boolean): Promise<void> {
    await this.restored;
    const unsaved = this.timer !== undefined;
    clearTimeout(this.timer);
    if (removed) await this.store.remove();
    else if (unsaved) await this.save();
  }

  private save(): Promise<void> {
    this.timer = undefined;
    return this.store.save(this.run.dump());
  }
}
