/**
 * The journal as it is in memory: what every alarm is now, under which numbers its transitions are given out, and which of
 * them nobody has taken. All of it goes to a store and comes back from it; without one it works all the same, but has no
 * history. Needs no Node-RED.
 */
import { alarmOf, applyAct, isOpen, type OperatorAct, type OperatorState } from '../ecdm/operator';
import type { ActFault } from '../ecdm/operator';
import type { Status } from '../ecdm/status';
import { formatTime, parseTime } from '../ecdm/time';
import { ALARM_LIMITS, Alarms, type Alarm, type AlarmLimits } from './alarms';
import { Deliveries, type Delivery } from './deliveries';
import { draftOf } from './draft';
import { Episodes } from './episodes';
import type {
  AlarmView, HistoryPage, HistoryQuery, Journal, JournalHealth, Note, Off,
} from './journal-source'; // prettier-ignore
import { endedBefore, endedByHand } from './orphans';
import type { Draft, Loaded, Store } from './store/store';
import { Writer, WRITER_LIMITS, type WriterLimits, type WriterListener } from './writer';

/** Transitions that are remembered: those that may come again or have to be sent again. */
const REMEMBERED = 10_000;
/** The wall clock may have been set: shelves are looked at again at the latest after this time. */
const LONGEST_TICK = 30_000;

/** Longest wait at the end for rules that still commit something, in milliseconds. */
const DETACHING = 3000;

export interface BookOptions {
  /** Id of the journal's own node, for entries that no other node makes. */
  id?: string;
  /** Of the sentences that the journal itself writes. */
  language?: string;
  /** Wall clock. */
  now?: () => number;
  /** Never set back; milliseconds. */
  elapsed?: () => number;
  limits?: Partial<WriterLimits>;
  alarms?: AlarmLimits;
  /** What a listener throws. */
  onError?: (thrown: unknown) => void;
}

type Change = { status?: Status; act?: OperatorAct };

export class Book implements Journal {
  private readonly writer: Writer;
  private readonly alarms: Alarms;
  private readonly episodes = new Episodes(REMEMBERED);
  private readonly deliveries = new Deliveries(REMEMBERED);
  private readonly healthListeners = new Set<(health: JournalHealth) => void>();
  private readonly changeListeners = new Set<(view: AlarmView, because: Change) => void>();
  private readonly rules = new Map<string, (view: AlarmView, act: OperatorAct) => void>();
  private readonly opening: Promise<void>;
  private readonly loaded: Promise<void>;
  private timer: NodeJS.Timeout | undefined;
  private started = false;
  private closed = false;

  constructor(
    private readonly store: Store,
    private readonly options: BookOptions = {},
  ) {
    let loaded!: () => void;
    this.loaded = new Promise((resolve) => (loaded = resolve));
    this.alarms = new Alarms(options.alarms ?? ALARM_LIMITS, (alarm) => this.writer.alarm(alarm, undefined));
    const on: WriterListener = {
      loaded: (found) => {
        this.load(found);
        loaded();
      },
      health: () => this.each(this.healthListeners, this.health()),
      gap: (missing) => this.system({ what: 'gap', missing }),
    };
    this.writer = new Writer(store, { ...WRITER_LIMITS, ...options.limits }, REMEMBERED, on, options.language);
    this.opening = this.writer.open().then(() => void (this.started = true));
    this.schedule();
  }

  health(): JournalHealth {
    return this.writer.health();
  }

  onHealth(listener: (health: JournalHealth) => void): Off {
    this.healthListeners.add(listener);
    return () => void this.healthListeners.delete(listener);
  }

  onChange(listener: (view: AlarmView, because: Change) => void): Off {
    this.changeListeners.add(listener);
    return () => void this.changeListeners.delete(listener);
  }

  onClear(node: string, clear: (view: AlarmView, act: OperatorAct) => void): Off {
    this.rules.set(node, clear);
    return () => {
      if (this.rules.get(node) === clear) this.rules.delete(node);
    };
  }

  // ---- transitions

  async commit(node: string, statuses: readonly Status[]): Promise<Status[]> {
    if (!this.started) await this.opening;
    const out: Status[] = [];
    const drafts: Draft[] = [];
    const changes: [Alarm, Status][] = [];
    const given: Delivery[] = [];
    const written: ((seq: number) => void)[] = [];
    for (const told of statuses) {
      for (const status of this.numbered(told)) {
        out.push(status);
        drafts.push(this.draft('status', node, status, status));
        const alarm = this.alarms.follow(node, status);
        if (alarm !== undefined) changes.push([this.keep(alarm), status]);
        const delivery = status.simulated ? undefined : this.deliveries.give(node, status, this.elapsed());
        if (delivery !== undefined) given.push(delivery);
        written.push((seq) => void (delivery && (delivery.seq = seq)));
      }
    }
    if (drafts.length === 0) return out;
    await this.writer.add(drafts, written);
    // only now it is on its way
    for (const delivery of given) delivery.since = this.elapsed();
    for (const [alarm, status] of changes) this.changed(alarm, { status });
    return out;
  }

  /** The transition under its number; before it the end of an episode that the rule has lost sight of. */
  private numbered(told: Status): Status[] {
    // a simulation starts over with the same ids, and is to be seen anew
    if (told.simulated) return [told];
    const revision = this.episodes.next(told);
    if (revision === undefined) return [];
    const status = revision === told.revision ? told : { ...told, revision };
    const open = this.alarms.get(alarmOf(told))?.status;
    if (open === undefined || !this.isOrphaned(open, told)) return [status];
    return [this.own(endedBefore(open, told, this.options.language)), status];
  }

  private isOrphaned(open: Status, next: Status): boolean {
    if (open.statusId === next.statusId || open.simulated || !isOpen(open) || next.state === 'cleared') return false;
    return (parseTime(next.since) ?? 0) >= (parseTime(open.since) ?? 0);
  }

  private own(status: Status): Status {
    return { ...status, revision: this.episodes.own(status) };
  }

  taken(statusId: string, revision: number, node: string): void {
    const seq = this.deliveries.taken(statusId, revision, node);
    if (seq !== undefined) this.writer.mark({ taken: [[seq, node]] });
  }

  async untaken(node: string, takers: readonly string[]): Promise<Status[]> {
    await this.loaded;
    return this.deliveries.untaken(node, takers);
  }

  note({ kind, node, alarm, statusId, body }: Note): void {
    void this.writer.add([this.draft(kind, node, { alarm, statusId }, body)]);
  }

  written(): Promise<boolean> {
    return this.writer.written();
  }

  // ---- what people do

  view(alarm: string): AlarmView | undefined {
    return this.alarms.get(alarm);
  }

  views(): Iterable<AlarmView> {
    return this.alarms.views();
  }

  alarmOfStatus(statusId: string): string | undefined {
    const alarm = statusId.slice(0, Math.max(0, statusId.lastIndexOf('|')));
    return this.alarms.get(alarm)?.status.statusId === statusId ? alarm : undefined;
  }

  async act(act: OperatorAct): Promise<AlarmView | { fault: ActFault }> {
    if (!this.started) await this.opening;
    const alarm = this.alarms.get(act.alarm);
    // nothing is kept of what nobody has ever told of: anybody could fill the journal with names
    if (alarm === undefined) return { fault: 'unknown' };
    const operator = applyAct(alarm.operator, act, alarm.status, this.now());
    if (typeof operator === 'string') return { fault: operator };
    const after = this.keep({ ...alarm, operator });
    this.alarms.put(after);
    this.schedule();
    const { statusId } = alarm.status;
    await this.writer.add([this.draft('act', alarm.node, { alarm: act.alarm, statusId }, act)]);
    this.changed(after, { act });
    if (act.act === 'clear') await this.clear(after, act);
    return this.alarms.get(act.alarm) ?? after;
  }

  private async clear(alarm: Alarm, act: OperatorAct): Promise<void> {
    const rule = this.rules.get(alarm.node);
    if (rule !== undefined) this.safely(() => rule(alarm, act));
    else await this.commit(alarm.node, [endedByHand(alarm.status, act, this.now(), this.options.language)]);
  }

  // ---- history

  history(query: HistoryQuery): Promise<HistoryPage> {
    return this.store.query(query);
  }

  /** Writes what waits and closes the store; at the latest after twice the time of patience. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    await this.detached();
    // what rules have said in their last moments may have met nobody any more
    const settled = this.deliveries.end(this.elapsed());
    if (settled !== undefined) this.writer.mark({ settled });
    await this.writer.close();
  }

  /** Rules end at the same time and commit what they have still to say: they are waited for, within bounds. */
  private async detached(): Promise<void> {
    const most = this.elapsed() + DETACHING;
    while (this.rules.size > 0 && this.elapsed() < most) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  // ---- time

  private schedule(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    const due = Math.max(0, Math.min(LONGEST_TICK, this.alarms.nextShelf() - this.now()));
    this.timer = setTimeout(() => this.tick(), due);
    this.timer.unref();
  }

  /** What time alone does: shelves end, and what had time to arrive has arrived. */
  private tick(): void {
    for (const alarm of this.alarms.endShelves(this.now())) {
      this.keep(alarm);
      const { statusId } = alarm.status;
      void this.writer.add([this.draft('system', alarm.node, { alarm: alarm.alarm, statusId }, { what: 'shelf-end' })]);
      this.changed(alarm, {});
    }
    const settled = this.deliveries.settle(this.elapsed());
    if (settled !== undefined) this.writer.mark({ settled });
    this.writer.flush();
    this.schedule();
  }

  // ---- inside

  /** Takes over what a run before has written; what came meanwhile is newer. */
  private load(loaded: Loaded): void {
    for (const { body } of loaded.statuses) if (!(body as Status).simulated) this.episodes.remember(body as Status);
    this.deliveries.load(loaded, this.elapsed());
    for (const text of loaded.alarms) {
      const alarm = alarmIn(text);
      if (alarm !== undefined && this.alarms.get(alarm.alarm) === undefined) this.alarms.put(alarm);
    }
    this.schedule();
  }

  /** What an alarm is from now on goes to the store with the next entry. */
  private keep(alarm: Alarm): Alarm {
    const { node, status, operator } = alarm;
    this.writer.alarm(alarm.alarm, JSON.stringify({ node, status, operator }));
    return alarm;
  }

  private changed(view: AlarmView, because: Change): void {
    this.each(this.changeListeners, view, because);
  }

  private draft(
    kind: Draft['kind'],
    node: string,
    about: { alarm?: string; statusId?: string } | Status,
    body: unknown,
  ): Draft {
    return draftOf(this.now(), kind, node, about, body);
  }

  private system(body: Record<string, unknown>): Draft {
    return this.draft('system', this.options.id ?? '', {}, { ...body, at: formatTime(this.now()) });
  }

  private each<A extends unknown[]>(listeners: ReadonlySet<(...args: A) => void>, ...args: A): void {
    for (const listener of [...listeners]) this.safely(() => listener(...args));
  }

  /** What a listener does wrong must not stop the others. */
  private safely(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      this.options.onError?.(thrown);
    }
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  private elapsed(): number {
    return this.options.elapsed === undefined ? performance.now() : this.options.elapsed();
  }
}

function alarmIn(text: string): Alarm | undefined {
  try {
    const { node, status, operator } = JSON.parse(text) as { node: string; status: Status; operator: OperatorState };
    return { alarm: alarmOf(status), node, status, operator };
  } catch {
    return undefined;
  }
}
