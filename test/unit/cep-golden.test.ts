import * as assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import { compileStatus, type KeySummary } from '../../nodes/pattern-status/cep';
import type { Status } from '../../nodes/ecdm/status';
import type { Problem } from '../../nodes/ecdm/problem';

const FILE = path.resolve(__dirname, '../../..', '../shared/data/beijing_air_2016-12.csv');
const HOUR = 3_600_000;

interface Reading {
  time: number;
  station: string;
  pm25: number | undefined;
  co: number | undefined;
}

function readings(): Reading[] {
  const [head, ...lines] = readFileSync(FILE, 'utf8').trim().split('\n');
  const columns = head!.split(',');
  const at = (name: string): number => columns.indexOf(name);
  const number = (text: string | undefined): number | undefined =>
    text === undefined || text === '' ? undefined : Number(text);
  return lines.map((line) => {
    const cells = line.split(',');
    return {
      time: Date.parse(cells[at('time')]!),
      station: cells[at('station')]!,
      pm25: number(cells[at('pm25_ugm3')]),
      co: number(cells[at('co_ugm3')]),
    };
  });
}

/** The simplest possible event maker, with the gap rule `keep`: what is missing is not known. */
class Limit {
  private readonly held = new Map<string, 'on' | 'unknown'>();
  constructor(
    private readonly event: string,
    private readonly limit: number,
  ) {}

  judge(station: string, time: number, value: number | undefined, out: CityEvent[]): void {
    const held = this.held.get(station);
    let kind: EventKind | undefined;
    if (value === undefined) {
      if (held === 'on') kind = 'nodata';
    } else if (value > this.limit) {
      if (held !== 'on') kind = 'begin';
    } else if (held !== undefined) kind = 'end';
    if (kind === undefined) return;
    if (kind === 'end') this.held.delete(station);
    else this.held.set(station, kind === 'nodata' ? 'unknown' : 'on');
    out.push({
      id: `${this.event}|${station}|${kind}|${time}`,
      event: this.event,
      name: this.event,
      domain: undefined,
      key: station,
      keyName: station,
      stream: `${this.event}|${station}`,
      property: undefined,
      time,
      timeEnd: undefined,
      place: undefined,
      zones: undefined,
      value,
      unit: 'ug/m3',
      limit: undefined,
      kind,
      source: [],
    });
  }
}

function definition(op: 'and' | 'or', by: 'station' | 'city'): StatusDefinition {
  return {
    id: 'air',
    name: 'Air pollution',
    when: {
      op,
      of: [
        { op: 'event', event: 'pm' },
        { op: 'event', event: 'co' },
      ],
    },
    per: { by },
    severity: 'major',
  };
}

interface Run {
  summary: KeySummary[];
  statuses: Status[];
}

/** Rows in batches; the two limits in one branch, or in two that deliver one after the other. */
function replay(rows: readonly Reading[], def: StatusDefinition, batch: number, branches: 1 | 2): Run {
  const engine = compileStatus(def, { names: (id) => id, timeZone: 'Asia/Shanghai' });
  const statuses: Status[] = [];
  const problems: Problem[] = [];
  const pm = new Limit('pm', 90);
  const co = new Limit('co', 4000);
  for (let i = 0; i < rows.length; i += batch) {
    const slice = rows.slice(i, i + batch);
    const last = i + batch >= rows.length;
    const time = slice.at(-1)!.time + (last ? HOUR : 0);
    const tell = (events: string[]): void =>
      engine.clock({ source: 'file', time, events, end: last }, 'replay', statuses, problems);
    engine.setMode('replay');
    const first: CityEvent[] = [];
    const second: CityEvent[] = [];
    for (const row of slice) {
      pm.judge(row.station, row.time, row.pm25, first);
      co.judge(row.station, row.time, row.co, branches === 1 ? first : second);
    }
    first.sort((a, b) => a.time - b.time);
    engine.push(first, statuses, problems);
    if (branches === 1) tell(['pm', 'co']);
    else {
      tell(['pm']);
      engine.push(second, statuses, problems);
      tell(['co']);
    }
  }
  assert.deepEqual(problems, []);
  return { summary: engine.summary(), statuses };
}

const sum = (keys: readonly KeySummary[], field: 'episodes' | 'raisedMs' | 'nodataMs'): number =>
  keys.reduce((total, key) => total + key[field], 0);

describe('pattern core on a month of Beijing air', function () {
  let rows: Reading[];
  before(function () {
    if (!existsSync(FILE)) this.skip();
    rows = readings();
  });

  it('counts 73 episodes and 641 station-hours in which both are high', () => {
    const { summary } = replay(rows, definition('and', 'station'), 1000, 1);
    assert.deepEqual(
      {
        episodes: sum(summary, 'episodes'),
        raised: sum(summary, 'raisedMs') / HOUR,
        nodata: sum(summary, 'nodataMs') / HOUR,
        open: summary.filter((key) => key.open).length,
      },
      { episodes: 73, raised: 641, nodata: 3, open: 4 },
    );
  });

  it('counts 2192 hours in which one of them is high', () => {
    const { summary } = replay(rows, definition('or', 'station'), 1000, 1);
    assert.equal(sum(summary, 'raisedMs') / HOUR, 2192);
  });

  it('counts 205 hours in which both are high somewhere in the city', () => {
    const { summary } = replay(rows, definition('and', 'city'), 1000, 1);
    assert.equal(sum(summary, 'raisedMs') / HOUR, 205);
  });

  it('says the same through one branch and two, with arrays of 1, 7 and 1,000', () => {
    for (const by of ['station', 'city'] as const) {
      const reference = replay(rows, definition('and', by), 1000, 1).statuses;
      assert.ok(reference.length > 50);
      for (const branches of [1, 2] as const) {
        for (const batch of [1, 7, 1000]) {
          assert.deepEqual(
            replay(rows, definition('and', by), batch, branches).statuses,
            reference,
            `${by} ${branches} ${batch}`,
          );
        }
      }
    }
  });
});
