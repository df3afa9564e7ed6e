import type { Mapping } from '../../ecdm/mapping-schema';
import { nearest } from '../../ecdm/nearest';
import { makeObservation, type Observation, type Quality } from '../../ecdm/observation';
import { cellText, compileField, type Get, type GetText, type Resolve, type Row } from './columns';
import type { Report } from './report';
import type { Rows } from './rows';
import type { Stream } from './streams';
import { listed } from './texts';
import type { RowTime } from './times';

/** What all values of a row share; one object, filled anew for each row. */
export interface RowHead {
  row: Row;
  number: number;
  thing: string;
  thingName: string | undefined;
  time: RowTime;
  place: Observation['place'];
  quality: Quality | undefined;
}

/** Looks columns up and says which are not there. */
export class Binder {
  complete = true;

  constructor(
    readonly rows: Rows,
    readonly report: Report,
  ) {}

  readonly resolve: Resolve = (column) => this.rows.resolve(column);

  column(column: string): Get | undefined {
    const get = this.resolve(column);
    if (get === undefined) this.lacks(column);
    return get;
  }

  field(field: Mapping['thing']): GetText | undefined {
    if (field === undefined) return undefined;
    const get = compileField(field, this.resolve);
    if (typeof get === 'function') return get;
    this.lacks(get.missing);
    return undefined;
  }

  lacks(column: string): void {
    this.complete = false;
    const headers = this.rows.headers ?? [];
    const near = nearest(column, headers);
    const columns = listed(headers);
    if (near === undefined) this.report.add('no-column', { column, columns }, null);
    else this.report.add('no-column-near', { column, near, columns }, null);
  }
}

const LONGEST_VALUE_IN_ID = 200;

/**
 * Rows have no ids: a reading is known by its Datastream and time, and one that comes again is the same. Another value of
 * the same time is another reading; that there is no value says nothing against one.
 */
function idOf({ key, newest }: Stream, time: number, value: Observation['value']): string {
  const id = `${key}|${time}`;
  if (time !== newest.time) {
    newest.time = time;
    newest.value = value;
  } else if (value !== null && value !== newest.value) return `${id}|${cellText(value)?.slice(0, LONGEST_VALUE_IN_ID)}`;
  return id;
}

/** The observation of one cell. */
export function observationOf(
  head: RowHead,
  stream: Stream,
  value: Observation['value'],
): Observation {
  return makeObservation({
    id: idOf(stream, head.time.start, value),
    datastream: stream.key,
    property: stream.property,
    time: head.time.start,
    timeEnd: head.time.end,
    value,
    unit: stream.unit,
    place: head.place,
    thing: stream.thing,
    quality: value === null ? 'missing' : head.quality,
    meta: stream.meta,
  });
}
