/**
 * A whole definition at work without Node-RED: readings in, statuses out, by the very engines that the nodes use.
 * The command line replays files through it; the rehearsal in the editor does the same with recorded readings.
 */
import type { CityClock, Mode, RosterEntry } from '../ecdm/city';
import { statusInputs } from '../ecdm/status-loops';
import type { Definition, StatusDefinition } from '../ecdm/definition';
import type { CityEvent } from '../ecdm/event';
import type { Observation } from '../ecdm/observation';
import type { Problem } from '../ecdm/problem';
import type { Status } from '../ecdm/status';
import { validUntil } from '../ecdm/valid-until';
import { EventEngine } from '../ecdm-event/engine/engine';
import { compileStatus, statusToEvent, type KeySummary, type Observing, type PatternEngine } from '../pattern-status/cep';
import { EdgeCounter, type EventSummary } from './edges';

export interface PipelineOptions {
  /** Language of sentences; each domain's own when left out, else English. */
  language?: string;
  timeZone?: string;
  mode?: Mode;
}

export interface RuleSummary extends KeySummary {
  rule: string;
}

export interface PipelineSummary {
  observations: number;
  /** First and last event time, epoch milliseconds. */
  from?: number;
  to?: number;
  events: EventSummary[];
  statuses: RuleSummary[];
}

interface Rule {
  readonly definition: StatusDefinition;
  readonly engine: PatternEngine;
  /** Other rules whose statuses it looks at. */
  readonly sources: readonly Rule[];
  /** What it has said in this step. */
  readonly said: Status[];
}

const SOURCE = 'replay';

export class Pipeline {
  private readonly engine: EventEngine;
  /** Each after those that feed it. */
  private readonly rules: Rule[] = [];
  private readonly edges = new EdgeCounter();
  private readonly mode: Mode;
  private count = 0;
  private from = Infinity;
  private newest = -Infinity;
  private until = -Infinity;

  /** @throws DefinitionError where a status cannot be run; a definition that `check` passes never does */
  constructor(definition: Definition, options: PipelineOptions = {}) {
    this.mode = options.mode ?? 'replay';
    const domains = new Map(definition.domains.map((domain) => [domain.id, domain]));
    const { language, timeZone } = options;
    this.engine = new EventEngine(definition.events, { domains, language, timeZone });
    const names = new Map([...definition.events, ...definition.statuses].map(({ id, name }) => [id, name]));
    const emits = new Map<string, 'state' | 'point'>(definition.events.map(({ id, emit }) => [id, emit]));
    for (const { id } of definition.statuses) emits.set(id, 'state');
    const observed = new Map<string, Observing>(
      definition.events.map((event) => [
        event.id,
        { ...event, zones: event.domain === undefined ? undefined : domains.get(event.domain)?.zones },
      ]),
    );
    const made = new Map<string, Rule>();
    for (const status of inOrder(definition.statuses)) {
      const domain = status.domain === undefined ? undefined : domains.get(status.domain);
      const engine = compileStatus(status, {
        names: (id) => names.get(id) ?? id,
        emit: (id) => emits.get(id),
        observing: (id) => observed.get(id),
        language: language ?? domain?.language,
        timeZone: timeZone ?? domain?.timeZone,
      });
      const sources = [...statusInputs(status)].map((id) => made.get(id)).filter((rule) => rule !== undefined);
      const rule: Rule = { definition: status, engine, sources, said: [] };
      made.set(status.id, rule);
      this.rules.push(rule);
    }
  }

  /**
   * The sensors that there are: one that says nothing is missed from then on.
   * @param time event time from which on they are known; before the first batch
   */
  roster(entries: readonly RosterEntry[], time: number, out: Status[], problems: Problem[]): void {
    this.engine.roster(entries);
    for (const { engine } of this.rules) {
      engine.setMode(this.mode);
      engine.roster(entries, SOURCE, time, out, problems);
    }
  }

  /** Takes a batch of readings in order of time, and lets time go on to the newest of them. */
  push(batch: readonly Observation[], out: Status[], problems: Problem[]): void {
    if (batch.length === 0) return;
    this.count += batch.length;
    for (const observation of batch) {
      if (observation.time < this.from) this.from = observation.time;
      if (observation.time > this.newest) this.newest = observation.time;
      const until = validUntil(observation);
      if (until > this.until) this.until = until;
    }
    this.step(batch, { source: SOURCE, time: this.newest }, out, problems);
  }

  /** Nothing follows: what waits is decided, and time goes on to where the last reading ends. */
  end(out: Status[], problems: Problem[]): void {
    if (this.count > 0) this.step([], { source: SOURCE, time: this.until, end: true }, out, problems);
  }

  private step(batch: readonly Observation[], clock: CityClock, out: Status[], problems: Problem[]): void {
    const events: CityEvent[] = [];
    this.engine.push(batch, this.mode, clock.time, events, problems);
    const judged = this.engine.advance(clock, this.mode, clock.time, events, problems);
    events.sort((a, b) => a.time - b.time);
    this.edges.add(events);
    for (const rule of this.rules) {
      rule.said.length = 0;
      rule.engine.setMode(this.mode);
      rule.engine.push(this.inputOf(rule, events), rule.said, problems);
      for (const source of rule.sources) this.tellSource(rule, source, clock, problems);
      rule.engine.clock(judged, this.mode, rule.said, problems);
      out.push(...rule.said);
    }
  }

  /** The events and statuses that a rule looks at. */
  private inputOf({ engine, sources }: Rule, events: readonly CityEvent[]): CityEvent[] {
    const input = events.filter(({ event }) => engine.events.has(event));
    for (const { said } of sources) {
      for (const status of said) {
        const event = statusToEvent(status);
        if (event !== undefined) input.push(event);
      }
    }
    return sources.length === 0 ? input : input.sort((a, b) => a.time - b.time);
  }

  /** A rule that feeds another is a source with a clock of its own: it is as far as it has decided. */
  private tellSource(rule: Rule, source: Rule, clock: CityClock, problems: Problem[]): void {
    const time = clock.end === true ? clock.time : source.engine.settledTime;
    if (time === undefined) return;
    const own: CityClock = { source: `status ${source.definition.id}`, time, events: [source.definition.id] };
    rule.engine.clock(clock.end === true ? { ...own, end: true } : own, this.mode, rule.said, problems);
  }

  summary(): PipelineSummary {
    return {
      observations: this.count,
      ...(this.count === 0 ? {} : { from: this.from, to: this.until }),
      events: this.edges.list(),
      statuses: this.rules.flatMap(({ definition, engine }) =>
        engine.summary().map((key) => ({ rule: definition.id, ...key })),
      ),
    };
  }
}

/** Statuses so that each comes after those that it looks at; one that feeds itself stays where it is. */
function inOrder(statuses: readonly StatusDefinition[]): StatusDefinition[] {
  const byId = new Map(statuses.map((status) => [status.id, status]));
  const done = new Set<string>();
  const order: StatusDefinition[] = [];
  const visit = (status: StatusDefinition): void => {
    if (done.has(status.id)) return;
    done.add(status.id);
    for (const id of statusInputs(status)) {
      const source = byId.get(id);
      if (source !== undefined) visit(source);
    }
    order.push(status);
  };
  statuses.forEach(visit);
  return order;
}
