/** What the tab "Rehearse" works out before it draws: rows, axes, local times, values to try. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Episode, Outcome } from '../../nodes/rehearsal/contract';
import { MOST_VALUES, readValue, usualRange, valuesOf, writeValue } from '../../nodes/rehearsal/view/curve-values';
import { fromField, toField } from '../../nodes/rehearsal/view/local-time';
import { presetMarks } from '../../nodes/rehearsal/view/preset-marks';
import { keyRows, rowsOf, sorted } from '../../nodes/rehearsal/view/rows';
import { fromPixel, niceStep, timeTicks, toPixel, unbroken, valueTicks } from '../../nodes/rehearsal/view/scale';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const episode = (since: number, until?: number, key = 'A'): Episode => ({ rule: 'r', name: 'high', key, since, until });
const outcome = (episodes: Episode[], keys: Outcome['keys'] = []): Outcome => ({
  count: episodes.length, raisedMs: 0, nodataMs: 0, open: 0, episodes, episodesLeftOut: 0, keys, keysLeftOut: 0, zones: [],
  problems: [], problemCount: 0,
}); // prettier-ignore

describe('the rows of a rehearsal', () => {
  it('tell what stays, is new, is gone, has become one and has become two, in order of time', () => {
    const now = outcome([episode(10, 20), episode(25, 30), episode(50, 60), episode(80, 120)]);
    const next = outcome([episode(8, 32), episode(40, 45), episode(80, 90), episode(100, 120), episode(130)]);
    const rows = rowsOf({ now, next, same: [[0, 0], [3, 2]] }); // prettier-ignore
    assert.deepEqual(
      rows.map(({ change, of, episode: { since } }) => [since, of, change]),
      [
        [8, 'next', 'same'],
        [25, 'now', 'merged'],
        [40, 'next', 'new'],
        [50, 'now', 'gone'],
        [80, 'next', 'same'],
        [100, 'next', 'split'],
        [130, 'next', 'new'],
      ],
    );
    assert.equal(rows[0]!.before!.since, 10);
    assert.deepEqual([...new Set(rowsOf({ next, same: [] }).map(({ change }) => change))], ['only']);
  });

  it('are sorted by each column; equal ones stay in order of time, open ones last until the end', () => {
    const list = rowsOf({
      next: outcome([episode(0, 5, 'B'), episode(1, 2, 'A'), episode(3, undefined, 'B')]),
      same: [],
    });
    const order = (...how: [Parameters<typeof sorted>[1], boolean]): number[] =>
      sorted(list, ...how, 10).map(({ episode: { since } }) => since);
    assert.deepEqual(order('length', true), [3, 0, 1]);
    assert.deepEqual(order('key', false), [1, 0, 3]);
    assert.deepEqual(order('key', true), [0, 3, 1]);
  });

  it('sum the rules of a node for each key', () => {
    const key = (rule: string, name: string, count: number): Outcome['keys'][number] => ({
      rule,
      key: name,
      count,
      raisedMs: count,
    });
    const rows = keyRows({
      next: outcome([], [key('r', 'A', 2), key('s', 'A', 3), key('r', 'B', 9)]),
      now: outcome([], [key('r', 'C', 1)]),
    });
    assert.deepEqual(
      rows.map((row) => [row.name, row.now!.count, row.next.count]),
      [['B', 0, 9], ['A', 0, 5], ['C', 1, 0]], // prettier-ignore
    );
  });
});

describe('the scales of a rehearsal', () => {
  it('go there and back', () => {
    const scale = { from: 100, to: 300, start: 130, end: 930 };
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 300 }),
        (value) => Math.abs(fromPixel(scale, toPixel(scale, value)) - value) < 1e-6,
      ),
    );
    assert.equal(toPixel(scale, 1000), 930);
  });

  it('write times on whole local days, also over the night in which clocks change', () => {
    // 26 March 2023: Berlin goes from +01:00 to +02:00
    const from = Date.parse('2023-03-24T23:00:00Z');
    const ticks = timeTicks({ from, to: from + 4 * DAY, start: 0, end: 400 }, 'Europe/Berlin', 80);
    assert.deepEqual(
      ticks.map(({ time }) => new Date(time).toISOString().slice(5, 13)),
      ['03-24T23', '03-25T23', '03-26T22', '03-27T22', '03-28T22'],
    );
  });

  it('write round values', () => {
    assert.deepEqual(valueTicks(0, 558, 4), [0, 200, 400]);
    assert.deepEqual(valueTicks(-0.25, 0.32, 4), [-0.2, 0, 0.2]);
    assert.equal(niceStep(0.003), 0.005);
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (low, span) => {
          const ticks = valueTicks(low, low + span, 5);
          return (
            ticks.length <= 12 &&
            ticks.every(
              (value) => value >= low - 1e-6 * Math.abs(low) - 1e-9 && value <= low + span * (1 + 1e-9) + 1e-6,
            )
          );
        },
      ),
    );
  });

  it('break a curve where readings are missing', () => {
    const points = [0, 1, 2, 3, 9, 10].map((time) => ({ time }));
    assert.deepEqual(unbroken(points).map((piece) => piece.length), [4, 2]); // prettier-ignore
    assert.deepEqual(unbroken([]), []);
  });
});

describe('local times in fields', () => {
  it('are those of the place', () => {
    assert.equal(toField(Date.parse('2016-11-30T16:00:00Z'), 'Asia/Shanghai'), '2016-12-01T00:00');
    assert.equal(fromField('2016-12-01T00:00', 'Asia/Shanghai'), Date.parse('2016-11-30T16:00:00Z'));
    assert.equal(fromField('', 'Asia/Shanghai'), undefined);
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 365 * 10 });
    fc.assert(
      fc.property(minutes, fc.constantFrom('Asia/Bangkok', 'UTC', 'America/St_Johns'), (minute, zone) => {
        const shown = toField(Date.parse('2015-01-01T00:00:00Z') + minute * 60_000, zone);
        // the hour that comes twice a year is one of two
        return toField(fromField(shown, zone)!, zone) === shown;
      }),
    );
  });
});

describe('the values of a curve', () => {
  const limit = { of: 'limit', event: 0 } as const;

  it('are those between, and those that must be among them, bounded', () => {
    assert.deepEqual(valuesOf({ from: 0.1, to: 0.5, step: 0.1 }, [0.25]), [0.1, 0.2, 0.25, 0.3, 0.4, 0.5]);
    assert.equal(valuesOf({ from: 0, to: 100, step: 1 }, []), undefined);
    assert.equal(valuesOf({ from: 5, to: 1, step: 1 }, []), undefined);
    assert.equal(valuesOf({ from: 0, to: 1, step: 0 }, []), undefined);
  });

  it('are a start that can always be tried, whatever the limit and the data are', () => {
    const number = fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 10);
    fc.assert(
      fc.property(
        number,
        fc.option(fc.tuple(number, fc.double({ min: 1, max: 1e5, noNaN: true })), { nil: undefined }),
        (value, data) => {
          const range = usualRange(limit, value, value, data && { low: data[0], high: data[0] + data[1] });
          if (data && (data[0] > 2 * value || data[0] + data[1] < 0)) return true;
          const values = valuesOf(range, [value]);
          return values === undefined ? range.to < range.from : values.length <= MOST_VALUES;
        },
      ),
    );
    for (const of of ['for', 'within'] as const) {
      const values = valuesOf(usualRange({ of }, 5_400_000, undefined), [])!;
      assert.ok(values.length > 5 && values.at(-1)! >= 3 * 5_400_000, values.join());
      assert.equal(values[0] === 0, of === 'for');
    }
  });

  it('are written as people write them', () => {
    assert.equal(readValue({ of: 'for' }, '1 h 30 min'), 5_400_000);
    assert.equal(writeValue({ of: 'for' }, 5_400_000), '1 h 30 min');
    assert.equal(readValue({ of: 'for' }, '0'), 0);
    assert.equal(readValue(limit, '37,5'), 37.5);
    assert.equal(readValue(limit, 'many'), undefined);
  });

  it('are marked where guidelines are, in the unit of the rule', () => {
    const event = (property: string): Parameters<typeof presetMarks>[0] => ({
      id: 'e',
      name: 'e',
      observe: { properties: [property] },
      when: { op: '>', value: 1 },
      emit: 'state',
    });
    const ids = (...args: Parameters<typeof presetMarks>): string[] =>
      presetMarks(...args).map(({ id, value }) => `${id} ${value}`);
    assert.deepEqual(ids(event('pm2.5'), 'ug/m3', 70, 100), ['thPmRed 75.1', 'paperPm 90']);
    // 10 mg/m3 of CO are 8.729 ppm at 25 °C
    assert.deepEqual(ids(event('CO'), 'ppm', 5, 10), ['usCoSensitive 9.5', 'euCo 8.729']);
    assert.deepEqual(ids(event('noise'), 'dB(A)', 0, 1000), []);
    assert.deepEqual(ids(event('PM2.5'), undefined, 0, 1000), []);
  });
});
