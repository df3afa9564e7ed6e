import type { RosterEntry } from '../../nodes/ecdm/city';
import type { Definition } from '../../nodes/ecdm/definition';
import type { Observation } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { parseTime } from '../../nodes/ecdm/time';
import { sortByTime } from '../../nodes/to-observation/batch';
import { Pipeline } from '../../nodes/replay/pipeline';
import { CliError, EXIT, type Arguments, type Command, type Output } from './command';
import { readDefinition, readMapping } from './definition-file';
import { readText } from './files';
import { readObservations, type ReadObservations } from './observations-file';
import { summaryJson, summaryText, type ReplaySummary } from './replay-summary';
import { unmatched } from './unmatched';

/** Readings that are judged in one go; the result does not depend on it. */
const BATCH = 1000;
/** Problems of the engines that are listed; the others are counted. */
const LISTED = 20;

export const replayCommand: Command = {
  name: 'replay',
  summary: 'run recorded readings through the rules of a definition',
  help: `usage: city-events replay FILE --observations DATA [--map MAP] [...]

Runs recorded readings through the rules of a definition (*.ecdm.json), with
the same code as the nodes. Statuses go to standard output, one JSON per line;
a summary goes to standard error: per rule and key the detections, episodes,
time raised and time without data, per event and key the rising edges.

  -o, --observations DATA   CSV, JSON, or one JSON per line ("-": standard
                            input): rows for the mapping, or observations as
                            the nodes write them
  -m, --map MAP             the mapping of the rows (*.map.json); guessed from
                            the data when left out
  -l, --language LANGUAGE   language of sentences: en-US (default), th
      --from TIME           leave out earlier readings (ISO 8601)
      --to TIME             leave out readings from this time on
      --summary FORM        text (default), json, or none

Rows that cannot be used are counted and the first ones listed; they do not
stop the replay.

Exit code 0: replayed. 1: the definition or the mapping has mistakes, or no
row could be used. 3: a file cannot be read.
`,
  options: {
    observations: { type: 'string', short: 'o' },
    map: { type: 'string', short: 'm' },
    language: { type: 'string', short: 'l' },
    from: { type: 'string' },
    to: { type: 'string' },
    summary: { type: 'string' },
  },
  run: replay,
};

async function replay(args: Arguments, output: Output): Promise<number> {
  const file = args.only('FILE');
  const data = args.text('observations');
  if (data === undefined) throw new CliError(EXIT.usage, '--observations is missing');
  const form = args.text('summary') ?? 'text';
  if (!['text', 'json', 'none'].includes(form)) throw new CliError(EXIT.usage, `--summary is text, json or none, not "${form}"`);
  const [from, to] = [timeOption(args, 'from'), timeOption(args, 'to')];
  const language = args.language();
  const definition = await readDefinition(file, language);
  const map = args.text('map');
  const mapping = map === undefined ? undefined : await readMapping(map, language);
  const read = readObservations(await readText(data), mapping, language ?? 'en-US');
  if (form === 'text') tellReading(read, data, output);
  const within = read.observations.filter(({ time }) => time >= from && time < to);
  sortByTime(within);
  const summary = run(definition, within, read.roster, language, output);
  if (form !== 'none') {
    const whole = {
      ...summary, rows: read.rows, bad: read.bad, badRows: read.problems, unmatched: unmatched(definition, within, language),
    }; // prettier-ignore
    output.err(form === 'json' ? summaryJson(whole) : summaryText(whole, definition));
  }
  return read.observations.length === 0 ? EXIT.mistakes : EXIT.ok;
}

function timeOption(args: Arguments, name: 'from' | 'to'): number {
  const text = args.text(name);
  if (text === undefined) return name === 'from' ? -Infinity : Infinity;
  const time = parseTime(text);
  if (time === undefined) throw new CliError(EXIT.usage, `--${name}: "${text}" is not a time such as 2026-01-05T08:00:00+07:00`);
  return time;
}

function tellReading(read: ReadObservations, data: string, { err }: Output): void {
  if (read.guessed === undefined) return;
  err(`${data}: no mapping was given; this one was guessed:\n`);
  for (const line of read.guessed.explanation) err(`  ${line}\n`);
  err('\n');
}

type RunSummary = Omit<ReplaySummary, 'rows' | 'bad' | 'badRows' | 'unmatched'>;

function run(
  definition: Definition,
  observations: readonly Observation[],
  roster: readonly RosterEntry[],
  language: string | undefined,
  { out }: Output,
): RunSummary {
  const pipeline = new Pipeline(definition, { language });
  const statuses: Status[] = [];
  const problems: Problem[] = [];
  const listed: Problem[] = [];
  let count = 0;
  let messages = 0;
  const drain = (): void => {
    if (statuses.length > 0) out(statuses.map((status) => `${JSON.stringify(status)}\n`).join(''));
    messages += statuses.length;
    count += problems.length;
    for (const problem of problems) if (listed.length < LISTED) listed.push(problem);
    statuses.length = 0;
    problems.length = 0;
  };
  if (observations.length > 0) pipeline.roster(roster, observations[0]!.time, statuses, problems);
  for (let i = 0; i < observations.length; i += BATCH) {
    pipeline.push(observations.slice(i, i + BATCH), statuses, problems);
    drain();
  }
  pipeline.end(statuses, problems);
  drain();
  return { ...pipeline.summary(), messages, problemCount: count, problems: listed };
}
