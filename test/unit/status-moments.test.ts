/** The order of what a source says of one moment, where its stamps are too coarse to tell. */
import assert from 'node:assert/strict';
import { RANK_AT_ONCE, type CityEvent, type EventKind } from '../../nodes/ecdm/event';
import { ClocksTold } from '../../nodes/pattern-status/clocks-told';
import { Moments } from '../../nodes/pattern-status/moments';
import { goodEvent } from '../support/nonsense';

const T = Date.UTC(2026, 0, 5, 8);
let made = 0;
const said = (kind: EventKind, time = 0, more: Partial<CityEvent> = {}): CityEvent =>
  goodEvent({ id: `e${made++}`, kind, time: T + time, ...more }) as unknown as CityEvent;
const times = (moments: Moments, events: readonly CityEvent[]): number[] =>
  moments.inOrder(events).map(({ time }) => time - T);

describe('what is said of one moment', () => {
  it('lies behind what was said before', () => {
    const moments = new Moments();
    assert.deepEqual(times(moments, [said('begin'), said('end'), said('begin'), said('nodata'), said('end')]), [0, 1, 1, 2, 3]); // prettier-ignore
    assert.deepEqual(times(moments, [said('end', 2), said('end', 3), said('begin', 3), said('end', 4)]), [3, 3, 3, 4]);
    assert.deepEqual(times(moments, [said('begin', 1000), said('end', 1001)]), [1000, 1001]);
  });

  it('stays where it is where the order is plain, in the very list that came', () => {
    const moments = new Moments();
    const events = [said('end'), said('begin'), said('point', 5), said('end', 9), said('begin', 9), said('end', 3)];
    assert.equal(moments.inOrder(events), events);
  });

  it('is looked at by event, source and place', () => {
    const others = [{ stream: 'other' }, { key: 'other' }, { event: 'other' }].map((more) => said('end', 0, more));
    const events = [said('begin'), ...others, said('point')];
    assert.equal(new Moments().inOrder(events), events);
  });

  it('changes no event, because others have it, too', () => {
    const end = Object.freeze(said('end'));
    const [, moved] = new Moments().inOrder(Object.freeze([said('begin'), end]));
    assert.deepEqual(moved, { ...end, time: T + 1 });
    assert.equal(end.time, T);
  });

  it('is where it was when it comes again', () => {
    const moments = new Moments();
    const events = [said('begin'), said('end'), said('begin'), said('end')];
    assert.deepEqual(times(moments, events), [0, 1, 1, 2]);
    assert.deepEqual(times(moments, [...events].reverse()), [2, 1, 1, 0]);
    assert.deepEqual(times(moments, [said('begin', 2), events[0]!, events[1]!, said('end', 2)]), [2, 0, 1, 3]);
  });

  it('ends in the order in which it came however much of it there is', () => {
    const moments = new Moments();
    const flood = Array.from({ length: 10_000 }, (_, i) => said(i % 2 === 0 ? 'begin' : 'end'));
    const ordered = moments.inOrder(flood);
    const sorted = [...ordered.keys()].sort((a, b) => {
      const [x, y] = [ordered[a]!, ordered[b]!];
      return x.time - y.time || RANK_AT_ONCE[x.kind] - RANK_AT_ONCE[y.kind];
    });
    assert.deepEqual(sorted, [...ordered.keys()]);
  });

  it('is forgotten of the source that came first where there are very many', () => {
    const moments = new Moments();
    const begin = (i: number): CityEvent => said('begin', 0, { stream: `s${i}` });
    times(
      moments,
      Array.from({ length: 10_001 }, (_, i) => begin(i)),
    );
    const ends = [said('end', 0, { stream: 's1' }), said('end', 0, { stream: 's0' })];
    assert.deepEqual(times(moments, ends), [1, 0]);
    moments.forget();
    assert.deepEqual(times(moments, [said('end', 0, { stream: 's1' })]), [0]);
  });
});

describe('the events that a rule waits for in a replay', () => {
  const wanted = new Set(['a', 'b', 'c']);
  const clock = (...events: string[]): { source: string; time: number; events: string[] } => ({
    source: 's',
    time: T,
    events,
  });

  it('are those of which nobody has said how far they have come, once something was said', () => {
    const told = new ClocksTold();
    assert.deepEqual(told.awaited(wanted), []);
    told.hear(clock('x'), wanted);
    assert.deepEqual(told.awaited(wanted), []);
    told.hear(clock('b', 'x'), wanted);
    assert.deepEqual(told.awaited(wanted), ['a', 'c']);
    told.hear(clock('a', 'c'), wanted);
    assert.deepEqual(told.awaited(wanted), []);
    told.forget();
    told.hear(clock('a'), wanted);
    assert.deepEqual(told.awaited(wanted), ['b', 'c']);
    told.hear({ source: 's', time: T }, wanted);
    assert.deepEqual(told.awaited(wanted), [], 'a clock that names none stands for all');
  });
});
