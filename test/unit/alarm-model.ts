/**
 * What an alarm is to the people who look after it, by a model of few lines (RFC 8632, 3.5: the condition and what people did
 * are two things). It knows nothing of stores and numbers of entries; the journal must tell the same.
 */
import { LONGEST_SHELF, type ActFault, type ActKind } from '../../nodes/ecdm/operator';
import { SEVERITIES, type Severity, type Status } from '../../nodes/ecdm/status';

/** One alarm; flat, so that a copy is what was so at a time. */
interface AlarmModel {
  status: Status;
  acknowledged?: Severity;
  closed?: boolean;
  /** Epoch milliseconds. */
  shelved?: number;
  outOfService?: boolean;
  comments: number;
}

const level = (severity: Severity): number => SEVERITIES.indexOf(severity);
const isOpen = ({ state }: Status): boolean => state !== 'cleared' && state !== 'pending';
const isAwaited = ({ status, acknowledged, closed }: AlarmModel): boolean =>
  status.state === 'cleared' && !status.flags.includes('never-raised') && acknowledged === undefined && !closed;

export class Model {
  private alarms = new Map<string, AlarmModel>();
  /** Number of the last transition of each episode. */
  private numbers = new Map<string, number>();
  /** Transitions that were given out: those that the rule tells again are not given again. */
  private given = new Set<string>();
  /** What must be in the history, in its order. */
  readonly log: string[];

  constructor(from?: Model) {
    this.log = from === undefined ? [] : [...from.log];
    if (from === undefined) return;
    this.alarms = new Map([...from.alarms].map(([key, alarm]) => [key, { ...alarm }]));
    this.numbers = new Map(from.numbers);
    this.given = new Set(from.given);
  }

  /** The rule tells a transition. @returns what goes out for it, "id revision state", and what of it is news */
  tell(status: Status): { out: string[]; news: string[] } {
    const print = `${status.statusId} ${status.updated} ${status.state}`;
    if (this.given.has(print)) return { out: [], news: [] };
    this.given.add(print);
    const revision = Math.max((this.numbers.get(status.statusId) ?? 0) + 1, status.revision);
    const lost = this.alarms.get(status.key)?.status;
    const told = [{ ...status, revision }];
    // a rule has one episode of a key at a time: the one that it does not tell of any more is over
    if (
      lost !== undefined &&
      lost.statusId !== status.statusId &&
      isOpen(lost) &&
      status.state !== 'cleared' &&
      status.since >= lost.since
    )
      told.unshift(this.ended(lost));
    return { out: told.map(line), news: told.filter((one) => this.follow(one)).map(line) };
  }

  /** Nobody but the journal can say that it is over. */
  endByHand(key: string): { out: string[]; news: string[] } {
    const one = this.ended(this.alarms.get(key)!.status);
    return { out: [line(one)], news: this.follow(one) ? [line(one)] : [] };
  }

  private ended(status: Status): Status {
    return { ...status, state: 'cleared', revision: (this.numbers.get(status.statusId) ?? 0) + 1 };
  }

  private follow(status: Status): boolean {
    this.numbers.set(status.statusId, status.revision);
    this.log.push(line(status));
    const known = this.alarms.get(status.key);
    if (known === undefined) {
      this.alarms.set(status.key, { status, comments: 0 });
      return true;
    }
    if (known.status.statusId !== status.statusId) {
      if (status.since < known.status.since) return false;
      const isNothing = status.state === 'pending' || status.flags.includes('never-raised');
      if (isNothing && (isOpen(known.status) || isAwaited(known))) return false;
      const { shelved, outOfService } = known;
      this.alarms.set(status.key, { status, shelved, outOfService, comments: 0 });
      return true;
    }
    known.status = status;
    if (known.acknowledged !== undefined && level(status.severity) > level(known.acknowledged))
      delete known.acknowledged;
    if (isOpen(status)) delete known.closed;
    return true;
  }

  /** @returns why it is refused */
  act(act: ActKind, key: string, until: number, now: number, isOfOlder: boolean): ActFault | undefined {
    const alarm = this.alarms.get(key);
    const reason = this.refusal(act, alarm, until, now, isOfOlder);
    if (reason !== undefined) return reason;
    const one = alarm!;
    if (one.shelved !== undefined && one.shelved <= now) delete one.shelved;
    if (act === 'acknowledge') one.acknowledged = one.status.severity;
    else if (act === 'unacknowledge') delete one.acknowledged;
    else if (act === 'shelve') one.shelved = until;
    else if (act === 'unshelve') delete one.shelved;
    else if (act === 'out-of-service') one.outOfService = true;
    else if (act === 'in-service') delete one.outOfService;
    else if (act === 'comment') one.comments++;
    else if (act === 'close') one.closed = true;
    this.log.push(`${act} ${key}`);
    return undefined;
  }

  private refusal(
    act: ActKind,
    alarm: AlarmModel | undefined,
    until: number,
    now: number,
    isOfOlder: boolean,
  ): ActFault | undefined {
    if (alarm === undefined) return 'unknown';
    const { status, acknowledged, closed, shelved, outOfService } = alarm;
    if (act === 'shelve') return until <= now || until > now + LONGEST_SHELF ? 'until' : undefined;
    if (act === 'unshelve') return shelved === undefined || shelved <= now ? 'nothing' : undefined;
    if (act === 'out-of-service') return outOfService ? 'already' : undefined;
    if (act === 'in-service') return outOfService ? undefined : 'nothing';
    if (isOfOlder) return 'episode';
    if (act === 'acknowledge') {
      if (acknowledged !== undefined || closed) return 'already';
      return status.state === 'pending' ? 'nothing' : undefined;
    }
    if (act === 'unacknowledge') return acknowledged === undefined ? 'nothing' : undefined;
    if (act === 'close') return closed ? 'already' : isOpen(status) ? 'raised' : undefined;
    if (act === 'clear') return isOpen(status) ? undefined : 'nothing';
    return undefined;
  }

  /** Time passes. @returns the keys whose shelf has ended */
  pass(now: number): string[] {
    const ended = [...this.alarms].filter(([, { shelved }]) => shelved !== undefined && shelved <= now);
    for (const [key, alarm] of ended) {
      delete alarm.shelved;
      this.log.push(`shelf-end ${key}`);
    }
    return ended.map(([key]) => key);
  }

  isOpen(key: string): boolean {
    const alarm = this.alarms.get(key);
    return alarm !== undefined && isOpen(alarm.status);
  }

  /** "updated critical acknowledged shelved", or nothing where nobody has ever heard of it. */
  shown(key: string, now: number): string | undefined {
    const alarm = this.alarms.get(key);
    if (alarm === undefined) return undefined;
    const { status, acknowledged, closed, shelved, outOfService, comments } = alarm;
    return describe(status, {
      acknowledged,
      closed: closed === true,
      shelved: shelved !== undefined && shelved > now ? shelved : undefined,
      outOfService: outOfService === true,
      comments,
    });
  }

  /** Keys of what is raised or waits for somebody. */
  listed(): string[] {
    const all = [...this.alarms].filter(
      ([, alarm]) => isOpen(alarm.status) || isAwaited(alarm) || alarm.shelved !== undefined || alarm.outOfService,
    );
    return all.map(([key]) => key).sort();
  }
}

export interface Told {
  acknowledged: Severity | undefined;
  closed: boolean;
  shelved: number | undefined;
  outOfService: boolean;
  comments: number;
}

export function describe({ statusId, revision, state, severity }: Status, told: Told): string {
  return `${statusId} ${revision} ${state} ${severity} ${JSON.stringify(told)}`;
}

/** How a transition is written in the log. */
export function line({ statusId, revision, state, severity }: Status): string {
  return `${statusId} ${revision} ${state} ${severity}`;
}
