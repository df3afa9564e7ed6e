/** What the sink of a Node-RED that was killed again and again has heard, against what its journal says. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { EntryKind, JournalEntry } from '../../nodes/city-journal/journal-source';
import { SqliteStore } from '../../nodes/city-journal/store/sqlite/sqlite-store';
import type { Status } from '../../nodes/ecdm/status';
import type { Carried } from './actuators';
import { compareCommands, type CommandEntry } from './commands';

export interface Verdict {
  /** Transitions in the journal. */
  transitions: number;
  /** Messages at the sink, those that came again included. */
  messages: number;
  again: number;
  /** Commands in the journal, and how often one was carried out. */
  commands: number;
  carried: number;
  faults: string[];
}

type Told = Pick<Status, 'statusId' | 'revision' | 'state' | 'updated' | 'severity' | 'until'>;

const id = ({ statusId, revision }: Told): string => `${statusId} #${revision}`;
const content = ({ state, updated, severity, until }: Told): string => `${state} ${severity} ${updated} ${until ?? ''}`;

export async function judge(userDir: string, carried: readonly Carried[]): Promise<Verdict> {
  const folder = path.join(userDir, 'city-events');
  const file = readdirSync(folder).find((name) => /^journal-.*\.sqlite$/.test(name))!;
  const store = new SqliteStore(path.join(folder, file));
  const checked = await store.check();
  const faults = checked.faults.map((fault) => `check: ${fault}`);
  const journal = (await all(store, 'status')).map(({ body }) => body as Status);
  const commands = (await all(store, 'command')).map(({ statusId, body }) => ({ ...body, statusId }) as CommandEntry);
  await store.close();
  const sink = path.join(userDir, 'sink.ndjson');
  // a line that a kill has cut is no message
  const lines = existsSync(sink)
    ? readFileSync(sink, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
    : [];
  const heard = lines.map((line) => JSON.parse(line) as Told);
  compare(journal, heard, faults);
  const answered = journal.filter(
    ({ status, state }) => status === 'haze' && (state === 'raised' || state === 'cleared'),
  );
  compareCommands(carried, commands, answered.map(id), faults);
  return {
    transitions: journal.length,
    messages: heard.length,
    again: heard.length - new Set(heard.map(id)).size,
    commands: new Set(commands.map(({ commandId }) => commandId)).size,
    carried: carried.length,
    faults,
  };
}

async function all(store: SqliteStore, kind: EntryKind): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for (let after: string | undefined; ;) {
    const page = await store.query({ kinds: [kind], order: 'oldest', limit: 1000, after });
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    after = page.next;
  }
}

function compare(journal: readonly Told[], heard: readonly Told[], faults: string[]): void {
  const contents = new Map<string, string>();
  const revisions = new Map<string, number>();
  const ids = new Map<string, string>();
  for (const told of journal) {
    if (contents.has(id(told))) faults.push(`two transitions under ${id(told)}`);
    contents.set(id(told), content(told));
    const { statusId, revision } = told;
    if (revision !== (revisions.get(statusId) ?? 0) + 1)
      faults.push(`${id(told)} does not follow ${revisions.get(statusId)}`);
    revisions.set(statusId, revision);
    // the same thing told under another name
    const what = `${statusId.slice(0, statusId.lastIndexOf('|'))} ${content(told)}`;
    const other = ids.get(what);
    if (other !== undefined && told.state === 'raised') faults.push(`${id(told)} is ${other} told again`);
    ids.set(what, id(told));
  }
  const reached = new Set<string>();
  for (const told of heard) {
    const known = contents.get(id(told));
    if (known === undefined) faults.push(`${id(told)} reached the sink and is not in the journal`);
    else if (known !== content(told)) faults.push(`${id(told)} reached the sink as something else`);
    reached.add(id(told));
  }
  for (const one of contents.keys()) if (!reached.has(one)) faults.push(`${one} never reached the sink`);
}
