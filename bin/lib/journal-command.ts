import { createWriteStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { exported, FORMATS, type Format } from '../../nodes/city-journal/export';
import type { HistoryQuery } from '../../nodes/city-journal/journal-source';
import { hasSqlite, SqliteStore } from '../../nodes/city-journal/store/sqlite/sqlite-store';
import { CliError, EXIT, type Arguments, type Command, type Output } from './command';

const ACTIONS: Readonly<Record<string, (store: SqliteStore, args: Arguments, output: Output) => Promise<number>>> = {
  check,
  export: exportTo,
  backup,
};

export const journalCommand: Command = {
  name: 'journal',
  summary: 'check, export or copy a journal',
  help: `usage: city-events journal check FILE [--json]
       city-events journal export FILE [--format FORMAT] [--out FILE]
                                  [--from TIME] [--to TIME] [--status NAME]
       city-events journal backup FILE COPY

Looks at a journal in SQLite: the file journal-ID.sqlite in the folder
city-events of Node-RED, which may go on running meanwhile.

check   looks at every entry: whether it is what was written, and whether one
        was taken out or put in. Note the newest number and hash down elsewhere:
        they show whether the whole file was replaced.
export  writes the entries, oldest first. In CSV a text that a spreadsheet would
        take for a formula begins with an apostrophe.
backup  writes a copy that is whole in itself.

      --json           print what check found as JSON
  -f, --format FORMAT  ${FORMATS.join(', ')} (default ndjson)
  -o, --out FILE       write there, not to standard output
      --from TIME      entries from this time on, such as 2026-03-01T08:00+07:00
      --to TIME        entries up to this time
      --status NAME    entries of one status, by its name or id
  -l, --language LANGUAGE  language of all that is said: en-US (default), th

Exit code 0: all well. 1: the journal is not as it was written. 2: called
wrongly. 3: the file cannot be read or written.
`,
  options: {
    json: { type: 'boolean' },
    format: { type: 'string', short: 'f' },
    out: { type: 'string', short: 'o' },
    from: { type: 'string' },
    to: { type: 'string' },
    status: { type: 'string' },
    language: { type: 'string', short: 'l' },
  },
  async run(args, output) {
    const [action, file] = args.positionals;
    const actions = Object.keys(ACTIONS).join(', ');
    if (action === undefined) throw new CliError(EXIT.usage, `what to do is missing: ${actions}`);
    const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (run === undefined) throw new CliError(EXIT.usage, `"${action}" is none of ${actions}`);
    if (file === undefined) throw new CliError(EXIT.usage, 'FILE is missing');
    if (!hasSqlite())
      throw new CliError(EXIT.file, `this Node.js (${process.version}) has no SQLite: use 22.13 or newer`);
    if (!existsSync(file)) throw new CliError(EXIT.file, `${file}: there is no such file`);
    const store = new SqliteStore(file, args.language());
    try {
      return await run(store, args, output);
    } catch (thrown) {
      if (thrown instanceof CliError) throw thrown;
      throw new CliError(EXIT.file, `${file}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    } finally {
      await store.close();
    }
  },
};

async function check(store: SqliteStore, args: Arguments, { out, err }: Output): Promise<number> {
  const result = await store.check();
  const { ok, entries, first, last, faults } = result;
  if (args.flag('json')) out(`${JSON.stringify(result, null, 2)}\n`);
  else if (ok) out(`sound: ${entries} entries, ${first} to ${last.seq}\n${last.seq} ${last.hash}\n`);
  else for (const fault of faults) err(`${fault}\n`);
  return ok ? EXIT.ok : EXIT.mistakes;
}

async function exportTo(store: SqliteStore, args: Arguments, { out }: Output): Promise<number> {
  const wanted = args.text('format') ?? 'ndjson';
  const format = FORMATS.find((one): one is Format => one === wanted);
  if (format === undefined) throw new CliError(EXIT.usage, `"${wanted}" is none of ${FORMATS.join(', ')}`);
  const query: HistoryQuery = { from: args.text('from'), to: args.text('to'), status: args.text('status') };
  const chunks = exported((asked) => store.query(asked), format, query);
  const target = args.text('out');
  if (target === undefined) {
    for await (const chunk of chunks) out(chunk);
    return EXIT.ok;
  }
  await pipeline(chunks, createWriteStream(target, { flags: 'wx' }));
  return EXIT.ok;
}

async function backup(store: SqliteStore, args: Arguments, { out }: Output): Promise<number> {
  const copy = args.positionals[2];
  if (copy === undefined) throw new CliError(EXIT.usage, 'COPY is missing');
  await store.backup(copy);
  out(`${copy}\n`);
  return EXIT.ok;
}
