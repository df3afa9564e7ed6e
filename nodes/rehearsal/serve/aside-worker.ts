/** The thread of {@link Asides}: answers, or says why it cannot. */
import { parentPort, workerData } from 'node:worker_threads';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { Observation } from '../../ecdm/observation';
import { LONGEST_SAMPLE, type RuleTest } from '../../ecdm/rule-test';
import { asError } from '../../runtime/input';
import type { ReadingsAnswer, SavedNode, TestResult } from '../contract';
import { LineWriter } from '../history/lines';
import { openHistory } from '../history/open';
import { Unpacker, type Parcel } from '../parcels';
import { eventsOf } from '../rules';
import { expectedOf, runTestsOf } from '../rule-tests/run';
import type { Aside, FromAside } from './aside';
import { keepSample, sampleFile } from './samples';
import { say } from './texts';

type Of<T extends Aside['is']> = Extract<Aside, { is: T }>;

/** Readings that are shown. */
const MOST_SHOWN = 500;
/** Time before and behind an episode in which its readings may lie: the longest windows of rules are days. */
const LEAD = 7 * 86_400_000;
const TAIL = 3_600_000;
/** Bytes of a sample in a file. */
const LARGEST_FILE = 20_000_000;

async function readings({ history, episode, watched, until: end }: Of<'readings'>): Promise<ReadingsAnswer> {
  const { key, since, until, evidence } = episode;
  const options = { since: since - LEAD, until: until === undefined ? end : until + TAIL };
  const named = new Set(evidence);
  const isOfKey = ({ thing, datastream, time, property }: Observation): boolean =>
    (thing === key || datastream === key) &&
    watched?.has(property.toLowerCase()) !== false &&
    time >= since &&
    time <= (until ?? Infinity);
  const answer: ReadingsAnswer = { readings: [], leftOut: 0 };
  for await (const slice of (await openHistory(history, options)).slices) {
    const found = slice.filter((one) => named.has(one.id) || isOfKey(one));
    for (const { id, time, property, thing, value, unit, place, meta } of found) {
      if (answer.readings.length >= MOST_SHOWN) answer.leftOut++;
      else answer.readings.push({ id, time, property, name: meta?.thing?.name ?? thing, value, unit, place });
    }
  }
  return answer;
}

/** Keeps what the rules look at; where they make something else of that, all of it; and nothing that is red at once. */
async function keep(task: Of<'keep'>, nodes: SavedNode[]): Promise<RuleTest> {
  const { outcome, request, watched } = task;
  if (outcome.episodesLeftOut > 0) {
    throw new Error(say(request.language, 'manyEpisodes', { most: outcome.episodes.length }));
  }
  for (const only of watched === undefined ? [undefined] : [watched, undefined]) {
    const test = await write(task, nodes, await sampleOf(task, only));
    const { node, sources, language } = request;
    const about = { node: { ...node, tests: [test] }, sources, folder: task.folder, language };
    const [result] = await runTestsIn(about, nodes);
    if (result?.green === true) return test;
    if (test.file !== undefined) await rm(path.join(task.folder, test.file), { force: true });
  }
  throw new Error(say(request.language, 'notAlike'));
}

async function sampleOf({ history, request }: Of<'keep'>, watched: ReadonlySet<string> | undefined): Promise<string> {
  const { since, until, language } = request;
  const writer = new LineWriter();
  let sample = '';
  for await (const slice of (await openHistory(history, { since, until, language })).slices) {
    sample += writer.write(slice.filter(({ property }) => watched?.has(property.toLowerCase()) !== false));
    if (sample.length > LARGEST_FILE) throw new Error(say(language, 'largeSample', { most: LARGEST_FILE / 1_000_000 }));
  }
  return sample;
}

async function write(
  { outcome, request, name, folder }: Of<'keep'>,
  nodes: readonly SavedNode[],
  sample: string,
): Promise<RuleTest> {
  const { node, language } = request;
  const id = randomUUID();
  const events = node.type === 'ecdm-event' ? { events: eventsOf([node]).map((event) => event.id) } : {};
  const about = { id, name, ...events };
  const expect = expectedOf(outcome, events.events);
  if (sample.length <= LONGEST_SAMPLE) return { ...about, readings: sample, expect };
  return { ...about, file: await keepSample(folder, sample, nodes, language), expect };
}

function runTestsIn(
  { node, sources, folder, language }: Omit<Of<'test'>, 'is'>,
  nodes: readonly SavedNode[],
): Promise<TestResult[]> {
  return runTestsOf(node, sources, nodes, { language, fileOf: (name) => sampleFile(folder, name, language) });
}

async function work(task: Aside, nodes: SavedNode[]): Promise<unknown> {
  if (task.is === 'readings') return readings(task);
  return task.is === 'keep' ? keep(task, nodes) : runTestsIn(task, nodes);
}

const tell = (message: FromAside): void => parentPort!.postMessage(message);
/** The flow comes piece by piece behind the task. */
const unpacker = new Unpacker();
parentPort!.on('message', (parcel: Parcel) => {
  if (!unpacker.take(parcel)) return;
  work(workerData as Aside, unpacker.nodes).then(
    (answer) => tell({ answer }),
    (thrown: unknown) => tell({ fault: asError(thrown).message }),
  );
});
