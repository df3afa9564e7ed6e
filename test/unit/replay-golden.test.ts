/**
 * Real data through the command line, as somebody's own CI would do it: the counts must be those that were worked out
 * without our code (golden.json, test/independent).
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { calder, dublin, metro, openaq, type Counts } from '../independent/counts';

const ROOT = path.resolve(__dirname, '../../..');
const DATA = path.resolve(ROOT, '../shared/data');
const HOUR = 3_600_000;

interface KeyRow {
  rule: string;
  key: string;
  detections: number;
  episodes: number;
  raisedMs: number;
  nodataMs: number;
  open: boolean;
}
interface Summary {
  rows: number;
  bad: number;
  events: { event: string; key: string; risingEdges: number }[];
  statuses: KeyRow[];
  problemCount: number;
}

function replay(name: string, data: string): { summary: Summary; statuses: Record<string, unknown>[] } {
  const definitions = path.join(ROOT, 'test/definitions');
  const args = [
    path.join(ROOT, 'dist/bin/city-events.js'), 'replay', path.join(definitions, `${name}.ecdm.json`),
    '--observations', path.join(DATA, data), '--map', path.join(definitions, `${name}.map.json`), '--summary', 'json',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 50_000_000 });
  assert.equal(status, 0, stderr);
  const statuses = stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  return { summary: JSON.parse(stderr) as Summary, statuses };
}

const edges = (summary: Summary, event: string): Counts =>
  Object.fromEntries(summary.events.filter((e) => e.event === event).map((e) => [e.key, e.risingEdges]));
const some = (counts: Counts): Counts => Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
const total = (counts: Counts): number => Object.values(counts).reduce((sum, n) => sum + n, 0);
const of = (summary: Summary, rule: string): KeyRow[] => summary.statuses.filter((s) => s.rule === rule);
const sum = (rows: readonly KeyRow[], field: 'detections' | 'episodes' | 'raisedMs' | 'nodataMs'): number =>
  rows.reduce((all, row) => all + row[field], 0);

describe('replay of real data', function () {
  this.timeout(30_000);
  before(function () {
    if (!fs.existsSync(DATA)) this.skip();
  });

  describe('a month of Beijing air', () => {
    let summary: Summary;
    let statuses: Record<string, unknown>[];
    let golden: any;
    before(() => {
      ({ summary, statuses } = replay('beijing', 'beijing_air_2016-12.csv'));
      golden = JSON.parse(fs.readFileSync(path.join(DATA, 'golden.json'), 'utf8'));
    });

    it('reads every row', () => assert.deepEqual([summary.rows, summary.bad, summary.problemCount], [4464, 0, 0]));

    it('counts the rising edges of PM2.5 per station, at four limits and with hysteresis', () => {
      const beijing = golden['beijing_air_2016-12.csv'];
      const byLimit = beijing.rising_edges_pm25_by_threshold_and_station;
      for (const [event, limit] of [['pm-75', '75'], ['pm-high', '90'], ['pm-115', '115'], ['pm-150', '150']] as const) {
        assert.deepEqual(edges(summary, event), byLimit[limit], event);
      }
      assert.deepEqual(edges(summary, 'pm-high-hysteresis'), beijing['episodes_pm25_hysteresis_on_gt_90_off_lt_75']);
    });

    it('counts 641 station-hours and 73 episodes of both at once, four of them still raised at the end', () => {
      const rows = of(summary, 'pollution');
      assert.equal(sum(rows, 'raisedMs') / HOUR, golden['beijing_air_2016-12.csv'].pm25_gt_90_and_co_gt_4000_same_row);
      assert.deepEqual([sum(rows, 'episodes'), sum(rows, 'nodataMs') / HOUR, rows.filter((r) => r.open).length], [73, 3, 4]);
      const raised = statuses.filter((s) => s['status'] === 'pollution' && s['state'] === 'raised');
      assert.equal(raised.length, 73);
      assert.equal(new Set(raised.map((s) => s['statusId'])).size, 73);
    });

    it('counts either, both in the city, and the average over the stations first', () => {
      const find = (start: string): number => golden.operators[Object.keys(golden.operators).find((k) => k.startsWith(start))!];
      const hours = (rule: string): number => sum(of(summary, rule), 'raisedMs') / HOUR;
      assert.equal(hours('either'), find('OR '));
      assert.equal(hours('pollution-city'), find('AND city level'));
      assert.equal(hours('mean-pm'), 399);
      assert.equal(hours('mean-both'), 91);
      assert.equal(find('Average over the 6 stations per hour: hours with mean pm25>90 and'), 91);
    });

    it('never finds CO above 50 ppm: it is converted, not compared blindly', () => {
      assert.deepEqual(edges(summary, 'co-50-ppm'), {});
      assert.equal(sum(of(summary, 'paper'), 'detections'), 0);
    });

    it('tells why, with numbers, in Thai as well', () => {
      for (const status of statuses.slice(0, 20)) assert.match(String(status['reason']), /\d/);
    });
  });

  it('OpenAQ: two gases of stations with gaps, long format', () => {
    const { summary } = replay('openaq', 'openaq_pm25_no2_2019.csv');
    const expected = openaq(path.join(DATA, 'openaq_pm25_no2_2019.csv'));
    assert.deepEqual(edges(summary, 'no2-high'), some(expected.no2));
    assert.deepEqual(edges(summary, 'pm-high'), some(expected.pm));
    assert.deepEqual(Object.fromEntries(of(summary, 'both').filter((s) => s.episodes > 0).map((s) => [s.key, s.episodes])), some(expected.both));
    // the one row without a unit is named, not guessed
    assert.equal(summary.problemCount, 1);
  });

  it('Dublin: noise averages as energy, and nights go over midnight', () => {
    const { summary } = replay('dublin-noise', 'dublin_noise_2019-12.csv');
    const expected = dublin(path.join(DATA, 'dublin_noise_2019-12.csv'));
    assert.deepEqual(edges(summary, 'loud-energy'), some(expected.energy));
    assert.deepEqual(edges(summary, 'loud-arithmetic'), some(expected.arithmetic));
    assert.notEqual(total(expected.energy), total(expected.arithmetic), 'the wrong mean would be seen');
    assert.deepEqual(edges(summary, 'night'), some(expected.night));
    assert.equal(sum(of(summary, 'noise-complaint'), 'raisedMs') / HOUR, total(expected.energyHours));
  });

  it('Calder valley: rain, then the river', () => {
    const { summary } = replay('calder-flood', 'calder_valley_river_rain_2025-09.csv');
    const expected = calder(path.join(DATA, 'calder_valley_river_rain_2025-09.csv'));
    assert.equal(total(edges(summary, 'rain')), expected.rain);
    assert.equal(total(edges(summary, 'river')), expected.river);
    const rows = of(summary, 'flood-risk');
    assert.deepEqual([sum(rows, 'detections'), sum(rows, 'episodes')], [expected.afterRain, expected.episodes]);
  });

  it('metro: traffic with a duration, working days in local time, and twice within hours', () => {
    const { summary } = replay('metro-traffic', 'metro_interstate_2018h1.csv');
    const expected = metro(path.join(DATA, 'metro_interstate_2018h1.csv'));
    assert.equal(total(edges(summary, 'busy')), expected.busy);
    assert.equal(total(edges(summary, 'busy-long')), expected.busyLong);
    assert.equal(total(edges(summary, 'rush')), expected.rush);
    const rows = of(summary, 'twice');
    assert.deepEqual([sum(rows, 'detections'), sum(rows, 'episodes')], [expected.twice, expected.episodes]);
  });
});
