/**
 * How rows of any origin (CSV, JSON, an MQTT payload) become observations. The same object is the configuration of
 * the node `to-observation` and the `--map` file of the command line.
 *
 * A *column* is a header of the table, the number of a column ("1" is the first) where there is no header, or a
 * path into an object such as `location.latitude`. `$topic` is the topic of the message, `$topic.2` its second
 * level, and `$now` the time of arrival.
 */
import { z } from 'zod';
import { DURATION_PATTERN } from './duration';
import { MAPPING_VERSION } from './mapping-constants';
import { isTimeZone } from './time';

// what a rule says of a wrong value is a key of the check's texts, below "form"
const column = z.string().min(1).max(500);
const text = z.string().max(500);
const finite = z.number().refine((n) => Math.abs(n) < 1e300, 'number');

/** A text that is read from a column, always the same, or put together from columns. */
const fieldSchema = z
  .strictObject({
    column: column.optional(),
    constant: text.optional(),
    /** Text with {{column}} place holders. */
    template: text.optional(),
  })
  .refine(
    (f) => [f.column, f.constant, f.template].filter((v) => v !== undefined).length === 1,
    'field',
  );
export type Field = z.infer<typeof fieldSchema>;

const longitude = z.number().min(-180).max(180);
const latitude = z.number().min(-90).max(90);
const point = z.union([z.tuple([longitude, latitude]), z.tuple([longitude, latitude, z.number()])]);

const placeSchema = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('columns'), lat: column, lon: column, height: column.optional() }),
  /** A GeoJSON geometry or feature (or its text); of a shape the first position is taken. */
  z.strictObject({ from: z.literal('geojson'), column }),
  /** `POINT (lon lat)`, also with `SRID=4326;` in front. */
  z.strictObject({ from: z.literal('wkt'), column }),
  z.strictObject({ from: z.literal('constant'), at: point }),
  /** A look-up table: by station (or by another column). */
  z.strictObject({
    from: z.literal('table'),
    by: column.optional(),
    points: z.record(z.string(), point).optional(),
    /** A GeoJSON FeatureCollection of points. */
    features: z.looseObject({ features: z.array(z.unknown()).max(100_000) }).optional(),
    /** Rows with the columns named by `id`, `lat` and `lon`. */
    rows: z.array(z.record(z.string(), z.unknown())).max(100_000).optional(),
    /** Where features and rows carry the station: "id", else the first of id, station, name, code. */
    id: column.optional(),
    lat: column.optional(),
    lon: column.optional(),
  }),
]);
export type PlaceMapping = z.infer<typeof placeSchema>;

/** Where the value lies and how its text becomes a number: value = scale x number + offset. */
const valueFields = {
  type: z.enum(['number', 'text', 'boolean']).optional(),
  scale: finite.optional(),
  offset: finite.optional(),
};

const wideColumnSchema = z.strictObject({
  column,
  property: z.string().min(1).max(200),
  /** As written by people ("µg/m³") or UCUM ("ug/m3"); taken from a header such as `Temp (°C)` when left out. */
  unit: text.optional(),
  ...valueFields,
});
export type WideColumn = z.infer<typeof wideColumnSchema>;

const valuesSchema = z.discriminatedUnion('layout', [
  /** Several columns, each a property. */
  z.strictObject({ layout: z.literal('wide'), columns: z.array(wideColumnSchema).min(1).max(500) }),
  /** One row for each reading. */
  z.strictObject({
    layout: z.literal('long'),
    property: fieldSchema,
    value: column,
    unit: fieldSchema.optional(),
    /** Names of properties in the data and what they are to be called: { "pm25": "PM2.5" }. */
    names: z.record(z.string(), z.string().min(1).max(200)).optional(),
    /** Units by property (its name in the data or its new one), where no column says so. */
    units: z.record(z.string(), text).optional(),
    ...valueFields,
  }),
]);
export type ValuesMapping = z.infer<typeof valuesSchema>;

export const mappingSchema = z.strictObject({
  $schema: z.string().optional(),
  mapping: z.literal(MAPPING_VERSION),
  name: z.string().max(200).optional(),
  /** Of texts and buffers; found out when left out. */
  format: z.enum(['csv', 'json', 'ndjson']).optional(),
  /** Path to the array of rows: "results.records", "features"; the input itself when left out or ".". */
  rows: z.string().max(500).optional(),
  /** Path to an array inside each row: each of its elements becomes a row of its own. */
  explode: z.string().max(500).optional(),
  csv: z
    .strictObject({
      /** Found out when left out; "tab" for TSV. */
      delimiter: z.union([z.string().length(1), z.literal('tab')]).optional(),
      /** Whether the first row names the columns; true when left out. */
      header: z.boolean().optional(),
      quote: z.string().length(1).optional(),
      /** Lines that begin with this are skipped. */
      comment: z.string().min(1).max(5).optional(),
    })
    .optional(),
  /** Decimal sign of numbers in texts; "." when left out. */
  decimal: z.enum(['.', ',']).optional(),
  /** Sign between thousands, removed from numbers in texts. */
  thousands: z.enum([',', '.', ' ', "'"]).optional(),
  /** Texts and numbers that stand for "no value"; the usual ones when left out. */
  missing: z.array(z.union([z.string().max(100), z.number()])).max(100).optional(),
  /** Put before the keys, so that two sources with the same station names stay apart. */
  source: z.string().max(200).optional(),
  time: z.strictObject({
    /** Several are joined by a space (date and time of day). */
    columns: z.array(column).min(1).max(3),
    /** "iso" (default), "s", "ms" or "us" since 1970, "excel", or a pattern such as "dd.MM.yyyy HH:mm". */
    format: z.string().min(1).max(100).optional(),
    /** IANA zone of times that say none; UTC when left out. */
    zone: z.string().max(100).refine(isTimeZone, 'timeZone').optional(),
    /** End of the reading's interval. */
    end: column.optional(),
    /** Usual time between two readings of one station, so that its silence can be known. */
    interval: z
      .string()
      .regex(DURATION_PATTERN, 'duration')
      .optional(),
  }),
  /** The station; "station" for all rows when left out. */
  thing: fieldSchema.optional(),
  /** Its name for people. */
  thingName: fieldSchema.optional(),
  values: valuesSchema,
  place: placeSchema.optional(),
  quality: z
    .strictObject({
      column,
      table: z.record(z.string(), z.enum(['good', 'suspect', 'bad', 'missing'])),
      /** For texts that the table does not know; nothing is said when left out. */
      otherwise: z.enum(['good', 'suspect', 'bad', 'missing']).optional(),
    })
    .optional(),
});
export type Mapping = z.infer<typeof mappingSchema>;
