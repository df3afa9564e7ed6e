/** The choice of Datastreams as the query of a real FROST: it takes every part of a rule, and means the same as we do. */
import assert from 'node:assert/strict';
import { Connection } from '../../nodes/sensorthings-server/client/connection';
import type { Door } from '../../nodes/sensorthings-server/client/door';
import { findPage } from '../../nodes/sensorthings-server/client/find-page';
import { findAll } from '../support/find-all';
import { Abilities, clausesOf, thresholdText } from '../../nodes/sensorthings-server/client/push-down';
import { EVERYTHING, type Part, type Rule } from '../../nodes/sensorthings-server/client/rule';
import { ruleZone } from '../../nodes/sensorthings-server/client/rule-zone';
import { distinctUnits, suggest } from '../../nodes/sensorthings-server/client/suggest';
import { loadFrost } from './load';
import { frost, get, makeStreams } from './shared';

const PARTS: Part[] = ['property', 'unit', 'thing', 'words', 'area', 'zone'];
const COUNT = 4_000;
/** Its box has a corner that it has not, and there is a hole in it. */
const BENT = {
  type: 'Polygon' as const,
  coordinates: [
    [[99.6, 7.5], [99.7, 7.5], [99.7, 7.55], [99.64, 7.55], [99.64, 7.6], [99.6, 7.6], [99.6, 7.5]],
    [[99.61, 7.51], [99.61, 7.53], [99.63, 7.53], [99.63, 7.51], [99.61, 7.51]],
  ] as [number, number][][],
}; // prettier-ignore
const ZONES = [
  { id: 'bent', name: 'Bent', level: 'zone', shape: BENT },
  { id: 'round', name: 'Round', level: 'zone', shape: { type: 'Circle' as const, center: [99.4, 7.4] as [number, number], radius: 3000 }, parent: 'two' },
  { id: 'two', name: 'Two', level: 'zone', shape: BENT },
]; // prettier-ignore
const CENTRE = { west: 99.6, south: 7.54, east: 99.63, north: 7.57 };
const all = (rule: Partial<Rule>): { rule: Rule; path: string } => ({ rule: { ...EVERYTHING, ...rule }, path: '' });

describe('choosing from a real FROST', function () {
  let connection: Connection;
  let door: Door;
  let asked = 0;
  const requests = (): number => {
    const count = asked;
    asked = 0;
    return count;
  };
  before(async () => {
    await loadFrost(await frost(), { datastreams: COUNT, observations: 1, radius: 0.4 });
    await makeStreams("Choosing O'Neil", 3, [99.61, 7.55]);
    connection = new Connection({ url: (await frost()).url, auth: { type: 'none' } });
    const real = await connection.door();
    const counted = (url: string): Promise<unknown> => (asked++, real.get(url));
    door = { ...real, get: counted };
  });
  after(() => connection.close());

  /** The same, with a server that is not asked to look for anything but what lies in a smaller set. */
  const unhelped = (): Door => {
    const abilities = new Abilities();
    for (const part of PARTS) abilities.giveUp(part);
    return { ...door, abilities };
  };

  const RULES: Partial<Rule>[] = [
    { properties: ['AIR temperature'], area: CENTRE },
    { properties: ['http://vocab.nerc.ac.uk/standard_name/air_temperature/'], things: ['station 1999'] },
    { units: ['Cel'], words: ['temperature', '777'] },
    { things: ["o'neil"] },
    { words: ["O'Neil", 'choosing'], area: { west: 99.61, south: 7.55, east: 99.62, north: 7.56 } },
    { zone: ruleZone(ZONES, 'bent') },
    { zone: ruleZone(ZONES, 'bent'), words: ['temperature'] },
    { area: CENTRE, filter: "endswith(name,'7') or endswith(name,'8')" },
  ];
  for (const rule of RULES) {
    it(`understands ${JSON.stringify(rule)} in one request to each set`, async () => {
      requests();
      const page = await findPage(door, all(rule));
      assert.equal(requests(), 2, 'Datastreams and MultiDatastreams');
      assert.deepEqual(page.here, [], 'FROST can look for all of it');
      const whole = await findAll(door, all(rule), 100_000);
      assert.ok(whole.length > 0 && whole.length < COUNT / 4, `${whole.length}`);
      assert.equal(page.total, whole.length);
      const keys = (list: readonly { key: string }[]): string[] => list.map(({ key }) => key).sort();
      assert.deepEqual(keys(await findAll(unhelped(), all(rule), 100_000)), keys(whole));
    });
  }

  it('a circle goes by distance: FROST is asked for the boxes, and the rest is done here', async () => {
    const rule = { zone: ruleZone(ZONES, 'two') };
    const whole = await findAll(door, all(rule), 100_000);
    const bent = await findAll(door, all({ zone: ruleZone(ZONES, 'bent') }), 100_000);
    assert.ok(whole.length > bent.length, `${whole.length} of ${bent.length}`);
    assert.deepEqual((await findPage(door, all(rule))).here, ['zone']);
    const keys = (list: readonly { key: string }[]): string[] => list.map(({ key }) => key).sort();
    assert.deepEqual(keys(await findAll(unhelped(), all(rule), 100_000)), keys(whole));
  });

  it('gives the last value and the place with every line', async () => {
    const { items } = await findPage(door, all({ things: ['station 1234'] }));
    assert.equal(items.length, 1);
    assert.equal(typeof items[0]!.value, 'number');
    assert.equal(items[0]!.time, Date.parse('2025-11-20T07:00:00Z'));
    assert.equal(items[0]!.unit, '°C');
    assert.ok(Math.abs(items[0]!.place![0] - 99.611) < 0.41);
  });

  it('suggests properties, Things and, by $select=distinct, units', async () => {
    assert.ok((await suggest(door, 'ObservedProperties', 'air')).names.includes('Air temperature'));
    // those of other tests may be there too
    const { names } = await suggest(door, 'Things', "o'NEIL");
    assert.ok(names.includes("Choosing O'Neil") && names.every((name) => /o'neil/i.test(name)), names.join());
    const { distinct } = await connection.facts();
    if (distinct) assert.ok((await distinctUnits(door))!.includes('°C'));
  });

  it('takes threshold, area and property of Observations as a query', async () => {
    const parts = clausesOf({ ...EVERYTHING, properties: ['Air temperature'], area: CENTRE }, 'Datastream/');
    const filter = [thresholdText({ op: 'gt', value: 35 }), ...parts.map(({ texts }) => texts[0]!)].join(' and ');
    const body = await get(`Observations?$top=1000&$select=result&$filter=${encodeURIComponent(filter)}`);
    const results = (body.value as { result: number }[]).map(({ result }) => result);
    assert.ok(results.length > 2 && results.every((result) => result > 35), JSON.stringify(body).slice(0, 300));
  });
});
