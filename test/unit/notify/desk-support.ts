/** A desk whose clock is moved by hand, and what it has told. */
import {
  alarmOf,
  applyAct,
  endShelf,
  followCondition,
  newOperatorState,
  type ActKind,
  type OperatorState,
} from '../../../nodes/ecdm/operator';
import type { Status } from '../../../nodes/ecdm/status';
import { sampleStatus } from '../../../nodes/ecdm/status-fields';
import { formatTime } from '../../../nodes/ecdm/time';
import { exhaust, type Work } from '../../../nodes/ecdm/work';
import { Desk, type DeskSettings } from '../../../nodes/action-notify/desk/desk';
import type { HeldNotice, Letter, Outcome } from '../../../nodes/action-notify/desk/letter';
import { NEW_ON, CALM } from '../../../nodes/action-notify/defaults';
import { readSettings } from '../../../nodes/action-notify/settings';

export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
/** Noon in Bangkok. */
export const NOON = Date.parse('2026-02-14T12:00:00+07:00');

/** The settings of a new node, with what a test changes. */
export function settingsOf(more: Record<string, unknown> = {}): DeskSettings {
  return readSettings({ id: 'n', version: 2, ...CALM, on: [...NEW_ON], timeZone: 'Asia/Bangkok', ...more });
}

export function status(key: string, state: Status['state'], more: Partial<Status> = {}): Status {
  return {
    ...sampleStatus('raised'),
    statusId: `air|${key}|1`,
    status: 'air',
    name: 'Air',
    key,
    keyName: `Station ${key}`,
    zones: [{ id: 'z1', name: 'Centre', level: 'zone' }],
    state,
    severity: 'major',
    ...more,
  };
}

export interface Heard {
  at: number;
  letter: Letter;
}

/** Plays time, statuses and acts; keeps the operator's side as a journal would. */
export class Play {
  desk: Desk;
  heard: Heard[] = [];
  held: HeldNotice[] = [];
  private lines: string[] = [];
  readonly operators = new Map<string, OperatorState>();
  private readonly newest = new Map<string, Status>();

  constructor(
    public settings: DeskSettings,
    public now = NOON,
  ) {
    this.desk = new Desk(settings);
  }

  /** News at this moment. */
  say(one: Status, passing = false): this {
    const alarm = alarmOf(one);
    this.newest.set(alarm, one);
    this.operators.set(alarm, followCondition(this.operators.get(alarm) ?? newOperatorState(alarm), one));
    this.run((out) => this.desk.taking(one, passing, this.now, this.operators.get(alarm), out));
    return this;
  }

  /** An act of a person, as the journal would tell of it. */
  act(key: string, act: ActKind, until?: number): this {
    const alarm = `air|${key}`;
    const done = applyAct(
      this.operators.get(alarm) ?? newOperatorState(alarm),
      {
        act,
        alarm,
        who: 'Somchai',
        at: formatTime(this.now),
        why: 'because',
        ...(until === undefined ? {} : { until: formatTime(until) }),
      },
      this.newest.get(alarm),
      this.now,
    );
    if (typeof done === 'string') return this;
    this.operators.set(alarm, done);
    this.run((out) => this.desk.operating(alarm, done, this.now, out));
    return this;
  }

  /** Lets time pass; the desk is woken when it asked for it, as the node does it: never later than 30 s if anything is due. */
  wait(ms: number): this {
    const end = this.now + ms;
    for (let turns = 0; ; turns++) {
      const due = this.desk.due();
      if (due === undefined || due > end) break;
      if (turns > 10_000) throw new Error('the desk is always due');
      this.now = Math.max(this.now, due);
      this.tick();
      if ((this.desk.due() ?? Infinity) <= this.now) this.now = Math.min(end, this.now + 20);
    }
    this.now = end;
    return this;
  }

  tick(): this {
    for (const [alarm, operator] of this.operators) {
      const ended = endShelf(operator, this.now);
      if (ended === operator) continue;
      // the journal tells that a shelf has ended
      this.operators.set(alarm, ended);
      this.run((out) => this.desk.operating(alarm, ended, this.now, out));
    }
    this.run((out) => this.desk.ticking(this.now, out));
    return this;
  }

  /** Node-RED stops and starts again after a while, perhaps with other settings. */
  restart(ms = 0, settings = this.settings): this {
    this.settings = settings;
    this.desk = new Desk(settings);
    for (const line of this.lines) this.desk.restore(JSON.parse(line));
    this.desk.restored();
    this.now += ms;
    return this;
  }

  /** Short: "group a,b" or "single a raised". */
  get said(): string[] {
    return this.heard.map(({ letter: { kind, items, recipient } }) => {
      const who = recipient.id === '' ? '' : `${recipient.id}: `;
      const what = items.map(
        ({ status: { key, state, severity }, occasion }) =>
          `${key} ${occasion === 'news' ? '' : `${occasion} `}${state} ${severity}`,
      );
      return `${who}${kind} ${what.join(', ')}`.trim();
    });
  }

  /** What was told since it was asked for last. */
  fresh(): string[] {
    const all = this.said;
    this.heard = [];
    return all;
  }

  private run(work: (out: Outcome) => Work): void {
    const out = { letters: [] as Letter[], held: [] as HeldNotice[] };
    exhaust(work(out));
    for (const letter of out.letters) this.heard.push({ at: this.now, letter });
    this.held.push(...out.held);
    this.lines.push(...this.desk.changing());
  }
}
