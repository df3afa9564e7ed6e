import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { formatTime, instantText, isTimeZone, parseTime, parseTimeInterval, zoneOffset } from '../../nodes/ecdm/time';
import { clockText, momentText } from '../../nodes/ecdm/words';

const at = (text: string): number => Date.parse(text);
const seed = { seed: 20261120, numRuns: 2000 };
const instants = fc.integer({ min: at('1900-01-01T00:00:00Z'), max: at('2200-12-31T23:59:59.999Z') });
const ZONES = [
  'Asia/Bangkok',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'UTC',
];

describe('time: reading', () => {
  it('runs on a machine in the zone that the runner names', function () {
    // else the repetitions in other zones would prove nothing
    if (process.env['TZ'] === undefined) this.skip();
    assert.equal(Intl.DateTimeFormat().resolvedOptions().timeZone, process.env['TZ']);
  });

  const cases: [string, string][] = [
    ['2014-12-31T11:59:59Z', '2014-12-31T11:59:59Z'],
    ['2014-12-31T11:59:59.123Z', '2014-12-31T11:59:59.123Z'],
    ['2014-12-31T11:59:59.1234567Z', '2014-12-31T11:59:59.123Z'],
    ['2014-12-31T11:59:59.9999999Z', '2014-12-31T11:59:59.999Z'],
    ['2014-12-31T11:59:59.00+08:00', '2014-12-31T03:59:59Z'],
    ['2014-12-31T11:59:59+0800', '2014-12-31T03:59:59Z'],
    ['2014-12-31T11:59:59+00', '2014-12-31T11:59:59Z'],
    ['2014-12-31T11:59:59-0330', '2014-12-31T15:29:59Z'],
    ['2014-12-31 11:59:59', '2014-12-31T11:59:59Z'],
    ['2014-12-31 11:59:59 +07:00', '2014-12-31T04:59:59Z'],
    ['2014-12-31 11:59:59 UTC', '2014-12-31T11:59:59Z'],
    ['2014-12-31T11:59', '2014-12-31T11:59:00Z'],
    ['2014-12-31t11:59z', '2014-12-31T11:59:00Z'],
    ['2014-12-31', '2014-12-31T00:00:00Z'],
    ['20141231T115959Z', '2014-12-31T11:59:59Z'],
    ['2014-12-31T24:00:00Z', '2015-01-01T00:00:00Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['2016-02-29T00:00:00Z', '2016-02-29T00:00:00Z'],
    ['2014-12-31T11:59:59,5Z', '2014-12-31T11:59:59.5Z'],
    ['  2014-12-31T11:59:59Z ', '2014-12-31T11:59:59Z'],
  ];
  for (const [text, wanted] of cases) {
    it(`${text} is ${wanted}`, () => assert.equal(parseTime(text), at(wanted)));
  }

  it('refuses what is not a time', () => {
    for (const bad of [
      '',
      'now',
      '2014',
      '2014-13-01',
      '2014-02-30T00:00:00Z',
      '2015-02-29T00:00:00Z',
      '2014-12-31T25:00:00Z',
      '2014-12-31T11:60:00Z',
      '2014-12-31T24:00:01Z',
      '2014-12-31T11:59:59+25:00',
      '2014-12-31T11:59:59Zjunk',
      '2014-12-31T11:59:59.Z',
      '9999-01-01T00:00:00Z',
      '1899-12-31T23:59:59Z',
      '2201-01-01T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '2014-12-31T1a:00:00Z',
      '2014-12-31Tx',
      '2014-1-1',
      'x'.repeat(1_000_000),
      5,
      null,
      undefined,
      {},
      [],
      NaN,
      new Date(),
    ]) {
      assert.equal(parseTime(bad), undefined, String(bad).slice(0, 40));
    }
  });

  it('agrees with the platform on every instant', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -840, max: 840 }), (ms, offset) => {
        const iso = new Date(ms).toISOString();
        assert.equal(parseTime(iso), ms);
        assert.equal(parseTime(iso.replace('.', ',')), ms);
        const local = new Date(ms + offset * 60_000).toISOString().slice(0, 23);
        const h = String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0');
        const m = String(Math.abs(offset) % 60).padStart(2, '0');
        if (local.length === 23) assert.equal(parseTime(`${local}${offset < 0 ? '-' : '+'}${h}:${m}`), ms);
      }),
      seed,
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => void parseTime(text)),
      seed,
    );
    fc.assert(
      fc.property(fc.anything(), (raw) => void parseTimeInterval(raw)),
      seed,
    );
  });

  it('reads a time without offset in the given zone, whatever the machine says', () => {
    assert.equal(parseTime('2016-12-01T08:00:00', 'Asia/Bangkok'), at('2016-12-01T01:00:00Z'));
    assert.equal(parseTime('2016-12-01', 'Asia/Shanghai'), at('2016-11-30T16:00:00Z'));
    assert.equal(parseTime('2016-12-01T08:00:00'), at('2016-12-01T08:00:00Z'));
    assert.equal(parseTime('2016-12-01T08:00:00Z', 'Asia/Bangkok'), at('2016-12-01T08:00:00Z'));
    assert.equal(parseTime('2016-12-01T08:00:00', 'Nowhere/City'), undefined);
    // the clocks skip 02:30, and 02:30 happens twice
    assert.equal(parseTime('2025-03-30T02:30:00', 'Europe/Berlin'), at('2025-03-30T01:30:00Z'));
    assert.equal(parseTime('2025-10-26T02:30:00', 'Europe/Berlin'), at('2025-10-26T00:30:00Z'));
  });

  it('agrees with luxon on local times of many zones', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...ZONES), (ms, zone) => {
        const second = Math.floor(ms / 1000) * 1000;
        const there = DateTime.fromMillis(second, { zone });
        assert.equal(Math.round(zoneOffset(second, zone) / 60_000), Math.round(there.offset));
        // local mean time had seconds: offsets of whole minutes cannot write it
        if (second < at('1950-01-01T00:00:00Z')) return;
        const read = parseTime(there.toFormat("yyyy-MM-dd'T'HH:mm:ss"), zone)!;
        assert.equal(DateTime.fromMillis(read, { zone }).toFormat('yyyyMMddHHmmss'), there.toFormat('yyyyMMddHHmmss'));
        assert.ok(read <= second);
        assert.equal(parseTime(formatTime(second, zone)), second);
      }),
      seed,
    );
  });
});

describe('time: intervals', () => {
  const a = at('2025-01-01T00:00:00Z');
  const b = at('2025-01-01T01:00:00Z');
  const [x, y] = ['2025-01-01T00:00:00Z', '2025-01-01T01:00:00Z'];
  it('reads instants, intervals and open sides', () => {
    assert.deepEqual(parseTimeInterval(x), { start: a, end: undefined });
    assert.deepEqual(parseTimeInterval(`${x}/${y}`), { start: a, end: b });
    assert.deepEqual(parseTimeInterval(`${x}/..`), { start: a, end: undefined });
    assert.deepEqual(parseTimeInterval(`${x}/-`), { start: a, end: undefined });
    assert.deepEqual(parseTimeInterval(`../${y}`), { start: undefined, end: b });
    assert.deepEqual(parseTimeInterval(`${x}/PT1H`), { start: a, end: b });
    assert.deepEqual(parseTimeInterval({ start: x, end: y }), { start: a, end: b });
    assert.deepEqual(parseTimeInterval({ start: x }), { start: a, end: undefined });
    assert.deepEqual(parseTimeInterval({ start: x, end: null }), { start: a, end: undefined });
  });
  it('refuses the rest', () => {
    for (const bad of [`${y}/${x}`, '../..', '/', `${x}/${y}/${y}`, {}, { start: {} }, [], 7, null, undefined]) {
      assert.equal(parseTimeInterval(bad), undefined);
    }
  });
});

describe('time: writing', () => {
  it('writes nothing of a number that is no time, in UTC and in a zone', () => {
    for (const zone of [undefined, 'Asia/Bangkok', 'America/New_York']) {
      for (const ms of [NaN, Infinity, -Infinity, 9e15, -9e15]) {
        assert.equal(zoneOffset(ms, zone), 0);
        assert.equal(momentText('th', ms, zone), '');
        assert.equal(formatTime(ms, zone), '');
      }
    }
    assert.equal(momentText('en-US', 0, 'Asia/Bangkok'), '1 Jan 1970 07:00');
  });

  it('writes the offset of the zone at that moment', () => {
    assert.equal(formatTime(at('2025-01-01T00:00:00Z'), 'Europe/Berlin'), '2025-01-01T01:00:00+01:00');
    assert.equal(formatTime(at('2025-07-01T00:00:00Z'), 'Europe/Berlin'), '2025-07-01T02:00:00+02:00');
    assert.equal(formatTime(at('2025-07-01T00:00:00.250Z'), 'Asia/Bangkok'), '2025-07-01T07:00:00.250+07:00');
    assert.equal(formatTime(at('2025-07-01T00:00:00Z'), 'America/St_Johns'), '2025-06-30T21:30:00-02:30');
    assert.equal(formatTime(at('2025-07-01T00:00:00Z')), '2025-07-01T00:00:00Z');
    assert.equal(formatTime(NaN), '');
    assert.equal(formatTime(Infinity, 'Asia/Bangkok'), '');
  });
  it('writes any time of any zone as luxon does, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(instants, fc.constantFrom(...ZONES), fc.boolean()), { maxLength: 8 }), (list) => {
        for (const [raw, zone, whole] of list) {
          const ms = whole ? Math.floor(raw / 1000) * 1000 : raw;
          const there = DateTime.fromMillis(ms, { zone });
          // offsets of local mean time had seconds, which are not written
          if (there.year < 1950) continue;
          assert.equal(formatTime(ms, zone), there.toISO({ suppressMilliseconds: true }));
          assert.equal(formatTime(ms + 0.75, zone), formatTime(ms, zone));
          assert.equal(clockText(ms, zone), there.toFormat(there.second === 0 ? 'HH:mm' : 'HH:mm:ss'));
          const date = there.setLocale('en-US').toFormat('d LLL yyyy');
          assert.equal(momentText('en-US', ms, zone), `${date} ${clockText(ms, zone)}`);
          // the years of the Buddhist era, as the calendar of the language itself counts them
          const thai = new Intl.DateTimeFormat('th-TH', {
            timeZone: zone,
            day: 'numeric',
            month: 'short',
            year: 'numeric',
          });
          assert.equal(momentText('th', ms, zone), `${thai.format(ms)} ${clockText(ms, zone)} น.`);
        }
      }),
      seed,
    );
  });
  it('writes instants as the language itself does, before 1970 and after 9999 too', () => {
    const any = fc.oneof(instants, fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }));
    fc.assert(
      fc.property(any, (ms) => assert.equal(instantText(ms), new Date(ms).toISOString())),
      seed,
    );
    fc.assert(
      fc.property(instants, (ms) => assert.equal(formatTime(ms), new Date(ms).toISOString().replace('.000Z', 'Z'))),
      seed,
    );
    // identities are made of it: readings of clocks that know parts of a millisecond have them, too
    fc.assert(
      fc.property(instants, (ms) => assert.equal(instantText(ms + 0.75), instantText(ms))),
      seed,
    );
    assert.throws(() => instantText(NaN), RangeError);
  });
  it('knows zones', () => {
    assert.ok(isTimeZone('Asia/Bangkok') && isTimeZone('UTC'));
    for (const bad of ['Nowhere/City', '', '__proto__', 7, undefined, 'x'.repeat(100)])
      assert.equal(isTimeZone(bad), false);
  });
});
