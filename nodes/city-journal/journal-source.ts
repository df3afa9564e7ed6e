/** What a `city-journal` node offers to the nodes that refer to it. */
import type { ActionEvent, Command, CommandState } from '../ecdm/action';
import type { ActFault, OperatorAct, OperatorState } from '../ecdm/operator';
import type { Severity, Status, StatusState } from '../ecdm/status';

/** Ends a listening. */
export type Off = () => void;

/**
 * `kept`: everything is on the disk. `late`: the store does not answer or refuses; so many entries wait in memory for it to
 * come back. `lost`: more came than can wait, so many are missing. `none`: there is no store (Node without SQLite).
 */
export interface JournalHealth {
  history: 'kept' | 'late' | 'lost' | 'none';
  waiting: number;
  missing: number;
  /** Why, for people; without where all is well. */
  reason?: string;
}

/** Beside what a status says: something that was told, ordered, or that befell the journal itself. */
export type Note =
  | { kind: 'notice'; node: string; alarm?: string; statusId?: string; body: ActionEvent | Record<string, unknown> }
  | {
      kind: 'command';
      node: string;
      alarm?: string;
      statusId?: string;
      body: Command | CommandState | Record<string, unknown>;
    }
  | { kind: 'system'; node: string; alarm?: string; statusId?: string; body: Record<string, unknown> };

export const ENTRY_KINDS = ['status', 'act', 'notice', 'command', 'system'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One entry: never changed, each chained to the one before by its hash. */
export interface JournalEntry {
  /** 1, 2, 3 ... without gaps. */
  seq: number;
  /** When it was written: ISO 8601, UTC. */
  at: string;
  kind: EntryKind;
  /** Id of the node that it comes from. */
  node: string;
  alarm?: string;
  statusId?: string;
  revision?: number;
  body: Status | OperatorAct | Note['body'];
  /** SHA-256, in hexadecimal, of the hash before and of what the entry says. */
  hash: string;
}

/** All that is given must be true of an entry. Times as ISO 8601. */
export interface HistoryQuery {
  from?: string;
  to?: string;
  kinds?: readonly EntryKind[];
  alarm?: string;
  statusId?: string;
  domain?: string;
  /** Id or name of the definition. */
  status?: string;
  states?: readonly StatusState[];
  minSeverity?: Severity;
  /** Ids of zones; a status in one of them, or in a zone within it. */
  zones?: readonly string[];
  /** West, south, east, north in degrees. */
  box?: readonly [number, number, number, number];
  /** Words that are looked for in names, keys, reasons and comments; never a pattern. */
  text?: string;
  /** Newest first by default. */
  order?: 'newest' | 'oldest';
  /** Entries of a page, 1 to 1,000 (default 100). */
  limit?: number;
  /** Where the page before ended. */
  after?: string;
}

export interface HistoryPage {
  entries: JournalEntry[];
  /** For the next page; without at the end. */
  next?: string;
}

/** A status as it is now, and what people did about it. */
export interface AlarmView {
  alarm: string;
  /** The node whose rule tells of it. */
  node?: string;
  status: Status;
  operator: OperatorState;
}

/**
 * The event repository as the nodes see it. Nothing of it rejects but {@link Journal.history}: where the store fails, statuses
 * flow on without it, and {@link Journal.health} says so.
 */
export interface Journal {
  health(): JournalHealth;
  onHealth(listener: (health: JournalHealth) => void): Off;

  /**
   * Commits transitions before they are sent. Resolves when they are on the disk, or at once where history is not kept. The
   * journal owns the numbers: a status that goes on after a crash with a number that was given already gets the next one; a
   * transition that is there already (the same id, state, severity and time, re-read after a restart) is not given back,
   * because {@link untaken} has it where nobody took it. Statuses of a simulation are kept and always given back; a replay is
   * never handed to a journal.
   * @param node id of the pattern-status node
   * @returns what is to be sent, in its order
   */
  commit(node: string, statuses: readonly Status[]): Promise<Status[]>;
  /** A taker (action-notify, actuator-out, another pattern-status) has done its part for this revision. */
  taken(statusId: string, revision: number, node: string): void;
  /**
   * After a restart: what this node had committed and one of these takers has not taken; without takers what a crash may
   * have caught on its way. Nobody is waited for longer than a minute. Resolves when the store is open.
   * @param takers ids of the takers that the node leads to
   */
  untaken(node: string, takers: readonly string[]): Promise<Status[]>;

  /** Adds an entry that is no transition and no act. */
  note(note: Note): void;
  /**
   * Resolves with true when all that was handed over so far is on the disk, however long that takes; with false where some of
   * it was lost, or is not on the disk when the journal ends.
   */
  written(): Promise<boolean>;

  /** What an alarm is now: raised, or one of those that were cleared last. */
  view(alarm: string): AlarmView | undefined;
  /** The alarm of an episode that {@link view} knows. */
  alarmOfStatus(statusId: string): string | undefined;
  /** All alarms that are raised, and those that wait for somebody (cleared and not acknowledged, shelved, out of service). */
  views(): Iterable<AlarmView>;
  /** Does what a person asks for; it is in the journal when this resolves. */
  act(act: OperatorAct): Promise<AlarmView | { fault: ActFault }>;
  /**
   * Whose rule tells of what a person clears: `clear` is an order to it, and what becomes of it is committed as all else. An
   * alarm whose rule does not run any more is cleared by the journal itself.
   * @param node as in {@link Journal.commit}
   */
  onClear(node: string, clear: (view: AlarmView, act: OperatorAct) => void): Off;
  /** Something about an alarm has changed: a transition (`status`), an act, or the end of a shelf (neither). */
  onChange(listener: (view: AlarmView, because: { status?: Status; act?: OperatorAct }) => void): Off;

  /** Rejects with a readable error where history is not kept. */
  history(query: HistoryQuery): Promise<HistoryPage>;
}

/** The journal of a configuration node, or `undefined` where the node is none (or does not exist any more). */
export function asJournal(node: unknown): Journal | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { type, journal } = node as { type?: unknown; journal?: Journal };
  return type === 'city-journal' && typeof journal === 'object' ? journal : undefined;
}
