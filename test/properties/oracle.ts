/**
 * What a status rule means, by its definitions and by brute force: all matches by nested loops, all levels at every
 * tick of the clock. Slow, short, and without a line in common with the engine. Times are small whole numbers.
 */
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { either, F, happenings, often, T, U, type Happening, type Tri } from './happenings';

export type Span = [since: number, until: number | undefined];

interface Match {
  start: number;
  end: number;
  /** Occurrences that were used, as "name@time#number". */
  ids: string[];
}

const ms = (duration: string | undefined): number | undefined =>
  duration === undefined ? undefined : Number(duration.replace(' ms', ''));

class Meaning {
  private readonly levels = new Map<Pattern, Tri[]>();

  /** @param used what happens up to then is no part of a match any more */
  constructor(
    private readonly happened: ReadonlyMap<string, Happening>,
    readonly end: number,
    readonly known: number,
    private readonly isPoint: (event: string) => boolean,
    private readonly used = -1,
    /** Nothing is used up for levels, and for what must not happen. */
    private readonly whole?: Meaning,
  ) {}

  /** The meaning of what happens later than a detection at `t`. */
  after(t: number): Meaning {
    return new Meaning(this.happened, this.end, this.known, this.isPoint, t, this.whole ?? this);
  }

  /** May have a duration. */
  stateful(p: Pattern): boolean {
    if (p.op === 'event') return !this.isPoint(p.event);
    if (p.op === 'and') return p.of.every((x) => (x.op === 'no' && x.for === undefined) || this.stateful(x));
    if (p.op === 'or') return p.of.some((x) => this.stateful(x));
    if (p.op === 'lasting') return true;
    return p.op === 'no' && p.for !== undefined;
  }

  level(p: Pattern, t: number): Tri {
    if (this.whole !== undefined) return this.whole.level(p, t);
    let all = this.levels.get(p);
    if (all === undefined) {
      all = [];
      this.levels.set(p, all);
      for (let u = 0; u <= this.end; u++) all.push(this.levelAt(p, u, all));
    }
    return t < 0 ? F : all[t]!;
  }

  private levelAt(p: Pattern, t: number, before: readonly Tri[]): Tri {
    switch (p.op) {
      case 'event':
        return this.happened.get(p.event)?.levels[t] ?? F;
      case 'or':
        return either(p.of.map((x) => this.level(x, t)));
      case 'and': {
        const all = p.of.map((x) =>
          x.op === 'no' && x.for === undefined ? this.absent(x.of, t, ms(p.within) ?? 0) : this.level(x, t),
        );
        return all.includes(F) ? F : all.includes(U) ? U : T;
      }
      case 'lasting': {
        const now = this.level(p.of, t);
        if (now === F) return F;
        if (t > 0 && before[t - 1] !== F) return now;
        const length = ms(p.for)!;
        for (let u = t - length; u <= t; u++) if (u < 0 || this.level(p.of, u) !== T) return F;
        return T;
      }
      case 'no': {
        if (p.for === undefined) return F;
        const length = ms(p.for)!;
        if (t < this.known + length) return F;
        for (let u = Math.max(0, t - length); u <= t; u++) {
          if (this.level(p.of, u) !== F) return F;
          if (u > t - length && this.count(p.of, u) > 0) return F;
        }
        return T;
      }
      default:
        return F;
    }
  }

  /** Neither active nor happened in the time before. */
  private absent(p: Pattern, t: number, within: number): Tri {
    if (this.whole !== undefined) return this.whole.absent(p, t, within);
    if (this.level(p, t) === T) return F;
    if (this.level(p, t) === U) return U;
    for (let u = Math.max(0, t - within); u <= t; u++) {
      if (this.level(p, u) !== F || this.starts(p, u).length > 0) return F;
    }
    return T;
  }

  rose(p: Pattern, t: number): boolean {
    if (this.level(p, t) !== T) return false;
    for (let u = t - 1; u >= 0 && this.level(p, u) !== F; u--) if (this.level(p, u) === T) return false;
    return true;
  }

  /** How often it occurs at t. */
  count(p: Pattern, t: number): number {
    if (t <= this.used) return 0;
    if (p.op === 'event') {
      const own = this.happened.get(p.event);
      return own === undefined ? 0 : often(own.begins, t) + often(own.points, t);
    }
    if (p.op === 'or') return branches(p.of).reduce((sum, x) => sum + this.count(x, t), 0);
    return this.rose(p, t) || this.starts(p, t).length > 0 ? 1 : 0;
  }

  private readonly known2 = new Map<Pattern, Map<number, number[]>>();

  /** Starts of the matches without duration that end at t. */
  starts(p: Pattern, t: number, limit = Infinity): number[] {
    let all = this.known2.get(p);
    if (all === undefined) this.known2.set(p, (all = new Map()));
    let found = all.get(t);
    if (found === undefined) all.set(t, (found = this.startsAt(p, t)));
    return limit === Infinity ? found : found.filter((start) => t - start <= limit);
  }

  private startsAt(p: Pattern, t: number): number[] {
    switch (p.op) {
      case 'event':
        return this.happened.get(p.event)?.points.filter((u) => u === t && u > this.used) ?? [];
      case 'or':
        return p.of.flatMap((x) => this.starts(x, t, ms(p.within)));
      case 'and':
        return this.andStarts(p.of, ms(p.within) ?? 0, p, t);
      case 'times': {
        if (p.min === 1 && p.max === undefined) return this.starts(p.of, t);
        if (!this.simple(p.of) && p.max === undefined) return this.sequenceStarts(p, t);
        if (this.count(p.of, t) === 0) return [];
        const begin = (u: number): number => Math.max(...this.occurrenceStarts(p.of, u));
        const begins: number[] = [];
        for (let u = 0; u <= t; u++) for (let i = this.count(p.of, u); i > 0; i--) begins.push(begin(u));
        begins.sort((a, b) => a - b);
        const within = ms(p.within)!;
        const inside = begins.filter((u) => t - u <= within).length;
        if (t - begin(t) > within || inside < p.min || (p.max !== undefined && inside > p.max)) return [];
        return [Math.min(begin(t), begins.at(-Math.max(1, p.min))!)];
      }
      case 'then': {
        const last = p.of.at(-1)!;
        if (last.op !== 'no') return this.sequenceStarts(p, t);
        const length = ms(last.for)!;
        const end = t - length;
        if (end < 0) return [];
        for (let u = end; u <= t; u++) if (this.forbidden(last.of, u, end)) return [];
        const steps = p.of.slice(0, -1);
        const first: Pattern = steps.length === 1 ? steps[0]! : { ...p, of: steps };
        const starts = steps.length === 1 ? this.occurrenceStarts(first, end) : this.sequenceStarts(first, end);
        return starts.filter((start) => t - start <= (ms(p.within) ?? Infinity));
      }
      default:
        return [];
    }
  }

  private occurrenceStarts(p: Pattern, t: number): number[] {
    if (this.count(p, t) === 0) return [];
    const starts = this.starts(p, t);
    return starts.length > 0 ? starts : [t];
  }

  private andStarts(parts: readonly Pattern[], within: number, p: Pattern, t: number): number[] {
    const must = parts.filter((x) => !(x.op === 'no' && x.for === undefined));
    const mustNot = parts.flatMap((x) => (x.op === 'no' && x.for === undefined ? [x.of] : []));
    if (must.length === 1 && mustNot.length === 0) return this.starts(must[0]!, t);
    const limit = p.op === 'and' && p.within !== undefined ? within : Infinity;
    if (this.level(p, t) === T || !must.some((x) => this.occurs(x, t, limit))) return [];
    if (mustNot.some((x) => this.absent(x, t, within) !== T)) return [];
    let start = Infinity;
    for (const x of must) {
      let best = this.level(x, t) === T ? t : -Infinity;
      for (let u = 0; u <= t && best < t; u++) {
        for (const s of this.starts(x, u)) best = Math.max(best, s);
        const fell = u > this.used && u > 0 && this.level(x, u) === F && this.level(x, u - 1) !== F;
        if (within > 0 && fell) best = Math.max(best, u);
      }
      start = Math.min(start, best);
    }
    return t - start <= within ? [start] : [];
  }

  /** It occurs at t, and took no longer than the bracket around it allows. */
  private occurs(p: Pattern, t: number, limit: number): boolean {
    if (t <= this.used) return false;
    if (p.op === 'event') return this.count(p, t) > 0;
    if (p.op === 'or') return p.of.some((x) => this.occurs(x, t, limit));
    return this.rose(p, t) || this.starts(p, t, limit).length > 0;
  }

  private simple(p: Pattern): boolean {
    if (p.op === 'event' || p.op === 'lasting') return true;
    return p.op === 'or' ? p.of.every((x) => this.simple(x)) : p.op === 'and' && this.stateful(p);
  }

  // ---- sequences: all matches

  private sequenceStarts(p: Pattern, t: number): number[] {
    return this.all(p).flatMap((m) => (m.end === t ? [m.start] : []));
  }

  private readonly matches = new Map<Pattern, Match[]>();

  private all(p: Pattern): Match[] {
    let found = this.matches.get(p);
    if (found === undefined) {
      found = this.find(p);
      const within = p.op === 'then' || p.op === 'and' || p.op === 'or' || p.op === 'times' ? ms(p.within) : undefined;
      if (within !== undefined) found = found.filter((m) => m.end - m.start <= within);
      this.matches.set(p, found);
    }
    return found;
  }

  private symbol(p: Pattern): boolean {
    return p.op === 'event' || p.op === 'lasting' || (p.op === 'and' && this.stateful(p));
  }

  private instant(p: Pattern): boolean {
    return this.symbol(p) || (p.op === 'or' && p.of.every((x) => this.instant(x)));
  }

  private find(p: Pattern): Match[] {
    if (this.symbol(p)) {
      const found: Match[] = [];
      const name = JSON.stringify(p);
      for (let t = 0; t <= this.end; t++) {
        const n = this.count(p, t);
        for (let i = 0; i < n; i++) found.push({ start: t, end: t, ids: [`${name}@${t}#${i}`] });
      }
      return found;
    }
    if (p.op === 'or') return p.of.flatMap((x) => this.all(x));
    if (p.op === 'and') {
      const mustNot = p.of.flatMap((x) => (x.op === 'no' && x.for === undefined ? [x.of] : []));
      return p.of
        .filter((x) => x.op !== 'no' || x.for !== undefined)
        .map((x) => this.all(x))
        .reduce((left, right) =>
          left.flatMap((a) =>
            right.map((b) => ({
              start: Math.min(a.start, b.start),
              end: Math.max(a.end, b.end),
              ids: [...a.ids, ...b.ids],
            })),
          ),
        )
        .filter((m) => mustNot.every((x) => this.absent(x, m.end, ms(p.within) ?? 0) === T));
    }
    if (p.op === 'times') {
      const one = this.all(p.of);
      let found = one;
      for (let n = 1; n < p.min; n++) {
        found = found.flatMap((a) =>
          one.flatMap((b) => {
            const after = this.instant(p.of) ? b.end >= a.end && !a.ids.includes(b.ids[0]!) : a.end < b.start;
            return after ? [{ start: a.start, end: b.end, ids: [...a.ids, ...b.ids] }] : [];
          }),
        );
      }
      return found;
    }
    if (p.op !== 'then') return [];
    let found: Match[] | undefined;
    let guards: Pattern[] = [];
    for (const x of p.of) {
      if (x.op === 'no' && x.for !== undefined) {
        const length = ms(x.for)!;
        found = found!
          .map((m) => ({ ...m, end: m.end + length }))
          .filter((m) => m.end <= this.end && !this.between(x.of, m.end - length, m.end + 1));
        continue;
      }
      if (x.op === 'no') {
        guards.push(x.of);
        continue;
      }
      const next = this.all(x);
      const forbidden = guards;
      found =
        found === undefined
          ? next
          : found.flatMap((a) =>
              next.flatMap((b) =>
                a.end < b.start && !forbidden.some((g) => this.between(g, a.end, b.start))
                  ? [{ start: a.start, end: b.end, ids: [...a.ids, ...b.ids] }]
                  : [],
              ),
            );
      guards = [];
    }
    return found ?? [];
  }

  private between(p: Pattern, from: number, to: number): boolean {
    for (let u = from; u < to; u++) if (this.forbidden(p, u, from)) return true;
    return false;
  }

  /** What must not happen after `from` is active, or happens. */
  private forbidden(p: Pattern, u: number, from: number): boolean {
    return this.level(p, u) !== F || (u > from && (this.whole ?? this).count(p, u) > 0);
  }
}

/** No time can be too short for it. */
const isInstant = (p: Pattern): boolean =>
  p.op === 'event' || p.op === 'lasting' || (p.op === 'or' && p.of.every(isInstant));

const named = new WeakMap<readonly Pattern[], Pattern[]>();

/** One that is named twice occurs once, in whatever brackets. */
function branches(of: readonly Pattern[]): Pattern[] {
  let found = named.get(of);
  if (found === undefined) {
    const all = of.flatMap((x) => (x.op === 'or' && (x.within === undefined || isInstant(x)) ? branches(x.of) : [x]));
    named.set(of, (found = [...new Map(all.map((x) => [JSON.stringify(x), x])).values()]));
  }
  return found;
}

/** What a rule says of one key. */
export interface Course {
  episodes: Span[];
  detections: number;
  /** Time in which it was raised, and was raised without anybody knowing. */
  raisedMs: number;
  nodataMs: number;
}

/** The course of a rule for one key up to `end`, over events of that key only. */
export function courseOf(
  definition: StatusDefinition,
  events: readonly CityEvent[],
  end: number,
  isPoint: (event: string) => boolean,
): Course {
  const course: Course = { episodes: [], detections: 0, raisedMs: 0, nodataMs: 0 };
  if (events.length === 0) return course;
  const spans = course.episodes;
  const known = Math.min(...events.map((e) => e.time));
  let meaning = new Meaning(happenings(events, end), end, known, isPoint);
  const p = definition.when;
  const within = 'within' in p ? (ms(p.within) ?? 0) : 0;
  const after = ms(definition.clear?.after);
  const lasting = ms(definition.for) ?? 0;
  const quietState = after ?? 0;
  const quietPulse = after ?? Math.max(within, 60_000);
  let phase: 'normal' | 'pending' | 'raised' = 'normal';
  let since = 0;
  let pulse = -Infinity;
  let fell = -Infinity;
  for (let t = 0; t <= end; t++) {
    const level = meaning.level(p, t);
    const pulses = meaning.starts(p, t).length > 0;
    if (pulses) pulse = t;
    const rose = meaning.rose(p, t);
    if (pulses || rose) course.detections++;
    if (pulses && definition.afterDetection !== 'keep') meaning = meaning.after(t);
    if (level === F && t > 0 && meaning.level(p, t - 1) !== F) fell = t;
    if (phase === 'normal' && (pulses || rose)) {
      phase = lasting > 0 ? 'pending' : 'raised';
      since = t;
      if (phase === 'raised') spans.push([since, undefined]);
    }
    if (phase !== 'normal' && level === F && Math.max(fell + quietState, pulse + quietPulse) <= t) {
      if (phase === 'raised') spans.at(-1)![1] = t;
      phase = 'normal';
    }
    if (phase === 'pending' && t >= since + lasting) {
      phase = 'raised';
      spans.push([since, undefined]);
    }
    if (phase === 'raised' && t < end) course[level === U ? 'nodataMs' : 'raisedMs']++;
  }
  return course;
}
