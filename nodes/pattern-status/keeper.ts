/** Keeps what a rule remembers over a restart: read at the start, written now and then while the flow goes on. */
import type { LineStore } from '../runtime/line-store';
import type { PatternEngine } from './cep';
import type { Restored } from './cep/restoring';

export class Keeper {
  /** Something has happened since the last time. */
  changed = false;
  private writing: Promise<void> | undefined;

  constructor(private readonly store: LineStore) {}

  /**
   * Takes over what was kept.
   * @param engine a fresh one; where nothing can be taken over, another fresh one must take its place
   * @returns `undefined` where nothing was kept
   */
  async restore(engine: PatternEngine, now: number): Promise<Restored | undefined> {
    const restoring = engine.restoring(now);
    const loaded = await this.store.load((line) => restoring.take(line));
    if (loaded === 'none') return undefined;
    if (loaded === 'old') return { kept: 'nothing', because: 'version' };
    return loaded === 'broken' ? { kept: 'nothing', because: 'broken' } : restoring.finish();
  }

  get isWriting(): boolean {
    return this.writing !== undefined;
  }

  /** Writes what is remembered now, a few lines at a time; not while the last time is not over. */
  async save(engine: PatternEngine): Promise<void> {
    if (!this.changed || this.writing !== undefined) return;
    this.changed = false;
    const saving = engine.save();
    try {
      this.writing = this.store.save(() => saving.next());
      await this.writing;
    } catch (thrown) {
      // tried again the next time, though nothing more may happen until then
      this.changed = true;
      saving.end();
      throw thrown;
    } finally {
      this.writing = undefined;
    }
  }

  /** Writes the last state; nothing happens any more. */
  async close(engine: PatternEngine, removed: boolean): Promise<void> {
    await this.writing?.catch(() => undefined);
    if (removed) return this.store.remove();
    // also where nothing has happened: up to when it was watched is remembered, too
    if (engine.hasWall) this.changed = true;
    await this.save(engine);
  }
}
