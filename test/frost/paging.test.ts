/** 100,000 Observations of 2,000 Datastreams of a real FROST, whole and in an area. */
import assert from 'node:assert/strict';
import { startReading, stopReading, idsOf } from './flow';
import { loadFrost, valueOf, type Loaded } from './load';
import { frost } from './shared';
import { waitFor } from '../support/node-red';

const STREAMS = 2000;
const EACH = 50;
/** Other tests have thermometers too. */
const PROPERTY = 'Temperature to page through';
const END = Date.parse('2025-11-20T07:00:00Z');

describe('many Observations of a real FROST', function () {
  let loaded: Loaded;
  before(async () => {
    loaded = await loadFrost(await frost(), { datastreams: STREAMS, observations: EACH, end: END, property: PROPERTY });
  });
  afterEach(stopReading);

  it(`replays ${STREAMS * EACH} Observations of ${STREAMS} Datastreams: each once, in time order, with its value`, async () => {
    const { url } = await frost();
    const began = performance.now();
    const range = { from: new Date(END - EACH * 60_000).toISOString(), to: new Date(END).toISOString(), speed: '0' };
    const reading = await startReading(
      { url },
      { mode: 'replay', choose: 'rule', rule: { property: PROPERTY }, ...range },
    );
    await waitFor('all Observations', () => reading.observations.length >= STREAMS * EACH, 170_000);
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(`      ${Math.round((STREAMS * EACH) / seconds)} observations/s in ${seconds.toFixed(1)} s\n`);
    const ids = idsOf(reading.observations);
    assert.deepEqual(
      ids,
      Array.from({ length: STREAMS * EACH }, (_, i) => loaded.firstObservation + i),
    );
    const times = reading.observations.map(({ time }) => time);
    assert.ok(times.every((time, i) => i === 0 || times[i - 1]! <= time));
    for (const { datastream, time, value } of reading.observations) {
      const i = Number(datastream.slice(datastream.lastIndexOf('|') + 1)) - loaded.first + 1;
      assert.equal(value, valueOf(i, EACH - 1 - (END - time) / 60_000));
    }
    assert.deepEqual(reading.problems, []);
  });

  it('finds the Datastreams of an area by a rule, as the database counts them', async () => {
    const area = { west: 99.55, south: 7.5, east: 99.65, north: 7.6 };
    const { url, sql } = await frost();
    const box = `st_makeenvelope(${area.west}, ${area.south}, ${area.east}, ${area.north}, 4326)`;
    const wanted = await sql(
      `select count(*) from "DATASTREAMS" d join "THINGS_LOCATIONS" using ("THING_ID") join "LOCATIONS" l on l."ID" = "LOCATION_ID" where d."NAME" like 'Temperature %' and d."ID" >= ${loaded.first} and st_within(l."GEOM", ${box})`,
    );
    const range = { from: new Date(END).toISOString(), to: new Date(END + 60_000).toISOString(), speed: '0' };
    const rule = { property: PROPERTY, area };
    const reading = await startReading({ url }, { mode: 'replay', choose: 'rule', rule, ...range });
    const count = Number(wanted);
    assert.ok(count > 20 && count < STREAMS / 10, wanted);
    await waitFor('the newest of each', () => reading.observations.length >= count, 60_000);
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(reading.observations.length, count);
    const inside = reading.observations.every(
      ({ place }) =>
        place![0] >= area.west && place![0] <= area.east && place![1] >= area.south && place![1] <= area.north,
    );
    assert.ok(inside);
  });
});
