/**
 * A rehearsal says what the deployed flow then really does: random rules over random readings, each case in a running
 * Node-RED and in a rehearsal of the same nodes. What the flow does is worked out here from the messages behind the node,
 * not by the code of the rehearsal.
 */
import assert from 'node:assert/strict';
import type { CityEvent } from '../../nodes/ecdm/event';
import { mappingSchema } from '../../nodes/ecdm/mapping-schema';
import type { Observation } from '../../nodes/ecdm/observation';
import type { Status } from '../../nodes/ecdm/status';
import type { RehearsalRequest, RehearsalResult } from '../../nodes/rehearsal/contract';
import { rehearse } from '../../nodes/rehearsal/rehearse';
import { sliceOf } from '../../nodes/rehearsal/slice';
import { compileMapping } from '../../nodes/to-observation/mapping/mapper';
import { Random } from '../properties/random';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { caseOf, type Case } from '../support/random-flow';
import { sleep } from '../support/node-red';

const CASES = Number(process.env['CITY_REHEARSAL_CASES'] ?? 1000);
/** Flows that are deployed together: a deploy costs more than a case. */
const TOGETHER = 50;
const SEED = Number(process.env['CITY_REHEARSAL_SEED'] ?? 20_161_201);

/** One episode: whose, from when to when. */
type Told = string;
const told = (rule: string, key: string, since: number, until: number | undefined): Told =>
  `${rule} ${key} ${new Date(since).toISOString()} ${until === undefined ? 'open' : new Date(until).toISOString()}`;

/** What the deployed node did, from the messages behind it. */
function really(made: Case, messages: readonly { payload: unknown }[]): Told[] {
  const items = messages.flatMap(({ payload }) => payload as unknown[]);
  switch (made.target.type) {
    case 'pattern-status':
      return statusesOf(items as Status[]);
    case 'action-notify':
      return (items as { key: string; text: string }[]).map(({ key, text }) => `${key} ${text}`);
    case 'spatial-filter':
      if (made.target['keep'] !== 'moves') return staysOf(made, items as Observation[]);
  }
  return eventsOf(items as CityEvent[]);
}

function eventsOf(events: readonly CityEvent[]): Told[] {
  const list: Told[] = [];
  const open = new Map<string, number>();
  for (const { event, key, kind, time } of events) {
    const id = `${event} ${key}`;
    if (kind === 'point') list.push(told(event, key, time, time));
    else if (kind === 'begin' && !open.has(id)) open.set(id, time);
    else if (kind === 'end' && open.has(id)) {
      list.push(told(event, key, open.get(id)!, time));
      open.delete(id);
    }
  }
  for (const [id, since] of open)
    list.push(told(id.split(' ')[0]!, id.split(' ').slice(1).join(' '), since, undefined));
  return list;
}

function statusesOf(statuses: readonly Status[]): Told[] {
  const last = new Map<string, Status>();
  const raised = new Set<string>();
  for (const status of statuses) {
    last.set(status.statusId, status);
    if (status.state === 'raised') raised.add(status.statusId);
  }
  return [...last.values()]
    .filter(({ statusId }) => raised.has(statusId))
    .map(({ status, key, state, since, until }) =>
      told(status, key, Date.parse(since), state === 'cleared' ? Date.parse(until!) : undefined),
    );
}

/** Sensors that stand still are let through always or never; those that move come and go. */
function staysOf(made: Case, kept: readonly Observation[]): Told[] {
  const zones = new Map(kept.map((one) => [one.id, (one.zones ?? []).map(({ id }) => id).join()]));
  const marks = made.target['keep'] === 'all';
  const staying = new Map<string, { since: number; where: string; thing: string }>();
  const list: Told[] = [];
  for (const { id, datastream, thing = '', time } of made.observations.flat()) {
    const found = zones.get(id);
    const where = marks && found === '' ? undefined : found;
    const before = staying.get(datastream);
    if (before?.where === where) continue;
    if (before !== undefined) list.push(told(made.target.id, thing, before.since, time));
    staying.delete(datastream);
    if (where !== undefined) staying.set(datastream, { since: time, where, thing });
  }
  for (const { since, thing } of staying.values()) list.push(told(made.target.id, thing, since, undefined));
  return list;
}

/** What the rehearsal says. */
function rehearsed(made: Case, { next }: RehearsalResult): Told[] {
  assert.equal(next.episodesLeftOut, 0, 'the cases are small enough to be listed whole');
  if (made.target.type === 'action-notify') {
    return next.episodes.map(({ key, reason }) => `${key} ${reason!.replaceAll('SIMULATED', 'REPLAY')}`);
  }
  return next.episodes.map(({ rule, key, since, until }) => told(rule, key, since, until));
}

/** The readings of each message, as the source makes them. */
function observationsOf({ rows, batch, mapping }: Case): Observation[][] {
  const mapper = compileMapping(mappingSchema.parse(mapping), { language: 'en-US' });
  const messages: Observation[][] = [];
  for (let n = 0; n < rows.length; n += batch) {
    const list: Observation[] = [];
    mapper.map(rows.slice(n, n + batch), list, [], { topic: undefined, now: 0 });
    messages.push(list);
  }
  return messages;
}

describe('a rehearsal equals the deployed flow', function () {
  this.timeout(540_000);
  let nr: Embedded;
  before(async () => void (nr = await startEmbedded()));
  after(() => nr?.stop());

  /** Gives the readings of the cases to their flows, and waits until nothing moves any more. */
  async function replay(cases: readonly Case[]): Promise<void> {
    await nr.deploy(cases.flatMap(({ nodes }) => nodes) as FlowNode[]);
    // a node that looks for what it kept on disk takes messages later than its neighbour: another order, another replay
    await sleep(500);
    for (const { id, rows, batch } of cases) {
      for (let n = 0; n < rows.length; n += batch) {
        const payload = structuredClone(rows.slice(n, n + batch));
        nr.inject(`${id}-source`, { payload, ...(n + batch >= rows.length ? { complete: true } : {}) });
      }
    }
    const count = (): number => cases.reduce((sum, { id }) => sum + nr.messages(`${id}-end`).length, 0);
    // the clock of the end comes last on a wire of its own
    for (let left = 600; count() < cases.length && left > 0; left--) await sleep(50);
    assert.equal(count(), cases.length, 'each replay came to its end');
    await sleep(200);
  }

  async function rehearsal(made: Case): Promise<RehearsalResult> {
    const { target, nodes, sources, observations, sameMessages } = made;
    const request: RehearsalRequest = {
      node: target, sources, undeployed: [], history: { from: 'file', upload: 'x' }, language: 'en-US',
    }; // prettier-ignore
    // eslint-disable-next-line @typescript-eslint/require-await
    const slices = (async function* () {
      yield* structuredClone(sameMessages ? observations : [observations.flat()]);
    })();
    return rehearse(request, sliceOf(nodes, request), slices);
  }

  it(`in ${CASES} random cases`, async () => {
    const kinds = new Map<string, { cases: number; episodes: number }>();
    for (let from = 0; from < CASES; from += TOGETHER) {
      const cases = Array.from({ length: Math.min(TOGETHER, CASES - from) }, (_x, n) => {
        const made = caseOf(new Random(SEED + from + n), `c${from + n}`);
        return { ...made, observations: observationsOf(made) };
      });
      await replay(cases);
      for (const made of cases) {
        const deployed = really(made, nr.messages(`${made.id}-sink`) as { payload: unknown }[]).sort();
        const result = await rehearsal(made);
        const said = rehearsed(made, result).sort();
        const settings = JSON.stringify(made.nodes.filter(({ type }) => type !== 'test-sink'));
        assert.deepEqual(said, deployed, `case ${made.id} of seed ${SEED}: ${settings}`);
        assert.equal(result.next.count, deployed.length);
        assert.deepEqual(result.now?.count, result.next.count, 'the deployed settings are the same');
        const { type } = made.target;
        const kind = kinds.get(type) ?? { cases: 0, episodes: 0 };
        kinds.set(type, { cases: kind.cases + 1, episodes: kind.episodes + deployed.length });
      }
    }
    // a test of flows that never do anything would say nothing
    for (const [kind, { cases, episodes }] of kinds) {
      console.log(`      ${kind}: ${cases} cases, ${episodes} episodes`);
      assert.ok(episodes > cases, `${kind}: ${episodes} episodes in ${cases} cases`);
    }
    assert.equal(kinds.size, 4);
  });
});
