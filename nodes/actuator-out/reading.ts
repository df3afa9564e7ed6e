/** Readings that show that an order is done: those that come in, or those that a server is asked for. */
import type { Observation, Value } from '../ecdm/observation';
import type { Connection } from '../sensorthings-server/client/connection';
import { decodeObservations } from '../sensorthings-server/client/decode';
import { address } from '../sensorthings-server/client/links';
import type { Order } from './order';
import type { Transport, Verdict } from './outbox-parts';
import type { ReadingRule } from './settings';

/** Milliseconds between two looks at a Datastream. */
const ASK_EVERY = 2000;
/** Many devices tell times to the second: a reading of the same second counts. */
const SLACK = 1000;

type Rule = Pick<ReadingRule, 'compare'>;

/** Whether a value is what an order wants to see; a text can only be the same or another. */
function reaches({ compare }: Rule, wanted: string, value: Value | undefined): boolean {
  if (value === undefined || value === null || wanted === '') return false;
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  const limit = Number(wanted);
  const same = Number.isFinite(number) && Number.isFinite(limit) ? number === limit : textOf(value) === wanted;
  switch (compare) {
    case '=':
      return same;
    case '!=':
      return !same;
    case '>':
      return number > limit;
    case '>=':
      return number >= limit;
    case '<':
      return number < limit;
    case '<=':
      return number <= limit;
  }
}

/** Tells for each open order whether this reading shows that it is done: of its Datastream, and read after it was sent. */
export function readingAnswer(
  rule: Rule,
  observation: Observation,
): (order: Order, since: number) => 'done' | undefined {
  const { datastream, time, value, meta } = observation;
  const name = meta?.datastream?.name;
  return ({ reading }, since) => {
    if (reading === undefined || reading.datastream === '' || time < since - SLACK) return undefined;
    if (reading.datastream !== datastream && reading.datastream !== name) return undefined;
    return reaches(rule, reading.value, value) ? 'done' : undefined;
  };
}

/** A transport that also looks at a Datastream of a server while an order is to be seen to be done. */
export function watchingReadings(transport: Transport, server: Connection, rule: ReadingRule): Transport {
  const look = async ({ reading }: Order, since: number): Promise<Verdict | undefined> => {
    if (reading === undefined || reading.datastream === '') return undefined;
    const { root } = await server.facts();
    const options = { $orderby: 'phenomenonTime desc', $top: '1', $select: 'id,phenomenonTime,result' };
    const key = keyOf(reading.datastream);
    const body = await server.get(address(root, `Datastreams(${key})/Observations`, options));
    const stream = await (await server.metadata()).stream(key);
    const newest = decodeObservations(body, stream, { zone: server.zone })[0];
    if (newest === undefined || newest.time < since - SLACK) return undefined;
    return reaches(rule, reading.value, newest.value) ? { is: 'done' } : undefined;
  };
  return {
    ready: () => transport.ready(),
    send: (order, handedOver) => transport.send(order, handedOver),
    ask: async (order, since, task) => {
      const verdict = await transport.ask?.(order, since, task);
      // whether it has arrived is not for the reading to say
      if (order.level !== 'done' || verdict?.is === 'refused' || verdict?.is === 'absent') return verdict;
      return (await look(order, since)) ?? verdict;
    },
    askEvery: ASK_EVERY,
  };
}

/** A whole number is one, anything else is a text: quoted as the standard asks for, so that it stays one key. */
function keyOf(id: string): string {
  return /^-?\d{1,20}$/.test(id) ? id : `'${encodeURIComponent(id.replaceAll("'", "''"))}'`;
}

function textOf(value: Value): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
