import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { makeObservation } from '../../nodes/ecdm/observation';
import { actionEventSchema } from '../../nodes/ecdm/message-schemas';
import type { Problem } from '../../nodes/ecdm/problem';
import { Revisions } from '../../nodes/ecdm/revisions';
import type { Mode } from '../../nodes/ecdm/city';
import type { Status } from '../../nodes/ecdm/status';
import { sampleStatus } from '../../nodes/ecdm/status-fields';
import { forMap, noMarkup } from '../../nodes/action-notify/forms/look';
import { Notifier } from '../../nodes/action-notify/notifier';
import { readSettings } from '../../nodes/action-notify/settings';

const T0 = Date.parse('2026-02-14T01:00:00Z');
const problems: Problem[] = [];

function notifier(config: Record<string, unknown> = {}, domain = {}): Notifier {
  problems.length = 0;
  return new Notifier(readSettings({ id: 'n1', ...config }, domain), (problem) => void problems.push(problem));
}

function status(more: Partial<Status> = {}): Status {
  return { ...sampleStatus('raised'), ...more };
}

const event = (kind: string, more: object = {}): object => ({
  id: `e|k|${kind}|${T0}`,
  event: 'e',
  name: 'PM2.5 high',
  key: 'k',
  keyName: 'Station 12',
  kind,
  time: T0,
  value: 104.5,
  unit: 'ug/m3',
  place: [99.6, 7.5],
  source: [],
  ...more,
});

describe('which notices there are', () => {
  it('answers the states that were chosen, once each', () => {
    const n = notifier({ on: ['raised', 'cleared'] });
    const pass = [
      status({ revision: 1 }),
      status({ revision: 1 }),
      status({ revision: 2, state: 'updated' }),
      status({ revision: 3, state: 'cleared', until: '2026-02-14T09:00:00+07:00' }),
    ];
    const { notices } = n.take(pass, 'live', 0);
    assert.deepEqual(
      notices.map((a) => [a.state, a.revision]),
      [
        ['raised', 1],
        ['cleared', 3],
      ],
    );
    assert.deepEqual(n.take(pass, 'live', 0).notices, []);
    for (const notice of notices) actionEventSchema.parse(JSON.parse(JSON.stringify(notice)));
  });

  it('says that something critical reaches nobody because of the roles, once each time it becomes critical', () => {
    const recipients = [
      { id: 'a', name: 'A', role: 'Duty' },
      { id: 'b', name: 'B', minSeverity: 'critical', statuses: 'something else' },
    ];
    const roles = [{ role: 'duty', zones: 'no such zone' }];
    const told = (config: object, ...given: Partial<Status>[]): string[] => {
      const n = notifier({ on: ['raised', 'updated', 'cleared'], recipients, roles, ...config });
      n.take(given.map((one, i) => status({ revision: i + 1, severity: 'critical', ...one })), 'live', 0); // prettier-ignore
      return problems.map(({ code }) => code);
    };
    const same: Partial<Status> = { state: 'updated', flags: [] };
    const up: Partial<Status> = { state: 'updated', flags: ['severity-up'] };
    const codes = told({}, {}, same, { ...same, severity: 'major' }, up, { state: 'cleared' });
    assert.deepEqual(codes, ['desk/nobody', 'desk/nobody']);
    assert.match(problems[0]!.message, /nobody is told/);
    assert.deepEqual(told({}, { severity: 'major' }), []);
    // where it is no matter of the roles it is meant to be so
    assert.deepEqual(told({ recipients: recipients.slice(1) }, {}), []);
    assert.deepEqual(told({ roles: [...roles, { role: 'duty' }] }, {}), []);
    assert.deepEqual(told({ recipients: [...recipients, { id: 'c', name: 'C' }] }, {}), []);
    assert.deepEqual(told({ recipients: [] }, {}), []);
  });

  it('never tells of a raise after the clear has been seen', () => {
    const n = notifier({ on: ['raised'] });
    assert.equal(n.take([status({ revision: 5, state: 'cleared' })], 'live', 0).notices.length, 0);
    assert.equal(n.take([status({ revision: 4 })], 'live', 0).notices.length, 0);
  });

  it('tells a replay again when it is run again, and keeps it apart from what is real', () => {
    const n = notifier({ on: ['raised'] });
    const told = (mode: any): number => n.take([status(), event('begin')], mode, 0).notices.length;
    assert.deepEqual([told('replay'), told('replay'), told('live'), told('live')], [2, 0, 2, 0]);
    n.forgetRun('replay', 0);
    assert.deepEqual([told('replay'), told('live')], [2, 0]);
  });

  it('a simulation and a replay of the same are told apart, and the end of the one forgets nothing of the other', () => {
    const n = notifier({ on: ['raised', 'cleared'], onlyNew: true });
    const told = (mode: any, more: Partial<Status> = {}): string[] =>
      n.take([status(more), event('begin')], mode, 0).notices.map(({ state, headline }) => `${state} ${headline.split(' ')[0]}`); // prettier-ignore
    const begun = [...told('simulated'), ...told('replay')];
    assert.deepEqual(begun, ['raised [SIMULATED]', 'raised [SIMULATED]', 'raised [REPLAY]', 'raised [REPLAY]']);
    n.forgetRun('replay', 0);
    assert.deepEqual(told('simulated'), [], 'seen');
    assert.deepEqual(told('simulated', { revision: 2, state: 'cleared' }), ['cleared [SIMULATED]']);
  });

  it('a simulation starts over by its own clock only', () => {
    const n = notifier();
    const starts = (mode: any, time: number): boolean => n.startsOver({ mode, clock: { source: 'rule|x', time } });
    const clocks: [Mode, number][] = [['simulated', 9_000_000], ['replay', 0], ['live', 5], ['simulated', 9_000_001], ['replay', 1]]; // prettier-ignore
    assert.deepEqual(clocks.map(([mode, time]) => starts(mode, time)), [false, false, false, false, false]); // prettier-ignore
    assert.ok(starts('simulated', 0));
  });

  it('what says of itself that it is simulated, on whatever way it came, uses up nothing of what is real', () => {
    const n = notifier({ on: ['raised', 'cleared'], onlyNew: true });
    const told = (...items: object[]): unknown[] => n.take(items, 'live', 0).notices.map(({ state, simulated }) => [state, simulated]); // prettier-ignore
    const made = { simulated: true };
    assert.deepEqual(told(status({ ...made, revision: 2 }), event('begin', made)), [['raised', true], ['raised', true]]); // prettier-ignore
    assert.deepEqual(told(status(), event('begin')), [['raised', undefined], ['raised', undefined]]); // prettier-ignore
    assert.deepEqual(told(status({ ...made, revision: 3, state: 'cleared' })), [['cleared', true]]);
    assert.deepEqual(told(status({ revision: 2, state: 'cleared' })), [['cleared', undefined]]);
    const { seen } = n.take([status({ ...made, revision: 9 }), status({ revision: 3 })], 'live', 0);
    const real = [{ statusId: status()['statusId'], revision: 3, kept: true }];
    assert.deepEqual(seen, real, 'only what is real is kept, and need not be sent again');
  });

  it('keeps what it remembers over a restart, bounded', () => {
    const first = new Revisions(3);
    for (const id of ['a', 'b', 'c', 'd']) assert.ok(first.isNew(id, 1));
    assert.equal(first.size, 3);
    const second = new Revisions(3);
    assert.ok(second.isNew('d', 7));
    second.restore(JSON.parse(JSON.stringify(first.dump())));
    assert.equal(second.isNew('c', 1), false);
    assert.equal(second.isNew('d', 7), false, 'what came meanwhile wins');
    assert.equal(second.isNew('a', 1), true, 'forgotten: the oldest');
    second.restore('nonsense');
    second.restore([null, [1, 2], ['x'], { a: 1 }]);
  });

  it('goes by severity, status and domain', () => {
    const of = (config: object, more: Partial<Status> = {}, domain = {}): number =>
      notifier(config as Record<string, unknown>, domain).take([status(more)], 'live', 0).notices.length;
    assert.equal(of({ minSeverity: 'critical' }), 0);
    assert.equal(of({ minSeverity: 'major' }), 1);
    assert.equal(of({ statuses: ['other'] }), 0);
    assert.equal(of({ statuses: ['sample'] }), 1);
    assert.equal(of({ statuses: ['PM2.5 + CO'] }), 1);
    assert.equal(of({}, { domain: 'noise' }, { id: 'air' }), 0);
    assert.equal(of({}, { domain: 'air' }, { id: 'air' }), 1);
    assert.equal(of({}, { domain: undefined }, { id: 'air' }), 1);
  });

  it('writes in the language of the domain, and in all that have texts', () => {
    const texts = {
      'en-US': {
        headline: '{{name}} at {{keyName}}',
        text: '{{reason}} since {{since}}',
        instruction: 'Close windows.',
      },
      th: { headline: '{{name}} ที่ {{keyName}}', text: '{{reason}} ตั้งแต่ {{since}}' },
    };
    const n = notifier({ texts }, { language: 'th', timeZone: 'Asia/Bangkok' });
    const [notice] = n.take([status()], 'live', 0).notices;
    assert.equal(notice?.headline, 'PM2.5 + CO ที่ Thap Thiang 12');
    assert.equal(notice?.languages['en-US']?.headline, 'PM2.5 + CO at Thap Thiang 12');
    assert.equal(notice?.languages['en-US']?.text, 'PM2.5 104.5 µg/m³ > 90 µg/m³ since 14 Feb 2026 08:00');
    assert.equal(notice?.languages['en-US']?.instruction, 'Close windows.');
  });

  it('marks what is not real, in the headline and in the notice', () => {
    const one = (mode: any, more: Partial<Status>, config = {}) =>
      notifier(config).take([status(more)], mode, 0).notices[0];
    assert.match(one('live', { simulated: true })?.headline ?? '', /^\[SIMULATED\] /);
    assert.equal(one('live', { simulated: true })?.simulated, true);
    assert.match(one('replay', {})?.headline ?? '', /^\[REPLAY\] /);
    assert.equal(one('replay', {})?.simulated, true);
    assert.equal(one('catch-up', {})?.simulated, undefined);
    const texts = { 'en-US': { headline: '({{mode}}) {{name}}', text: '' } };
    assert.equal(one('simulated', {}, { texts })?.headline, '(SIMULATED) PM2.5 + CO');
  });

  it('tells of events too, of readings only where they can be drawn', () => {
    const n = notifier({ on: ['raised', 'cleared'] });
    const { notices } = n.take([event('begin'), event('begin'), event('end')], 'live', 0);
    assert.deepEqual(
      notices.map((a) => a.state),
      ['raised', 'cleared'],
    );
    assert.match(notices[0]?.text ?? '', /^PM2\.5 high 104\.5 µg\/m³ begins$/);
    n.take([makeObservation({ id: 'o', datastream: 'd', property: 'PM2.5', time: T0, value: 1 })], 'live', 0);
    assert.equal(problems[0]?.code, 'item/no-notice');
  });

  it('names nonsense and survives it', () => {
    const n = notifier({ form: 'table' });
    const circular: Record<string, unknown> = { statusId: 's' };
    circular['self'] = circular;
    const nonsense = [
      undefined,
      null,
      NaN,
      Infinity,
      'text',
      5,
      [],
      [[]],
      {},
      circular,
      () => 0,
      Symbol('x'),
      10n,
      new Date(NaN),
      { statusId: '', revision: 1 },
      { ...status(), revision: -1 },
      { ...status(), revision: 1.5 },
      { ...status(), since: '9999-01-01T00:00:00Z' },
      { ...status(), state: 'on fire' },
      { ...status(), state: '__proto__' },
      { event: 'e', kind: 'begin', time: NaN },
      { datastream: 'd', time: 253402300799000 },
      JSON.parse('{"__proto__": {"statusId": "x"}}'),
      { datastream: 'x'.repeat(10_000_000), time: T0 },
      new Proxy(
        {},
        {
          getOwnPropertyDescriptor: () => {
            throw new Error('no');
          },
          has: () => true,
        },
      ),
    ];
    assert.deepEqual(n.take(nonsense, 'live', 0), { notices: [], messages: [], seen: [], told: [], held: [] });
    assert.equal(problems.length, nonsense.length);
    for (const problem of problems) {
      assert.ok(problem.message && problem.hint);
      assert.ok(JSON.stringify(problem).length < 2000);
    }
    const odd = {
      ...status(),
      place: [500, 7],
      zones: 'x',
      evidence: [null, 5, {}],
      flags: 7,
      area: { type: 'Polygon' },
    };
    assert.equal(n.take([odd], 'live', 0).messages.length, 1);
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }), (raw) => {
        for (const form of ['event', 'chart', 'table', 'toast', 'worldmap', 'mail'])
          notifier({ form }).take([raw], 'live', 0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the forms of output 1', () => {
  it('chart: statuses are upright steps, gaps where nobody knows', () => {
    const n = notifier({ form: 'chart' });
    const { messages } = n.take(
      [
        status({ revision: 1 }),
        status({ revision: 2, state: 'nodata', updated: '2026-02-14T08:30:00+07:00' }),
        status({ revision: 3, state: 'cleared', until: '2026-02-14T10:30:00+07:00' }),
      ],
      'live',
      0,
    );
    const topic = 'PM2.5 + CO · Thap Thiang 12';
    const end = Date.parse('2026-02-14T03:30:00Z');
    assert.deepEqual(messages, [
      { topic, payload: 0, timestamp: T0 - 1 },
      { topic, payload: 1, timestamp: T0 },
      { topic, payload: null, timestamp: T0 + 1_800_000 },
      { topic, payload: 1, timestamp: end },
      { topic, payload: 0, timestamp: end + 1 },
    ]);
  });

  it('chart: values of statuses, events and observations; what is no number is a problem', () => {
    const n = notifier({ form: 'chart', chart: 'value' });
    const reading = (id: string, value: any) =>
      makeObservation({ id, datastream: 'd', property: 'PM2.5', thing: 'T1', time: T0, value });
    const { messages } = n.take(
      [
        status(),
        event('point'),
        reading('1', 7),
        reading('2', null),
        reading('3', '8.5'),
        reading('4', true),
        reading('5', 'wet'),
      ],
      'live',
      0,
    );
    assert.deepEqual(
      messages.map((m) => [m.topic, m.payload]),
      [
        ['PM2.5 + CO · Thap Thiang 12', 104.5],
        ['PM2.5 high · Station 12', 104.5],
        ['PM2.5 · T1', 7],
        ['PM2.5 · T1', null],
        ['PM2.5 · T1', 8.5],
        ['PM2.5 · T1', 1],
      ],
    );
    assert.deepEqual(
      problems.map((p) => p.code),
      ['chart/no-number'],
    );
  });

  it('table: newest first, one row a status, cleared ones leave after a while, bounded', () => {
    const n = notifier({ form: 'table', rows: 3, keepCleared: '10 min' }, { timeZone: 'Asia/Bangkok' });
    const at = (id: string, hour: number, more: Partial<Status> = {}) =>
      status({ statusId: id, name: id, since: `2026-02-14T0${hour}:00:00+07:00`, ...more });
    const rows = (messages: any[]): string[] => messages.at(-1)?.payload.map((row: any) => row.id);
    assert.deepEqual(rows(n.take([at('a', 1), at('b', 2)], 'live', 0).messages), ['b', 'a']);
    // a second change within half a second waits
    assert.deepEqual(n.take([at('a', 1, { revision: 2, state: 'cleared' })], 'live', 100).messages, []);
    assert.equal(n.due(), 500);
    const [drawn] = n.tick(500).messages;
    assert.deepEqual(
      (drawn?.payload as any[]).map((row) => row.state),
      ['raised', 'back to normal'],
    );
    assert.equal(n.due(), 100 + 600_000);
    assert.deepEqual(rows(n.tick(100 + 600_000).messages), ['b']);
    assert.equal(n.due(), undefined);
    assert.deepEqual(rows(n.take([at('c', 3), at('d', 4), at('e', 5)], 'live', 1e6).messages), ['e', 'd', 'c']);
    for (const row of (drawn?.payload as any[]) ?? []) {
      for (const value of Object.values(row)) assert.ok(['string', 'number'].includes(typeof value));
    }
  });

  it('table: pending ones and those no longer wanted are not in it', () => {
    const n = notifier({ form: 'table', minSeverity: 'major' });
    assert.deepEqual(n.take([status({ state: 'pending' })], 'live', 0).messages, []);
    assert.equal((n.take([status({ revision: 2 })], 'live', 1000).messages[0]?.payload as any[]).length, 1);
    assert.deepEqual(n.take([status({ revision: 3, severity: 'minor' })], 'live', 2000).messages[0]?.payload, []);
  });

  it('table and worldmap: the end of what is simulated or replayed takes nothing away that is the case', () => {
    const over: Partial<Status> = { revision: 2, state: 'cleared' };
    const ways: [Mode, Partial<Status>][] = [['replay', {}], ['simulated', {}], ['live', { simulated: true }]]; // prettier-ignore
    for (const [mode, own] of ways) {
      const table = notifier({ form: 'table', keepCleared: '0 s' });
      const map = notifier({ form: 'worldmap' });
      const name = (more: Partial<Status>, as: Mode): unknown => (map.take([status(more)], as, 0).messages[0]?.payload as any).name; // prettier-ignore
      const rows = (more: Partial<Status>, as: Mode, now: number): unknown => {
        const [message] = table.take([status(more)], as, now).messages;
        return (message?.payload as any[]).map((row) => row.state);
      };
      const mark = mode === 'replay' ? 'REPLAY' : 'SIMULATED';
      assert.deepEqual(rows({}, 'live', 0), ['raised']);
      assert.deepEqual(rows(own, mode, 1000), ['raised', `raised (${mark})`]);
      assert.deepEqual(rows({ ...over, ...own }, mode, 2000), ['raised']);
      assert.deepEqual(rows(over, 'live', 3000), []);
      const real = name({}, 'live');
      assert.equal(name(own, mode), `[${mark}] ${String(real)}`);
      assert.equal(name({ ...over, ...own }, mode), `[${mark}] ${String(real)}`);
      assert.equal(name(over, 'live'), real);
    }
  });

  it('toast: headline, text, a colour, and an alert stays longer', () => {
    const [calm] = notifier({ form: 'toast' }).take([status()], 'live', 0).messages;
    const [alert] = notifier({ form: 'toast', action: 'alert', highlight: 'red' }).take([status()], 'live', 0).messages;
    assert.equal(calm?.topic, 'major: PM2.5 + CO, Thap Thiang 12: raised');
    assert.equal(calm?.payload, 'PM2.5 104.5 µg/m³ > 90 µg/m³');
    assert.equal(alert?.['highlight'], 'red');
    assert.ok((alert?.['timeout'] as number) > (calm?.['timeout'] as number));
  });

  it('mail: subject in one line, no header can be smuggled in, nothing becomes HTML', () => {
    const n = notifier({ form: 'mail', to: 'duty@example.org' });
    const [mail] = n.take(
      [status({ keyName: 'x\r\nBcc: a@b.c', reason: '<img src=x onerror=1>' })],
      'live',
      0,
    ).messages;
    assert.ok(!/[\r\n]/.test(mail?.topic ?? ''));
    assert.ok(!/<[a-z][\s\S]*>/i.test(String(mail?.payload)));
    assert.equal(mail?.['to'], 'duty@example.org');
  });

  it('worldmap: a sign and an area in the order of the map, taken off when cleared', () => {
    const area = {
      type: 'Polygon',
      coordinates: [
        [
          [99, 7],
          [100, 7],
          [100, 8],
          [99, 7],
        ],
      ],
    };
    const n = notifier({ form: 'worldmap' }, { timeZone: 'Asia/Bangkok' });
    const [up] = n.take([status({ area })], 'live', 0).messages as any[];
    assert.equal(up.payload.name, 'PM2.5 + CO · Thap Thiang 12');
    assert.deepEqual([up.payload.lat, up.payload.lon], [7.559, 99.611]);
    assert.deepEqual(up.payload.area, [
      [7, 99],
      [7, 100],
      [8, 100],
      [7, 99],
    ]);
    const [down] = n.take([status({ revision: 2, state: 'cleared' })], 'live', 0).messages as any[];
    assert.deepEqual(down.payload, { name: up.payload.name, layer: 'PM2.5 + CO', deleted: true });
  });

  it('worldmap: two keys of one name are two signs; without a place it says so', () => {
    const n = notifier({ form: 'worldmap' });
    const { messages } = n.take([status({ key: 'a', statusId: 'a' }), status({ key: 'b', statusId: 'b' })], 'live', 0);
    assert.equal(new Set(messages.map((m) => (m.payload as any).name)).size, 2);
    n.take([status({ statusId: 'c', place: undefined })], 'live', 0);
    assert.equal(problems[0]?.code, 'map/no-place');
  });

  it('worldmap: nothing in a name or a text can become HTML or script', () => {
    const bad = `<b onclick="x('y')">\`&\\ \${name}`;
    const n = notifier({ form: 'worldmap' });
    const { messages } = n.take([status({ name: bad, keyName: bad, reason: bad })], 'live', 0);
    assert.ok(
      !/[<>"'`&\\]|\$\{/.test(JSON.stringify(Object.values(messages[0]?.payload as object)).replaceAll('"', '')),
    );
    assert.equal(forMap('a < b'), 'a ‹ b');
    assert.equal(noMarkup('a < b </b> <!-- 5<6'), 'a < b ‹/b> ‹!-- 5<6');
  });

  it('createDashboard: messages for three widgets, each says for which', () => {
    const n = notifier({ action: 'createDashboard' }, { id: 'air' });
    const { messages } = n.take([status({ domain: 'air' })], 'live', 0);
    assert.deepEqual(
      messages.map((m) => m['widget']),
      ['chart', 'chart', 'table', 'toast'],
    );
    assert.ok(messages.every((m) => m['domain'] === 'air'));
  });
});

describe('what the form saved', () => {
  it('is read whole from nonsense', () => {
    const s = readSettings({
      on: ['x'],
      statuses: [1, ''],
      rows: 1e9,
      texts: [null, 5],
      form: '__proto__',
      keepCleared: 'x',
      timeZone: 'Mars/Base',
    });
    assert.deepEqual([...s.on], ['raised', 'cleared']);
    assert.equal(s.rows, 500);
    assert.equal(s.form, 'event');
    assert.equal(s.timeZone, undefined);
    assert.equal(s.keepCleared, 600_000);
  });
});
