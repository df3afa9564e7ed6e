/** Looks for the readings of an episode; answers with them, or with a sentence of why there are none. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Observation } from '../../ecdm/observation';
import { asError } from '../../runtime/input';
import type { ReadingsAnswer } from '../contract';
import { openHistory } from '../history/open';
import type { Search } from './episode';

/** Readings that are shown. */
const MOST = 500;

async function find({ history, options, episode, watched }: Search): Promise<ReadingsAnswer> {
  const { slices } = await openHistory(history, options);
  const named = new Set(episode.evidence);
  const belongs = ({ id, thing, datastream, time, property }: Observation): boolean =>
    named.has(id) ||
    ((thing === episode.key || datastream === episode.key) &&
      watched?.has(property.toLowerCase()) !== false &&
      time >= episode.since &&
      time <= (episode.until ?? Infinity));
  const answer: ReadingsAnswer = { readings: [], leftOut: 0 };
  for await (const slice of slices) {
    for (const observation of slice.filter(belongs)) {
      if (answer.readings.length < MOST) answer.readings.push(shown(observation));
      else answer.leftOut++;
    }
  }
  return answer;
}

function shown({
  id,
  time,
  property,
  thing,
  value,
  unit,
  place,
  meta,
}: Observation): ReadingsAnswer['readings'][number] {
  return { id, time, property, name: meta?.thing?.name ?? thing, value, unit, place };
}

find(workerData as Search).then(
  (answer) => parentPort!.postMessage(answer),
  (thrown: unknown) => parentPort!.postMessage(asError(thrown).message),
);
