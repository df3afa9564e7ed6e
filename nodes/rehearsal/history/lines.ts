/**
 * Readings as lines of text, some forty bytes each: what a Datastream is stands once before its first reading. A part of a
 * file begins with a line that says so; what stands before it is needed no more. A torn line is left out.
 *
 * ```
 * {"format":1,"begun":"2026-01-05T08:00:00.000Z"}
 * ["http://…|7","PM2.5","ug/m3","http://…|3",[99.6,7.5],{…}]
 * [0,1767600000000,91.5]
 * [0,1767600060000,null,{"q":"missing","i":"4711"}]
 * ```
 */
import { makeObservation, type Observation, type Place, type Quality, type Value } from '../../ecdm/observation';
import { isProblem, readObservation } from '../../ecdm/observation-reader';

const FORMAT = 1;
/** Datastreams of one part of a file; a new one is begun beyond. */
const MOST_STREAMS = 100_000;

/** True for a text that begins as {@link LineWriter} begins it. */
export const isLines = (text: string): boolean => text.startsWith(`{"format":${FORMAT},`);

type Stream = Pick<Observation, 'datastream' | 'property' | 'unit' | 'thing' | 'place' | 'meta'>;

/** What not every reading has. */
interface More {
  /** Id, without the Datastream before it; `id` whole, where it does not begin with that. */
  i?: string;
  id?: string;
  /** End of its time. */
  e?: number;
  q?: Quality;
  /** Its place, where that is not the one of its Datastream. */
  p?: Place | null;
  z?: Observation['zones'];
}

/** Writes lines. */
export class LineWriter {
  private readonly known = new Map<string, { stream: Stream; index: number }>();
  private count = 0;
  private begun = false;

  /** The next lines stand at the beginning of a file, or behind what another one wrote. */
  restart(): void {
    this.begun = false;
  }

  /** Lines for these readings, each with its line break. */
  write(observations: readonly Observation[]): string {
    let text = '';
    for (const observation of observations) {
      if (!this.begun || this.count >= MOST_STREAMS) text += this.begin();
      text += this.one(observation);
    }
    return text;
  }

  private begin(): string {
    this.begun = true;
    this.known.clear();
    this.count = 0;
    return `${JSON.stringify({ format: FORMAT, begun: new Date().toISOString() })}\n`;
  }

  private one(observation: Observation): string {
    const { datastream, time, value } = observation;
    let known = this.known.get(datastream);
    let text = '';
    if (known === undefined || !isOf(observation, known.stream)) {
      const { property, unit, thing, place, meta } = observation;
      known = { stream: observation, index: this.count++ };
      this.known.set(datastream, known);
      text = `${JSON.stringify([datastream, property, unit ?? null, thing ?? null, place ?? null, meta ?? null])}\n`;
    }
    const shown = typeof value === 'number' && Number.isFinite(value) ? String(value) : JSON.stringify(value);
    const more = moreOf(observation, known.stream);
    return `${text}[${known.index},${time},${shown}${more === '{}' ? '' : `,${more}`}]\n`;
  }
}

function isOf(observation: Observation, stream: Stream): boolean {
  return (
    observation.property === stream.property &&
    observation.unit === stream.unit &&
    observation.thing === stream.thing &&
    observation.meta === stream.meta
  );
}

function moreOf(observation: Observation, stream: Stream): string {
  const { id, datastream, time, timeEnd, quality, place, zones } = observation;
  const more: More = { e: timeEnd, q: quality, z: zones };
  if (id !== `${datastream}|${time}`) {
    if (id.startsWith(`${datastream}|`)) more.i = id.slice(datastream.length + 1);
    else more.id = id;
  }
  if (place !== stream.place && JSON.stringify(place) !== JSON.stringify(stream.place)) more.p = place ?? null;
  return JSON.stringify(more);
}

/** Reads lines in their order. */
export class LineReader {
  /** `undefined`: one whose line cannot be read. */
  private streams: (Stream | undefined)[] = [];

  /** The reading of a line; `undefined` for a line that says something else, or that cannot be read. */
  read(line: string): Observation | undefined {
    let raw: unknown;
    try {
      raw = JSON.parse(line);
    } catch {
      // the Datastreams behind it are still counted from the beginning
      if (line.startsWith('["')) this.streams.push(undefined);
      return undefined;
    }
    if (!Array.isArray(raw)) {
      if ((raw as { format?: unknown } | null)?.format === FORMAT) this.streams = [];
      return undefined;
    }
    const [first] = raw as unknown[];
    if (typeof first === 'number') return this.reading(raw as [number, number, Value, (More | null)?]);
    if (typeof first === 'string') this.define(raw as unknown[]);
    return undefined;
  }

  private define([datastream, property, unit, thing, place, meta]: unknown[]): void {
    this.streams.push({
      datastream: datastream as string,
      property: property as string,
      unit: (unit as string | null) ?? undefined,
      thing: (thing as string | null) ?? undefined,
      place: (place as Place | null) ?? undefined,
      meta: (meta as Observation['meta'] | null) ?? undefined,
    });
  }

  /** A file may come from anybody: what is no observation is left out. */
  private reading([index, time, value, more]: [number, number, Value, (More | null)?]): Observation | undefined {
    const stream = this.streams[index];
    if (stream === undefined) return undefined;
    const { i, id, e, q, p, z } = more ?? {};
    const read = readObservation(
      makeObservation({
        ...stream,
        id: id ?? `${stream.datastream}|${i ?? time}`,
        time,
        timeEnd: e,
        value,
        place: p === undefined ? stream.place : (p ?? undefined),
        quality: q,
        zones: z,
      }),
    );
    return isProblem(read) ? undefined : read;
  }
}
