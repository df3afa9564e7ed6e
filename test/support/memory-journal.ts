/** A journal in an array, for tests of what stands on a journal: no disk, no bounds, and it gives back whatever it has. */
import type {
  AlarmView,
  HistoryPage,
  HistoryQuery,
  Journal,
  JournalEntry,
  JournalHealth,
  Note,
  Off,
} from '../../nodes/city-journal/journal-source';
import {
  alarmOf,
  applyAct,
  followCondition,
  newOperatorState,
  type ActFault,
  type OperatorAct,
} from '../../nodes/ecdm/operator';
import type { Status } from '../../nodes/ecdm/status';

type Listener = (view: AlarmView, because: { status?: Status; act?: OperatorAct }) => void;

export class MemoryJournal implements Journal {
  readonly entries: JournalEntry[] = [];
  readonly reports: [statusId: string, revision: number, node: string][] = [];
  readonly asked: HistoryQuery[] = [];
  is: JournalHealth = { history: 'kept', waiting: 0, missing: 0 };
  private readonly alarms = new Map<string, AlarmView>();
  private readonly listeners = new Set<Listener>();

  constructor(public now = Date.UTC(2026, 0, 5, 8)) {}

  health(): JournalHealth {
    return this.is;
  }

  onHealth(): Off {
    return () => undefined;
  }

  commit(node: string, statuses: readonly Status[]): Promise<Status[]> {
    for (const status of statuses) this.put(status, node);
    return Promise.resolve([...statuses]);
  }

  put(status: Status, node = 'rule'): AlarmView {
    const alarm = alarmOf(status);
    const before = this.alarms.get(alarm)?.operator ?? newOperatorState(alarm);
    const { statusId, revision } = status;
    this.add({ kind: 'status', node, alarm, statusId, revision, body: status });
    return this.change({ alarm, status, operator: followCondition(before, status) }, { status });
  }

  taken(statusId: string, revision: number, node: string): void {
    this.reports.push([statusId, revision, node]);
  }

  untaken(): Promise<Status[]> {
    return Promise.resolve([]);
  }

  note(note: Note): void {
    this.add(note);
  }

  written(): Promise<boolean> {
    return Promise.resolve(true);
  }

  view(alarm: string): AlarmView | undefined {
    return this.alarms.get(alarm);
  }

  alarmOfStatus(statusId: string): string | undefined {
    return [...this.alarms.values()].find(({ status }) => status.statusId === statusId)?.alarm;
  }

  views(): Iterable<AlarmView> {
    return this.alarms.values();
  }

  act(act: OperatorAct): Promise<AlarmView | { fault: ActFault }> {
    const view = this.alarms.get(act.alarm);
    if (view === undefined) return Promise.resolve({ fault: 'unknown' });
    const operator = applyAct(view.operator, act, view.status, this.now);
    if (typeof operator === 'string') return Promise.resolve({ fault: operator });
    this.add({ kind: 'act', node: '', alarm: act.alarm, statusId: view.status.statusId, body: act });
    return Promise.resolve(this.change({ ...view, operator }, { act }));
  }

  onClear(): Off {
    return () => undefined;
  }

  onChange(listener: Listener): Off {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get listening(): number {
    return this.listeners.size;
  }

  /** Everything, whatever is asked for. */
  history(query: HistoryQuery): Promise<HistoryPage> {
    this.asked.push(query);
    if (this.is.history === 'none') return Promise.reject(new Error('there is no history'));
    return Promise.resolve({ entries: this.entries });
  }

  private change(view: AlarmView, because: { status?: Status; act?: OperatorAct }): AlarmView {
    this.alarms.set(view.alarm, view);
    for (const listener of this.listeners) listener(view, because);
    return view;
  }

  private add(entry: Omit<JournalEntry, 'seq' | 'at' | 'hash'>): void {
    this.entries.push({ ...entry, seq: this.entries.length + 1, at: new Date(this.now).toISOString(), hash: '' });
  }
}
