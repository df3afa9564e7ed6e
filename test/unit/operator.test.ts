import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ACTS,
  alarmOf,
  applyAct,
  endShelf,
  followCondition,
  isShelved,
  LONGEST_SHELF,
  newOperatorState,
  type ActFault,
  type Condition,
  type OperatorAct,
  type OperatorState,
} from '../../nodes/ecdm/operator';
import { SEVERITIES, type Severity } from '../../nodes/ecdm/status';
import { formatTime } from '../../nodes/ecdm/time';

const NOW = Date.UTC(2026, 0, 5, 8, 0);
const HOUR = 3_600_000;
const ALARM = 'air|centre';

const condition = (more: Partial<Condition> = {}): Condition => ({
  statusId: `${ALARM}|1`,
  state: 'raised',
  severity: 'major',
  ...more,
});
const act = (kind: OperatorAct['act'], more: Partial<OperatorAct> = {}): OperatorAct => ({
  act: kind,
  alarm: ALARM,
  who: 'Somchai',
  at: formatTime(NOW),
  ...more,
});

function done(answer: OperatorState | ActFault): OperatorState {
  if (typeof answer === 'string') assert.fail(`refused: ${answer}`);
  return answer;
}
const apply = (
  state: OperatorState,
  one: OperatorAct,
  of: Condition | undefined = condition(),
  now = NOW,
): OperatorState => done(applyAct(state, one, of, now));
const refused = (state: OperatorState, one: OperatorAct, of?: Condition, now = NOW): OperatorState | ActFault =>
  applyAct(state, one, of ?? condition(), now);
const fresh = newOperatorState(ALARM);

describe('what people did about an alarm', () => {
  it('names an alarm by its definition and its key, as the ids of its episodes begin', () => {
    assert.equal(alarmOf({ status: 'air', key: 'centre' }), ALARM);
  });

  it('keeps who, when and why, and changes nothing in place', () => {
    const before = followCondition(fresh, condition());
    const copy = structuredClone(before);
    const after = apply(before, act('acknowledge', { why: 'on my way' }));
    assert.deepEqual(before, copy);
    assert.deepEqual(after.acknowledged, { who: 'Somchai', at: formatTime(NOW), why: 'on my way', severity: 'major' });
  });

  it('refuses whoever does not say who it is, and what nobody can do', () => {
    for (const who of ['', '  ', 'x'.repeat(201), undefined as never])
      assert.equal(refused(fresh, act('acknowledge', { who })), 'who');
    assert.equal(refused(fresh, act('dance' as never)), 'act');
    for (const why of [undefined, ' ']) assert.equal(refused(fresh, act('comment', { why })), 'why');
    assert.equal(refused(fresh, act('comment', { why: 'x'.repeat(2001) })), 'why');
    assert.equal(applyAct(fresh, act('acknowledge'), undefined, NOW), 'unknown');
  });

  it('asks for an acknowledgement again only when the severity rises above what was acknowledged', () => {
    let state = apply(fresh, act('acknowledge'));
    for (const severity of ['warning', 'minor', 'major'] as const) {
      state = followCondition(state, condition({ severity, state: 'updated' }));
      assert.ok(state.acknowledged, severity);
    }
    state = followCondition(state, condition({ severity: 'critical' }));
    assert.equal(state.acknowledged, undefined);
    state = apply(state, act('acknowledge'), condition({ severity: 'critical' }));
    assert.ok(followCondition(state, condition({ severity: 'critical' })).acknowledged);
  });

  it('knows that nobody has looked at a new episode, while the alarm stays shelved or out of service', () => {
    let state = apply(fresh, act('acknowledge'));
    state = apply(state, act('shelve', { until: formatTime(NOW + HOUR) }));
    state = apply(state, act('out-of-service', { why: 'sensor is being cleaned' }));
    state = followCondition(state, condition({ statusId: `${ALARM}|2` }));
    assert.equal(state.acknowledged, undefined);
    assert.ok(state.shelved && state.outOfService);
    assert.equal(
      refused(state, act('acknowledge', { statusId: `${ALARM}|1` }), condition({ statusId: `${ALARM}|2` })),
      'episode',
    );
  });

  it('acknowledges also what is over already, but nothing that is only pending', () => {
    assert.ok(apply(fresh, act('acknowledge'), condition({ state: 'cleared' })).acknowledged);
    assert.equal(refused(fresh, act('acknowledge'), condition({ state: 'pending' })), 'nothing');
    const state = apply(fresh, act('acknowledge'));
    assert.equal(refused(state, act('acknowledge')), 'already');
    assert.equal(apply(state, act('unacknowledge')).acknowledged, undefined);
    assert.equal(refused(fresh, act('unacknowledge')), 'nothing');
  });

  it('ends a shelf at its time, by itself, also where the clock has jumped', () => {
    const until = NOW + HOUR;
    const state = apply(fresh, act('shelve', { until: formatTime(until) }));
    assert.ok(isShelved(state, until - 1) && isShelved(state, NOW));
    assert.equal(endShelf(state, until - 1), state);
    for (const now of [until, until + 30 * 86_400_000]) assert.equal(endShelf(state, now).shelved, undefined);
    assert.ok(isShelved(state, NOW - 10 * HOUR), 'a clock that was set back makes it longer, never endless');
  });

  it('refuses a shelf without an end, with one that is past, and one of more than a week', () => {
    const bad = [undefined, '', 'soon', formatTime(NOW), formatTime(NOW - 1), formatTime(NOW + LONGEST_SHELF + 1)];
    for (const until of bad) assert.equal(refused(fresh, act('shelve', { until })), 'until', String(until));
    assert.ok(apply(fresh, act('shelve', { until: formatTime(NOW + LONGEST_SHELF) })).shelved);
  });

  it('shelves and takes out of service also what was never raised', () => {
    const until = formatTime(NOW + HOUR);
    assert.ok(done(applyAct(fresh, act('shelve', { until }), undefined, NOW)).shelved);
    const state = done(applyAct(fresh, act('out-of-service'), undefined, NOW));
    assert.equal(refused(state, act('out-of-service')), 'already');
    assert.equal(apply(state, act('in-service')).outOfService, undefined);
    for (const kind of ['in-service', 'unshelve'] as const) assert.equal(refused(fresh, act(kind)), 'nothing');
  });

  it('closes only what is over, and opens it again when it is raised again', () => {
    assert.equal(refused(fresh, act('close')), 'raised');
    const over = condition({ state: 'cleared' });
    const state = apply(fresh, act('close'), over);
    assert.ok(state.closed);
    assert.equal(refused(state, act('close'), over), 'already');
    assert.equal(refused(state, act('acknowledge'), over), 'already');
    assert.equal(followCondition(state, over), state);
    assert.equal(followCondition(state, condition()).closed, undefined);
  });

  it('orders a clearance only where something is raised, and changes nothing by it', () => {
    const state = followCondition(fresh, condition());
    assert.equal(applyAct(state, act('clear'), condition(), NOW), state);
    for (const is of ['cleared', 'pending'] as const)
      assert.equal(refused(state, act('clear'), condition({ state: is })), 'nothing');
  });

  it('is what its whole history says: 10,000 random ones', () => {
    fc.assert(
      fc.property(histories, (history) => check(history)),
      { numRuns: 10_000 },
    );
  });
});

/** Something that happens: the condition moves on, somebody acts, or time passes (it may also be set back). */
type Step =
  | { kind: 'condition'; condition: Condition }
  | { kind: 'act'; act: OperatorAct['act']; hours: number; episode: number | undefined }
  | { kind: 'time'; hours: number };

const histories = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('condition' as const),
      condition: fc.record({
        statusId: fc.integer({ min: 1, max: 3 }).map((n) => `${ALARM}|${n}`),
        state: fc.constantFrom('pending', 'raised', 'updated', 'nodata', 'cleared'),
        severity: fc.constantFrom(...SEVERITIES),
      }) as fc.Arbitrary<Condition>,
    }),
    fc.record({
      kind: fc.constant('act' as const),
      act: fc.constantFrom(...ACTS),
      hours: fc.integer({ min: 1, max: 5 }),
      episode: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    }),
    fc.record({ kind: fc.constant('time' as const), hours: fc.integer({ min: -2, max: 4 }) }),
  ),
  { maxLength: 25 },
) as fc.Arbitrary<Step[]>;

/** What was accepted, in its order, with the condition as it was: the oracle looks back at this and keeps no state. */
interface Past {
  step: Step;
  at: number;
  condition: Condition | undefined;
}

function check(history: Step[]): void {
  let state = newOperatorState(ALARM);
  let now = NOW;
  let current: Condition | undefined;
  const past: Past[] = [];
  for (const step of history) {
    if (step.kind === 'time') {
      now += step.hours * HOUR;
      state = endShelf(state, now);
    } else if (step.kind === 'condition') {
      current = step.condition;
      state = followCondition(state, current);
    } else {
      const statusId = step.episode === undefined ? undefined : `${ALARM}|${step.episode}`;
      const one = act(step.act, { statusId, until: formatTime(now + step.hours * HOUR), why: 'because' });
      const expected = verdict(past, step, statusId, current, now);
      const answer = applyAct(state, one, current, now);
      assert.equal(typeof answer === 'string' ? answer : undefined, expected, JSON.stringify(history));
      if (typeof answer === 'string') continue;
      state = answer;
    }
    past.push({ step, at: now, condition: current });
    const is = lookBack(past, current);
    const message = JSON.stringify(history);
    assert.equal(state.acknowledged?.severity, is.acknowledged, message);
    assert.equal(state.closed !== undefined, is.closed, message);
    assert.equal(state.outOfService !== undefined, is.outOfService, message);
    assert.equal(state.shelved === undefined ? undefined : Date.parse(state.shelved.until), is.shelvedUntil, message);
    assert.equal(state.comments, is.comments, message);
  }
}

interface Is {
  acknowledged: Severity | undefined;
  closed: boolean;
  outOfService: boolean;
  shelvedUntil: number | undefined;
  comments: number;
}

const isOpenState = (state: string): boolean => ['raised', 'updated', 'nodata'].includes(state);
const acted = ({ step }: Past, ...kinds: string[]): boolean => step.kind === 'act' && kinds.includes(step.act);

/** The words of the rules, said about the whole past. */
function lookBack(past: readonly Past[], current: Condition | undefined): Is {
  // since the episode of now began: from behind, as long as it is the same one
  let begin = past.length;
  while (begin > 0 && past[begin - 1]!.condition?.statusId === current?.statusId) begin--;
  const episode = past.slice(begin);
  const last = (list: readonly Past[], ...kinds: string[]): number => list.findLastIndex((one) => acted(one, ...kinds));
  const ack = last(episode, 'acknowledge', 'unacknowledge');
  let acknowledged: Severity | undefined;
  if (ack >= 0 && acted(episode[ack]!, 'acknowledge')) {
    const { severity } = episode[ack]!.condition!;
    const worse = (one: Past): boolean => SEVERITIES.indexOf(one.condition!.severity) > SEVERITIES.indexOf(severity);
    if (!episode.slice(ack).some(worse)) acknowledged = severity;
  }
  const close = last(episode, 'close');
  const service = last(past, 'out-of-service', 'in-service');
  const shelf = last(past, 'shelve', 'unshelve');
  let shelvedUntil: number | undefined;
  if (shelf >= 0 && acted(past[shelf]!, 'shelve')) {
    const { step, at } = past[shelf]!;
    const end = at + (step as { hours: number }).hours * HOUR;
    // an act looks at the clock, too
    if (!past.slice(shelf + 1).some((one) => one.step.kind !== 'condition' && one.at >= end)) shelvedUntil = end;
  }
  return {
    acknowledged,
    closed: close >= 0 && !episode.slice(close).some((one) => isOpenState(one.condition!.state)),
    outOfService: service >= 0 && acted(past[service]!, 'out-of-service'),
    shelvedUntil,
    comments: episode.filter((one) => acted(one, 'comment')).length,
  };
}

function verdict(
  past: readonly Past[],
  step: Extract<Step, { kind: 'act' }>,
  statusId: string | undefined,
  current: Condition | undefined,
  now: number,
): ActFault | undefined {
  const is = lookBack(past, current);
  const shelved = is.shelvedUntil !== undefined && now < is.shelvedUntil;
  switch (step.act) {
    case 'shelve':
      return undefined;
    case 'unshelve':
      return shelved ? undefined : 'nothing';
    case 'out-of-service':
      return is.outOfService ? 'already' : undefined;
    case 'in-service':
      return is.outOfService ? undefined : 'nothing';
  }
  if (current === undefined) return 'unknown';
  if (statusId !== undefined && statusId !== current.statusId) return 'episode';
  const open = isOpenState(current.state);
  switch (step.act) {
    case 'acknowledge':
      if (is.acknowledged !== undefined || is.closed) return 'already';
      return current.state === 'pending' ? 'nothing' : undefined;
    case 'unacknowledge':
      return is.acknowledged === undefined ? 'nothing' : undefined;
    case 'comment':
      return undefined;
    case 'close':
      if (is.closed) return 'already';
      return open ? 'raised' : undefined;
    case 'clear':
      return open ? undefined : 'nothing';
  }
}
