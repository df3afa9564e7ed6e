import { isTimeZone } from '../../nodes/ecdm/time';
import { cleanRoot } from '../../nodes/sensorthings-server/client/links';
import { type Arguments, CliError, type Command, EXIT } from './command';
import { type FileReading, readSaved, type ReadOptions } from './decode';
import { readText } from './files';

export const decodeCommand: Command = {
  name: 'decode',
  summary: 'show what is read from a saved SensorThings answer',
  help: `usage: city-events decode FILE... [options]

Reads saved answers of a SensorThings server (1.0, 1.1 or 2.0) as the client
does and writes as JSON what it understands: observations with their times in
UTC, units as UCUM codes and places, entities, the service root, errors. "-"
reads standard input.

A file may be a page, an entity, a dataArray, GeoJSON or CSV, a batch, an error,
an MQTT message (also lines of "topic {...}"), an answer with its headers (curl
-i), or a collection of these.

      --root URL           address of the service as it is reached from here:
                           links are led back to it (default: what the addresses
                           in the file show)
  -z, --zone ZONE          time zone of times without an offset (default UTC)
      --missing=NUMBERS    numbers that mean "no value", such as -999,-9999
  -s, --split              several properties in one result: an observation of
                           each (default: one with a record)
      --name-from PATH     where names lie that people know, such as
                           properties.monitoringLocationName
  -l, --language LANGUAGE  language of the problems: en-US (default), th

Exit code 0: all was read. 1: something could not be read (see "problems").
3: a file cannot be opened.
`,
  options: {
    root: { type: 'string' },
    zone: { type: 'string', short: 'z' },
    missing: { type: 'string' },
    split: { type: 'boolean', short: 's' },
    'name-from': { type: 'string' },
    language: { type: 'string', short: 'l' },
  },
  async run(args, { out, err }) {
    if (args.positionals.length === 0) throw new CliError(EXIT.usage, 'FILE is missing');
    const options = readOptions(args);
    let code: number = EXIT.ok;
    for (const file of args.positionals) {
      try {
        const reading = readSaved(await readText(file), options);
        out(print(file, reading));
        if (reading.parts.some(({ problems }) => problems !== undefined)) code = Math.max(code, EXIT.mistakes);
      } catch (error) {
        // the other files are still of use
        if (!(error instanceof CliError)) throw error;
        err(`${error.message}\n`);
        code = error.exitCode;
      }
    }
    return code;
  },
};

function readOptions(args: Arguments): ReadOptions {
  const root = args.text('root');
  if (root !== undefined && !URL.canParse(root)) throw new CliError(EXIT.usage, `"${root}" is not an address`);
  const zone = args.text('zone');
  if (zone !== undefined && !isTimeZone(zone)) {
    throw new CliError(EXIT.usage, `the time zone "${zone}" is not known; an example is Asia/Bangkok`);
  }
  const missing = (args.text('missing') ?? '').split(/[,;\s]+/).filter((word) => word !== '');
  const wrong = missing.find((word) => !Number.isFinite(Number(word)));
  if (wrong !== undefined) throw new CliError(EXIT.usage, `"${wrong}" is not a number`);
  return {
    root: root === undefined ? undefined : cleanRoot(root),
    zone,
    nameFrom: args.text('name-from'),
    language: args.language(),
    records: args.flag('split') ? 'split' : 'record',
    sentinels: new Set(missing.map(Number)),
  };
}

/** JSON with one line for each observation, so that many of them can still be looked through. */
function print(file: string, { root, version, parts }: FileReading): string {
  const head = { file, root, version };
  const whole = parts.length === 1 ? { ...head, ...parts[0] } : { ...head, parts };
  return `${pretty(whole, '')}\n`;
}

/** Objects that fit into a line stay in one. */
const WIDTH = 160;

function pretty(raw: unknown, indent: string): string {
  const short = JSON.stringify(raw);
  if (typeof raw !== 'object' || raw === null || indent.length + short.length <= WIDTH || isFlat(raw))
    return spaced(raw, short);
  const inner = `${indent}  `;
  if (Array.isArray(raw))
    return `[\n${(raw as unknown[]).map((item) => inner + pretty(item, inner)).join(',\n')}\n${indent}]`;
  const lines = Object.entries(raw)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${inner}${JSON.stringify(name)}: ${pretty(value, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** An observation is read best in a line, however long. */
function isFlat(raw: object): boolean {
  return 'datastream' in raw && 'value' in raw && JSON.stringify(raw).length < 1000;
}

/** With blanks behind commas and colons, as people write it. */
function spaced(raw: unknown, short: string): string {
  if (typeof raw !== 'object' || raw === null) return short;
  return JSON.stringify(raw, null, 1).replace(/\n\s*/g, ' ');
}
