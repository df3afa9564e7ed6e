/** The parts of a rehearsal: which episode is which, the sentence, what the data cannot say, notices in the time of the data. */
import assert from 'node:assert/strict';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import { compare } from '../../nodes/rehearsal/compare';
import type {
  Episode,
  Note,
  Outcome,
  RehearsalRequest,
  RehearsalResult,
  SavedNode,
} from '../../nodes/rehearsal/contract';
import { rehearse } from '../../nodes/rehearsal/rehearse';
import { RehearsalError } from '../../nodes/rehearsal/rehearsal-error';
import { isNight, sentenceOf } from '../../nodes/rehearsal/sentence';
import { sliceOf } from '../../nodes/rehearsal/slice';
import { noteText } from '../../nodes/rehearsal/texts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY = Date.UTC(2026, 0, 5);

const episode = (since: number, until: number | undefined, key = 'a', rule = 'r'): Episode => ({
  rule, name: rule, key, since: DAY + since * HOUR, ...(until === undefined ? {} : { until: DAY + until * HOUR }),
}); // prettier-ignore

function outcome(...episodes: Episode[]): Outcome {
  const raisedMs = episodes.reduce((sum, { since, until = since }) => sum + until - since, 0);
  return {
    count: episodes.length, raisedMs, nodataMs: 0, open: 0, episodes, episodesLeftOut: 0, keys: [], keysLeftOut: 0,
    zones: [], problems: [], problemCount: 0,
  }; // prettier-ignore
}

describe('which episode is which', () => {
  const found = (now: Episode[], next: Episode[]): object => {
    const { same, fresh, gone, merged, split } = compare(outcome(...now), outcome(...next));
    return { same, fresh: fresh.length, gone: gone.length, merged, split };
  };

  it('those that overlap are the same', () => {
    assert.deepEqual(found([episode(1, 2), episode(5, 6)], [episode(0, 3), episode(5.5, 7), episode(9, 10)]), {
      same: [[0, 0], [1, 1]], fresh: 1, gone: 0, merged: 0, split: 0,
    }); // prettier-ignore
  });

  it('two that became one, and one that became two, are neither new nor gone', () => {
    assert.deepEqual(found([episode(1, 2), episode(3, 4)], [episode(1, 4)]), { same: [[0, 0]], fresh: 0, gone: 0, merged: 1, split: 0 }); // prettier-ignore
    assert.deepEqual(found([episode(1, 4)], [episode(1, 2), episode(3, 4)]), { same: [[0, 0]], fresh: 0, gone: 0, merged: 0, split: 1 }); // prettier-ignore
  });

  it('only those of the same rule and key; one without an end lasts', () => {
    assert.deepEqual(found([episode(1, 2, 'a'), episode(5, undefined, 'b')], [episode(1, 2, 'c'), episode(8, 9, 'b')]), {
      same: [[1, 1]], fresh: 1, gone: 1, merged: 0, split: 0,
    }); // prettier-ignore
  });
});

describe('the sentence of a rehearsal', () => {
  const said = (now: Outcome | undefined, next: Outcome, language = 'en-US', timeZone?: string): string =>
    sentenceOf(next, now, now && compare(now, next), { language, timeZone });

  it('tells how often, how long, and what is new', () => {
    const now = outcome(episode(1, 2), episode(10, 11));
    const next = outcome(episode(1, 4), episode(10, 11), episode(23, 25), episode(26, 27), episode(36, 37));
    assert.equal(said(now, next), '2 times → 5 times; 6 h more in total; 3 new episodes (2 at night)');
    assert.equal(said(next, now), '5 times → 2 times; 6 h less in total; 3 that are no longer there (2 at night)');
    assert.equal(said(now, now), '2 times → 2 times; nothing would have changed');
    assert.match(said(now, next, 'th'), /^2 ครั้ง → 5 ครั้ง, /);
  });

  it('alone where nothing is deployed', () => {
    assert.equal(said(undefined, outcome(episode(1, 3))), 'It would have come once, 2 h in all.');
    assert.equal(said(undefined, outcome()), 'It would have come 0 times.');
  });

  it('night is that of the place', () => {
    assert.equal(isNight(DAY + 21 * HOUR, undefined), false);
    assert.equal(isNight(DAY + 22 * HOUR, undefined), true);
    assert.equal(isNight(DAY + 6 * HOUR, undefined), false);
    assert.equal(isNight(DAY + 15 * HOUR, 'Asia/Bangkok'), true);
  });
});

const station = (n: number, value: number, more: Partial<Observation> = {}, step = HOUR): Observation =>
  makeObservation({
    id: `s|${n}`, datastream: 's|level', property: 'level', time: DAY + n * step, value, unit: 'm', thing: 's', ...more,
  }); // prettier-ignore

const event = (value: number, more: object = {}): object => ({
  id: 'high', name: 'Level high', observe: { properties: ['level'] }, when: { op: '>', value, unit: 'm' }, emit: 'state', ...more,
}); // prettier-ignore
const events = (...list: object[]): SavedNode => ({
  id: 'events',
  type: 'ecdm-event',
  version: 1,
  events: list,
  wires: [['rule'], []],
});
const source: SavedNode = { id: 'source', type: 'to-observation', wires: [['events']] };

function run(
  node: SavedNode,
  readings: Observation[],
  { deployed = [source], sources = ['source'], ...more }: Partial<RehearsalRequest> & { deployed?: SavedNode[] } = {},
  signal?: AbortSignal,
): Promise<RehearsalResult> {
  const request: RehearsalRequest = {
    node, sources, undeployed: [], history: { from: 'file', upload: 'x' }, language: 'en-US', ...more,
  }; // prettier-ignore
  // eslint-disable-next-line @typescript-eslint/require-await
  const slices = (async function* () {
    yield readings;
  })();
  return rehearse(request, sliceOf(deployed, request), slices, { signal });
}

describe('what history cannot say is said', () => {
  const codes = (notes: readonly Note[]): string[] => notes.map(({ code }) => code);
  const hours = Array.from({ length: 48 }, (_x, n) => station(n, n % 6));

  it('nothing of that where it says all', async () => {
    const { notes, next } = await run(events(event(4)), hours);
    assert.deepEqual(notes, []);
    assert.equal(next.count, 8);
  });

  it('no data, another property, too short, other units, a gap, an order that is none', async () => {
    assert.deepEqual(codes((await run(events(event(4)), [])).notes), ['noData']);
    const other = await run(
      events(event(4)),
      hours.map((one) => ({ ...one, property: 'depth' })),
    );
    assert.deepEqual(other.notes, [{ code: 'notWatched', count: 48, properties: 'level', found: 'depth' }]);
    const short = await run(events(event(4, { for: '1 d' })), hours);
    assert.deepEqual(short.notes, [{ code: 'tooShort', span: '1 d 23 h', needs: '1 d' }]);
    assert.deepEqual(
      codes(
        (
          await run(
            events(event(4)),
            hours.map((one) => ({ ...one, unit: 's' })),
          )
        ).notes,
      ),
      ['otherUnits'],
    );
    const gap = [...hours, ...hours.map((one) => ({ ...one, id: `x${one.id}`, time: one.time + 5 * 24 * HOUR }))];
    assert.deepEqual((await run(events(event(4)), gap)).notes, [
      { code: 'gap', length: '3 d 1 h', from: '6 Jan 2026 23:00' },
    ]);
    for (const note of [...other.notes, ...short.notes]) {
      for (const language of ['en-US', 'th']) assert.doesNotMatch(noteText(language, note), /__|^note\./);
    }
  });

  it('settings that cannot be run are told with the reason', async () => {
    const bad = { id: 'rule', type: 'pattern-status', version: 1, name: 'Bad', rule: { op: 'and', of: [] } };
    const { notes, next } = await run(bad, hours, { deployed: [source, events(event(4))], sources: ['events'] });
    assert.equal(notes[0]!.code, 'refused');
    assert.ok(String(notes[0]!['reason']).length > 10);
    assert.equal(next.count, 0);
  });

  it('an event that cannot be used is told above the counts, which it would explain wrongly', async () => {
    const inverted = { ...event(4), when: { op: '>', value: 4, clear: 6 } };
    const { notes, next } = await run(events(inverted, event(9, { id: 'other', name: 'Other' })), hours);
    assert.equal(notes[0]!.code, 'warned');
    assert.match(String(notes[0]!['reason']), /6/);
    assert.deepEqual(next.problems, [], 'it is no reading that could not be used');
  });

  it('a node that nothing leads to, and a source that does not lead to it, are refused', async () => {
    const rule = { id: 'rule', type: 'pattern-status' };
    await assert.rejects(run(rule, hours, { deployed: [], sources: [] }), RehearsalError);
    const from = { from: 'remembered', source: 'elsewhere' } as const;
    await assert.rejects(run(events(event(4)), hours, { history: from }), /does not lead to this node/);
  });

  it('the readings of one source alone: the others are named', async () => {
    const more: SavedNode = { id: 'more', type: 'sensorthings-in', name: 'Rain', wires: [['events']] };
    const history = { from: 'remembered', source: 'source' } as const;
    const { notes } = await run(events(event(4)), hours, {
      deployed: [source, more],
      sources: ['source', 'more'],
      history,
    });
    assert.deepEqual(notes, [{ code: 'otherSources', names: 'Rain' }]);
  });

  it('it ends when it is cancelled', async () => {
    await assert.rejects(run(events(event(4)), hours, {}, AbortSignal.abort()), /cancelled/);
  });
});

describe('an answer stays small', () => {
  it('the first episodes name all that they rest on, the later ones the newest', async () => {
    const many = Array.from({ length: 5000 }, (_x, n) => station(n, n % 5 < 2 ? 0 : 5));
    const average = event(4, {
      aggregate: { method: 'average', over: '2 d', scope: 'station' },
      when: { op: '>', value: 3, unit: 'm' },
    });
    const { next } = await run(events(average), many);
    const named = next.episodes.map(({ evidence }) => evidence!.length);
    assert.ok(next.episodes.length > 500 && named[0]! > 1, `${next.episodes.length} ${named[0]}`);
    assert.ok(Math.max(...named) >= 48 && named.at(-1) === 3, named.join());
    assert.ok(JSON.stringify(next).length < 1_000_000);
  });
});

describe('a curve', () => {
  const wave = Array.from({ length: 500 }, (_x, n) => station(n, 5 + 4 * Math.sin(n / 3) + ((n * 7) % 5)));

  it('has at each value what the rehearsal of that value has', async () => {
    const values = [4, 6, 8.5, 10];
    const made = (value: number): SavedNode =>
      events(event(2), event(value, { id: 'curved', when: { op: '>', value, clear: value - 1, unit: 'm' } }));
    const { curve } = await run(made(5), wave, { curve: { setting: { of: 'limit', event: 1 }, values } });
    assert.equal(curve!.unit, 'm');
    for (const [n, value] of values.entries()) {
      const { next } = await run(made(value), wave);
      const alone = next.keys.filter(({ rule }) => rule === 'curved');
      assert.ok(next.count > 0);
      assert.equal(curve!.points[n]!.count, alone[0]?.count ?? 0);
      assert.equal(curve!.points[n]!.keys[0]?.raisedMs, alone[0]?.raisedMs);
      assert.equal(curve!.points[n]!.perWeek, (alone[0]?.count ?? 0) / (499 / 168));
    }
  });

  it('leaves out what does not go with the other settings, with the reason: 0 times would be wrong', async () => {
    const setting = { of: 'clear', event: 0 } as const;
    const { curve, notes } = await run(events(event(6, { when: { op: '>', value: 6, clear: 5, unit: 'm' } })), wave, {
      curve: { setting, values: [4, 5, 7, 8] },
    });
    assert.deepEqual(
      curve!.points.map(({ value, count }) => [value, count > 0]),
      [[4, true], [5, true]],
    ); // prettier-ignore
    const note = notes.find(({ code }) => code === 'valuesRefused')!;
    assert.equal(note['count'], 2);
    assert.match(String(note['reason']), /back to normal below 7, which lies above the limit 6/);
  });

  it('leaves out what the node itself would leave out', async () => {
    const { curve, notes } = await run(events(event(6, { emit: 'sometimes' })), wave, {
      curve: { setting: { of: 'limit', event: 0 }, values: [4, 5] },
    });
    assert.deepEqual(curve!.points, []);
    assert.equal(notes.find(({ code }) => code === 'valuesRefused')!['count'], 2);
  });

  it('a limit that was on the wrong side of its hysteresis: the values that are right are tried', async () => {
    const values = [4, 7];
    const { curve } = await run(events(event(4, { when: { op: '>', value: 4, clear: 6, unit: 'm' } })), wave, {
      curve: { setting: { of: 'limit', event: 0 }, values },
    });
    assert.deepEqual(curve!.points.map(({ value }) => value), [7]); // prettier-ignore
    assert.ok(curve!.points[0]!.count > 0);
  });

  it('runs over lengths of time of a rule, too', async () => {
    const rule = (more: object): SavedNode => ({
      id: 'rule',
      type: 'pattern-status',
      version: 1,
      name: 'R',
      rule: { op: 'event', event: 'high' },
      per: 'station',
      flapping: 'off',
      ...more,
    });
    const values = [0, 2 * HOUR, 30 * HOUR];
    const flow = { deployed: [source, events(event(6))], sources: ['events'] };
    const { curve } = await run(rule({}), wave, { ...flow, curve: { setting: { of: 'for' }, values } });
    const counts = curve!.points.map(({ count }) => count);
    const alone = await run(rule({ for: '2 h' }), wave, flow);
    assert.equal(counts[1], alone.next.count);
    assert.ok(counts[0]! > counts[1]! && counts[1]! > counts[2]!, `${counts}`);
  });

  it('a setting that is not there is told', async () => {
    const { curve, notes } = await run(events(event(6)), wave, { curve: { setting: { of: 'within' }, values: [1] } });
    assert.equal(curve, undefined);
    assert.deepEqual(notes.map(({ code }) => code), ['noSuchSetting']); // prettier-ignore
  });
});

describe('notices are rehearsed in the time of the data', () => {
  const rule: SavedNode = {
    id: 'rule',
    type: 'pattern-status',
    version: 1,
    name: 'Flood',
    rule: { op: 'event', event: 'high' },
    per: 'station',
    severity: 'major',
    wires: [['notify'], []],
  };
  const flow = { deployed: [source, events(event(4)), rule], sources: ['rule'] };
  const notify = (more: object): SavedNode => ({
    id: 'notify', type: 'action-notify', version: 2, action: 'notify', form: 'event', on: ['raised', 'cleared'],
    minSeverity: 'warning', texts: { 'en-US': { headline: '{{name}} {{state}}', text: '{{reason}}' } }, ...more,
  }); // prettier-ignore
  // high from 10:00 to 15:00
  const day = Array.from({ length: 24 * 6 }, (_x, n) => station(n, n >= 60 && n < 90 ? 6 : 1, {}, 10 * MINUTE));

  const times = ({ next }: RehearsalResult): string[] =>
    next.episodes.map(({ since }) => new Date(since).toISOString().slice(11, 16));

  it('when it is raised and when it is cleared', async () => {
    const result = await run(notify({}), day, flow);
    assert.deepEqual(times(result), ['10:00', '15:00']);
    assert.ok(result.next.episodes.every(({ name, rule: id }) => id === 'notify' && name.includes('SIMULATED')));
  });

  it('reminders, as often as the hours of the data want them', async () => {
    const { next } = await run(notify({ remind: '1 h' }), day, flow);
    assert.equal(
      next.count,
      2 + 4,
      'none at the very time at which it is over: ' +
        JSON.stringify(next.episodes.map(({ since, name }) => [new Date(since), name])),
    );
  });

  it('reminders through a gap of days, and where there are more than are tried, that is said', async () => {
    const high = (days: number): Promise<RehearsalResult> =>
      run(notify({ remind: '1 min' }), [station(0, 6), station(24 * days, 1)], flow);
    const days = await high(3);
    assert.equal(days.next.count, 3 * 24 * 60 + 1);
    assert.ok(!days.notes.some(({ code }) => code === 'noticesCut'));
    const weeks = await high(15);
    assert.deepEqual(weeks.notes.find(({ code }) => code === 'noticesCut'), { code: 'noticesCut', most: 20_000 }); // prettier-ignore
    assert.match(noteText('en-US', weeks.notes.at(-1)!), /more than 20000 things were due/);
  });

  it('drafts of warnings for the public', async () => {
    const cap = notify({
      action: 'cap',
      capSender: 'city@example.org',
      capEvent: 'Flood',
      capKind: 'Test',
      on: ['raised'],
    });
    const { next } = await run(cap, day, flow);
    assert.ok(next.count >= 1 && next.episodes[0]!.name === 'Alert: Flood', JSON.stringify(next.episodes));
  });

  it('a picture tells nobody, and says so', async () => {
    const { next, notes } = await run(notify({ form: 'table' }), day, flow);
    assert.equal(next.count, 0);
    assert.deepEqual(notes.map(({ code }) => code), ['showsOnly']); // prettier-ignore
  });
});
