/** Keeps what a rule remembers over a restart: read at the start, written now and then while the flow goes on. */
import { asError } from '../runtime/input';
import type { LineStore } from '../runtime/line-store';
import { isUnreal, type Mode } from '../ecdm/city';
import type { PatternEngine } from './cep';
import type { Restored } from './cep/restoring';

/** Says that what is remembered could not be written, and why; `undefined`: now it can be. */
export type TellTrouble = (trouble: Error | undefined) => void;

export class Keeper {
  /** Something has happened since the last time. */
  get changed(): boolean {
    return this.isChanged;
  }
  set changed(changed: boolean) {
    this.isChanged = changed;
    if (changed) this.isUsed = true;
  }
  private isChanged = false;
  /** There is, or was, something to be remembered. */
  private isUsed = false;
  private writing: Promise<void> | undefined;

  /** What keeps it from being written, as far as it was told. */
  private trouble: string | undefined;

  constructor(
    private readonly store: LineStore,
    private readonly tell: TellTrouble,
  ) {}

  /**
   * Takes over what was kept.
   * @param engine a fresh one; where nothing can be taken over, another fresh one must take its place
   * @param recall is given every line; what it was given counts only where something could be taken over
   * @returns `undefined` where nothing was kept
   */
  async restore(
    engine: PatternEngine,
    now: number,
    recall: (line: unknown) => void = () => undefined,
  ): Promise<Restored | undefined> {
    const restoring = engine.restoring(now);
    let unreal = false;
    const loaded = await this.store.load((line) => {
      unreal ||= isOfUnreal(line);
      restoring.take(line);
      recall(line);
    });
    if (loaded === 'none') return undefined;
    this.isUsed = true;
    if (loaded === 'old' || unreal) return { kept: 'nothing', because: 'version' };
    return loaded === 'broken' ? { kept: 'nothing', because: 'broken' } : restoring.finish();
  }

  get isWriting(): boolean {
    return this.writing !== undefined;
  }

  /**
   * Writes what is remembered now, a few lines at a time; not while the last time is not over.
   * @returns false where it could not be written: that was told, and is tried again the next time
   */
  async save(engine: PatternEngine): Promise<boolean> {
    if (!this.changed || this.writing !== undefined) return true;
    this.changed = false;
    const saving = engine.save();
    try {
      this.writing = this.store.save(() => saving.next());
      await this.writing;
      this.wentWell();
      return true;
    } catch (thrown) {
      // tried again the next time, though nothing more may happen until then
      this.changed = true;
      saving.end();
      this.failed(asError(thrown));
      return false;
    } finally {
      this.writing = undefined;
    }
  }

  private wentWell(): void {
    if (this.trouble === undefined) return;
    this.trouble = undefined;
    this.tell(undefined);
  }

  /** Every ten seconds the same would be told: only what is new is. */
  private failed(error: Error & { code?: string }): void {
    const trouble = error.code ?? error.message;
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.tell(error);
  }

  /** Writes the last state; nothing happens any more. */
  async close(engine: PatternEngine, removed: boolean): Promise<boolean> {
    await this.writing?.catch(() => undefined);
    if (removed) {
      await this.store.remove();
      return true;
    }
    // also where nothing has happened: up to when it was watched is remembered, too
    if (engine.hasWall && this.isUsed) this.changed = true;
    return this.save(engine);
  }
}

/** The first versions wrote down what a replay had left in a rule; it is nothing that is so in the city. */
function isOfUnreal(line: unknown): boolean {
  const [kind, header] = line as [unknown, { mode?: Mode } | undefined];
  return kind === 'h' && header?.mode !== undefined && isUnreal(header.mode);
}
