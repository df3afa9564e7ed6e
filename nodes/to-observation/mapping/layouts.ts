import type { Mapping, WideColumn } from '../../ecdm/mapping-schema';
import type { Observation } from '../../ecdm/observation';
import { observationOf, type Binder, type RowHead } from './binder';
import { fieldColumns, type Get } from './columns';
import { missingTest } from './numbers';
import type { Report, Units } from './report';
import type { Stream, Streams } from './streams';
import { listed } from './texts';
import { cellReader, headerUnit, renamer, unitTable, Wrong, type CellReader } from './values';

/** Reads the values of a row whose head is known; false where one could not be used. */
export type ReadValues = (head: RowHead, out: Observation[], report: Report) => boolean;

interface BoundColumn {
  spec: WideColumn;
  get: Get;
  read: CellReader;
  rawUnit: string | undefined;
}

/** Several columns, each a property. */
export function wideValues(mapping: Mapping, binder: Binder, streams: Streams, units: Units): ReadValues | undefined {
  if (mapping.values.layout !== 'wide') return undefined;
  const specs = mapping.values.columns;
  const isMissing = missingTest(mapping);
  const columns: BoundColumn[] = [];
  for (const spec of specs) {
    const get = binder.column(spec.column);
    if (get === undefined) continue;
    const rawUnit = spec.unit ?? headerUnit(headerOf(spec.column, binder));
    columns.push({ spec, get, read: cellReader(spec, mapping), rawUnit });
  }
  if (columns.length === 0) return undefined;
  const names = listed(specs.map((spec) => spec.column));

  return (head, out, report) => {
    let good = true;
    let found = false;
    for (let i = 0; i < columns.length; i++) {
      const { spec, get, read, rawUnit } = columns[i]!;
      const cell = get(head.row);
      // an object that lacks the field does not speak of it; a cell that is there and empty is a missing value
      if (cell === undefined) continue;
      found = true;
      const value = isMissing(cell) ? null : read(cell);
      if (value instanceof Wrong) {
        report.add(value.key, { row: head.number, column: spec.column, found: report.shown(cell) }, head.row);
        good = false;
        continue;
      }
      const stream = streams.get(i, head.thing) ?? newStream(streams, i, head, spec.property, rawUnit, units, report);
      out.push(observationOf(head, stream, head.quality === 'missing' ? null : value));
    }
    if (!found) report.add('no-value', { row: head.number, columns: names }, head.row);
    return good && found;
  };
}

/** A column that was given by number still has a header that may hold the unit. */
function headerOf(column: string, binder: Binder): string {
  const headers = binder.rows.headers;
  return headers !== undefined && /^\d+$/.test(column) ? (headers[Number(column) - 1] ?? column) : column;
}

/** One row for each reading. */
export function longValues(mapping: Mapping, binder: Binder, streams: Streams, units: Units): ReadValues | undefined {
  if (mapping.values.layout !== 'long') return undefined;
  const values = mapping.values;
  const property = binder.field(values.property);
  const get = binder.column(values.value);
  const unit = binder.field(values.unit);
  if (property === undefined || get === undefined) return undefined;
  const isMissing = missingTest(mapping);
  const read = cellReader(values, mapping);
  const nameOf = renamer(values);
  const unitOf = unitTable(values);
  const propertyColumn = fieldColumns(values.property).join('" + "');

  return (head, out, report) => {
    const raw = property(head.row)?.trim();
    if (raw === undefined || raw === '' || raw.length > 200) {
      report.add('no-property', { row: head.number, column: propertyColumn }, head.row);
      return false;
    }
    const cell = get(head.row);
    const value = cell === undefined || isMissing(cell) ? null : read(cell);
    if (value instanceof Wrong) {
      report.add(value.key, { row: head.number, column: values.value, found: report.shown(cell) }, head.row);
      return false;
    }
    const written = unit?.(head.row)?.trim() || undefined;
    const slot = written === undefined ? raw : `${raw}\u0000${written}`;
    const stream =
      streams.get(slot, head.thing) ??
      newStream(streams, slot, head, nameOf(raw), written ?? unitOf(raw, nameOf(raw)), units, report);
    out.push(observationOf(head, stream, head.quality === 'missing' ? null : value));
    return true;
  };
}

function newStream(
  streams: Streams,
  slot: string | number,
  head: RowHead,
  property: string,
  rawUnit: string | undefined,
  units: Units,
  report: Report,
): Stream {
  const { thing, thingName, place } = head;
  return streams.add(slot, { thing, thingName, property, rawUnit, unit: units.code(rawUnit, property, report), place });
}
