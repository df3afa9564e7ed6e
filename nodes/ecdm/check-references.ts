/** What a schema cannot say: references, loops, limits on the wrong side, units that do not exist. */
import type { Aggregate, Compare, Condition, Definition, EventDefinition, Pattern, StatusDefinition } from './definition';
import { parseDuration } from './duration';
import { pathText, type Mistake } from './mistake';
import { nearest } from './nearest';
import { isTimeZone, parseTime } from './time';
import { toUcum } from './units';

type Path = readonly PropertyKey[];

/** Collects the mistakes of one definition that has the right shape. */
export class ReferenceCheck {
  readonly mistakes: Mistake[] = [];

  constructor(private readonly definition: Definition) {}

  run(): Mistake[] {
    this.identities();
    this.domains();
    this.definition.events.forEach((event, i) => this.event(event, ['events', i]));
    this.definition.statuses.forEach((status, i) => this.status(status, ['statuses', i]));
    this.answers();
    this.loops();
    return this.mistakes;
  }

  private say(path: Path, message: string, hint: string): void {
    this.mistakes.push({ path: pathText(path), message, hint });
  }

  // ---- ids

  private identities(): void {
    const { domains, events, statuses, actions, actuators } = this.definition;
    this.unique(domains, 'domains', new Map());
    // a pattern names events and statuses alike, so they share one table
    const shared = new Map<string, string>();
    this.unique(events, 'events', shared);
    this.unique(statuses, 'statuses', shared);
    this.unique(actions, 'actions', new Map());
    this.unique(actuators, 'actuators', new Map());
  }

  private unique(list: readonly { id: string }[], name: string, seen: Map<string, string>): void {
    list.forEach(({ id }, i) => {
      const first = seen.get(id);
      const here = `${name}[${i}]`;
      if (first === undefined) seen.set(id, here);
      else this.say([name, i, 'id'], `"${id}" is also the id of ${first}.`, 'Give each its own id.');
    });
  }

  private refers(path: Path, id: string, known: readonly { id: string; name: string }[], what: string): void {
    if (known.some((one) => one.id === id)) return;
    const byName = known.find((one) => one.name === id);
    const near = byName?.id ?? nearest(id, known.map((one) => one.id));
    const list = known.length === 0 ? `The file has no ${what}.` : `Known: ${known.slice(0, 12).map((one) => one.id).join(', ')}.`;
    this.say(path, `There is no ${what} "${id}".`, near === undefined ? list : `Did you mean "${near}"?`);
  }

  // ---- domains

  private domains(): void {
    this.definition.domains.forEach((domain, i) => {
      const path = ['domains', i];
      if (domain.timeZone !== undefined) this.timeZone([...path, 'timeZone'], domain.timeZone);
      const span = domain.timeSpan;
      const from = this.instant([...path, 'timeSpan', 'from'], span?.from);
      const to = this.instant([...path, 'timeSpan', 'to'], span?.to);
      if (from !== undefined && to !== undefined && to < from) {
        this.say([...path, 'timeSpan'], 'ends before it begins.', 'Swap "from" and "to".');
      }
      if (domain.method === 'percentile') {
        this.say([...path, 'method'], 'a percentile needs its number, which only an event can give.', 'Use "median", or set the aggregate in the event.');
      }
    });
  }

  private timeZone(path: Path, zone: string): void {
    if (!isTimeZone(zone)) this.say(path, `"${zone}" is not a time zone.`, 'Write an IANA name such as "Asia/Bangkok".');
  }

  private instant(path: Path, text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    const time = parseTime(text);
    if (time === undefined) this.say(path, `"${text}" is not a time.`, 'Write ISO 8601 such as "2026-01-05T08:00:00+07:00".');
    return time;
  }

  // ---- events

  private event(event: EventDefinition, path: Path): void {
    if (event.domain !== undefined) this.refers([...path, 'domain'], event.domain, this.definition.domains, 'domain');
    if (event.aggregate !== undefined) this.aggregate(event.aggregate, [...path, 'aggregate']);
    this.condition(event.when, [...path, 'when']);
    if (event.emit === 'point' && event.for !== undefined) {
      this.say([...path, 'for'], 'only a state can last; this event is a point.', 'Set "emit" to "state", or remove "for".');
    }
  }

  private aggregate(aggregate: Aggregate, path: Path): void {
    const { method, percentile, over, step, level, scope } = aggregate;
    if (method === 'percentile' && percentile === undefined) {
      this.say([...path, 'percentile'], 'is missing: which percentile?', 'Add a number from 0 to 100, such as 95.');
    }
    if (method !== 'percentile' && percentile !== undefined) {
      this.say([...path, 'percentile'], `has no meaning with "${method}".`, 'Remove it, or set the method to "percentile".');
    }
    if (level !== undefined && scope !== 'zone') {
      this.say([...path, 'level'], `has no meaning with scope "${scope}".`, 'Set the scope to "zone", or remove the level.');
    }
    if (!(parseDuration(over)! > 0)) this.say([...path, 'over'], 'must be longer than nothing.', 'Write for example "1 h".');
    if (step !== undefined && !(parseDuration(step)! > 0)) this.say([...path, 'step'], 'must be longer than nothing.', 'Write for example "10 min".');
  }

  private condition(condition: Condition, path: Path): void {
    switch (condition.op) {
      case 'all':
      case 'any':
        condition.of.forEach((inner, i) => this.condition(inner, [...path, 'of', i]));
        return;
      case 'not':
        return this.condition(condition.of, [...path, 'of']);
      case 'between':
      case 'outside':
        if (condition.low > condition.high) this.say(path, 'the low border is above the high one.', 'Swap "low" and "high".');
        return this.unit(condition.unit, [...path, 'unit']);
      case 'time':
        if (condition.zone !== undefined) this.timeZone([...path, 'zone'], condition.zone);
        if (condition.from === condition.to) this.say(path, 'the span is empty: it begins when it ends.', 'Change "from" or "to".');
        return;
      case 'in':
        return;
      default:
        return this.compare(condition, path);
    }
  }

  private compare({ op, value, unit, clear }: Compare, path: Path): void {
    this.unit(unit, [...path, 'unit']);
    const ordered = op !== '=' && op !== '!=';
    if (ordered && typeof value !== 'number') {
      this.say([...path, 'value'], `"${op}" compares numbers, but this is ${JSON.stringify(value)}.`, 'Write a number, or use "=".');
    }
    if (unit !== undefined && typeof value !== 'number') {
      this.say([...path, 'unit'], 'only a number has a unit.', 'Remove the unit.');
    }
    if (clear === undefined || typeof value !== 'number') return;
    if (!ordered) {
      this.say([...path, 'clear'], `has no meaning with "${op}".`, 'Remove it, or compare with > or <.');
    } else if (op.startsWith('>') ? clear > value : clear < value) {
      const side = op.startsWith('>') ? 'below' : 'above';
      this.say([...path, 'clear'], `${clear} is on the wrong side of ${value}: the state would end before it begins.`, `With "${op}" the clear limit lies ${side} the limit.`);
    }
  }

  private unit(unit: string | undefined, path: Path): void {
    if (unit === undefined || unit === '' || toUcum(unit) !== undefined) return;
    const near = nearest(unit, ['ug/m3', 'mg/m3', '[ppm]', '[ppb]', 'Cel', 'K', 'dB(A)', 'm/s', 'km/h', 'mm', 'cm', 'm', 'hPa', '%']);
    const hint = near === undefined ? 'Write a UCUM code such as "ug/m3", "Cel" or "m".' : `Did you mean "${near}"?`;
    this.say(path, `"${unit}" is not a unit that we know.`, hint);
  }

  // ---- statuses

  private status(status: StatusDefinition, path: Path): void {
    if (status.domain !== undefined) this.refers([...path, 'domain'], status.domain, this.definition.domains, 'domain');
    this.pattern(status.when, [...path, 'when']);
    if (status.clear?.when !== undefined) this.pattern(status.clear.when, [...path, 'clear', 'when']);
    if (status.per.level !== undefined && status.per.by !== 'zone') {
      this.say([...path, 'per', 'level'], `has no meaning with "${status.per.by}".`, 'Set "by" to "zone", or remove the level.');
    }
  }

  private pattern(pattern: Pattern, path: Path): void {
    if (pattern.op === 'event') {
      const known = [...this.definition.events, ...this.definition.statuses];
      return this.refers([...path, 'event'], pattern.event, known, 'event or status');
    }
    if (pattern.op === 'times' && pattern.max !== undefined && pattern.max < pattern.min) {
      this.say([...path, 'max'], `${pattern.max} is less than the least number ${pattern.min}.`, 'Swap them, or remove "max".');
    }
    if ('within' in pattern && pattern.within !== undefined && !(parseDuration(pattern.within)! > 0)) {
      this.say([...path, 'within'], 'must be longer than nothing.', 'Write for example "1 h", or remove it.');
    }
    if (Array.isArray(pattern.of)) pattern.of.forEach((inner, i) => this.pattern(inner, [...path, 'of', i]));
    else this.pattern(pattern.of, [...path, 'of']);
  }

  /** A status that feeds itself, by whatever way round, would never end. */
  private loops(): void {
    const inputs = new Map(this.definition.statuses.map((status) => [status.id, statusInputs(status)]));
    this.definition.statuses.forEach((status, i) => {
      const way = wayBack(status.id, inputs);
      if (way === undefined) return;
      this.say(['statuses', i, 'when'], `"${status.id}" feeds itself: ${way.join(' → ')}.`, 'Take one of these statuses out of the pattern of the other.');
    });
  }

  // ---- actions and actuators

  private answers(): void {
    const { actions, actuators, statuses } = this.definition;
    for (const [name, list] of [['actions', actions], ['actuators', actuators]] as const) {
      list.forEach((one, i) =>
        one.statuses?.forEach((id, j) => this.refers([name, i, 'statuses', j], id, statuses, 'status')),
      );
    }
    actions.forEach((action, i) => {
      if (Object.keys(action.texts).length > 0) return;
      this.say(['actions', i, 'texts'], 'has no text in any language.', 'Add at least one, such as "en-US": { "headline": "{{name}}" }.');
    });
  }
}

/** The ids that a status looks at. */
export function statusInputs(status: StatusDefinition): Set<string> {
  const ids = new Set<string>();
  const walk = (pattern: Pattern): void => {
    if (pattern.op === 'event') ids.add(pattern.event);
    else if (Array.isArray(pattern.of)) pattern.of.forEach(walk);
    else walk(pattern.of);
  };
  walk(status.when);
  if (status.clear?.when !== undefined) walk(status.clear.when);
  return ids;
}

function wayBack(start: string, inputs: ReadonlyMap<string, Set<string>>): string[] | undefined {
  const seen = new Set<string>();
  const walk = (id: string, way: string[]): string[] | undefined => {
    for (const next of inputs.get(id) ?? []) {
      if (next === start) return [...way, next];
      if (!inputs.has(next) || seen.has(next)) continue;
      seen.add(next);
      const found = walk(next, [...way, next]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(start, [start]);
}
