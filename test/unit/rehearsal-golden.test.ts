/** What the rehearsal says of a month of real air: the counts that were worked out without our code (golden.json). */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { checkMapping } from '../../nodes/ecdm/check';
import type { Observation } from '../../nodes/ecdm/observation';
import type { RehearsalRequest, RehearsalResult, SavedNode } from '../../nodes/rehearsal/contract';
import { rehearse } from '../../nodes/rehearsal/rehearse';
import { sliceOf } from '../../nodes/rehearsal/slice';
import { compileMapping } from '../../nodes/to-observation/mapping/mapper';

const ROOT = path.resolve(__dirname, '../../..');
const DATA = path.resolve(ROOT, '../shared/data');
const HOUR = 3_600_000;

type Counts = Record<string, number>;

function readings(): Observation[] {
  const map = JSON.parse(fs.readFileSync(path.join(ROOT, 'test/definitions/beijing.map.json'), 'utf8')) as unknown;
  const mapper = compileMapping(checkMapping(map, 'en-US').mapping!, { language: 'en-US' });
  const list: Observation[] = [];
  mapper.map(fs.readFileSync(path.join(DATA, 'beijing_air_2016-12.csv'), 'utf8'), list, [], {
    topic: undefined,
    now: 0,
  });
  return list;
}

const node = (value: number, things?: string[]): SavedNode => ({
  id: 'event',
  type: 'ecdm-event',
  version: 1,
  events: [
    {
      id: 'pm',
      name: 'PM2.5 high',
      observe: { properties: ['PM2.5'], ...(things === undefined ? {} : { things }) },
      when: { op: '>', value, unit: 'ug/m3' },
      emit: 'state',
    },
  ],
});

describe('rehearsal of a month of Beijing air', function () {
  this.timeout(30_000);
  before(function () {
    if (!fs.existsSync(DATA)) {
      console.log('SKIPPED: there is no ../shared/data');
      this.skip();
    }
  });

  async function run(next: SavedNode, now: SavedNode, curve?: RehearsalRequest['curve']): Promise<RehearsalResult> {
    const request: RehearsalRequest = {
      node: next,
      sources: ['source'],
      undeployed: [],
      history: { from: 'file', upload: 'x' },
      language: 'en-US',
      ...(curve === undefined ? {} : { curve }),
    };
    const deployed = [
      { id: 'source', type: 'to-observation', wires: [['event'], []] },
      { ...now, wires: [[], []] },
    ];
    // eslint-disable-next-line @typescript-eslint/require-await
    const batches = (async function* () {
      yield readings();
    })();
    return rehearse(request, sliceOf(deployed, request), batches);
  }

  it('from 90 to 75 at Aotizhongxin it is 19 times in place of 17', async () => {
    const result = await run(node(75, ['Aotizhongxin']), node(90, ['Aotizhongxin']));
    assert.equal(result.now!.count, 17);
    assert.equal(result.next.count, 19);
    assert.equal(result.next.raisedMs, 417 * HOUR);
    assert.match(result.sentence, /^17 times → 19 times; /);
    assert.deepEqual(result.notes, []);
    assert.deepEqual(result.limits.map(({ of, value }) => [of, value]), [['next', 75], ['now', 90]]); // prettier-ignore
    assert.equal(result.series[0]!.key, 'Aotizhongxin');
    for (const [a, b] of result.same) {
      assert.ok(result.next.episodes[b]!.since <= result.now!.episodes[a]!.since, 'a lower limit is passed earlier');
    }
  });

  it('the curve passes through the golden counts of all stations', async () => {
    const text = fs.readFileSync(path.join(DATA, 'golden.json'), 'utf8');
    const golden = (JSON.parse(text) as Record<string, Record<string, Record<string, Counts>>>)[
      'beijing_air_2016-12.csv'
    ]!;
    const wanted = golden['rising_edges_pm25_by_threshold_and_station']!;
    const values = Object.keys(wanted).map(Number);
    const { curve } = await run(node(80), node(90), { setting: { of: 'limit', event: 0 }, values });
    for (const { value, keys } of curve!.points) {
      const found = Object.fromEntries(keys.map(({ key, count }) => [key, count]));
      assert.deepEqual(found, wanted[String(value)]);
    }
  });

  it('the same input gives the same result', async () => {
    assert.deepEqual(await run(node(75), node(90)), await run(node(75), node(90)));
  });
});
