import assert from 'node:assert/strict';
import { sortByTime, SourceClock } from '../../nodes/to-observation/batch';
import {
  atHome, emptyDraft, fieldKind, firstFault, getPath, homeZone, parseInput, setPath, showInput, type Draft, type Kind,
} from '../../nodes/to-observation/form/mapping-state';
import { LastInput } from '../../nodes/to-observation/mapping/keeper';
import { PRESETS } from '../../nodes/to-observation/mapping/presets';
import { preview } from '../../nodes/to-observation/mapping/preview';
import { makeObservation } from '../../nodes/ecdm/observation';

describe('mapping form', () => {
  it('sets, reads and removes values by path, and drops what becomes empty', () => {
    const draft = emptyDraft('UTC');
    setPath(draft, 'csv.header', false);
    setPath(draft, 'place.at.1', 7.5);
    setPath(draft, 'place.at.0', 99.6);
    assert.deepEqual(getPath(draft, 'place.at'), [99.6, 7.5]);
    assert.equal(getPath(draft, 'csv.header'), false);
    setPath(draft, 'csv.header', undefined);
    assert.equal('csv' in draft, false);
    setPath(draft, 'time.zone', undefined);
    assert.ok('time' in draft);
    assert.equal(getPath(draft, 'constructor.name'), undefined);
  });

  it('begins with the zone of the domain, else with that of whoever sits at the form', () => {
    assert.equal(homeZone([], 'Europe/Berlin'), 'Europe/Berlin');
    assert.equal(homeZone([{ timeZone: 'auto' }, { timeZone: '' }, { timeZone: 'Mars/Base' }], 'Europe/Berlin'), 'Europe/Berlin');
    assert.equal(homeZone([{ timeZone: 'Asia/Bangkok' }, { timeZone: 'auto' }, { timeZone: 'Asia/Bangkok' }], 'Europe/Berlin'), 'Asia/Bangkok');
    assert.equal(homeZone([{ timeZone: 'Asia/Bangkok' }, { timeZone: 'Asia/Tokyo' }], 'Europe/Berlin'), 'Europe/Berlin');
    assert.equal(getPath(emptyDraft('Asia/Bangkok'), 'time.zone'), 'Asia/Bangkok');
    const zones = PRESETS.map(({ mapping }) => getPath(atHome(mapping, 'Asia/Bangkok'), 'time.zone'));
    assert.deepEqual(zones, PRESETS.map(({ mapping }) => mapping.time.zone ?? 'Asia/Bangkok'));
  });

  it('shows what it parsed', () => {
    const cases: [Kind, string, unknown][] = [
      ['text', 'a', 'a'],
      ['text', ' ', ' '],
      ['list', 'd, t', ['d', 't']],
      ['number', '0.5', 0.5],
      ['boolean', 'false', false],
      ['marks', 'NA, , -999', ['NA', '', '-999']],
      ['table', 'pm25 = PM2.5\na=b = c', { pm25: 'PM2.5', 'a=b': 'c' }],
      ['points', 'A1 = 7.5, 99.6', { A1: [99.6, 7.5] }],
      ['json', '{"features":[]}', { features: [] }],
    ];
    for (const [kind, text, value] of cases) {
      assert.deepEqual(parseInput(text, kind), value, kind);
      assert.equal(showInput(value, kind), text, kind);
    }
    assert.equal(parseInput('', 'text'), undefined);
    assert.equal(fieldKind({ template: 'x' }), 'template');
    assert.deepEqual(Object.keys(parseInput('__proto__ = x', 'table') as object), ['__proto__']);
  });

  it('knows the first fault', () => {
    assert.equal(firstFault(null), 'noMapping');
    assert.equal(firstFault(emptyDraft('UTC')), 'noTime');
    for (const { mapping } of PRESETS) assert.equal(firstFault(mapping), undefined);
    const draft = structuredClone(PRESETS[0]!.mapping) as unknown as Draft;
    setPath(draft, 'values.columns', [{ column: 'a', property: '' }]);
    assert.equal(firstFault(draft), 'noProperty');
  });
});

describe('mapping: preview of the last input', () => {
  const shown = (payload: unknown) => {
    const last = new LastInput();
    last.keep(payload, 't', 5);
    return last.show()!;
  };

  it('is short and can be mapped again', () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({ time: `2026-01-05T00:00:00Z`, station: `s${i}`, v: 1 }));
    const mapping = { mapping: 1, time: { columns: ['time'] }, thing: { column: 'station' }, values: { layout: 'wide', columns: [{ column: 'v', property: 'x' }] } };
    const csv = `time,station,v\n${rows.map((r) => `${r.time},${r.station},1`).join('\n')}`;
    for (const payload of [rows, JSON.stringify(rows), csv, csv.repeat(10), Buffer.from(csv), rows.map((r) => JSON.stringify(r)).join('\n')]) {
      const { text, kind } = shown(payload);
      assert.ok(text.length < 110_000);
      const answer = preview({ mapping, text, kind }, 0);
      assert.equal(answer.problems.length, 0, JSON.stringify(answer.problems[0]));
      assert.ok(answer.observations.length === 20);
      assert.deepEqual(answer.columns.slice(0, 3), ['time', 'station', 'v']);
    }
  });

  it('survives what cannot be shown', () => {
    assert.equal(new LastInput().show(), undefined);
    const circular: Record<string, unknown> = { a: [1] };
    circular['me'] = circular;
    for (const payload of [undefined, null, NaN, circular, () => 1, Symbol('x'), 10n, Buffer.alloc(0), '{"a']) {
      assert.equal(typeof shown(payload).text, 'string');
    }
  });

  it('shows times where the form is, and says so when the newest reading lies in the future or hours back', () => {
    const values = { layout: 'wide', columns: [{ column: 'v', property: 'x' }] };
    const now = Date.UTC(2026, 10, 24, 1, 0, 5);
    const text = JSON.stringify({ Time: '2026-11-24T08:00:00', v: 1 });
    const tried = (time: object, more = {}, at = now) =>
      preview({ mapping: { mapping: 1, time: { columns: ['Time'], ...time }, values }, text, kind: 'text', ...more }, at);
    const right = tried({ zone: 'Asia/Bangkok' }, { received: now });
    assert.equal(right.observations[0]?.time, '2026-11-24T08:00:00+07:00');
    assert.equal(right.apart, undefined);
    // a mapping of before has none: it is UTC still, and shown where the form is
    const before = tried({}, { zone: 'Asia/Bangkok' });
    assert.equal(before.observations[0]?.time, '2026-11-24T15:00:00+07:00');
    assert.deepEqual(before.apart, { how: 'ahead', by: '7 h' });
    assert.deepEqual(tried({ zone: 'Asia/Tokyo' }, { received: now }).apart, { how: 'behind', by: '2 h' });
    assert.equal(tried({ zone: 'Asia/Tokyo' }).apart, undefined, 'a sample that was pasted may be old');
    // what was stamped by arrival came when it came, however late the form is opened
    const late = tried({ columns: ['$now'] }, { received: now }, now + 86_400_000);
    assert.deepEqual([late.observations[0]?.time, late.apart], ['2026-11-24T01:00:05Z', undefined]);
  });

  it('tells what is wrong with the mapping', () => {
    const answer = preview({ mapping: { mapping: 1 }, text: 'a,b\n1,2', kind: 'text' }, 0);
    assert.ok(answer.mistakes.length > 0);
    assert.deepEqual(answer.columns, ['a', 'b']);
  });
});

describe('to-observation: clock', () => {
  const at = (time: number, datastream = 'a') => makeObservation({ id: `${datastream}|${time}`, datastream, property: 'p', time, value: 1 });

  it('follows the batch in a replay and begins anew after the end', () => {
    const clock = new SourceClock('n');
    assert.deepEqual(clock.after([at(5), at(3)], 'replay', 0, false), { source: 'n', time: 5 });
    assert.deepEqual(clock.after([at(4)], 'replay', 0, false), { source: 'n', time: 5 });
    assert.deepEqual(clock.after([], 'replay', 0, true), { source: 'n', time: 5, end: true });
    assert.deepEqual(clock.after([at(2)], 'replay', 0, false), { source: 'n', time: 2 });
    const hourly = { ...at(7), meta: { datastream: { id: 'a' }, interval: 10 } };
    assert.deepEqual(clock.after([hourly], 'replay', 0, true), { source: 'n', time: 17, end: true }, 'the last value counts for its hour');
  });

  it('is the least of the streams when live, once a second, and ignores the future', () => {
    const now = Date.UTC(2026, 0, 5);
    const clock = new SourceClock('n');
    const batch = [at(now - 5000, 'a'), at(now - 9000, 'b'), at(now + 1e9, 'c')];
    assert.deepEqual(clock.after(batch, 'live', now, false), { source: 'n', time: now - 9000 });
    assert.equal(clock.after([at(now, 'b')], 'live', now + 500, false), undefined);
    assert.deepEqual(clock.after([], 'live', now + 1500, false), { source: 'n', time: now - 5000 });
  });

  it('sorts by time and keeps the order of equals', () => {
    const batch = [at(2, 'a'), at(1, 'b'), at(2, 'c'), at(1, 'd')];
    sortByTime(batch);
    assert.deepEqual(batch.map((o) => o.datastream), ['b', 'd', 'a', 'c']);
  });
});
