/** What each alarm is now, and what people did about it. */
import { alarmOf, endShelf, followCondition, isOpen, isShelved, newOperatorState } from '../ecdm/operator';
import type { OperatorState } from '../ecdm/operator';
import type { Status } from '../ecdm/status';
import { parseTime } from '../ecdm/time';
import type { AlarmView } from './journal-source';

/** An alarm, and the node whose rule tells of it. */
export interface Alarm extends AlarmView {
  node: string;
}

export interface AlarmLimits {
  /** Alarms in all. Of more those are forgotten first that wait for somebody longest, then those raised longest ago. */
  most: number;
  /** Of these, those that are over and wait for nobody. */
  done: number;
}

export const ALARM_LIMITS: AlarmLimits = { most: 20_000, done: 1000 };

type Kind = 'raised' | 'waiting' | 'done';

export class Alarms {
  /** Each by what it is, the one that changed longest ago first. */
  private readonly tables: Record<Kind, Map<string, Alarm>> = {
    raised: new Map(),
    waiting: new Map(),
    done: new Map(),
  };
  private readonly shelved = new Set<string>();

  /** @param onForgotten of a bounded table */
  constructor(
    private readonly limits: AlarmLimits,
    private readonly onForgotten: (alarm: string) => void,
  ) {}

  get(alarm: string): Alarm | undefined {
    const { raised, waiting, done } = this.tables;
    return raised.get(alarm) ?? waiting.get(alarm) ?? done.get(alarm);
  }

  *views(): Generator<AlarmView> {
    yield* this.tables.raised.values();
    yield* this.tables.waiting.values();
  }

  put(alarm: Alarm): void {
    const { tables, limits } = this;
    for (const table of Object.values(tables)) table.delete(alarm.alarm);
    tables[kindOf(alarm)].set(alarm.alarm, alarm);
    if (alarm.operator.shelved === undefined) this.shelved.delete(alarm.alarm);
    else this.shelved.add(alarm.alarm);
    if (tables.done.size > limits.done) this.forget(tables.done);
    if (tables.raised.size + tables.waiting.size + tables.done.size <= limits.most) return;
    this.forget([tables.done, tables.waiting, tables.raised].find(({ size }) => size > 0)!);
  }

  /** Takes over a transition. @returns `undefined` where it says nothing of what the alarm is now */
  follow(node: string, status: Status): Alarm | undefined {
    const alarm = alarmOf(status);
    const before = this.get(alarm);
    if (before !== undefined && isBeside(before, status)) return undefined;
    // whoever shelves what is simulated has not shelved what is real
    const same = before !== undefined && before.status.simulated === status.simulated;
    const operator = followCondition(same ? before.operator : newOperatorState(alarm), status);
    const after: Alarm = { alarm, node, status, operator };
    this.put(after);
    return after;
  }

  /** Shelves that are over. @returns what those alarms are now */
  endShelves(now: number): Alarm[] {
    const ended: Alarm[] = [];
    for (const id of this.shelved) {
      const alarm = this.get(id);
      if (alarm === undefined || isShelved(alarm.operator, now)) continue;
      const after = { ...alarm, operator: endShelf(alarm.operator, now) };
      this.put(after);
      ended.push(after);
    }
    return ended;
  }

  /** When the next shelf ends. */
  nextShelf(): number {
    let next = Infinity;
    for (const id of this.shelved) next = Math.min(next, parseTime(this.get(id)?.operator.shelved?.until) ?? Infinity);
    return next;
  }

  private forget(table: Map<string, Alarm>): void {
    const oldest = table.keys().next().value!;
    table.delete(oldest);
    this.shelved.delete(oldest);
    this.onForgotten(oldest);
  }
}

/** Shelved or out of service counts for the alarm, all else for its episode. */
function kindOf({ status, operator }: AlarmView): Kind {
  if (isOpen(status)) return 'raised';
  return isAwaited(status, operator) || operator.shelved !== undefined || operator.outOfService !== undefined
    ? 'waiting'
    : 'done';
}

/** It is over, and nobody has said yet that he has seen it. What was never raised need not be seen. */
function isAwaited({ state, flags }: Status, { acknowledged, closed }: OperatorState): boolean {
  return state === 'cleared' && !flags.includes('never-raised') && acknowledged === undefined && closed === undefined;
}

/**
 * Whether a status of another episode leaves the alarm as it is: one that was found late and is over already, a simulated
 * one beside a real one, and one that is not raised (yet, or at all) while somebody must look at the one before.
 */
function isBeside(view: AlarmView, status: Status): boolean {
  const { status: known, operator } = view;
  // both may have begun at the same time, and have the same id then
  if (known.simulated !== status.simulated) return status.simulated === true && kindOf(view) !== 'done';
  if (known.statusId === status.statusId) return false;
  if (status.simulated !== true && startOf(status) < startOf(known)) return true;
  const never = status.state === 'pending' || status.flags.includes('never-raised');
  return never && (isOpen(known) || isAwaited(known, operator));
}

/** First detection of the episode, as its id has it. */
function startOf({ statusId, since }: Status): number {
  return parseTime(statusId.slice(statusId.lastIndexOf('|') + 1)) ?? parseTime(since) ?? -Infinity;
}
