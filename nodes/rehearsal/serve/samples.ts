/** The samples of rule tests that are too large to lie in a node: files below the folder of the flow. */
import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { SavedNode } from '../contract';
import { say } from './texts';

const FOLDER = 'rule-tests';
const MOST_FILES = 200;
/** What nothing names is kept for so long: a form with its test may be open, or not be deployed yet. */
const KEPT_MS = 7 * 86_400_000;
/** Of a text that is looked through for names. */
const LARGEST_TEXT = 100_000_000;
/** Names that we give; what people put there is theirs. */
const OURS = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.ndjson$/;

/**
 * Where the sample of that name lies.
 * @throws Error with a sentence where it would lie elsewhere: a flow may come from somebody else, and reads no other file
 */
export function sampleFile(home: string, name: string, language: string): string {
  const file = path.resolve(home, name);
  if (!file.startsWith(path.resolve(home, FOLDER) + path.sep)) throw new Error(say(language, 'elsewhere', { name, folder: FOLDER })); // prettier-ignore
  return file;
}

/**
 * Writes a sample, and takes away those that nothing names any more.
 * @param nodes of the flow that runs, with their tests
 * @returns its name, from the folder of the flow
 * @throws Error with a sentence where there are too many
 */
export async function keepSample(
  home: string,
  sample: string,
  nodes: readonly SavedNode[],
  language: string,
): Promise<string> {
  const folder = path.join(home, FOLDER);
  await mkdir(folder, { recursive: true });
  // where something cannot be read, nobody knows what it names: all stays
  const gone = await forgotten(home, nodes).catch(() => []);
  for (const name of gone) await rm(path.join(folder, name), { force: true });
  const { length } = await readdir(folder);
  if (length >= MOST_FILES) throw new Error(say(language, 'manySamples', { most: MOST_FILES, folder: FOLDER }));
  const name = `${FOLDER}/${randomUUID()}.ndjson`;
  await writeFile(path.join(home, name), sample, { mode: 0o600 }).catch((thrown: Error) => {
    throw new Error(say(language, 'disk', { reason: thrown.message }));
  });
  return name;
}

/** Names of old samples that stand in no test of the flow that runs, and in no flow or definition beside it. */
async function forgotten(home: string, nodes: readonly SavedNode[]): Promise<string[]> {
  const running = JSON.stringify(nodes.map(({ tests }) => tests ?? null));
  let names = (await readdir(path.join(home, FOLDER))).filter((name) => OURS.test(name) && !running.includes(name));
  const old = await Promise.all(
    names.map(async (name) => (await stat(path.join(home, FOLDER, name))).mtimeMs < Date.now() - KEPT_MS),
  );
  names = names.filter((_name, n) => old[n]);
  for (const file of names.length > 0 ? await textsOf(home) : []) {
    if ((await stat(file)).size > LARGEST_TEXT) return [];
    const text = await readFile(file, 'utf8');
    names = names.filter((name) => !text.includes(name));
  }
  return names;
}

/** The flow files and definitions in the user directory, and in its projects. */
async function textsOf(home: string): Promise<string[]> {
  const projects = path.join(home, 'projects');
  const folders = [home, ...(await entriesOf(projects)).map(({ name }) => path.join(projects, name))];
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const texts = (await entriesOf(folder)).filter((one) => !one.isDirectory() && one.name.endsWith('.json'));
      return texts.map(({ name }) => path.join(folder, name));
    }),
  );
  return lists.flat();
}

/** What lies in a folder; nothing where there is none of that name. */
function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR') return [];
    throw thrown;
  });
}
