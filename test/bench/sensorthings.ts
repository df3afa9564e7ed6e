/**
 * How fast SensorThings is read. Run on its own:
 *   npm run bench:sensorthings                            decode rates, and the paper's experiment on the simulator
 *   npm run bench:sensorthings -- --datastreams 20000     with fewer Datastreams (default 100,000)
 *   npm run bench:sensorthings -- --url http://…/v1.1     the experiment on a server that holds such Datastreams
 *   npm run bench:sensorthings -- --frost 20000           the experiment on a real FROST-Server with so many of them
 *   npm run bench:sensorthings -- --decode                only the decode rates
 * The decode rates are told as ratios to bare `JSON.parse` of the same text in the same run; lines with a floor set the
 * exit code, and so does a wrong result.
 */
import { parseArgs } from 'node:util';
import { decodeDatastream } from '../../nodes/sensorthings-server/client/datastream';
import { decodeObservations } from '../../nodes/sensorthings-server/client/decode';
import { experiment, onFrost } from './sensorthings-city';

const ROOT = 'https://city.example/v1.1';
/** Rows of a page, as the client asks for them. */
const ROWS = 1000;
/** Milliseconds that each line is measured. */
const LONG = 1500;

const STREAM = decodeDatastream(
  {
    '@iot.id': 1,
    name: 'Air temperature',
    unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
    observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
    Thing: { '@iot.id': 2, name: 'Station', Locations: [{ location: { type: 'Point', coordinates: [99.61, 7.55] } }] },
    ObservedProperty: { '@iot.id': 3, name: 'Air temperature' },
  },
  ROOT,
)!;

interface Row {
  id: number;
  time: string;
  result: number;
}

const rows: Row[] = Array.from({ length: ROWS }, (_, i) => ({
  id: 1_000_000 + i,
  time: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString(),
  result: 20 + ((i * 7919) % 2001) / 100,
}));

const link = (id: number, name = ''): string => `${ROOT}/Observations(${id})${name}`;

/** The forms in which a server gives the same page. */
const FORMS: Record<string, { value: unknown[]; floor: number }> = {
  'full JSON': {
    floor: 300_000,
    value: rows.map(({ id, time, result }) => ({
      '@iot.selfLink': link(id),
      '@iot.id': id,
      phenomenonTime: time,
      resultTime: time,
      result,
      resultQuality: null,
      'Datastream@iot.navigationLink': link(id, '/Datastream'),
      'FeatureOfInterest@iot.navigationLink': link(id, '/FeatureOfInterest'),
    })),
  },
  $select: {
    floor: 500_000,
    value: rows.map(({ id, time, result }) => ({ '@iot.id': id, phenomenonTime: time, result })),
  },
  dataArray: {
    floor: 1_000_000,
    value: [
      {
        'Datastream@iot.navigationLink': `${ROOT}/Datastreams(1)`,
        components: ['id', 'phenomenonTime', 'result'],
        dataArray: rows.map(({ id, time, result }) => [id, time, result]),
      },
    ],
  },
};

/** Runs per second, the best of many short rounds. */
function rate(run: () => void): number {
  let best = 0;
  const end = performance.now() + LONG;
  while (performance.now() < end) {
    const start = performance.now();
    for (let i = 0; i < 20; i++) run();
    best = Math.max(best, 20 / ((performance.now() - start) / 1000));
  }
  return best;
}

function decodeRates(): boolean {
  let good = true;
  console.log(`decoding pages of ${ROWS} Observations, one thread`);
  console.log('                 bytes/obs   JSON.parse      decode       both   both : JSON.parse   floor of decode');
  for (const [name, { value, floor }] of Object.entries(FORMS)) {
    const text = JSON.stringify({ '@iot.nextLink': `${ROOT}/Datastreams(1)/Observations?$skip=1000`, value });
    const body: unknown = JSON.parse(text);
    let read = 0;
    const parse = rate(() => void JSON.parse(text)) * ROWS;
    const decode = rate(() => (read = decodeObservations(body, STREAM).length)) * ROWS;
    const both = rate(() => void decodeObservations(JSON.parse(text), STREAM)) * ROWS;
    const ok = decode >= floor && read === ROWS;
    good &&= ok;
    const m = (n: number): string => `${(n / 1e6).toFixed(2)} M/s`.padStart(12);
    const ratio = (both / parse).toFixed(2).padStart(12);
    const bytes = String(Math.round(text.length / ROWS)).padStart(8);
    console.log(
      `${ok ? 'ok  ' : 'SLOW'} ${name.padEnd(10)} ${bytes} ${m(parse)}${m(decode)}${m(both)}${ratio}${m(floor).padStart(22)}`,
    );
  }
  return good;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      datastreams: { type: 'string', default: '100000' },
      observations: { type: 'string', default: '10' },
      url: { type: 'string' },
      frost: { type: 'string' },
      decode: { type: 'boolean', default: false },
    },
  });
  let good = decodeRates();
  if (!values.decode) {
    const size = { datastreams: Number(values.frost ?? values.datastreams), observations: Number(values.observations) };
    const run = values.frost === undefined ? experiment(size, values.url) : onFrost(size);
    good = (await run) && good;
  }
  process.exitCode = good ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
