/** The rules of notices, by name; each comes from a fault of some other program (see the life-cycle of alarms). */
import assert from 'node:assert/strict';
import type { Status } from '../../../nodes/ecdm/status';
import { HOUR, MINUTE, NOON, Play, SECOND, settingsOf, status } from './desk-support';

const DAY = 24 * HOUR;
const at = (local: string): number => Date.parse(`${local}+07:00`);
const person = (id: string, more: object = {}): object => ({ id, name: id, ...more });

describe('the economy of notices', () => {
  describe('what is new', () => {
    it('an alarm that is raised twice is told once: only count and time are others', () => {
      const play = new Play(settingsOf());
      play.say(status('a', 'raised')).wait(MINUTE);
      play
        .say(status('a', 'updated', { revision: 2, count: 5 }))
        .say(status('a', 'raised', { revision: 3 }))
        .wait(HOUR);
      assert.deepEqual(play.said, ['single a raised major']);
    });
    it('severity up and severity down are told, each once', () => {
      const play = new Play(settingsOf());
      for (const severity of ['minor', 'major', 'major', 'minor'] as const) {
        play.say(status('a', 'updated', { severity })).wait(MINUTE);
      }
      assert.deepEqual(play.said, ['single a updated minor', 'single a updated major', 'single a updated minor']);
    });
    it('the end is told to who was told the beginning, and to nobody else', () => {
      const recipients = [person('all'), person('critical only', { minSeverity: 'critical' })];
      const play = new Play(settingsOf({ recipients }));
      play.say(status('a', 'raised')).wait(MINUTE).say(status('a', 'cleared')).wait(MINUTE);
      assert.deepEqual(play.said, ['all: single a raised major', 'all: single a cleared major']);
    });
    it('an end at a lower severity is told to who heard of the higher one', () => {
      const play = new Play(settingsOf({ recipients: [person('x', { minSeverity: 'major' })] }));
      play.say(status('a', 'raised')).wait(MINUTE);
      play
        .say(status('a', 'updated', { severity: 'minor' }))
        .wait(MINUTE)
        .say(status('a', 'cleared', { severity: 'minor' }))
        .wait(MINUTE);
      assert.deepEqual(play.said, [
        'x: single a raised major',
        'x: single a updated minor',
        'x: single a cleared minor',
      ]);
    });
    it('missing data is told as what it is, and so is its return', () => {
      const play = new Play(settingsOf());
      for (const state of ['raised', 'nodata', 'updated'] as const) play.say(status('a', state)).wait(MINUTE);
      assert.deepEqual(play.said, ['single a raised major', 'single a nodata major', 'single a updated major']);
    });
    it('flapping is told once, not each change', () => {
      const play = new Play(settingsOf());
      play.say(status('a', 'raised')).wait(MINUTE);
      for (let i = 0; i < 10; i++) play.say(status('a', 'updated', { revision: i, flags: ['flapping'] })).wait(MINUTE);
      assert.equal(play.said.length, 2);
    });
    it('two events without duration are two, however alike', () => {
      const play = new Play(settingsOf());
      play
        .say(status('a', 'raised', { statusId: 'e1' }), true)
        .wait(MINUTE)
        .say(status('a', 'raised', { statusId: 'e2' }), true)
        .wait(MINUTE);
      assert.equal(play.said.length, 2);
      assert.equal(play.desk.counters.alarms, 0);
    });
  });

  describe('grouping', () => {
    it('what comes within 30 s is one notice that names how many', () => {
      const play = new Play(settingsOf());
      for (const key of ['a', 'b', 'c']) play.say(status(key, 'raised')).wait(9 * SECOND);
      assert.deepEqual(play.said, []);
      play.wait(3 * SECOND);
      assert.deepEqual(play.said, ['group a raised major, b raised major, c raised major']);
      assert.equal(play.heard[0]!.at, NOON + 30 * SECOND);
    });
    it('critical ones do not wait', () => {
      const play = new Play(settingsOf());
      play.say(status('a', 'raised')).say(status('b', 'raised', { severity: 'critical' }));
      assert.deepEqual(play.fresh(), ['single b raised critical']);
      play.wait(MINUTE);
      assert.deepEqual(play.said, ['single a raised major']);
    });
    it('what is raised and over within the window is told as what it was', () => {
      const play = new Play(settingsOf());
      play
        .say(status('a', 'raised'))
        .wait(5 * SECOND)
        .say(status('a', 'cleared'))
        .wait(MINUTE);
      assert.deepEqual(play.said, ['single a cleared major']);
    });
    it('where nobody wants to hear of the end it is not told at all, and the journal is told why', () => {
      const play = new Play(settingsOf({ on: ['raised'] }));
      play
        .say(status('a', 'raised'))
        .wait(5 * SECOND)
        .say(status('a', 'cleared'))
        .wait(MINUTE);
      assert.deepEqual(play.said, []);
      assert.deepEqual(play.held.map(({ reason }) => reason), ['over']); // prettier-ignore
    });
    it('survives a restart in the middle of the window: told once, not lost', () => {
      const play = new Play(settingsOf());
      play
        .say(status('a', 'raised'))
        .wait(10 * SECOND)
        .say(status('b', 'raised'))
        .restart(5 * SECOND);
      play.wait(MINUTE);
      assert.equal(play.heard[0]!.at, NOON + 30 * SECOND);
      assert.deepEqual(play.fresh(), ['group a raised major, b raised major']);
      play.restart(HOUR).wait(HOUR);
      assert.deepEqual(play.said, []);
    });
  });

  describe('a limit an hour', () => {
    it('over the limit notices wait and are told together; critical ones pass', () => {
      const play = new Play(settingsOf({ perHour: 2, group: '', flood: 0 }));
      for (const key of ['a', 'b', 'c', 'd']) play.say(status(key, 'raised')).wait(MINUTE);
      play.say(status('k', 'raised', { severity: 'critical' }));
      assert.deepEqual(play.fresh(), ['single a raised major', 'single b raised major', 'single k raised critical']);
      assert.deepEqual(play.held.map(({ reason, alarm }) => [reason, alarm]), [['rate', 'air|c'], ['rate', 'air|d']]); // prettier-ignore
      play.wait(HOUR);
      assert.deepEqual(play.said, ['group c raised major, d raised major']);
    });
  });

  describe('quiet hours and the digest in the morning', () => {
    const night = { quietFrom: '22:00', quietTo: '07:00' };
    it('what comes in the night is one digest in the morning; critical ones wake', () => {
      const play = new Play(settingsOf({ recipients: [person('x', night)] }), at('2026-02-14T23:00'));
      play
        .say(status('a', 'raised'))
        .wait(HOUR)
        .say(status('b', 'raised', { severity: 'critical' }))
        .wait(HOUR);
      play.say(status('c', 'raised')).say(status('a', 'cleared'));
      assert.deepEqual(play.fresh(), ['x: single b raised critical']);
      play.wait(6 * HOUR);
      assert.deepEqual(play.said, ['x: digest a cleared major, c raised major']);
      assert.equal(play.heard[0]!.at, at('2026-02-15T07:00'));
    });
    it('who wants to sleep in any case is told critical ones in the morning, too', () => {
      const play = new Play(
        settingsOf({ recipients: [person('x', { ...night, wakes: false })] }),
        at('2026-02-14T23:00'),
      );
      play.say(status('b', 'raised', { severity: 'critical' })).wait(9 * HOUR);
      assert.deepEqual(play.said, ['x: digest b raised critical']);
    });
    it('they stop reminders and escalations, too', () => {
      const recipients = [person('x', night), person('boss', { ...night, after: '15 min' })];
      const play = new Play(settingsOf({ recipients, remind: '1 h' }), at('2026-02-14T21:50'));
      play.say(status('a', 'raised')).wait(9 * HOUR);
      assert.deepEqual(play.fresh(), ['x: single a raised major']);
      play.wait(10 * MINUTE);
      assert.deepEqual(play.said, ['x: digest a reminder raised major', 'boss: digest a escalation raised major']);
    });
    it('a restart in the night changes nothing', () => {
      const play = new Play(settingsOf({ recipients: [person('x', night)] }), at('2026-02-14T23:00'));
      play
        .say(status('a', 'raised'))
        .wait(HOUR)
        .restart(2 * HOUR)
        .wait(MINUTE)
        .say(status('b', 'raised'))
        .wait(7 * HOUR);
      assert.deepEqual(play.said, ['x: digest a raised major, b raised major']);
    });
    it('are of the local clock, in the night in which it is moved as well', () => {
      // in Berlin 02:00 becomes 03:00 on 29 March 2026, and 03:00 becomes 02:00 on 25 October
      for (const [evening, morning] of [
        ['2026-03-28T22:00+01:00', '2026-03-29T07:00+02:00'],
        ['2026-10-24T22:00+02:00', '2026-10-25T07:00+01:00'],
      ]) {
        const play = new Play(
          settingsOf({ recipients: [person('x', { ...night, timeZone: 'Europe/Berlin' })] }),
          Date.parse(evening!) + 5 * HOUR,
        );
        play.say(status('a', 'raised')).wait(DAY);
        assert.equal(play.heard[0]!.at, Date.parse(morning!));
      }
    });
    it("are each recipient's own", () => {
      const play = new Play(settingsOf({ recipients: [person('x', night), person('watch')] }), at('2026-02-14T23:00'));
      play.say(status('a', 'raised')).wait(MINUTE);
      assert.deepEqual(play.said, ['watch: single a raised major']);
    });
  });

  describe('a flood', () => {
    const many = (play: Play, n: number, from = 0, severity: 'major' | 'critical' = 'major'): void => {
      for (let i = from; i < from + n; i++) {
        const zone = i % 3 === 0 ? 'Harbour' : 'Centre';
        play
          .say(status(`k${i}`, 'raised', { severity, zones: [{ id: zone, name: zone, level: 'zone' }] }))
          .wait(35 * SECOND);
      }
    };
    it('more than 10 in 10 min are one summary with the zones where most are', () => {
      const play = new Play(settingsOf());
      many(play, 11);
      assert.equal(play.said.filter((one) => one.startsWith('flood')).length, 1);
      const { letter } = play.heard.at(-1)!;
      assert.deepEqual([letter.total, letter.from, letter.zones], [11, NOON + 30 * SECOND, [['Harbour', 4], ['Centre', 7]]]); // prettier-ignore
      play.fresh();
      many(play, 5, 11);
      assert.deepEqual(play.said, []);
    });
    it('ten are none', () => {
      const play = new Play(settingsOf());
      many(play, 10);
      play.wait(HOUR);
      assert.equal(play.said.filter((one) => one.startsWith('flood')).length, 0);
    });
    it('critical ones are told one by one all the same', () => {
      const play = new Play(settingsOf());
      many(play, 12);
      play.fresh();
      play.say(status('k99', 'raised', { severity: 'critical' }));
      assert.deepEqual(play.said, ['single k99 raised critical']);
    });
    it('its end is told, with what has not been told yet', () => {
      const play = new Play(settingsOf());
      many(play, 13);
      play.fresh();
      play.wait(HOUR);
      assert.equal(play.said.length, 1);
      assert.match(play.said[0]!, /^flood-over k11 .*, k12 /);
      assert.equal(play.heard[0]!.letter.total, 13);
      play.fresh();
      play.say(status('new', 'raised')).wait(MINUTE);
      assert.deepEqual(play.said, ['single new raised major']);
    });
    it('lasts over a restart', () => {
      const play = new Play(settingsOf());
      many(play, 12);
      play.fresh();
      play.restart(MINUTE);
      many(play, 1, 12);
      assert.deepEqual(play.said, []);
      play.wait(HOUR);
      assert.match(play.said.join(), /^flood-over /);
    });
  });

  describe('escalation and reminders', () => {
    const chain = [person('duty'), person('head', { after: '15 min' }), person('mayor', { after: '1 h' })];
    it('goes step by step as long as nobody acknowledges', () => {
      const play = new Play(settingsOf({ recipients: chain, group: '' }));
      play.say(status('a', 'raised')).wait(2 * HOUR);
      assert.deepEqual(play.said, [
        'duty: single a raised major',
        'head: single a escalation raised major',
        'mayor: single a escalation raised major',
      ]);
      assert.deepEqual(play.heard.map((one) => one.at - NOON), [0, 15 * MINUTE, HOUR]); // prettier-ignore
    });
    it('stops when somebody acknowledges, not when it is read or commented', () => {
      const play = new Play(settingsOf({ recipients: chain, group: '' }));
      play
        .say(status('a', 'raised'))
        .wait(5 * MINUTE)
        .act('a', 'comment')
        .wait(15 * MINUTE)
        .act('a', 'acknowledge')
        .wait(5 * HOUR);
      assert.deepEqual(play.said, ['duty: single a raised major', 'head: single a escalation raised major']);
    });
    it('what was too long alone and has begun anew while the notice waited is nobody else’s turn yet', () => {
      const night = { quietFrom: '12:10', quietTo: '14:00' };
      const play = new Play(
        settingsOf({ recipients: [person('duty'), person('head', { after: '15 min', ...night })] }),
      );
      play
        .say(status('a', 'raised'))
        .wait(HOUR)
        .say(status('a', 'cleared'))
        .wait(50 * MINUTE);
      play.say(status('a', 'raised', { statusId: 'air|a|2' })).wait(13 * MINUTE);
      assert.deepEqual(play.fresh().filter((said) => said.startsWith('head')), []); // prettier-ignore
      play.wait(10 * MINUTE);
      assert.deepEqual(play.said, ['head: single a escalation raised major']);
    });
    it('ends when it is cleared; the end is told to who heard of it', () => {
      const play = new Play(settingsOf({ recipients: chain, group: '' }));
      play
        .say(status('a', 'raised'))
        .wait(20 * MINUTE)
        .say(status('a', 'cleared'))
        .wait(5 * HOUR);
      assert.deepEqual(play.fresh().slice(2), ['duty: single a cleared major', 'head: single a cleared major']);
    });
    it('goes on after a restart where it was', () => {
      const play = new Play(settingsOf({ recipients: chain, group: '' }));
      play
        .say(status('a', 'raised'))
        .wait(10 * MINUTE)
        .restart(2 * MINUTE)
        .wait(3 * MINUTE);
      assert.deepEqual(play.fresh(), ['duty: single a raised major', 'head: single a escalation raised major']);
      play.restart(2 * HOUR).wait(HOUR);
      assert.deepEqual(play.said, ['mayor: single a escalation raised major']);
    });
    it('begins again when an acknowledgement is taken back', () => {
      const play = new Play(settingsOf({ recipients: chain, group: '' }));
      play
        .say(status('a', 'raised'))
        .act('a', 'acknowledge')
        .wait(HOUR)
        .act('a', 'unacknowledge')
        .wait(14 * MINUTE);
      assert.equal(play.said.length, 1);
      play.wait(2 * MINUTE);
      assert.equal(play.said.at(-1), 'head: single a escalation raised major');
    });
    it('acknowledgement is asked for again only when severity rises', () => {
      const play = new Play(settingsOf({ group: '', remind: '1 h' }));
      play
        .say(status('a', 'raised'))
        .act('a', 'acknowledge')
        .say(status('a', 'updated', { severity: 'minor' }))
        .wait(5 * HOUR);
      assert.deepEqual(play.heard.map(({ letter }) => letter.items[0]!.again), [false, false]); // prettier-ignore
      play.fresh();
      play.say(status('a', 'updated', { severity: 'critical' })).wait(HOUR + MINUTE);
      assert.deepEqual(play.said, ['single a updated critical', 'single a reminder updated critical']);
      assert.ok(play.heard.every(({ letter }) => letter.items[0]!.again));
    });
    it('a reminder of the rule itself is one, until somebody acknowledges', () => {
      const play = new Play(settingsOf({ group: '', remind: '' }));
      const reminder = status('a', 'updated', { flags: ['reminder'] });
      play.say(status('a', 'raised')).wait(HOUR).say(reminder).act('a', 'acknowledge').wait(HOUR).say(reminder);
      assert.deepEqual(play.said, ['single a raised major', 'single a reminder updated major']);
    });
    it('a reminder that waits while the clock is set back is none yet', () => {
      const play = new Play(settingsOf({ remind: '2 h', group: '30 s' }));
      play
        .say(status('a', 'raised', { revision: 1 }))
        .wait(2 * HOUR + 30 * SECOND)
        .fresh();
      play.now -= MINUTE;
      play.tick().wait(59 * SECOND);
      assert.deepEqual(play.fresh(), []);
      assert.deepEqual(play.wait(2 * MINUTE).fresh(), ['single a reminder raised major']);
    });
    it('a reminder comes as long as nobody acknowledges', () => {
      const play = new Play(settingsOf({ group: '', remind: '2 h' }));
      play
        .say(status('a', 'raised'))
        .wait(5 * HOUR)
        .act('a', 'acknowledge')
        .wait(DAY);
      assert.deepEqual(play.said, [
        'single a raised major',
        'single a reminder raised major',
        'single a reminder raised major',
      ]);
    });
  });

  describe('shelved, out of service, maintenance', () => {
    it('hold back first notice, repeats and escalations, and each is noted with its reason', () => {
      const recipients = [person('duty'), person('head', { after: '15 min' })];
      const play = new Play(settingsOf({ recipients, group: '', remind: '1 h' }));
      play
        .say(status('a', 'raised'))
        .act('a', 'shelve', play.now + 6 * HOUR)
        .wait(5 * HOUR);
      play
        .say(status('a', 'updated', { severity: 'critical' }))
        .say(status('b', 'raised'))
        .act('b', 'out-of-service')
        .wait(30 * MINUTE);
      play.say(status('b', 'cleared')).say(status('b', 'raised', { statusId: 'air|b|2' }));
      assert.deepEqual(play.said, ['duty: single a raised major', 'duty: single b raised major']);
      assert.deepEqual(play.held.map(({ alarm, reason, by }) => [alarm, reason, by]), [
        ['air|a', 'shelved', 'Somchai'], ['air|b', 'out-of-service', 'Somchai'],
      ]); // prettier-ignore
    });
    it('a shelf ends by itself: what is still so is told once, and says that it was shelved', () => {
      const play = new Play(settingsOf({ group: '' }));
      play
        .say(status('a', 'raised'))
        .act('a', 'shelve', play.now + HOUR)
        .wait(2 * HOUR);
      assert.deepEqual(play.said, ['single a raised major', 'single a released raised major']);
      const { at: told, letter } = play.heard[1]!;
      assert.deepEqual([told - NOON, letter.items[0]!.was], [HOUR, 'shelved']);
    });
    it('a shelf that ends in the midst of maintenance is told after it, also to who knew of the alarm', () => {
      const works = { name: 'works', kind: 'once', from: '2026-02-14T12:30', to: '2026-02-14T14:00' };
      const play = new Play(settingsOf({ group: '', maintenance: [works] }));
      play
        .say(status('a', 'raised'))
        .wait(40 * MINUTE)
        .act('a', 'shelve', play.now + 30 * MINUTE)
        .wait(2 * HOUR);
      assert.deepEqual(play.said, ['single a raised major', 'single a released raised major']);
      assert.deepEqual([play.heard[1]!.at - NOON, play.heard[1]!.letter.items[0]!.was], [2 * HOUR, 'shelved']);
    });
    it('something critical that has begun anew meanwhile is told, though the one before was told, too', () => {
      const works = { name: 'works', kind: 'once', from: '2026-02-14T12:30', to: '2026-02-14T14:00' };
      for (const severity of ['critical', 'major'] as const) {
        const play = new Play(settingsOf({ group: '', maintenance: [works] }));
        play
          .say(status('a', 'raised', { severity }))
          .act('a', 'acknowledge')
          .wait(40 * MINUTE);
        play.say(status('a', 'cleared', { severity })).say(status('a', 'raised', { severity, statusId: 'air|a|2' }));
        play.fresh();
        play.wait(3 * HOUR);
        assert.deepEqual(play.said, severity === 'critical' ? ['single a released raised critical'] : []);
      }
    });
    it('a shelf ends after a restart, and when the clock is set', () => {
      for (const jump of [3 * HOUR, DAY]) {
        const play = new Play(settingsOf({ group: '' }));
        play
          .say(status('a', 'raised'))
          .act('a', 'shelve', play.now + HOUR)
          .restart(jump)
          .wait(MINUTE);
        assert.deepEqual(play.said, ['single a raised major', 'single a released raised major']);
      }
      const play = new Play(settingsOf({ group: '' }));
      play.say(status('a', 'raised')).act('a', 'shelve', play.now + HOUR);
      play.now -= DAY;
      play.tick().wait(DAY + 2 * HOUR);
      assert.deepEqual(play.said, ['single a raised major', 'single a released raised major']);
    });
    it('what is over when the shelf ends is no news but its end', () => {
      const play = new Play(settingsOf({ group: '' }));
      play
        .say(status('a', 'raised'))
        .act('a', 'shelve', play.now + HOUR)
        .wait(MINUTE)
        .say(status('a', 'cleared'))
        .wait(2 * HOUR);
      assert.deepEqual(play.said, ['single a raised major', 'single a cleared major']);
      assert.equal(play.heard[1]!.at, NOON + HOUR);
    });
    it('shelving takes what waits off the pile', () => {
      const play = new Play(settingsOf());
      play
        .say(status('a', 'raised'))
        .wait(5 * SECOND)
        .act('a', 'shelve', play.now + HOUR)
        .wait(30 * MINUTE);
      assert.deepEqual(play.said, []);
      assert.deepEqual(play.held.map(({ reason }) => reason), ['shelved']); // prettier-ignore
    });
    it('maintenance once and every week, by the local clock', () => {
      const once = { name: 'works', kind: 'once', from: '2026-02-14T12:00', to: '2026-02-14T14:00', zones: 'Centre' };
      const play = new Play(settingsOf({ group: '', maintenance: [once] }));
      play
        .say(status('a', 'raised'))
        .say(status('far', 'raised', { zones: [] }))
        .wait(HOUR)
        .say(status('b', 'raised'))
        .say(status('b', 'cleared'));
      assert.deepEqual(play.fresh(), ['single far raised major']);
      play.wait(HOUR);
      assert.deepEqual(play.said, ['single a released raised major']);
      assert.equal(play.heard[0]!.letter.items[0]!.was, 'maintenance');
      // 14 February 2026 is a Saturday
      const weekly = { name: 'test run', kind: 'weekly', from: '23:00', to: '01:00', days: '6' };
      const week = new Play(settingsOf({ group: '', maintenance: [weekly] }), at('2026-02-15T00:30'));
      week.say(status('a', 'raised'));
      assert.deepEqual(week.said, []);
      week.wait(HOUR).say(status('a', 'cleared')).fresh();
      week.wait(at('2026-02-15T23:30') - week.now).say(status('a', 'raised', { statusId: 'air|a|2' }));
      assert.deepEqual(week.said, ['single a raised major']);
    });
  });

  describe('one thing that follows from another', () => {
    const family = (scope: string, children = ''): Record<string, unknown> => ({
      families: [{ parents: 'gateway', children, scope }],
    });
    const gateway = (state: 'raised' | 'cleared', more: object = {}) =>
      status('gw', state, { statusId: 'gateway|gw|1', status: 'gateway', name: 'Gateway down', ...more });
    it('a gateway that is down and its 143 sensors are one notice with the count', () => {
      const play = new Play(settingsOf(family('everywhere')));
      for (let i = 0; i < 40; i++) play.say(status(`s${i}`, 'nodata'));
      play.say(gateway('raised')).wait(10 * SECOND);
      for (let i = 40; i < 143; i++) play.say(status(`s${i}`, 'nodata'));
      play.wait(HOUR);
      assert.deepEqual(play.said, ['single gw raised major']);
      assert.equal(play.heard[0]!.letter.items[0]!.holdsBack, 143);
      assert.deepEqual([...new Set(play.held.map(({ reason }) => reason))], ['parent']);
      assert.equal(play.held.length, 143);
    });
    it('a critical parent waits for its number, too', () => {
      const play = new Play(settingsOf(family('everywhere')));
      play
        .say(gateway('raised', { severity: 'critical' }))
        .wait(SECOND)
        .say(status('s', 'nodata'))
        .wait(MINUTE);
      assert.equal(play.said.length, 1);
      assert.equal(play.heard[0]!.letter.items[0]!.holdsBack, 1);
    });
    it('in the same key, or in the same zone', () => {
      for (const [scope, near, far] of [
        ['key', 'gw', 'x'],
        ['zone', 'x', 'y'],
      ] as const) {
        const play = new Play(settingsOf({ ...family(scope), group: '' }));
        play
          .say(gateway('raised'))
          .say(status(near, 'raised'))
          .say(status(far, 'raised', { zones: [{ id: 'z2', name: 'Harbour', level: 'zone' }] }));
        assert.deepEqual(play.said, ['single gw raised major', `single ${far} raised major`]);
      }
    });
    it('what is still so after the parent is told then', () => {
      const play = new Play(settingsOf(family('everywhere')));
      play.say(gateway('raised')).say(status('s1', 'nodata')).say(status('s2', 'nodata')).wait(HOUR).fresh();
      play.say(gateway('cleared')).say(status('s1', 'cleared')).wait(MINUTE);
      assert.deepEqual(play.said, ['group gw cleared major, s2 released nodata major']);
    });
    it('of two that name each other, one is told', () => {
      const families = [
        { parents: 'gateway', scope: 'everywhere' },
        { parents: 'air', scope: 'everywhere' },
      ];
      const play = new Play(settingsOf({ families }));
      play.say(gateway('raised')).say(status('a', 'raised')).say(status('b', 'raised')).wait(MINUTE);
      assert.deepEqual(play.said, ['single gw raised major']);
    });
  });

  describe('subscriptions', () => {
    it('by severity, status, zone and domain', () => {
      const recipients = [
        person('critical', { minSeverity: 'critical' }), person('noise', { statuses: 'noise' }), person('centre', { zones: 'Centre' }),
        person('harbour', { zones: 'Harbour' }), person('air', { domains: 'air' }), person('water', { domains: 'water, flood' }),
      ]; // prettier-ignore
      const play = new Play(settingsOf({ recipients, group: '' }));
      play
        .say(status('a', 'raised'))
        .say(status('b', 'raised', { zones: [], domain: 'water', severity: 'critical', status: 'noise' }));
      assert.deepEqual(play.said, [
        'centre: single a raised major', 'air: single a raised major',
        'critical: single b raised critical', 'noise: single b raised critical', 'water: single b raised critical',
      ]); // prettier-ignore
    });
    it('by role: what a row of the role allows, and what the recipient wants himself', () => {
      const recipients = [
        person('ann', { role: 'Duty officer' }), person('ben', { role: 'duty officer ', minSeverity: 'major' }),
        person('cho', { role: 'press' }), person('dan', {}),
      ]; // prettier-ignore
      const roles = [
        { role: 'duty officer', minSeverity: 'critical' }, { role: 'duty officer', zones: 'Harbour' },
        { role: 'press', statuses: 'noise' }, { role: '', statuses: 'noise' },
      ]; // prettier-ignore
      const told = (...said: Status[]): string[] => {
        const play = new Play(settingsOf({ recipients, roles, group: '' }));
        for (const one of said) play.say(one);
        return play.said.map((line) => line.split(':')[0]!);
      };
      const harbour = [{ id: 'h', name: 'Harbour', level: 'zone' }];
      assert.deepEqual(told(status('a', 'raised')), ['dan']);
      assert.deepEqual(told(status('a', 'raised', { severity: 'critical' })), ['ann', 'ben', 'dan']);
      assert.deepEqual(told(status('a', 'raised', { severity: 'minor', zones: harbour })), ['ann', 'dan']);
      assert.deepEqual(told(status('a', 'raised', { status: 'noise' })), ['cho', 'dan']);
      // as a step of an escalation, too
      const play = new Play(settingsOf({ recipients: [person('boss', { role: 'press', after: '5 min' })], roles }));
      play.say(status('a', 'raised')).wait(HOUR);
      assert.deepEqual(play.said, []);
    });
    it('who is taken off the list is forgotten, who is new hears of what comes from then on', () => {
      const play = new Play(settingsOf({ recipients: [person('old')] }));
      play
        .say(status('a', 'raised'))
        .restart(0, settingsOf({ recipients: [person('new')] }))
        .wait(MINUTE)
        .say(status('b', 'raised'))
        .wait(MINUTE);
      assert.deepEqual(play.said, ['new: single b raised major']);
    });
  });

  it('is bounded, and says how much it has forgotten', () => {
    const play = new Play(settingsOf({ flood: 0, perHour: 0 }));
    for (let i = 0; i < 5010; i++) play.say(status(`k${i}`, 'raised'));
    const { alarms, forgotten } = play.desk.counters;
    assert.deepEqual([alarms, forgotten], [5000, 10]);
  });

  it('a clock that is set back stops nothing', () => {
    const play = new Play(settingsOf());
    play.say(status('a', 'raised'));
    play.now -= 10 * DAY;
    play.tick().wait(MINUTE);
    assert.deepEqual(play.said, ['single a raised major']);
  });
});
