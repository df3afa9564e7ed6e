/**
 * Fills a FROST with thermometers in a disc around Trang, the same as `addCircle` of the simulator does. Straight into
 * its tables: over HTTP FROST takes some hundred of them a second, and what is tested here is reading.
 */
import type { Frost } from './server';

export interface LoadOptions {
  datastreams: number;
  /** Observations of each, a minute apart, the last at `end`. */
  observations: number;
  /** Epoch milliseconds (default 2025-11-20T07:00:00Z). */
  end?: number;
  /** Degrees around the centre of Trang (default 0.5). */
  radius?: number;
  /** Name of the ObservedProperty (default `Air temperature`), by which they are found. */
  property?: string;
}

export interface Loaded {
  /** Id of the first Thing, Location and Datastream (they have the same numbers), and of the first Observation. */
  first: number;
  firstObservation: number;
}

const TABLES = ['THINGS', 'LOCATIONS', 'DATASTREAMS', 'SENSORS', 'OBS_PROPERTIES', 'FEATURES', 'OBSERVATIONS'];

/** Result of Observation `n` (0 …) of Datastream `i` (1 …), in degrees Celsius: 20 to 40. */
export function valueOf(i: number, n: number): number {
  return 20 + ((i * 7919 + n * 104_729) % 2001) / 100;
}

export async function loadFrost(frost: Frost, options: LoadOptions): Promise<Loaded> {
  const {
    datastreams: n,
    observations,
    end = Date.parse('2025-11-20T07:00:00Z'),
    radius = 0.5,
    property = 'Air temperature',
  } = options;
  const highest = await frost.sql(
    `select greatest(${TABLES.map((table) => `(select max("ID") from "${table}")`).join()}, 0)`,
  );
  const base = Number(highest.trim() || 0);
  const from = new Date(end - (observations - 1) * 60_000).toISOString();
  const to = new Date(end).toISOString();
  const angle = Math.PI * (3 - Math.sqrt(5));
  const place = `st_setsrid(st_makepoint(99.611 + ${radius} * sqrt(i::float8 / ${n}) * cos(i * ${angle}), 7.556 + ${radius} * sqrt(i::float8 / ${n}) * sin(i * ${angle})), 4326)`;
  const geojson = `st_asgeojson(${place}, 9)`;
  const each = `from generate_series(1, ${n}) i`;
  const statements = [
    // no triggers and no checks while so much comes in
    'set session_replication_role = replica',
    `insert into "SENSORS" ("ID","NAME","DESCRIPTION","ENCODING_TYPE","METADATA") values (${base + 1},'Thermometer','Simulated','text/plain','none')`,
    `insert into "OBS_PROPERTIES" ("ID","NAME","DEFINITION","DESCRIPTION") values (${base + 1},'${property}','http://vocab.nerc.ac.uk/standard_name/air_temperature/','Simulated')`,
    `insert into "THINGS" ("ID","NAME","DESCRIPTION") select ${base} + i, 'Station ' || i, 'Simulated' ${each}`,
    `insert into "LOCATIONS" ("ID","NAME","DESCRIPTION","ENCODING_TYPE","LOCATION","GEOM","GEN_FOI_ID") select ${base} + i, 'Place ' || i, 'Simulated', 'application/geo+json', ${geojson}, ${place}, ${base} + i ${each}`,
    `insert into "THINGS_LOCATIONS" ("THING_ID","LOCATION_ID") select ${base} + i, ${base} + i ${each}`,
    `insert into "FEATURES" ("ID","NAME","DESCRIPTION","ENCODING_TYPE","FEATURE","GEOM") select ${base} + i, 'Place ' || i, 'Simulated', 'application/geo+json', ${geojson}, ${place} ${each}`,
    `insert into "DATASTREAMS" ("ID","NAME","DESCRIPTION","OBSERVATION_TYPE","PHENOMENON_TIME_START","PHENOMENON_TIME_END","OBSERVED_AREA","SENSOR_ID","OBS_PROPERTY_ID","THING_ID","UNIT_NAME","UNIT_SYMBOL","UNIT_DEFINITION","LAST_FOI_ID")
      select ${base} + i, 'Temperature ' || i, 'Simulated', 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement', '${from}', '${to}', ${place}, ${base + 1}, ${base + 1}, ${base} + i, 'degree Celsius', '°C', 'ucum:Cel', ${base} + i ${each}`,
    `insert into "OBSERVATIONS" ("ID","PHENOMENON_TIME_START","PHENOMENON_TIME_END","RESULT_TYPE","RESULT_NUMBER","RESULT_STRING","DATASTREAM_ID","FEATURE_ID")
      select ${base} + (i - 1) * ${observations} + k + 1, t, t, 0, v, v::text, ${base} + i, ${base} + i ${each}, generate_series(0, ${observations - 1}) k,
      lateral (select timestamptz '${from}' + k * interval '1 minute' as t, 20 + mod(i::bigint * 7919 + k * 104729, 2001) / 100.0::float8 as v) x`,
    ...TABLES.map(
      (table) => `select setval(pg_get_serial_sequence('"${table}"', 'ID'), (select max("ID") from "${table}"))`,
    ),
    `analyze`,
  ];
  await frost.sql(statements.join(';\n'));
  return { first: base + 1, firstObservation: base + 1 };
}
