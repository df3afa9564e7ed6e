/** Choosing Datastreams: the rule as the server's query, what a server refuses or passes over, and how little is asked. */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../../flows/simulator';
import { PERSONALITIES } from '../../../flows/simulator/personalities';
import { Connection } from '../../../nodes/sensorthings-server/client/connection';
import { StaError } from '../../../nodes/sensorthings-server/client/errors';
import type { Door } from '../../../nodes/sensorthings-server/client/door';
import { findPage } from '../../../nodes/sensorthings-server/client/find-page';
import { findAll } from '../../support/find-all';
import { suggest } from '../../../nodes/sensorthings-server/client/suggest';
import { HttpClient } from '../../../nodes/sensorthings-server/client/http';
import { Metadata } from '../../../nodes/sensorthings-server/client/metadata';
import { parsePath } from '../../../nodes/sensorthings-server/client/path';
import {
  Abilities,
  clausesOf,
  filterText,
  leftHere,
  pushDown,
  thresholdText,
} from '../../../nodes/sensorthings-server/client/push-down';
import {
  EVERYTHING,
  isBroken,
  passes,
  readRule,
  readThreshold,
  type Rule,
  spellings,
} from '../../../nodes/sensorthings-server/client/rule';

const AREA = { west: 99.6, south: 7.54, east: 99.63, north: 7.57 };
const all = (rule: Partial<Rule>): { rule: Rule; path: string } => ({ rule: { ...EVERYTHING, ...rule }, path: '' });

describe('a rule', () => {
  it('is read from what a form saved, and bounded', () => {
    assert.deepEqual(readRule(undefined), { ...EVERYTHING, area: undefined });
    const rule = readRule({
      property: 'PM2.5, CO',
      unit: ['ug/m3'],
      thing: [5, ' a '],
      area: { west: '1', south: 2, east: '3', north: 4 },
    });
    assert.deepEqual([rule.properties, rule.units, rule.things], [['PM2.5', 'CO'], ['ug/m3'], ['a']]);
    assert.deepEqual(rule.area, { west: 1, south: 2, east: 3, north: 4 });
    for (const area of [
      { west: 3, south: 0, east: 1, north: 1 },
      { west: '', south: 0, east: 1, north: 1 },
      { west: 0, south: 0, east: 999, north: 1 },
      5,
      null,
    ]) {
      assert.equal(readRule({ area }).area, undefined, JSON.stringify(area));
    }
    assert.equal(readRule({ property: Array.from({ length: 999 }, (_, i) => `p${i}`) }).properties.length, 50);
    for (const area of [{ west: 3 }, { west: 3, south: 0, east: 1, north: 1 }, { west: 'x' }])
      assert.ok(isBroken({ area }), JSON.stringify(area));
    for (const whole of [undefined, {}, { area: {} }, { area: { west: '', east: '' } }, { area: AREA }])
      assert.ok(!isBroken(whole), JSON.stringify(whole));
    assert.equal(readRule({ property: ['Temperature, water'] }).properties[0], 'Temperature, water');
  });

  it('has thresholds only with a number', () => {
    assert.deepEqual(readThreshold({ op: 'gt', value: '35' }), { op: 'gt', value: 35 });
    for (const wrong of [{ op: 'gt', value: '' }, { op: 'eq', value: 1 }, { op: 'lt' }, null])
      assert.equal(readThreshold(wrong), undefined);
    const values = [34, 35, 36, '36', null];
    const kept = (op: 'gt' | 'ge' | 'lt' | 'le'): unknown[] =>
      values.filter((value) => passes({ op, value: 35 }, value));
    assert.deepEqual([kept('gt'), kept('ge'), kept('lt'), kept('le')], [[36], [35, 36], [34], [34, 35]]);
    assert.equal(thresholdText({ op: 'gt', value: 35 }), 'result gt 35');
  });

  it('knows a unit in the spellings of other servers', () => {
    for (const text of ['ug/m3', '\u00b5g/m³', '\u03bcg/m³', 'ug.m-3'])
      assert.ok(spellings('ug/m3').includes(text), text);
    assert.deepEqual(spellings('furlong per fortnight'), ['furlong per fortnight']);
  });
});

describe('the filter for a server', () => {
  const text = (rule: Partial<Rule>, abilities = new Abilities()): string | undefined =>
    filterText(clausesOf({ ...EVERYTHING, ...rule }), abilities, rule.filter ?? '');

  it('asks for property, Thing, area and what the person wrote, and escapes texts', () => {
    assert.equal(text({}), undefined);
    assert.equal(text({ properties: ["O'Neil"] }), "tolower(ObservedProperty/name) eq 'o''neil'");
    assert.equal(text({ properties: ['urn:x:PM'] }), "ObservedProperty/definition eq 'urn:x:PM'");
    assert.match(
      text({ area: AREA })!,
      /^st_within\(Thing\/Locations\/location,geography'POLYGON\(\(99\.5999999 7\.5399999,99\.6300001 /,
    );
    assert.equal(
      text({ filter: 'id gt 5 or id lt 3', things: ['a'] }),
      "substringof('a',tolower(Thing/name)) and (id gt 5 or id lt 3)",
    );
    assert.ok(
      clausesOf({ ...EVERYTHING, area: AREA }, 'Datastream/')[0]!.texts[0]!.includes(
        '(Datastream/Thing/Locations/location,',
      ),
    );
  });

  it('goes to the next spelling of what was refused, then leaves it out', () => {
    const abilities = new Abilities();
    abilities.refuse('thing');
    assert.equal(text({ things: ['a'] }, abilities), "contains(tolower(Thing/name),'a')");
    abilities.refuse('thing');
    assert.equal(text({ things: ['a'] }, abilities), undefined);
  });

  it('never grows beyond what fits into an address', () => {
    const many = Array.from({ length: 50 }, (_, i) => `${'x'.repeat(180)}${i}`);
    assert.ok((text({ properties: many, things: many, units: many }) ?? '').length <= 5100);
  });

  it('does not believe a refusal for ever', () => {
    let now = 0;
    const abilities = new Abilities('Datastreams', () => now);
    abilities.giveUp('area');
    abilities.answered(false, true);
    assert.deepEqual([text({ area: AREA }, abilities), abilities.counts], [undefined, false]);
    now = 3_600_001;
    assert.match(text({ area: AREA }, abilities) ?? '', /^st_within/);
    assert.equal(abilities.counts, true);
  });

  it('knows what is left to do here, also what does not fit into an address', () => {
    const abilities = new Abilities();
    const many = Array.from({ length: 40 }, (_, i) => `${'x'.repeat(180)}${i}`);
    const rule = { ...EVERYTHING, properties: many, things: ['a'], area: AREA };
    assert.deepEqual(leftHere(rule, abilities), ['property']);
    abilities.giveUp('area');
    assert.deepEqual(leftHere(rule, abilities), ['property', 'area']);
    assert.deepEqual(leftHere(EVERYTHING, abilities), []);
  });

  it('blames only the part that the server does not know', async () => {
    const abilities = new Abilities();
    const asked: (string | undefined)[] = [];
    const server = (filter: string | undefined): Promise<string> => {
      asked.push(filter);
      if (filter?.includes('st_') || filter?.includes('geo.'))
        return Promise.reject(new StaError('config', 'refused', 'no', 400));
      return Promise.resolve(filter ?? 'all');
    };
    const rule = { ...EVERYTHING, properties: ['a'], area: AREA };
    assert.equal(await pushDown(rule, abilities, server, server), "tolower(ObservedProperty/name) eq 'a'");
    const before = asked.length;
    assert.equal(await pushDown(rule, abilities, server, server), "tolower(ObservedProperty/name) eq 'a'");
    assert.equal(asked.length, before + 1, 'it is remembered');
  });

  it('does not ask a server that is too slow again and again, and tells a wrong filter of the person as an error', async () => {
    let asked = 0;
    const slow = (filter: string | undefined): Promise<string> => {
      asked++;
      return filter === undefined ? Promise.resolve('all') : Promise.reject(new StaError('size', 'too-much', '', 504));
    };
    assert.equal(await pushDown({ ...EVERYTHING, things: ['a'], area: AREA }, new Abilities(), slow, slow), 'all');
    assert.equal(asked, 2);
    const refuse = (filter: string | undefined): Promise<string> =>
      filter?.includes('nonsense')
        ? Promise.reject(new StaError('config', 'refused', 'nonsense', 400))
        : Promise.resolve('fine');
    await assert.rejects(
      pushDown({ ...EVERYTHING, things: ['a'], filter: 'nonsense' }, new Abilities(), refuse, refuse),
      { code: 'refused' },
    );
    const broken = (): Promise<string> => Promise.reject(new StaError('transient', 'no-server', 'gone'));
    await assert.rejects(pushDown({ ...EVERYTHING, things: ['a'] }, new Abilities(), broken, broken), {
      code: 'no-server',
    });
  });
});

describe('an expert path', () => {
  it('is read from an end of an address or all of it', () => {
    assert.deepEqual(parsePath(''), { path: 'Datastreams', filter: '', single: false });
    assert.deepEqual(parsePath('Things(1)/Datastreams?$top=5&$filter=id%20gt%205'), {
      path: 'Things(1)/Datastreams',
      filter: 'id gt 5',
      single: false,
    });
    assert.deepEqual(parsePath(" https://x.example/FROST-Server/v1.1/Datastreams('a%3Ab')/Observations "), {
      path: "Datastreams('a%3Ab')",
      filter: '',
      single: true,
    });
    assert.equal(parsePath('/v1.1/MultiDatastreams').path, 'MultiDatastreams');
    for (const wrong of [
      'Things',
      'Observations',
      '../../admin',
      'Things(1)/Datastreams/../../x',
      'Datastreams(1)(2)',
      "Datastreams('a/../b')",
      'x'.repeat(3000),
    ]) {
      assert.throws(() => parsePath(wrong), { code: 'bad-path' }, wrong);
    }
  });
});

describe('finding Datastreams on the simulated server', () => {
  let simulator: Simulator;
  let client: HttpClient;
  let door: Door;
  beforeEach(async () => {
    simulator = await startSimulator({ speed: 0, history: 10, mqttPort: false });
    client = new HttpClient({ root: simulator.url, timeout: 2000 });
    const get = (url: string): Promise<unknown> => client.getJson(url, { tries: 1 });
    door = { get, root: simulator.url, metadata: new Metadata(get, simulator.url), abilities: new Abilities() };
  });
  afterEach(async () => {
    client.close();
    await simulator.close();
  });

  it('searches by words and knows unit, Thing, place, value and time, in one request', async () => {
    const found = await findPage(door, all({ words: ['pm2.5', 'HARBOUR'] }));
    assert.equal(simulator.log.length, 1);
    assert.deepEqual([found.items.length, found.total, found.next, found.here], [3, 3, undefined, []]);
    const [first] = found.items;
    assert.deepEqual([first!.property, first!.unit], ['PM2.5', 'ug/m3']);
    assert.match(first!.thing, /Harbour/);
    assert.equal(typeof first!.value, 'number');
    assert.ok(Math.abs(first!.time! - simulator.now()) < 3_600_000);
    assert.equal(first!.place!.length, 2);
  });

  it('finds the same Datastreams whether the server filters or not', async () => {
    const rules: Partial<Rule>[] = [
      { properties: ['pm2.5'] },
      { units: ['ug/m3'] },
      { things: ['harbour', 'centre'] },
      { words: ["o'neil"] },
      { properties: ['PM2.5', 'CO'], things: ['harbour'], area: { west: 0, south: 0, east: 180, north: 90 } },
    ];
    const keys = async (rule: Partial<Rule>): Promise<string[]> =>
      (await findAll(door, all(rule), 2000)).map(({ key }) => key);
    const whole = await findAll(door, all({}), 2000);
    const place = whole[20]!.place!;
    rules.push({ area: { west: place[0], south: place[1], east: place[0] + 0.01, north: place[1] + 0.01 } });
    const helped = [];
    for (const rule of rules) helped.push(await keys(rule));
    assert.ok(helped[0]!.length > 0 && helped[1]!.length > 0 && helped[5]!.length > 0, JSON.stringify(helped));
    assert.ok(helped[0]!.length < whole.length && helped[5]!.length < whole.length);
    simulator.personality.refuseFilter = [
      'substringof',
      'contains',
      'tolower',
      'st_',
      'geo.',
      'unitOfMeasurement',
      'resultType',
    ];
    for (const [i, rule] of rules.entries()) assert.deepEqual(await keys(rule), helped[i], JSON.stringify(rule));
    const page = await findPage(door, all({ things: ['harbour'] }));
    assert.deepEqual(page.here, ['thing']);
  });

  it('asks for less where a server refuses the count or the last values, and remembers it', async () => {
    const asked: string[] = [];
    const without = (word: string): Door => ({
      ...door,
      abilities: new Abilities(),
      get: (url) => {
        const text = decodeURIComponent(url);
        asked.push(text);
        return text.includes(word) ? Promise.reject(new StaError('config', 'refused', word, 400)) : door.get(url);
      },
    });
    const noCount = without('$count');
    const page = await findPage(noCount, all({ properties: ['PM2.5'] }));
    assert.deepEqual([page.items.length, page.total, typeof page.items[0]!.value], [12, 12, 'number']);
    asked.length = 0;
    await findPage(noCount, all({ properties: ['CO'] }));
    assert.equal(asked.length, 1);
    const noLatest = without('Observations(');
    assert.deepEqual([(await findPage(noLatest, all({}))).total, noLatest.abilities.latest], [52, false]);
    asked.length = 0;
    const [first] = (await findPage(noLatest, all({}))).items;
    assert.deepEqual(
      [asked.length, first!.value, typeof first!.time],
      [1, undefined, 'number'],
      'the age is still there',
    );
  });

  it('gives up all extras at once where a server needs too long', async () => {
    let asked = 0;
    const slow: Door = {
      ...door,
      get: (url) => {
        asked++;
        const extras = /count|Observations/.test(decodeURIComponent(url));
        return extras ? Promise.reject(new StaError('size', 'timeout', 'no answer in time')) : door.get(url);
      },
    };
    assert.equal((await findPage(slow, all({}))).items.length, 52);
    assert.equal(asked, 2);
  });

  it('suggests names of properties and Things', async () => {
    assert.ok((await suggest(door, 'ObservedProperties', '')).names.includes('PM2.5'));
    const { names } = await suggest(door, 'Things', 'harb');
    assert.ok(names.length > 0 && names.every((name) => /harb/i.test(name)));
    simulator.personality.refuseFilter = ['substringof', 'contains'];
    assert.deepEqual((await suggest(door, 'Things', 'harb')).names, names);
  });

  it('follows a path, and one Datastream', async () => {
    const thing = await findAll(door, { rule: EVERYTHING, path: 'Things(1)/Datastreams' }, 2000);
    assert.ok(thing.length > 0 && thing.length < 20);
    const one = await findAll(door, { rule: EVERYTHING, path: `Datastreams(${thing[0]!.key})/Observations` }, 2000);
    assert.deepEqual(
      one.map(({ key }) => key),
      [thing[0]!.key],
    );
    const page = await findPage(door, { rule: EVERYTHING, path: `Datastreams(${thing[0]!.key})` });
    assert.deepEqual(
      page.items.map(({ key }) => key),
      [thing[0]!.key],
    );
    await assert.rejects(findAll(door, { rule: EVERYTHING, path: 'Things(99999)/Datastreams' }, 2000), { status: 404 });
  });
});

describe('finding Datastreams on every kind of server', () => {
  const RULES: Partial<Rule>[] = [
    {},
    { properties: ['pm2.5', 'CO'] },
    { units: ['ug/m3'], things: ['centre'] },
    { words: ['harbour', 'noise'] },
    { area: { west: 99.54, south: 7.5, east: 99.58, north: 7.53 } },
    { properties: ['nothing of this name'] },
  ];
  let expected: string[][] | undefined;
  for (const name of Object.keys(PERSONALITIES) as (keyof typeof PERSONALITIES)[]) {
    it(`${name}: the same Datastreams for the same rules, in the form and in the flow`, async function () {
      this.timeout(60_000);
      const simulator = await startSimulator({
        speed: 0,
        history: 2,
        mqttPort: false,
        personality: PERSONALITIES[name],
      });
      const server = new Connection({ url: simulator.url, auth: { type: 'none' } });
      try {
        const door = await server.door();
        const names: string[][] = [];
        for (const rule of RULES) {
          const whole = await findAll(door, all(rule), 2000);
          names.push(whole.map((info) => info.name).sort());
          const shown: string[] = [];
          for (let skip: number | undefined = 0, n = 0; skip !== undefined && n < 30; n++) {
            const page = await findPage(door, all(rule), skip);
            shown.push(...page.items.map((item) => item.name));
            assert.ok(
              page.total === undefined || page.total === whole.length,
              `${JSON.stringify(rule)}: ${page.total}`,
            );
            skip = page.next;
          }
          assert.deepEqual([...new Set(shown)].sort(), names.at(-1), JSON.stringify(rule));
        }
        expected ??= names;
        assert.deepEqual(names, expected);
        assert.ok(
          expected[0]!.length > 40 && expected.slice(1, 5).every(({ length }) => length > 0 && length < 40),
          JSON.stringify(expected.map((l) => l.length)),
        );
      } finally {
        server.close();
        await simulator.close();
      }
    });
  }
});
