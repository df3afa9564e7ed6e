/** What a schema cannot say: references, loops, limits on the wrong side, units that do not exist. */
import { warnOf } from './check-meant';
import { RuleCheck } from './check-rule';
import type { Aggregate, Compare, Condition, Definition, EventDefinition, Pattern, StatusDefinition } from './definition';
import { parseDuration } from './duration';
import { unmetIn, type Named } from './key-kinds';
import { Mistakes } from './mistake';
import { nearest } from './nearest';
import { operandsOf, patternsOf, placeOfInput } from './pattern-walk';
import { shownValue } from './shown';
import { statusInputs, wayBack } from './status-loops';
import { isTimeZone, parseTime } from './time';
import { toUcum } from './units';

type Path = readonly PropertyKey[];

/** Collects the mistakes of one definition that has the right shape. */
export class ReferenceCheck {
  private readonly mistakes: Mistakes;
  private readonly rules: RuleCheck;

  constructor(
    private readonly definition: Definition,
    language: string | undefined,
  ) {
    this.mistakes = new Mistakes(language);
    this.rules = new RuleCheck(this.mistakes);
  }

  run(): Pick<Mistakes, 'list' | 'warnings'> {
    this.identities();
    this.domains();
    this.definition.events.forEach((event, i) => this.event(event, ['events', i]));
    this.definition.statuses.forEach((status, i) => this.status(status, ['statuses', i]));
    this.answers();
    this.tests();
    this.loops();
    this.keys();
    return this.mistakes;
  }

  // ---- ids

  private identities(): void {
    const { domains, events, statuses, actions, actuators, tests = [] } = this.definition;
    this.unique(domains, 'domains', new Map());
    // a pattern names events and statuses alike, so they share one table
    const shared = new Map<string, string>();
    this.unique(events, 'events', shared);
    this.unique(statuses, 'statuses', shared);
    this.unique(actions, 'actions', new Map());
    this.unique(actuators, 'actuators', new Map());
    this.unique(tests, 'tests', new Map());
  }

  private unique(list: readonly { id: string }[], name: string, seen: Map<string, string>): void {
    list.forEach(({ id }, i) => {
      const first = seen.get(id);
      const here = `${name}[${i}]`;
      if (first === undefined) seen.set(id, here);
      else this.mistakes.add([name, i, 'id'], 'double', { id, first });
    });
  }

  private refers(path: Path, id: string, known: readonly { id: string; name: string }[], missing: 'noDomain' | 'noEvent' | 'noStatus'): void {
    if (known.some((one) => one.id === id)) return;
    const byName = known.find((one) => one.name === id);
    const near = byName?.id ?? nearest(id, known.map((one) => one.id));
    const list = known.slice(0, 12).map((one) => one.id).join(', ');
    this.mistakes.add(path, missing, { id, near, list }, near !== undefined ? 'near' : known.length > 0 ? 'known' : 'none');
  }

  // ---- rule tests

  private tests(): void {
    const { tests = [], events, statuses } = this.definition;
    tests.forEach(({ events: of = [], status }, i) => {
      of.forEach((id, j) => this.refers(['tests', i, 'events', j], id, events, 'noEvent'));
      if (status !== undefined) this.refers(['tests', i, 'status'], status, statuses, 'noStatus');
      if ((of.length === 0) === (status === undefined)) this.mistakes.add(['tests', i], 'testOf');
    });
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
        this.mistakes.add([...path, 'timeSpan'], 'spanSwapped');
      }
      if (domain.method === 'percentile') {
        this.mistakes.add([...path, 'method'], 'domainPercentile');
      }
    });
  }

  private timeZone(path: Path, zone: string): void {
    if (!isTimeZone(zone)) this.mistakes.add(path, 'timeZone', { value: zone });
  }

  private instant(path: Path, text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    const time = parseTime(text);
    if (time === undefined) this.mistakes.add(path, 'time', { value: text });
    return time;
  }

  // ---- events

  private event(event: EventDefinition, path: Path): void {
    if (event.domain !== undefined) this.refers([...path, 'domain'], event.domain, this.definition.domains, 'noDomain');
    if (event.aggregate !== undefined) this.aggregate(event.aggregate, [...path, 'aggregate']);
    this.condition(event.when, [...path, 'when']);
    if (event.emit === 'point' && event.for !== undefined) {
      this.mistakes.add([...path, 'for'], 'pointLasts');
    }
  }

  private aggregate(aggregate: Aggregate, path: Path): void {
    const { step, level, scope } = aggregate;
    this.rules.window(aggregate, path);
    if (level !== undefined && scope !== 'zone') {
      this.mistakes.add([...path, 'level'], 'levelScope', { scope });
    }
    if (step !== undefined && !(parseDuration(step)! > 0)) this.mistakes.add([...path, 'step'], 'noLength', { example: '10 min' });
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
        if (condition.low > condition.high) this.mistakes.add(path, 'borders');
        return this.unit(condition.unit, [...path, 'unit']);
      case 'time':
        if (condition.zone !== undefined) this.timeZone([...path, 'zone'], condition.zone);
        if (condition.from === condition.to) this.mistakes.add(path, 'emptySpan');
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
      this.mistakes.add([...path, 'value'], 'notNumber', { op, value: shownValue(value) });
    }
    if (unit !== undefined && typeof value !== 'number') {
      this.mistakes.add([...path, 'unit'], 'unitOfText');
    }
    if (clear === undefined || typeof value !== 'number') return;
    if (!ordered) {
      this.mistakes.add([...path, 'clear'], 'clearOp', { op });
    } else if (op.startsWith('>') ? clear > value : clear < value) {
      this.mistakes.add([...path, 'clear'], op.startsWith('>') ? 'clearAbove' : 'clearBelow', { clear, value, op });
    }
  }

  private unit(unit: string | undefined, path: Path): void {
    if (unit === undefined || unit === '' || toUcum(unit) !== undefined) return;
    const near = nearest(unit, ['ug/m3', 'mg/m3', '[ppm]', '[ppb]', 'Cel', 'K', 'dB(A)', 'm/s', 'km/h', 'mm', 'cm', 'm', 'hPa', '%']);
    this.mistakes.add(path, 'unit', { unit, near }, near === undefined ? undefined : 'near');
  }

  // ---- statuses

  private status(status: StatusDefinition, path: Path): void {
    if (status.domain !== undefined) this.refers([...path, 'domain'], status.domain, this.definition.domains, 'noDomain');
    for (const { pattern, path: at } of patternsOf(status)) this.events(pattern, [...path, ...at]);
    status.notWhile?.forEach((id, i) => this.refers([...path, 'notWhile', i], id, this.definition.statuses, 'noStatus'));
    this.rules.status(status, path);
    warnOf(status, path, this.mistakes);
  }

  private events(pattern: Pattern, path: Path): void {
    if (pattern.op === 'event' || pattern.op === 'aggregate') {
      const known = [...this.definition.events, ...this.definition.statuses];
      this.refers([...path, 'event'], pattern.event, known, 'noEvent');
    }
    for (const { of, path: at } of operandsOf(pattern)) this.events(of, [...path, ...at]);
  }

  /** A status that feeds itself, by whatever way round, would never end. */
  private loops(): void {
    const inputs = new Map(this.definition.statuses.map((status) => [status.id, statusInputs(status)]));
    this.definition.statuses.forEach((status, i) => {
      const way = wayBack(status.id, inputs);
      if (way === undefined) return;
      const at = placeOfInput(status, way[1]!) ?? ['when'];
      this.mistakes.add(['statuses', i, ...at], 'loop', { id: status.id, way: way.join(' → ') });
    });
  }

  /** What a status names must count for its keys; which zones there are is not known here. */
  private keys(): void {
    const { events, statuses } = this.definition;
    const named = new Map<string, Named>([
      ...events.map(({ id, aggregate }) => [id, { event: aggregate?.scope }] as const),
      ...statuses.map(({ id, per }) => [id, { status: per }] as const),
    ]);
    statuses.forEach((status, i) => {
      for (const { id, keys, notWhile, canKeepDown } of unmetIn(status, (one) => named.get(one), () => true)) {
        const at = notWhile ? ['notWhile', status.notWhile!.indexOf(id)] : (placeOfInput(status, id) ?? ['when']);
        const hint = notWhile ? 'keptDown' : canKeepDown ? 'otherOrNotWhile' : 'otherKeys';
        this.mistakes.add(['statuses', i, ...at], 'unmet', { id, by: keys.by, own: status.per.by }, hint);
      }
    });
  }

  // ---- actions and actuators

  private answers(): void {
    const { actions, actuators, statuses } = this.definition;
    for (const [name, list] of [['actions', actions], ['actuators', actuators]] as const) {
      list.forEach((one, i) =>
        one.statuses?.forEach((id, j) => this.refers([name, i, 'statuses', j], id, statuses, 'noStatus')),
      );
    }
    actions.forEach((action, i) => {
      if (Object.keys(action.texts).length > 0) return;
      this.mistakes.add(['actions', i, 'texts'], 'noText');
    });
  }
}
