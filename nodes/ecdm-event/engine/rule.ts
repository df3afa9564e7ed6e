/** One event definition, made ready for judging. */
import type { AggregateMethod, DomainDefinition, EventDefinition, Scope } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import type { EventLimit } from '../../ecdm/event';
import { foldName, isNamed, nameSet } from '../../ecdm/names';
import type { Observation } from '../../ecdm/observation';
import { isTimeZone, localToInstant, parseTime, zoneOffset } from '../../ecdm/time';
import type { ZoneRef } from '../../ecdm/zone';
import { CompiledCondition, DefinitionError } from './condition';
import { limitOf } from './limit';

const DEFAULT_LATENESS = 30_000;
/** A silence of this many expected intervals is a gap, where the definition does not say otherwise. */
export const GAP_INTERVALS = 3;
const DAY = 86_400_000;
const MOST_STEPS_IN_WINDOW = 10_000;
/** Unit and property pairs whose limits are remembered per rule. */
const BINDINGS_KEPT = 1000;

export interface RuleWindow {
  method: AggregateMethod;
  over: number;
  /** 0: a result at every reading. */
  step: number;
  scope: Scope;
  level: string | undefined;
  minSamples: number;
  percentile: number;
}

/**
 * A definition of an event, compiled: what it looks at, over which window, and how a state begins and ends. Times in
 * milliseconds.
 * @throws DefinitionError where the definition makes no sense
 */
export class Rule {
  readonly id: string;
  readonly name: string;
  readonly domain: string | undefined;
  readonly condition: CompiledCondition;
  readonly window: RuleWindow | undefined;
  /** What its events say that the value was compared with. */
  readonly limit: EventLimit | undefined;
  readonly point: boolean;
  /** How long the condition must hold before the state begins. */
  readonly lasting: number;
  /** Silence that counts as a gap; undefined: a multiple of the expected interval. */
  readonly gapAfter: number | undefined;
  readonly gapEnds: boolean;
  readonly lateness: number;
  readonly timeZone: string | undefined;
  /** Usual interval, as the domain says. */
  readonly sampling: number | undefined;
  /** Readings of one sort need a look at each one: a time span or zones of the domain. */
  readonly picky: boolean;
  /** Of a limit without unit: the unit of the first source; null before. */
  bareUnit: string | undefined | null = null;
  /** What the definition was, to know after a restart whether it is still the same. */
  readonly hash: string;

  private readonly properties: ReadonlySet<string> | undefined;
  private readonly things: ReadonlySet<string> | undefined;
  private readonly datastreams: ReadonlySet<string> | undefined;
  private readonly from: number;
  private readonly to: number;
  private readonly zones: ReadonlySet<string> | undefined;
  private readonly bindings = new Map<string, Float64Array | null>();

  constructor(definition: EventDefinition, domain: DomainDefinition | undefined, timeZone: string | undefined) {
    this.id = definition.id;
    this.name = definition.name;
    this.domain = definition.domain ?? domain?.id;
    this.timeZone = domain?.timeZone ?? timeZone;
    if (this.timeZone !== undefined && !isTimeZone(this.timeZone)) throw new DefinitionError('zone', { zone: this.timeZone });
    checkZones(definition.when);
    this.condition = new CompiledCondition(definition.when, { timeZone: this.timeZone });
    this.point = definition.emit === 'point';
    this.lasting = duration(definition.for) ?? 0;
    this.gapAfter = duration(definition.gap?.after);
    this.gapEnds = definition.gap?.then === 'end';
    this.lateness = duration(definition.lateness) ?? DEFAULT_LATENESS;
    this.sampling = duration(domain?.sampling);
    this.window = readWindow(definition);
    this.limit = limitOf(definition);
    this.properties = nameSet(definition.observe?.properties);
    this.things = nameSet(definition.observe?.things);
    this.datastreams = nameSet(definition.observe?.datastreams);
    this.from = parseTime(domain?.timeSpan?.from, this.timeZone) ?? -Infinity;
    this.to = parseTime(domain?.timeSpan?.to, this.timeZone) ?? Infinity;
    this.zones = nameSet(domain?.zones);
    this.picky = this.from !== -Infinity || this.to !== Infinity || this.zones !== undefined;
    this.hash = hashOf(JSON.stringify([definition, domain ?? null, this.timeZone ?? null], (key, value: unknown) => (key === 'name' ? undefined : value)));
  }

  /** Whether readings of this Datastream are looked at; asked once per Datastream. */
  selects(o: Observation): boolean {
    const { meta } = o;
    return (
      isNamed(this.properties, o.property, meta?.property?.name, meta?.property?.definition) &&
      isNamed(this.things, o.thing, meta?.thing?.id, meta?.thing?.name) &&
      isNamed(this.datastreams, o.datastream, meta?.datastream.id, meta?.datastream.name)
    );
  }

  /**
   * Whether this one reading lies in the domain's time and space; asked only when {@link picky}.
   * @returns `undefined` where the domain is about zones and the reading carries none
   */
  covers(o: Observation): boolean | undefined {
    if (o.time < this.from || o.time > this.to) return false;
    if (this.zones === undefined) return true;
    if (o.zones === undefined) return undefined;
    return o.zones.some((zone) => this.zones!.has(foldName(zone.id)) || this.zones!.has(foldName(zone.name)));
  }

  /** Zones of a reading that this rule makes a result for. */
  zonesOf(o: Observation): readonly ZoneRef[] {
    if (o.zones === undefined) return [];
    const level = this.window?.level;
    if (level === undefined || level === '') return o.zones;
    const wanted = foldName(level);
    return o.zones.filter((zone) => foldName(zone.level) === wanted);
  }

  /** Unit of the results, where the readings have this one. */
  resultUnit(unit: string | undefined): string | undefined {
    switch (this.window?.method) {
      case 'count':
      case 'distinct count':
      case 'share of time true':
        return '1';
      case 'rate of change':
        return unit === undefined ? undefined : unit === '1' ? '/h' : `${unit}/h`;
      default:
        return unit;
    }
  }

  /** The limits in this unit, or `null` where they cannot be compared. */
  limitsFor(unit: string | undefined, property: string | undefined): Float64Array | null {
    if (this.condition.hasBareLimits) {
      if (this.bareUnit === null) this.bareUnit = unit;
      else if (this.bareUnit !== unit) return null;
    }
    const key = `${unit ?? ''}|${property ?? ''}`;
    let limits = this.bindings.get(key);
    if (limits === undefined) {
      const difference = this.window?.method === 'range' || this.window?.method === 'standard deviation';
      limits = this.condition.bind(unit, property, difference) ?? null;
      if (this.bindings.size >= BINDINGS_KEPT) this.bindings.clear();
      this.bindings.set(key, limits);
    }
    return limits;
  }

  /** What its streams are; empty for one per Datastream without windows. */
  get scope(): Scope | '' {
    return this.window?.scope ?? '';
  }

  /** First end of a stepped window at or after `time`. Days and longer follow local midnight. */
  windowEnd(time: number): number {
    const { step } = this.window!;
    if (step < DAY) return Math.ceil(time / step) * step;
    const local = time + zoneOffset(time, this.timeZone);
    const end = Math.ceil(local / step) * step;
    const instant = localToInstant(end, this.timeZone) ?? end;
    // a change of the clocks between now and midnight may land just before
    return instant >= time ? instant : (localToInstant(end + step, this.timeZone) ?? end + step);
  }

  /** The end of the window after the one that ends at `end`. */
  nextWindowEnd(end: number): number {
    return this.windowEnd(end + 1);
  }

  /** Where the window that ends at `end` starts (not included). */
  windowStart(end: number): number {
    const { over, step } = this.window!;
    if (step < DAY || over % DAY !== 0) return end - over;
    const local = end + zoneOffset(end, this.timeZone) - over;
    return localToInstant(local, this.timeZone) ?? end - over;
  }
}

function readWindow(definition: EventDefinition): RuleWindow | undefined {
  const { aggregate } = definition;
  if (aggregate === undefined) return undefined;
  const over = duration(aggregate.over) ?? 0;
  if (over <= 0) throw new DefinitionError('duration', { text: aggregate.over });
  const wide = aggregate.scope === 'zone' || aggregate.scope === 'city';
  const step = duration(aggregate.step) ?? (wide ? over : 0);
  if (aggregate.step !== undefined && step <= 0) throw new DefinitionError('duration', { text: aggregate.step });
  if (step > 0 && over / step > MOST_STEPS_IN_WINDOW) {
    throw new DefinitionError('steps', { over: aggregate.over, step: aggregate.step ?? '' });
  }
  return {
    method: aggregate.method,
    over,
    step,
    scope: aggregate.scope,
    level: aggregate.level,
    minSamples: aggregate.minSamples ?? 1,
    percentile: aggregate.percentile ?? 50,
  };
}

function checkZones(condition: EventDefinition['when']): void {
  if (condition.op === 'all' || condition.op === 'any') condition.of.forEach(checkZones);
  else if (condition.op === 'not') checkZones(condition.of);
  else if (condition.op === 'time' && condition.zone !== undefined && !isTimeZone(condition.zone)) {
    throw new DefinitionError('zone', { zone: condition.zone });
  }
}

function duration(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) throw new DefinitionError('duration', { text });
  return ms;
}

/** FNV-1a over UTF-16 units, twice with different seeds: no secret, only "is it the same". */
function hashOf(text: string): string {
  return hash32(text, 0x811c9dc5).toString(36) + hash32(text, 0x1b873593).toString(36);
}

/** FNV-1a over UTF-16 units: quick, to tell texts apart, never against anybody. */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let h = seed;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
