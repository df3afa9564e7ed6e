/**
 * The way out of a rule that has a journal: a status is on the disk before it is sent. What follows waits behind it, so
 * that no clock overtakes a status; how long a disk may take is bounded by the journal. Where nothing has to be written
 * and nothing waits, everything goes at once.
 */
import { isUnreal, type Mode } from '../ecdm/city';
import type { Journal } from '../city-journal/journal-source';
import type { Status } from '../ecdm/status';

/** Statuses of other rules that were taken and are not yet on the disk; of more the oldest are sent again after a crash. */
const MOST_TAKEN = 10_000;

type Put = (statuses: Status[]) => void;
type Revision = readonly [statusId: string, revision: number];

export class Outlet {
  /** What waits for the disk, in its order; never rejects. */
  private waiting: Promise<void> | undefined;
  private taken: Revision[] = [];

  /**
   * @param onError what a `put` throws that nobody waits for
   */
  constructor(
    private readonly node: string,
    private readonly journal: Journal | undefined,
    private readonly onError: (thrown: unknown) => void,
  ) {}

  /**
   * Sends statuses, and what goes with them.
   * @param put is given what is to be sent: where a rule tells again what was told before a restart, that is less
   * @returns when it has been sent; nothing where that is already so
   */
  pass(mode: Mode, statuses: Status[], put: Put): Promise<void> | undefined {
    const { journal } = this;
    // a replay tells of a time that was
    const written = journal !== undefined && statuses.length > 0 && (mode === 'simulated' || !isUnreal(mode));
    if (!written && this.waiting === undefined) {
      put(statuses);
      return undefined;
    }
    // asked for at once, though others are still being written: they share the disk's time
    const given = written ? journal.commit(this.node, statuses) : Promise.resolve(statuses);
    const before = this.waiting ?? Promise.resolve();
    const sent = before.then(() => given).then(put);
    const over: Promise<void> = sent.catch(this.onError).then(() => {
      if (this.waiting === over) this.waiting = undefined;
    });
    this.waiting = over;
    return sent;
  }

  /** Everything that waits has been sent. */
  drained(): Promise<void> {
    return this.waiting ?? Promise.resolve();
  }

  /** A status of another rule has come in as an event. */
  take(items: readonly unknown[]): void {
    if (this.journal === undefined) return;
    for (const item of items) {
      const revision = revisionOf(item);
      if (revision !== undefined) this.taken.push(revision);
    }
    if (this.taken.length > MOST_TAKEN) this.taken.splice(0, this.taken.length - MOST_TAKEN);
  }

  /**
   * What the rule remembers is being written.
   * @returns to be called when it is on the disk: only then nobody has to send again what came in before
   */
  saving(): () => void {
    const { journal, taken } = this;
    this.taken = [];
    return () => taken.forEach(([statusId, revision]) => journal?.taken(statusId, revision, this.node));
  }
}

/** Which revision of a status it is; nothing where it is no status, is simulated (a real one may have its id), or cannot be read. */
function revisionOf(item: unknown): Revision | undefined {
  try {
    const { statusId, revision, simulated } = Object(item) as Partial<Status>;
    if (simulated === true) return undefined;
    return typeof statusId === 'string' && typeof revision === 'number' ? [statusId, revision] : undefined;
  } catch {
    // a getter that throws, a proxy: it was named when the events were taken
    return undefined;
  }
}
