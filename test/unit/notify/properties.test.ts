/** Random histories of alarms, acts, restarts and pauses, held against what must be true of every notice. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isShelved, type OperatorState } from '../../../nodes/ecdm/operator';
import { SEVERITIES, type Status } from '../../../nodes/ecdm/status';
import { aspectOf } from '../../../nodes/action-notify/desk/alarm';
import { HOUR, MINUTE, Play, SECOND, settingsOf, status, type Heard } from './desk-support';

const RUNS = Number(process.env['CITY_RUNS'] ?? 400);
const EVENING = Date.parse('2026-02-14T20:00:00+07:00');
const KEYS = ['a', 'b', 'c', 'gw'];
const RECIPIENTS = [
  { id: 'all', name: 'all' },
  { id: 'sleeper', name: 'sleeper', quietFrom: '22:00', quietTo: '06:00' },
  { id: 'deaf', name: 'deaf', quietFrom: '21:00', quietTo: '23:00', wakes: false, minSeverity: 'major' },
  { id: 'boss', name: 'boss', after: '20 min' },
];
const MAINTENANCE = [{ name: 'works', kind: 'weekly', from: '02:00', to: '03:00' }];
const FAMILIES = [{ parents: 'gateway', children: 'air', scope: 'everywhere' }];

type Step =
  | { do: 'wait'; seconds: number }
  | { do: 'say'; key: string; state: Status['state']; severity: Status['severity'] }
  | {
      do: 'act';
      key: string;
      act: 'acknowledge' | 'unacknowledge' | 'shelve' | 'unshelve' | 'out-of-service' | 'in-service';
      minutes: number;
    }
  | { do: 'restart' }
  | { do: 'tick' };

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 9000 })) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('say' as const),
        key: fc.constantFrom(...KEYS),
        state: fc.constantFrom<Status['state'][]>('raised', 'updated', 'nodata', 'cleared', 'cleared'),
        severity: fc.constantFrom(...SEVERITIES),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('act' as const),
        key: fc.constantFrom('a', 'b', 'c'),
        act: fc.constantFrom('acknowledge' as const, 'unacknowledge' as const, 'shelve' as const, 'unshelve' as const, 'out-of-service' as const, 'in-service' as const),
        minutes: fc.integer({ min: 1, max: 300 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
  ),
  { maxLength: 60 },
); // prettier-ignore

/** Notices about the alarm are held back by what people did: shelved at this time, or out of service. */
function isHeldBack(state: OperatorState | undefined, now: number): boolean {
  return state !== undefined && (state.outOfService !== undefined || isShelved(state, now));
}

/** What is given to the desk: an episode is raised before it is cleared, and a new one has a new id. */
class Story {
  private readonly episodes = new Map<string, { n: number; open: boolean }>();
  revision = 0;

  status({ key, state, severity }: Extract<Step, { do: 'say' }>): Status | undefined {
    const episode = this.episodes.get(key) ?? { n: 0, open: false };
    this.episodes.set(key, episode);
    if (!episode.open && state === 'cleared') return undefined;
    if (!episode.open) episode.n++;
    const shown = episode.open ? state : 'raised';
    episode.open = state !== 'cleared';
    const parent = key === 'gw' ? { status: 'gateway', name: 'Gateway' } : {};
    return status(key, shown, { severity, revision: ++this.revision, statusId: `${key}|${episode.n}`, ...parent });
  }
}

function play(history: readonly Step[], options: { restarts: boolean; ticks: boolean }, more: object = {}): Play {
  const played = new Play(
    settingsOf({
      recipients: RECIPIENTS,
      maintenance: MAINTENANCE,
      families: FAMILIES,
      flood: 4,
      perHour: 6,
      remind: '2 h',
      ...more,
    }),
    EVENING,
  );
  const story = new Story();
  for (const step of history) {
    if (step.do === 'wait') played.wait(step.seconds * SECOND);
    else if (step.do === 'restart' && options.restarts) played.restart();
    else if (step.do === 'tick' && options.ticks) played.tick();
    else if (step.do === 'say') {
      const one = story.status(step);
      if (one !== undefined) played.say(one);
    } else if (step.do === 'act') played.act(step.key, step.act, played.now + step.minutes * MINUTE);
  }
  return played;
}

/** What was told, in an order of its own: of what is told at one moment, the order says nothing. */
const told = (heard: readonly Heard[]): string[] =>
  heard
    .map(({ at, letter: { kind, recipient, items, total } }) => {
      const each = items.map(({ alarm, status: { revision }, occasion, was }) => `${alarm} ${revision} ${occasion} ${was ?? ''}`);
      return `${at} ${recipient.id} ${kind} ${total ?? ''}: ${each.sort().join(', ')}`;
    })
    .sort();

const localHour = (at: number): number => new Date(at + 7 * HOUR).getUTCHours();

function holds(check: (history: Step[]) => void, runs = RUNS): void {
  fc.assert(
    fc.property(steps, (history) => check(history as Step[])),
    { numRuns: runs },
  );
}

describe('notices of random histories', function () {
  this.timeout(600_000);

  it('restarts change nothing: not one notice more, less or later', () =>
    holds((history) => {
      const plain = play(history, { restarts: false, ticks: false }).wait(12 * HOUR);
      const restarted = play(history, { restarts: true, ticks: false }).wait(12 * HOUR);
      assert.deepEqual(told(restarted.heard), told(plain.heard));
    }));

  it('it is woken whenever there is something to do: looking more often finds nothing', () =>
    holds((history) => {
      const plain = play(history, { restarts: false, ticks: false }).wait(12 * HOUR);
      const often = play(history, { restarts: false, ticks: true });
      for (let i = 0; i < 12 * 60; i++) often.wait(MINUTE).tick();
      assert.deepEqual(told(often.heard), told(plain.heard));
    }, RUNS / 4));

  it('in the end everybody knows what is so: what was told last is what holds', () =>
    holds((history) => {
      const played = play(history, { restarts: true, ticks: true });
      // everything comes back into service, and a night and a morning pass
      for (const key of KEYS) played.act(key, 'in-service').act(key, 'unshelve');
      played.wait(30 * HOUR);
      const last = new Map<string, Status>();
      const story = new Map<string, Status>();
      const again = new Story();
      for (const step of history) {
        const one = step.do === 'say' ? again.status(step) : undefined;
        if (one !== undefined) story.set(one.key, one);
      }
      for (const { letter } of played.heard)
        for (const item of letter.items) if (letter.recipient.id === 'all') last.set(item.status.key, item.status);
      const parent = story.get('gw')?.state;
      for (const [key, truth] of story) {
        const known = last.get(key);
        if (parent !== undefined && parent !== 'cleared' && key !== 'gw') continue;
        if (known === undefined) assert.equal(truth.state, 'cleared', `${key}: nobody was told of ${truth.state}`);
        else assert.equal(aspectOf({ status: known }), aspectOf({ status: truth }), key);
      }
    }));

  it('nothing is told twice: two notices of one alarm differ, or say why', () =>
    holds((history) => {
      const last = new Map<string, string>();
      for (const { letter } of play(history, { restarts: true, ticks: true }).wait(12 * HOUR).heard) {
        for (const { alarm, status: one, occasion } of letter.items) {
          const id = `${letter.recipient.id} ${alarm}`;
          // each episode that was over before it could be told is told by its end
          const said = `${aspectOf({ status: one })} ${one.state === 'cleared' ? one.statusId : ''}`;
          if (occasion === 'news') assert.notEqual(last.get(id), said, id);
          last.set(id, said);
        }
      }
    }));

  it('what is shelved or out of service is never told, nor what happens during maintenance', () =>
    holds((history) => {
      const played = play(history, { restarts: true, ticks: true });
      const check = (from: number): void => {
        for (const { at, letter } of played.heard.slice(from)) {
          assert.notEqual(localHour(at), 2, 'told during maintenance');
          for (const { alarm } of letter.items) assert.ok(!isHeldBack(played.operators.get(alarm), at), alarm);
        }
      };
      // acts of the past are not known any more: each step is looked at when it is done
      const stepwise = new Play(played.settings, EVENING);
      const story = new Story();
      let seen = 0;
      for (const step of history) {
        if (step.do === 'wait') stepwise.wait(step.seconds * SECOND);
        if (step.do === 'act') stepwise.act(step.key, step.act, stepwise.now + step.minutes * MINUTE);
        const one = step.do === 'say' ? story.status(step) : undefined;
        if (one !== undefined) stepwise.say(one);
        for (const { at, letter } of stepwise.heard.slice(seen)) {
          assert.notEqual(localHour(at), 2, 'told during maintenance');
          for (const { alarm } of letter.items) assert.ok(!isHeldBack(stepwise.operators.get(alarm), at), alarm);
        }
        seen = stepwise.heard.length;
      }
      played.wait(12 * HOUR);
      const begin = played.heard.length;
      played.wait(24 * HOUR);
      check(begin);
    }));

  it('nobody is woken but by what is critical, and who wants to sleep by nothing', () =>
    holds((history) => {
      for (const { at, letter } of play(history, { restarts: true, ticks: true }).wait(12 * HOUR).heard) {
        const hour = localHour(at);
        if (letter.recipient.id === 'deaf') assert.ok(hour !== 21 && hour !== 22);
        if (letter.recipient.id !== 'sleeper' || (hour >= 6 && hour < 22)) continue;
        assert.deepEqual([letter.kind, letter.items.length], ['single', 1]);
      }
    }));

  it('no more than so many an hour, but for critical ones, digests and floods', () =>
    holds((history) => {
      const { heard } = play(history, { restarts: true, ticks: true }, { flood: 0 }).wait(12 * HOUR);
      for (const id of RECIPIENTS.map((one) => one.id)) {
        const times: number[] = [];
        for (const { at, letter } of heard.filter((one) => one.letter.recipient.id === id)) {
          const free =
            letter.kind === 'group' || (letter.kind === 'single' && letter.items[0]!.status.severity !== 'critical');
          const lately = times.filter((one) => one > at - HOUR).length;
          // who was told of something critical hears of its end, or that it is less, at once, too
          if (free && lately >= 6) assert.equal(letter.kind, 'single');
          times.push(at);
        }
      }
    }));

  it('nobody is called in before his time, nor when somebody has acknowledged', () =>
    holds((history) => {
      const stepwise = new Play(settingsOf({ recipients: RECIPIENTS, flood: 0, perHour: 0, remind: '' }), EVENING);
      const story = new Story();
      const since = new Map<string, number>();
      let seen = 0;
      for (const step of history) {
        if (step.do === 'wait') stepwise.wait(step.seconds * SECOND);
        if (step.do === 'act') stepwise.act(step.key, step.act, stepwise.now + step.minutes * MINUTE);
        const one = step.do === 'say' ? story.status(step) : undefined;
        if (one !== undefined) {
          if (one.state === 'raised' && !since.has(one.statusId)) since.set(one.statusId, stepwise.now);
          stepwise.say(one);
        }
        for (const { at, letter } of stepwise.heard.slice(seen)) {
          for (const { status: told, occasion, alarm } of letter.items) {
            if (letter.recipient.id !== 'boss' || occasion !== 'escalation') continue;
            assert.ok(at - since.get(told.statusId)! >= 20 * MINUTE, alarm);
            assert.equal(stepwise.operators.get(alarm)?.acknowledged, undefined, alarm);
          }
        }
        seen = stepwise.heard.length;
      }
    }));

  it('what is critical and may be told is told at that moment', () =>
    holds((history) => {
      const stepwise = new Play(settingsOf({ recipients: RECIPIENTS, flood: 3, perHour: 2 }), EVENING);
      const story = new Story();
      const critical = new Set<string>();
      for (const step of history) {
        if (step.do === 'wait') stepwise.wait(step.seconds * SECOND);
        if (step.do === 'act') stepwise.act(step.key, step.act, stepwise.now + step.minutes * MINUTE);
        const one = step.do === 'say' ? story.status(step) : undefined;
        if (one === undefined) continue;
        const alarm = `${one.status}|${one.key}`;
        const fresh = !critical.has(one.statusId) && one.severity === 'critical' && one.state !== 'cleared';
        const before = stepwise.heard.length;
        stepwise.say(one);
        if (one.severity === 'critical') critical.add(one.statusId);
        if (!fresh || isHeldBack(stepwise.operators.get(alarm), stepwise.now)) continue;
        const heard = stepwise.heard
          .slice(before)
          .filter(({ letter }) => letter.recipient.id === 'all' && letter.items.some((item) => item.alarm === alarm));
        assert.equal(heard.length, 1, alarm);
      }
    }));
});
