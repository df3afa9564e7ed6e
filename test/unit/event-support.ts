import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { EventDefinition } from '../../nodes/ecdm/definition';
import type { CityClock, Mode } from '../../nodes/ecdm/city';
import type { CityEvent } from '../../nodes/ecdm/event';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import { EventEngine, type EventEngineOptions } from '../../nodes/ecdm-event/engine/engine';

const DATA = path.resolve(__dirname, '../../../../shared/data');

/** Rows of the Beijing month as observations, one per station and column, in the order of the file. */
export function beijing(columns: Readonly<Record<string, [property: string, unit: string]>>): Observation[] | undefined {
  const file = path.join(DATA, 'beijing_air_2016-12.csv');
  if (!existsSync(file)) return undefined;
  const [head, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
  const names = head!.trim().split(',');
  const found: Observation[] = [];
  for (const row of rows) {
    const cells = row.trim().split(',');
    const time = Date.parse(cells[0]!);
    const station = cells[1]!;
    for (const [column, [property, unit]] of Object.entries(columns)) {
      const cell = cells[names.indexOf(column)]!;
      const datastream = `${station} ${property}`;
      found.push(
        makeObservation({
          id: `${datastream} ${time}`,
          datastream,
          property,
          time,
          value: cell === '' ? null : Number(cell),
          unit,
          thing: station,
          quality: cell === '' ? 'missing' : undefined,
        }),
      );
    }
  }
  return found;
}

export function golden(): Record<string, Record<string, unknown>> {
  return JSON.parse(readFileSync(path.join(DATA, 'golden.json'), 'utf8')) as Record<string, Record<string, unknown>>;
}

/** Feeds an engine in slices, with a clock after each, as the nodes do. */
export class Bench {
  readonly events: CityEvent[] = [];
  readonly problems: Problem[] = [];
  readonly engine: EventEngine;
  constructor(definitions: EventDefinition[], options: EventEngineOptions = {}) {
    this.engine = new EventEngine(definitions, options);
  }
  push(observations: readonly Observation[], mode: Mode = 'replay', wall = 0): CityEvent[] {
    const out: CityEvent[] = [];
    this.engine.push(observations, mode, wall, out, this.problems);
    this.events.push(...out);
    return out;
  }
  clock(time: number, end = false, mode: Mode = 'replay', wall = 0): CityEvent[] {
    const out: CityEvent[] = [];
    const clock: CityClock = end ? { source: 's', time, end: true } : { source: 's', time };
    this.engine.advance(clock, mode, wall, out, this.problems);
    this.events.push(...out);
    return out;
  }
  /** @param size readings per slice; 0 for all at once */
  replay(observations: readonly Observation[], size = 0, clocks = true): this {
    const step = size === 0 ? Math.max(1, observations.length) : size;
    let newest = -Infinity;
    for (let i = 0; i < observations.length; i += step) {
      const slice = observations.slice(i, i + step);
      this.push(slice);
      for (const { time } of slice) newest = Math.max(newest, time);
      if (clocks) this.clock(newest);
    }
    if (newest !== -Infinity) this.clock(newest, true);
    return this;
  }
  ids(): string[] {
    return this.events.map((event) => event.id);
  }
}

/** Begins that are not the return from "not known". */
export function risingEdges(events: readonly CityEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const open = new Set<string>();
  for (const { stream, key, kind } of events) {
    if (kind === 'begin' && !open.has(stream)) {
      open.add(stream);
      counts[key] = (counts[key] ?? 0) + 1;
    } else if (kind === 'end') open.delete(stream);
  }
  return counts;
}

/** Steps of `interval` in which a state is known to hold, per stream. */
export function hoursTrue(events: readonly CityEvent[], until: number, interval = 3_600_000): Map<string, Set<number>> {
  const hours = new Map<string, Set<number>>();
  const since = new Map<string, number>();
  const close = (stream: string, time: number): void => {
    const start = since.get(stream);
    if (start === undefined) return;
    const set = hours.get(stream) ?? new Set();
    hours.set(stream, set);
    for (let t = start; t < time; t += interval) set.add(t);
    since.delete(stream);
  };
  for (const { stream, kind, time } of events) {
    if (kind === 'begin') {
      if (!since.has(stream)) since.set(stream, time);
    } else close(stream, time);
  }
  for (const stream of [...since.keys()]) close(stream, until + interval);
  return hours;
}
