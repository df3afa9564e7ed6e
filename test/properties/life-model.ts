/**
 * 9b to 9d: what is told of a status, against a model that goes from minute to minute and was written from the words of
 * the rules, without a look at the engine: steps of severity, latched, reminders, flapping, not while, by hand.
 */
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Mode } from '../../nodes/ecdm/city';
import { SEVERITIES, type Severity, type Status } from '../../nodes/ecdm/status';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import { holds, same, type Property } from './property';
import { cityEvent, emit, Random } from './random';

const MIN = 60_000;
const LAST = 60;

/** A rule in minutes: "A, for so long" with all that a status can do beside. */
interface Course {
  lasts: number;
  quiet: number;
  latched: boolean;
  remind: number;
  updates: number;
  flapping: { raises: number; in: number; steady: number } | undefined;
  steps: { severity: Severity; after: number; whenB: boolean }[];
}

/** What happens at a minute: A begins, ends, is refreshed; the same of B (a step) and M (not while); a hand clears. */
type Act = 'A+' | 'A-' | 'A~' | 'B+' | 'B-' | 'M+' | 'M-' | 'hand';

interface Open {
  raised?: number;
  said: number;
  severity: number;
  reminded: number;
  normal?: number;
  /** The last that was said is that it is over and kept. */
  saidNormal?: boolean;
  released?: boolean;
  /** Flapping; unchanged since then. */
  unchanged?: number;
}

class Model {
  readonly lines: string[] = [];
  private readonly held = { A: false, B: false, M: false };
  private phase: 'normal' | 'pending' | 'raised' = 'normal';
  private since = 0;
  private fell = 0;
  private open: Open | undefined;
  private raises: number[] = [];

  constructor(private readonly course: Course) {}

  minute(m: number, acts: readonly Act[]): void {
    const { held, course } = this;
    if (acts.includes('M+')) {
      held.M = true;
      if (this.open && !this.waitsForHand) this.close(m, this.open.raised === undefined ? ['never-raised', 'suppressed'] : ['suppressed']);
    }
    if (acts.includes('A+') || acts.includes('A~')) {
      const begins = !held.A;
      held.A = true;
      if (begins && this.phase === 'normal') {
        this.since = m;
        this.phase = course.lasts > 0 ? 'pending' : 'raised';
        this.appear(m);
      } else if (this.phase === 'raised' && !held.M) this.more(m);
    }
    if (acts.includes('A-')) {
      held.A = false;
      this.fell = m;
    }
    if (acts.includes('M-')) {
      held.M = false;
      // what has ended meanwhile nobody is told of, and its time of quiet is over with it
      if (!held.A) this.phase = 'normal';
      this.appear(m);
    }
    if (acts.includes('B+')) held.B = true;
    if (acts.includes('B-')) held.B = false;
    // what only time brings counts after all that happens at a moment
    const looksAtB = course.steps.some(({ whenB }) => whenB);
    if (looksAtB && (acts.includes('B+') || acts.includes('B-'))) this.grade(m);
    this.time(m);
    if (acts.includes('hand')) this.hand(m);
  }

  private get waitsForHand(): boolean {
    return this.course.latched && this.open?.normal !== undefined && this.open.released !== true;
  }

  private isOver(m: number): boolean {
    return !this.held.A && this.fell + this.course.quiet <= m;
  }

  private time(m: number): void {
    if (this.phase !== 'normal' && this.isOver(m)) {
      this.phase = 'normal';
      this.end(m);
    } else if (this.phase === 'pending' && this.since + this.course.lasts <= m) {
      this.phase = 'raised';
      this.appear(m);
    }
    const { open, course } = this;
    if (open?.raised === undefined) return;
    if (open.unchanged !== undefined && open.unchanged + course.flapping!.steady <= m) {
      delete open.unchanged;
      this.raises = [];
      if (open.normal === undefined) this.say(m, 'updated', ['steady']);
      else if (course.latched && !open.released) this.say(m, 'updated', ['steady']);
      else return this.close(m, open.released ? ['steady', 'by-hand'] : ['steady'], open.normal);
    }
    // what was told to be over is back
    if (open.saidNormal && open.normal === undefined && open.unchanged === undefined) this.more(m);
    if (course.remind > 0 && open.reminded + course.remind <= m) {
      open.reminded = m;
      this.say(m, 'updated', ['reminder']);
    }
    this.grade(m);
  }

  private appear(m: number): void {
    if (this.held.M || this.phase === 'normal') return;
    if (this.phase === 'pending') {
      if (this.open !== undefined) return;
      this.open = { said: m, severity: this.rank(m), reminded: m };
      return this.say(m, 'pending', []);
    }
    const open = (this.open ??= { said: m, severity: 0, reminded: m });
    if (open.raised !== undefined) {
      // it was kept: now it is back
      delete open.normal;
      if (open.unchanged !== undefined) open.unchanged = m;
      else if (this.flaps(m)) {
        open.unchanged = m;
        return this.say(m, 'updated', []);
      }
      return this.more(m);
    }
    open.raised = open.reminded = m;
    open.severity = this.rank(m);
    if (this.flaps(m)) open.unchanged = m;
    this.say(m, 'raised', []);
  }

  private flaps(m: number): boolean {
    this.raises.push(m);
    const { flapping } = this.course;
    return flapping !== undefined && this.raises.filter((at) => at >= m - flapping.in).length >= flapping.raises;
  }

  private end(m: number): void {
    const { open } = this;
    if (open === undefined || this.held.M) return;
    if (open.raised === undefined) return this.close(m, ['never-raised']);
    if (open.normal !== undefined) return;
    if (open.unchanged !== undefined) open.unchanged = open.normal = m;
    else if (open.released) this.close(m, ['by-hand']);
    else if (this.course.latched) {
      open.normal = m;
      this.say(m, 'updated', []);
    } else this.close(m, []);
  }

  private hand(m: number): void {
    const { open } = this;
    if (open === undefined) return;
    if (this.course.latched && open.raised !== undefined && open.normal === undefined) open.released = true;
    else {
      const { raised, normal } = open;
      this.close(m, raised === undefined ? ['by-hand', 'never-raised'] : ['by-hand']);
      // of one that was over, the hand says nothing of what has begun since
      if (normal === undefined) this.phase = 'normal';
      else if (this.phase === 'pending') this.appear(m);
    }
  }

  private more(m: number): void {
    const { open } = this;
    if (open?.unchanged === undefined && m - open!.said >= this.course.updates) this.say(m, 'updated', []);
  }

  private rank(m: number): number {
    const lasted = m - (this.open?.raised ?? m);
    const reached = this.course.steps
      .filter(({ after, whenB }) => lasted >= after && (!whenB || this.held.B))
      .map(({ severity }) => SEVERITIES.indexOf(severity));
    return this.open?.raised === undefined ? 1 : Math.max(1, ...reached);
  }

  private grade(m: number): void {
    const { open } = this;
    if (open?.raised === undefined) return;
    const rank = this.rank(m);
    if (rank > open.severity || (rank < open.severity && m - open.said >= this.course.updates))
      this.say(m, 'updated', []);
  }

  private close(m: number, flags: string[], until = m): void {
    this.say(m, 'cleared', [...flags, `until ${until}`]);
    this.open = undefined;
  }

  private say(m: number, state: string, flags: string[]): void {
    const open = this.open!;
    if (state === 'updated') {
      const rank = this.rank(m);
      if (rank !== open.severity) flags.push(rank > open.severity ? 'severity-up' : 'severity-down');
      open.severity = rank;
    }
    if (open.unchanged !== undefined) flags.push('flapping');
    if (this.course.latched && open.normal !== undefined && state === 'updated') flags.push('latched');
    open.said = m;
    open.saidNormal = open.normal !== undefined;
    this.lines.push([m, state, SEVERITIES[open.severity], ...flags.sort()].join(' '));
  }
}

function randomCourse(random: Random): Course {
  const steps = Array.from({ length: random.int(3) }, () => {
    const whenB = random.chance(0.5);
    return { severity: random.pick(SEVERITIES), after: whenB && random.chance(0.5) ? 0 : 1 + random.int(12), whenB };
  });
  return {
    lasts: random.pick([0, 0, 0, 2, 5]),
    quiet: random.pick([0, 0, 1, 3]),
    latched: random.chance(0.3),
    remind: random.pick([0, 0, 3, 10]),
    updates: random.pick([0, 2, 5]),
    flapping: random.chance(0.6)
      ? { raises: 2 + random.int(3), in: 5 + random.int(20), steady: 1 + random.int(9) }
      : undefined,
    steps,
  };
}

const time = (minutes: number): string => `${minutes} min`;

function ruleOf(course: Course): StatusDefinition {
  const { flapping, steps, remind } = course;
  return {
    id: 'r', name: 'r', when: { op: 'event', event: 'A' }, per: { by: 'station' }, severity: 'minor', notWhile: ['M'],
    lateness: '0 s', updateEvery: time(course.updates), for: time(course.lasts),
    clear: { after: time(course.quiet), latched: course.latched },
    flapping: flapping === undefined ? false : { raises: flapping.raises, in: time(flapping.in), steady: time(flapping.steady) },
    ...(remind > 0 ? { remindEvery: time(remind) } : {}),
    steps: steps.map(({ severity, after, whenB }) => ({
      severity, after: time(after), ...(whenB ? { when: { op: 'event' as const, event: 'B' } } : {}),
    })),
  }; // prettier-ignore
}

function randomActs(random: Random): Act[][] {
  const held = { A: false, B: false, M: false };
  const chances = [['A', random.pick([0.1, 0.3, 0.5])], ['B', 0.1], ['M', 0.04]] as const; // prettier-ignore
  return Array.from({ length: LAST }, (_, m) => {
    const acts: Act[] = [];
    for (const [name, chance] of chances) {
      if (m === 0 || !random.chance(chance)) continue;
      if (name === 'A' && held.A && random.chance(0.3)) acts.push('A~');
      else {
        acts.push(`${name}${held[name] ? '-' : '+'}`);
        held[name] = !held[name];
      }
    }
    if (random.chance(0.03)) acts.push('hand');
    return acts;
  });
}

const KINDS: Record<string, EventKind> = { '+': 'begin', '-': 'end', '~': 'begin' };

/** What comes at once, up to a minute. */
interface Visit {
  minute: number;
  events: CityEvent[];
  hand: boolean;
}

interface Life {
  course: Course;
  minutes: readonly (readonly Act[])[];
  mode: Mode;
  visits: readonly Visit[];
  describe: () => string;
}

function randomLife(random: Random): Life {
  const course = randomCourse(random);
  const minutes = randomActs(random);
  const mode: Mode = random.pick(['replay', 'live'] as const);
  const visits: Visit[] = [];
  let events: CityEvent[] = [];
  minutes.forEach((acts, minute) => {
    for (const act of acts) if (act !== 'hand') events.push(cityEvent(act[0]!, KINDS[act[1]!]!, minute * MIN));
    const hand = acts.includes('hand');
    // several minutes at once say the same as each by itself
    if (!hand && minute < LAST - 1 && !random.chance(0.5)) return;
    visits.push({ minute, events, hand });
    events = [];
  });
  return { course, minutes, mode, visits, describe: () => `${JSON.stringify(course)}\n${minutes.map((acts, m) => (acts.length > 0 ? `${m}: ${acts.join(' ')}` : '')).filter(Boolean).join('\n')}` }; // prettier-ignore
}

/** Lets the engine live through all of it; `between` may exchange it. */
function live(
  { course, mode, visits }: Life,
  between: (engine: PatternEngine, make: () => PatternEngine) => PatternEngine,
): Status[] {
  const rule = ruleOf(course);
  let now = 0;
  const make = (): PatternEngine => compileStatus(rule, { names: (id) => id, emit, now: () => now });
  let engine = make();
  engine.setMode(mode);
  const out: Status[] = [];
  for (const { minute, events, hand } of visits) {
    now = minute * MIN;
    engine.push(events, out, []);
    engine.clock({ source: 's', time: now }, mode, out, []);
    if (hand) engine.clearByHand('k', now, out);
    engine = between(engine, make);
  }
  return out;
}

/** Messages of one moment are a millisecond apart. */
const minuteOf = (iso: string): number => Math.round((Date.parse(iso) / MIN) * 1000) / 1000;

function linesOf(out: readonly Status[]): string[] {
  return out.map(({ updated, state, severity, flags, until }) => {
    const more = until === undefined ? flags : [...flags, `until ${minuteOf(until)}`];
    return [minuteOf(updated), state, severity, ...[...more].sort()].join(' ');
  });
}

const model: Property = {
  id: '9b',
  says: 'severity, latch, reminder, flapping and suppression are told as a model goes from minute to minute',
  check(random) {
    const life = randomLife(random);
    const out = live(life, (engine) => engine);
    const expected = new Model(life.course);
    life.minutes.forEach((acts, m) => expected.minute(m, acts));
    same(linesOf(out), expected.lines, life.describe);
  },
};

const whole: Property = {
  id: '9c',
  says: 'with all of that, every status is raised once, counts its revisions, is cleared at most once, and is not updated too often',
  check(random) {
    const life = randomLife(random);
    const { course, describe } = life;
    const out = live(life, (engine) => engine);
    const of = new Map<string, Status[]>();
    let open: string | undefined;
    for (const status of out) {
      const before = of.get(status.statusId) ?? [];
      of.set(status.statusId, [...before, status]);
      same(status.revision, before.length + 1, describe);
      holds(minuteOf(status.since) <= minuteOf(status.updated), describe);
      if (before.length === 0) same([open, ['raised', 'pending'].includes(status.state)], [undefined, true], describe);
      else same(open, status.statusId, describe);
      if (status.state === 'raised')
        holds(
          before.every(({ state }) => state === 'pending'),
          describe,
        );
      open = status.state === 'cleared' ? undefined : status.statusId;
      const limited = status.state === 'updated' && status.flags.every((flag) => flag === 'severity-down');
      if (limited) holds(minuteOf(status.updated) - minuteOf(before.at(-1)!.updated) >= course.updates, describe);
    }
  },
};

const cut: Property = {
  id: '9d',
  says: 'a snapshot at any moment changes nothing of what is told then',
  check(random) {
    const life = randomLife(new Random(random.int(2 ** 30)));
    const through = live(life, (engine) => engine);
    const cuts = new Set([random.int(LAST), random.int(LAST), random.int(LAST)]);
    let step = 0;
    const broken = live(life, (engine, make) => {
      if (!cuts.has(step++)) return engine;
      const kept: unknown = JSON.parse(JSON.stringify(engine.snapshot()));
      const fresh = make();
      same(fresh.restore(kept), true, life.describe);
      return fresh;
    });
    same(broken, through, life.describe);
  },
};

export const lifeModel: readonly Property[] = [model, whole, cut];
