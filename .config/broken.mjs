// Does the suite notice a broken engine? Applies every patch of test/broken to a copy, compiles it, runs the quick suite
// of the pattern core, and expects that to fail; a patch that does not apply, or does not compile, fails, too.
//   npm run test:broken
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const patches = path.join(root, 'test/broken');
/** What the quick suite is made of. */
const COPIED = [
  'nodes',
  'test/properties',
  'test/mutation',
  'test/support',
  'test/unit',
  '.config/mutants-build.mjs',
  'package.json',
];
const SUITE = ['test/unit/cep-operators.test.js', 'test/mutation/random.test.js'];

/** Runs a command in a folder. */
function run(folder, command, ...args) {
  return new Promise((resolve) => {
    // no repository around the copy may have a say in what "git apply" looks at
    const env = { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(folder) };
    const child = spawn(command, args, { cwd: folder, env });
    let text = '';
    child.stdout.on('data', (data) => (text += data));
    child.stderr.on('data', (data) => (text += data));
    child.on('error', (error) => resolve({ code: 1, text: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

async function copyTo(folder) {
  for (const item of COPIED) await cp(path.join(root, item), path.join(folder, item), { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
}

/** Compiles the copy and runs the suite: 'passes', 'fails', or what went wrong. */
async function judged(folder) {
  const build = await run(folder, process.execPath, '.config/mutants-build.mjs');
  if (build.code !== 0) return `does not compile: ${build.text}`;
  const files = SUITE.map((file) => path.join('.build/mutants', file));
  const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
  const { code, text } = await run(
    folder,
    process.execPath,
    mocha,
    '--no-config',
    '--bail',
    '--timeout',
    '60000',
    ...files,
  );
  if (code === 0) return 'passes';
  return /^\s*[1-9]\d* failing/m.test(text) ? 'fails' : `ends with code ${code}: ${text.slice(-2000)}`;
}

async function whole(folder) {
  await copyTo(folder);
  const verdict = await judged(folder);
  return verdict === 'passes' ? 'ok' : `the suite ${verdict} although nothing is broken`;
}

async function broken(folder, patch) {
  await copyTo(folder);
  const applied = await run(folder, 'git', 'apply', '--whitespace=nowarn', path.join(patches, patch));
  if (applied.code !== 0) return `the patch does not apply: ${applied.text}`;
  const verdict = await judged(folder);
  return verdict === 'fails' ? 'ok' : `the suite ${verdict} although the engine is broken`;
}

async function main() {
  const found = (await readdir(patches)).filter((name) => name.endsWith('.patch')).sort();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'city-events-broken-'));
  let failed = found.length < 3 ? 1 : 0;
  if (failed > 0) console.log(`there are only ${found.length} patches in test/broken`);
  for (const name of ['', ...found]) {
    const copy = path.join(folder, name === '' ? 'whole' : name);
    const verdict = await (name === '' ? whole(copy) : broken(copy, name));
    console.log(
      `${verdict === 'ok' ? 'ok' : 'FAILED'}: ${name === '' ? 'passes as it is' : `notices ${name}`}${verdict === 'ok' ? '' : `\n  ${verdict}`}`,
    );
    if (verdict !== 'ok') failed++;
  }
  await rm(folder, { recursive: true, force: true });
  console.log(`\n${found.length + 1 - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(`test:broken: ${error.message}`);
  process.exitCode = 1;
});
