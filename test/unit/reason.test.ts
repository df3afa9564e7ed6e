/** The sentence that says why: with value, limit, unit, sensor and time, in both languages. */
import assert from 'node:assert/strict';
import type { EventDefinition, Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventLimit } from '../../nodes/ecdm/event';
import { limitOf } from '../../nodes/ecdm-event/engine/limit';
import { compileStatus } from '../../nodes/pattern-status/cep';
import { takeEvents } from '../../nodes/pattern-status/take-events';
import type { Status } from '../../nodes/ecdm/status';
import { evidenceSchema, eventMessageSchema } from '../../nodes/ecdm/message-schemas';
import { Bench } from './event-support';
import { makeObservation } from '../../nodes/ecdm/observation';

const T0 = Date.UTC(2026, 0, 5, 8);
const MIN = 60_000;
const ev = (event: string): Pattern => ({ op: 'event', event });

function begin(event: string, name: string, minute: number, more: Partial<CityEvent> = {}): CityEvent {
  const time = T0 + minute * MIN;
  return {
    id: `${event}|market|begin|${time}`, event, name, domain: undefined, key: 'market', keyName: 'Market',
    stream: `${event}|market`, property: undefined, time, timeEnd: undefined, place: undefined,
    zones: [{ id: 'centre', name: 'Centre', level: 'zone' }], value: 96.0412, unit: 'ug/m3',
    limit: { op: '>', value: 90, unit: 'ug/m3' }, kind: 'begin', source: [], ...more,
  }; // prettier-ignore
}

function statuses(events: CityEvent[], more: Partial<StatusDefinition> = {}, language = 'en-US'): Status[] {
  const when: Pattern = { op: 'and', of: [ev('pm'), ev('co')] };
  const per = { by: 'station' } as const;
  const definition: StatusDefinition = { id: 'air', name: 'Air pollution', when, per, severity: 'major', ...more };
  const engine = compileStatus(definition, { names: (id) => id, language, timeZone: 'UTC' });
  const out: Status[] = [];
  engine.setMode('replay');
  engine.push(events, out, []);
  engine.clock({ source: 's', time: T0 + 6000 * MIN, events: ['pm', 'co', 'beat'], end: true }, 'replay', out, []);
  return out;
}
const reason = (...args: Parameters<typeof statuses>): string => statuses(...args)[0]!.reason;

const co = begin('co', 'CO high', 10, { value: 4.6, unit: 'mg/m3', limit: { op: '>', value: 4, unit: 'mg/m3' } });

describe('why a status is raised', () => {
  it('names status, place, and each event with value, limit and time', () => {
    assert.equal(
      reason([begin('pm', 'PM2.5 high', 0), co]),
      'Air pollution at Market since 5 Jan 2026 08:10: PM2.5 high (96.04 µg/m³, limit 90, 08:00) and ' +
        'CO high (4.6 mg/m³, limit 4, 08:10).',
    );
  });

  it('names the station where the status is about a zone', () => {
    const zone = { per: { by: 'zone', level: 'zone' } } as const;
    assert.match(reason([begin('pm', 'PM2.5 high', 0), co], zone), /^Air pollution in Centre since .* 08:00 at Market\) and /);
  });

  it('speaks Thai', () => {
    assert.equal(
      reason([begin('pm', 'PM2.5 สูง', 0), co], {}, 'th'),
      'Air pollution ที่ Market ตั้งแต่ 5 ม.ค. 2569 08:10 น.: PM2.5 สูง (96.04 µg/m³ เกณฑ์ 90 เวลา 08:00 น.) และ ' +
        'CO high (4.6 mg/m³ เกณฑ์ 4 เวลา 08:10 น.)',
    );
  });

  it('says more about a pattern that is more than its events', () => {
    const when: Pattern = { op: 'then', of: [ev('pm'), ev('co')], within: '1 h' };
    assert.match(reason([begin('pm', 'PM2.5 high', 0), co], { when }), /^Air pollution \(first “pm”, then “co” within 1 h\) at Market since /);
  });

  const cases: [string, Partial<CityEvent>, string][] = [
    ['an aggregate', { limit: { op: '>', value: 90, unit: 'ug/m3', method: 'average', over: '60 min' } }, 'average over 1 h: 96.04 µg/m³, limit 90'],
    ['a limit in another unit', { value: 0.0961, unit: 'mg/m3' }, '0.0961 mg/m³, limit 90 µg/m³'],
    ['a limit without unit', { limit: { op: '>', value: 90 } }, '96.04 µg/m³, limit 90'],
    ['no limit', { limit: undefined }, '96.04 µg/m³'],
    ['thousands', { value: 12_345.67, limit: { op: '>', value: 10_000 } }, '12,345.7 µg/m³, limit 10,000'],
    ['a value just above the limit', { value: 90.0012 }, '90.0012 µg/m³, limit 90'],
    ['a truth', { value: true, limit: undefined }, 'true'],
  ]; // prettier-ignore
  for (const [name, more, expected] of cases) {
    it(`shows ${name}`, () => {
      assert.ok(reason([begin('pm', 'PM', 0, more)], { when: ev('pm') }).endsWith(`: PM (${expected}, 08:00).`));
    });
  }

  const SECOND = 1000;
  const lengths: [ms: number, english: string, thai: string][] = [
    [1, '1 ms', '1 มิลลิวินาที'],
    [9_700, '9 s 700 ms', '9 วินาที 700 มิลลิวินาที'],
    [10 * SECOND + 400, '10 s', '10 วินาที'],
    [86 * SECOND + 700, '1 min 27 s', '1 นาที 27 วินาที'],
    [60 * MIN - 1, '1 h', '1 ชม.'],
    [3 * 60 * MIN + 25 * MIN + 31 * SECOND + 200, '3 h 26 min', '3 ชม. 26 นาที'],
    [24 * 60 * MIN - SECOND, '1 d', '1 วัน'],
    [49 * 60 * MIN + 20 * MIN + 1, '2 d 1 h', '2 วัน 1 ชม.'],
  ];
  for (const [ms, english, thai] of lengths) {
    it(`tells ${ms} ms that were measured as people do`, () => {
      const events = [begin('pm', 'PM', 0), begin('pm', 'PM', 0, { id: 'over', kind: 'end', time: T0 + ms })];
      const said = (language: string): string => statuses(events, { when: ev('pm') }, language).at(-1)!.reason;
      assert.ok(said('en-US').endsWith(` held since 5 Jan 2026 08:00, for ${english}.`), said('en-US'));
      assert.ok(said('th').endsWith(` รวม ${thai}`), said('th'));
    });
  }

  it('tells what was chosen exactly', () => {
    const events = [begin('pm', 'PM', 0), begin('pm', 'PM', 1, { kind: 'end' })];
    const [pending, over] = statuses(events, { when: ev('pm'), for: '1 h 2 min 3 s' });
    assert.match(pending!.reason, /it counts once it has lasted 1 h 2 min 3 s:/);
    assert.match(over!.reason, /did not last 1 h 2 min 3 s\.$/);
  });

  describe('of a silence', () => {
    const point = { kind: 'point', value: undefined } as const;
    const silence = (time: string): Pattern => ({ op: 'no', of: ev('beat'), for: time });

    it('says when it was last heard', () => {
      const when = silence('30 min');
      const events = [begin('beat', 'Heartbeat', 0, point), begin('beat', 'Heartbeat', 25, point)];
      assert.equal(
        reason(events, { when }),
        'Air pollution (no “beat” for 30 min) at Market since 5 Jan 2026 08:55: Heartbeat (last heard at 08:25).',
      );
      assert.match(reason(events, { when }, 'th'), /: Heartbeat \(ได้รับล่าสุดเมื่อ 08:25 น\.\)$/);
      const value = [begin('beat', 'Heartbeat', 25, { ...point, value: 3, unit: undefined, limit: undefined })];
      assert.match(reason(value, { when }), /: Heartbeat \(3, last heard at 08:25\)\.$/);
      assert.match(reason(value, { when }, 'th'), /: Heartbeat \(3 ได้รับล่าสุดเมื่อ 08:25 น\.\)$/);
    });

    it('with the date where that was another day', () => {
      const late = begin('beat', 'Heartbeat', -9 * 60, point);
      assert.match(reason([late], { when: silence('2 h') }), /since 5 Jan 2026 01:00: Heartbeat \(last heard at 4 Jan 2026 23:00\)\.$/);
      assert.match(reason([late], { when: silence('2 h') }, 'th'), /\(ได้รับล่าสุดเมื่อ 4 ม\.ค\. 2569 23:00 น\.\)$/);
    });

    it('but not of what has happened, nor of a state, which was there until it ended', () => {
      const heard = begin('beat', 'Heartbeat', 25, point);
      const then: Pattern = { op: 'then', of: [ev('beat'), silence('30 min')] };
      assert.match(reason([heard], { when: then }), /: Heartbeat \(08:25\)\.$/);
      const state = [begin('beat', 'Beat', 0, { value: undefined }), begin('beat', 'Beat', 25, { kind: 'end' })];
      assert.match(reason(state, { when: silence('30 min') }), /since 5 Jan 2026 08:55: Beat \(08:00\)\.$/);
    });
  });

  it('hands value and limit on in the evidence', () => {
    const [status] = statuses([begin('pm', 'PM2.5 high', 0), co]);
    assert.deepEqual(status!.evidence.map(({ limit }) => limit?.value), [90, 4]); // prettier-ignore
    for (const one of status!.evidence) assert.ok(evidenceSchema.safeParse(one).success);
  });
});

describe('the limit of an event', () => {
  const limit = (when: EventDefinition['when'], more: object = {}): EventLimit | undefined => limitOf({ when, ...more });
  const high = { op: '>', value: 90, unit: 'µg/m³' } as const;

  it('is the one number that the value is compared with', () => {
    const wanted = { op: '>', value: 90, unit: 'ug/m3' };
    const night = { op: 'time', from: '22:00', to: '06:00' } as const;
    assert.deepEqual(limit(high), wanted);
    assert.deepEqual(limit({ op: 'all', of: [night, high, { op: '=', field: 'quality', value: 'good' }] }), wanted);
    const aggregate = { method: 'average', over: '1 h', scope: 'station' };
    assert.deepEqual(limit(high, { aggregate }), { ...wanted, method: 'average', over: '1 h' });
  });

  it('is not named where there are several, none, or the opposite', () => {
    assert.equal(limit({ op: 'any', of: [high, { op: '<', value: 5 }] }), undefined);
    assert.equal(limit({ op: 'all', of: [high, { op: 'in', values: ['x'] }] }), undefined);
    assert.equal(limit({ op: 'not', of: high }), undefined);
    assert.equal(limit({ op: '=', value: 1 }), undefined);
    assert.equal(limit({ op: 'between', low: 1, high: 2 }), undefined);
  });

  it('comes with begin and point, not with an end, and all events share it', () => {
    const base = { id: 'e', name: 'E', when: high, emit: 'state' } as const;
    const bench = new Bench([base, { ...base, id: 'p', emit: 'point' }]);
    const values = [95, 80, 99];
    bench.push(values.map((value, i) => makeObservation({ id: `${i}`, datastream: 'd', property: 'p', time: T0 + i * MIN, value, unit: 'ug/m3' })));
    const limits = new Map(bench.events.map((event) => [`${event.event} ${event.kind} ${event.time - T0}`, event.limit]));
    assert.equal(limits.get(`e end ${MIN}`), undefined);
    assert.equal(limits.get('e begin 0'), limits.get(`e begin ${2 * MIN}`));
    assert.equal(limits.get('p point 0')?.value, 90);
    assert.ok(bench.events.every((event) => eventMessageSchema.safeParse(event).success));
  });

  it('is read from a message, and what else hangs on it is dropped', () => {
    const out: CityEvent[] = [];
    const good = begin('pm', 'PM', 0);
    const bad: unknown[] = [{ op: '>', value: 90, more: {} }, { op: '>', value: NaN }, { op: 'x', value: 1 }, 'x', null];
    takeEvents([good, ...bad.map((one) => ({ ...good, limit: one }))], 'en-US', out, () => assert.fail());
    assert.equal(out[0], good);
    assert.deepEqual(out.slice(1).map((event) => event.limit), [{ op: '>', value: 90 }, ...Array<undefined>(4)]); // prettier-ignore
  });
});
