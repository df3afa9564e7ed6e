import type { Mapping } from '../../ecdm/mapping-schema';
import type { Observation, Quality } from '../../ecdm/observation';
import { Binder, type RowHead } from './binder';
import { ARRIVAL, cellText, fieldColumns, type Get, type Row } from './columns';
import { longValues, wideValues } from './layouts';
import { compilePlace, type GetPlace } from './places';
import type { Report, Units } from './report';
import type { Rows } from './rows';
import type { Streams } from './streams';
import type { TextKey } from './texts';
import { looksLikeMilliseconds, looksLikeSeconds, timeReader } from './times';

/** Reads one row into observations. */
export interface RowReader {
  /** @returns false where something of the row could not be used */
  read(row: Row, number: number, out: Observation[], report: Report): boolean;
  /** All columns of the mapping were found. */
  complete: boolean;
}

/** Binds the mapping to these rows. @returns `undefined` where time, station or values have no column */
export function compileReader(
  mapping: Mapping,
  rows: Rows,
  streams: Streams,
  units: Units,
  report: Report,
): RowReader | undefined {
  const binder = new Binder(rows, report);
  const times = mapping.time.columns.map((column) => binder.column(column));
  const end = mapping.time.end === undefined ? undefined : binder.column(mapping.time.end);
  const thing = mapping.thing === undefined ? () => 'station' : binder.field(mapping.thing);
  const thingName = binder.field(mapping.thingName);
  const place = bindPlace(mapping, binder);
  const quality = bindQuality(mapping, binder);
  const values = (mapping.values.layout === 'wide' ? wideValues : longValues)(mapping, binder, streams, units);
  if (times.includes(undefined) || thing === undefined || values === undefined) return undefined;

  const timeOf = timeReader(mapping, times as Get[], end);
  const thingColumn = mapping.thing === undefined ? '' : fieldColumns(mapping.thing).join('" + "');
  const isTable = rows.headers !== undefined;
  const head = {} as RowHead;

  const read = (row: Row, number: number, out: Observation[], to: Report): boolean => {
    if (!isTable && (typeof row !== 'object' || row === null)) {
      to.add('bad-row', { row: number, found: to.shown(row) }, row);
      return false;
    }
    const time = timeOf(row);
    if (time === undefined) {
      const cells = times.map((get) => get!(row));
      tellTime(mapping.time, cells, number, row, to);
      return false;
    }
    const name = thing(row)?.trim();
    if (name === undefined || name === '' || name.length > 500) {
      to.add('no-thing', { row: number, column: thingColumn }, row);
      return false;
    }
    const where = place === undefined ? undefined : place(row, name);
    if (where === false) to.add('bad-place', { row: number, found: placeText(mapping, row, binder, to) }, row);
    head.row = row;
    head.number = number;
    head.thing = name;
    head.thingName = thingName?.(row)?.trim() || undefined;
    head.time = time;
    head.place = where === false ? undefined : where;
    head.quality = quality?.(row);
    return values(head, out, to) && where !== false;
  };
  return { read, complete: binder.complete };
}

/** Says why the cells are no time. */
function tellTime(time: Mapping['time'], cells: readonly unknown[], number: number, row: Row, to: Report): void {
  const { columns, format } = time;
  const found = cells.map((cell) => to.shown(cell)).join(' ');
  const said = { row: number, column: columns.join('" + "'), found, format: format ?? 'ISO 8601' };
  const isArrival = columns.length === 1 && columns[0] === ARRIVAL;
  to.add(isArrival ? 'no-arrival' : wrongTime(cells[0], format), said, row);
}

function wrongTime(cell: unknown, format: string | undefined): TextKey {
  if (looksLikeSeconds(cell, format)) return 'seconds';
  return looksLikeMilliseconds(cell, format) ? 'milliseconds' : 'bad-time';
}

function bindPlace(mapping: Mapping, binder: Binder): GetPlace | undefined {
  if (mapping.place === undefined) return undefined;
  const place = compilePlace(mapping.place, binder.resolve);
  if (typeof place === 'function') return place;
  binder.lacks(place.missing);
  return undefined;
}

function placeText(mapping: Mapping, row: Row, binder: Binder, to: Report): string {
  const place = mapping.place!;
  const columns = place.from === 'columns' ? [place.lat, place.lon] : 'column' in place ? [place.column] : [];
  return columns.map((column) => `${column} = ${to.shown(binder.resolve(column)?.(row))}`).join(', ');
}

function bindQuality(mapping: Mapping, binder: Binder): ((row: Row) => Quality | undefined) | undefined {
  const spec = mapping.quality;
  if (spec === undefined) return undefined;
  const get = binder.column(spec.column);
  if (get === undefined) return undefined;
  const table = new Map(Object.entries(spec.table).map(([text, quality]) => [text.trim().toLowerCase(), quality]));
  return (row) => table.get(cellText(get(row))?.trim().toLowerCase() ?? '') ?? spec.otherwise;
}
