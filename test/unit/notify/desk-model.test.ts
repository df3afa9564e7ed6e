/**
 * The desk against what it promises (desk-model.ts), in random histories of alarms, acts of people, restarts, pauses and clocks
 * that are set. CITY_HISTORIES says how many (10,000 when it is left out).
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DeskModel, type Condition, type Deed, type Level, type Person, type Rules } from './desk-model';
import { HOUR, MINUTE, Play, SECOND, settingsOf, status } from './desk-support';

const HISTORIES = Number(process.env['CITY_HISTORIES'] ?? 10_000);
const EVENING = Date.parse('2026-02-14T20:00:00+07:00');
const KEYS = ['a', 'b', 'c', 'gw'];
const PEOPLE: Person[] = [
  { id: 'all', after: 0, least: 'warning', wakes: true },
  { id: 'sleeper', after: 0, least: 'warning', quiet: [22, 6], wakes: true },
  { id: 'deaf', after: 0, least: 'major', quiet: [21, 23], wakes: false },
  { id: 'boss', after: 20 * MINUTE, least: 'minor', wakes: true },
];
const RULES = [
  { perHour: 0, flood: 0 },
  { perHour: 3, flood: 0 },
  { perHour: 6, flood: 3 },
].map((limits): Rules => ({
  people: PEOPLE,
  group: 30 * SECOND,
  remind: 2 * HOUR,
  works: [2, 3],
  gateway: 'gw',
  ...limits,
}));

const hour = (n: number): string => `${String(n).padStart(2, '0')}:00`;
/** The same, as a person enters it in the form. */
const SETTINGS = RULES.map(({ people, perHour, flood, works }) =>
  settingsOf({
    recipients: people.map(({ id, after, least, quiet, wakes }) => ({
      id, name: id, wakes, minSeverity: least, after: after === 0 ? '' : `${after / MINUTE} min`,
      ...(quiet && { quietFrom: hour(quiet[0]), quietTo: hour(quiet[1]) }),
    })),
    maintenance: [{ name: 'works', kind: 'weekly', from: hour(works[0]), to: hour(works[1]) }],
    families: [{ parents: 'gateway', children: 'air', scope: 'everywhere' }],
    group: '30 s', remind: '2 h', perHour, flood,
  }),
); // prettier-ignore

type Step =
  | { do: 'say'; key: string; state: Condition; severity: Level }
  | { do: 'act'; key: string; deed: Deed; minutes: number }
  | { do: 'wait'; seconds: number }
  | { do: 'restart'; minutes: number }
  | { do: 'clock'; minutes: number };

const levels = fc.constantFrom<Level[]>('warning', 'minor', 'major', 'critical');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('say' as const), key: fc.constantFrom(...KEYS, 'a'), state: fc.constantFrom<Condition[]>('raised', 'updated', 'nodata', 'cleared', 'cleared'), severity: levels }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('act' as const), key: fc.constantFrom('a', 'a', 'b', 'c'), deed: fc.constantFrom<Deed[]>('acknowledge', 'unacknowledge', 'shelve', 'shelve', 'unshelve', 'out-of-service', 'in-service'), minutes: fc.integer({ min: 1, max: 300 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 60, max: 9000 })) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), minutes: fc.constantFrom(0, 0, 1, 90) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clock' as const), minutes: fc.integer({ min: -200, max: 200 }) }) },
); // prettier-ignore

/** A desk and its model, to which the same is done. */
class Trial {
  private readonly play: Play;
  private readonly model: DeskModel;
  private readonly episodes = new Map<string, { n: number; raised: boolean }>();
  private revision = 0;
  private heard = 0;

  constructor(variant: number) {
    this.play = new Play(SETTINGS[variant]!, EVENING);
    this.model = new DeskModel(RULES[variant]!, EVENING);
  }

  do(one: Step): void {
    const { play, model } = this;
    if (one.do === 'say') this.say(one);
    else if (one.do === 'act') {
      const until = play.now + one.minutes * MINUTE;
      model.act(one.key, one.deed, until);
      play.act(one.key, one.deed, until);
    } else if (one.do === 'wait') this.wait(one.seconds * SECOND);
    else {
      if (one.do === 'restart') play.restart(one.minutes * MINUTE);
      else play.now += one.minutes * MINUTE;
      model.leap(play.now);
      play.tick();
    }
    this.listen();
  }

  /** Everything comes back into service, and a day passes. */
  end(): void {
    for (const key of KEYS) {
      this.do({ do: 'act', key, deed: 'in-service', minutes: 0 });
      this.do({ do: 'act', key, deed: 'unshelve', minutes: 0 });
    }
    this.wait(26 * HOUR);
    this.listen();
    this.model.check(true);
  }

  private say({ key, state, severity }: Extract<Step, { do: 'say' }>): void {
    const { play, model } = this;
    const episode = this.episodes.get(key) ?? { n: 0, raised: false };
    this.episodes.set(key, episode);
    if (!episode.raised && state === 'cleared') return;
    if (!episode.raised) episode.n++;
    const shown = episode.raised ? state : 'raised';
    episode.raised = state !== 'cleared';
    const statusId = `${key}|${episode.n}`;
    const { hold, wanted } = model.say({ key, episode: statusId, state: shown, severity });
    const before = play.held.length;
    const parent = key === 'gw' ? { status: 'gateway', name: 'Gateway' } : {};
    play.say(status(key, shown, { severity, statusId, revision: ++this.revision, ...parent }));
    const noted = play.held.slice(before).some(({ status: { key: about } }) => about === key);
    if (hold !== undefined && wanted) assert.ok(noted, `${key} is held back by ${hold}, and nobody is told why`);
  }

  /** The journal ends shelves also of what the desk does not know. */
  private wait(ms: number): void {
    this.play.wait(ms).tick();
  }

  /** The model hears what was told, then what time it is. */
  private listen(): void {
    const { play, model } = this;
    for (const { at, letter } of play.heard.slice(this.heard)) {
      const items = letter.items.map(({ status: { key, statusId, state, severity }, occasion }) => {
        return { key, episode: statusId, state: state as Condition, severity, occasion };
      });
      model.told({ at, to: letter.recipient.id, kind: letter.kind, items });
    }
    this.heard = play.heard.length;
    model.pass(play.now);
    model.check();
  }
}

describe('the desk of action-notify', function () {
  this.timeout(600_000);

  it(`keeps what it promises, in ${HISTORIES} random histories`, () => {
    fc.assert(
      fc.property(fc.nat(RULES.length - 1), fc.array(step, { maxLength: 30, size: 'max' }), (variant, history) => {
        const trial = new Trial(variant);
        for (const one of history) trial.do(one);
        trial.end();
      }),
      {
        numRuns: HISTORIES,
        examples: [
          [
            0,
            [
              // a reminder that is due when quiet hours are nearly over
              { do: 'wait', seconds: 3520 },
              { do: 'say', key: 'gw', state: 'raised', severity: 'major' },
              { do: 'wait', seconds: 60 },
              { do: 'say', key: 'gw', state: 'raised', severity: 'warning' },
              { do: 'say', key: 'gw', state: 'raised', severity: 'major' },
            ],
          ],
          [
            0,
            [
              { do: 'say', key: 'a', state: 'raised', severity: 'warning' },
              { do: 'wait', seconds: 630 },
              { do: 'clock', minutes: 110 },
              { do: 'say', key: 'a', state: 'cleared', severity: 'warning' },
              { do: 'clock', minutes: -1 },
              { do: 'say', key: 'a', state: 'raised', severity: 'warning' },
            ],
          ],
        ],
      },
    );
  });
});
