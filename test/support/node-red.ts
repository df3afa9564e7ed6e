/**
 * The one place that decides which Node-RED the tests run on: the one of the project, or the folder that CITY_NODE_RED
 * names (CI points it at the oldest one that the pack promises to run on).
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';

/** `require` for files whose name is known only when the tests run. */
export const load = createRequire(__filename);

/** The project's own folder; the tests run from dist/test/support. */
export const projectRoot = path.resolve(__dirname, '../../..');

/** Folder of the `node-red` package that is under test. */
function nodeRedFolder(): string {
  const named = process.env['CITY_NODE_RED'];
  if (named === undefined || named === '') return path.dirname(load.resolve('node-red/package.json'));
  const folder = path.resolve(projectRoot, named);
  if (!existsSync(path.join(folder, 'package.json'))) {
    throw new Error(`CITY_NODE_RED=${named} is not the folder of a node-red package`);
  }
  return folder;
}

/** Version of the Node-RED under test, such as "5.0.7". */
export function nodeRedVersion(): string {
  return (load(path.join(nodeRedFolder(), 'package.json')) as { version: string }).version;
}

/** The file that `require` loads for it. */
export function nodeRedMain(): string {
  return load.resolve(nodeRedFolder());
}

/** The built runtime file of one of our node types. */
export function nodeFile(type: string): string {
  return path.join(projectRoot, 'dist', 'nodes', type, `${type}.js`);
}

/** Runtime file of a core node, such as `common/20-inject` or `network/10-mqtt`. */
export function coreNodeFile(name: string): string {
  const main = load.resolve('@node-red/nodes/package.json', { paths: [nodeRedFolder()] });
  return path.join(path.dirname(main), 'core', `${name}.js`);
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** So long a wait that only what never comes is not there in time, however busy the machine is; waiting for what comes costs nothing. */
const PATIENCE = 60_000;

/** Asks again and again until `ask` gives something that is not undefined or false; fails by name after `limit`. */
export async function waitFor<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  limit = PATIENCE,
): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain for ${what}`);
    await sleep(10);
  }
}
