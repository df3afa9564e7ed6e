// Runs the suites, each file of them in a process of its own (Node-RED can be started once per process), and prints
// "N passed, N failed" last.
//   node .config/test.mjs                   all that needs no browser: unit, flow, package
//   node .config/test.mjs browser           the browser tests
//   node .config/test.mjs frost             the tests with a real FROST-Server
//   node .config/test.mjs unit flow/replay  these suites, or the files of a suite whose name begins so
// CITY_TEST_NODE: another Node to run the tests on. CITY_NODE_RED: folder of another Node-RED (both used by CI).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const tests = path.join(root, 'dist', 'test');
const node = process.env.CITY_TEST_NODE ?? process.execPath;
const AT_ONCE = 2;
/** These measure waiting times, by people's patience or by the clock: one at a time, when the others have ended. */
const ALONE = /^(?:browser\/|flow\/sensorthings-load\.)/;
/** A file that has not ended by then hangs; FROST's are one process, and it is slow on a busy machine. */
const LIMIT_MS = 10 * 60_000;
/** A test that has not ended by then: far beyond what any takes, and beyond what its waits take that fail by name. */
const TEST_LIMIT_MS = 5 * 60_000;
/** The zone of the machine that the tests believe to be on: not UTC, so that what reads local time is found out. */
const ZONE = 'Asia/Bangkok';
/** Tests about times and about what servers send are repeated on machines west of Greenwich and on it. */
const OTHER_ZONES = ['UTC', 'America/New_York'];
const ABOUT_TIMES = /^(?:time|ecdm-clock|sensorthings\/(?:time|decode|samples|quirks))[^/]*\.test\.js$/;

async function filesOf(wanted) {
  // a file may lie in a folder of its suite: unit/sensorthings/quirks
  const [suite] = wanted.split('/');
  const prefix = wanted.slice(suite.length + 1);
  const folder = path.join(tests, suite);
  if (!existsSync(folder)) throw new Error(`there is no suite "${suite}" (unit, flow, package, browser, frost)`);
  const all = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll(path.sep, '/'));
  const names = all.filter((name) => name.endsWith('.test.js') && name.startsWith(prefix)).sort();
  const files = names.map((name) => path.join(folder, name));
  // FROST takes long to start: one for all its tests
  if (suite === 'frost') return [{ files, zone: ZONE }];
  if (suite !== 'unit') return files.map((file) => ({ files: [file], zone: ZONE }));
  // pure tests share a process: starting one costs more than running most of them; the properties take minutes
  const long = files.filter((file) => file.endsWith('cep-properties.test.js'));
  const times = names.filter((name) => ABOUT_TIMES.test(name)).map((name) => path.join(folder, name));
  return [
    { files: long, zone: ZONE },
    { files: files.filter((file) => !long.includes(file)), zone: ZONE },
    ...OTHER_ZONES.map((zone) => ({ files: times, zone })),
  ].filter((group) => group.files.length > 0);
}

function run({ files, zone }, counts) {
  return new Promise((resolve) => {
    const args = [
      path.join(root, 'node_modules/mocha/bin/mocha.js'),
      '--reporter',
      path.join(root, '.config/reporter.cjs'),
      '--timeout',
      String(TEST_LIMIT_MS),
      '--exit',
      ...files,
    ];
    const child = spawn(node, args, { cwd: root, env: { ...process.env, CITY_TEST_COUNTS: counts, TZ: zone } });
    let text = '';
    child.stdout.on('data', (data) => (text += data));
    child.stderr.on('data', (data) => (text += data));
    const timer = setTimeout(
      () => child.kill('SIGKILL'),
      LIMIT_MS * (files[0].includes(`${path.sep}frost${path.sep}`) ? 2 : 1),
    );
    child.on('close', (code) => {
      clearTimeout(timer);
      const what =
        files.length === 1 ? path.relative(tests, files[0]) : `${path.relative(tests, files[0]).split(path.sep)[0]}/*`;
      const name = zone === ZONE ? what : `${what} (times, on a machine in ${zone})`;
      console.log(`\n== ${name}${text.trimEnd() === '' ? '' : `\n${text.trimEnd()}`}`);
      resolve({ code: code ?? 1, name });
    });
  });
}

/** What the reporter wrote of one run; a run that crashed wrote nothing. */
async function counted(file) {
  if (!existsSync(file)) return { passes: 0, failures: 0, pending: 0, failed: [] };
  return JSON.parse(await readFile(file, 'utf8'));
}

async function main() {
  const wanted = process.argv.slice(2);
  const queue = (await Promise.all((wanted.length > 0 ? wanted : ['unit', 'flow', 'package']).map(filesOf))).flat();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'city-events-test-'));
  const crashed = [];
  const isAlone = (n) => ALONE.test(path.relative(tests, queue[n].files[0]).replaceAll(path.sep, '/'));
  const worker = async (mine) => {
    for (let n = mine.shift(); n !== undefined; n = mine.shift()) {
      const counts = path.join(folder, `${n}.txt`);
      const { code, name } = await run(queue[n], counts);
      const { failures } = await counted(counts);
      // a process that ended badly without a failing test (a crash, a hang) is a failure of its own
      if (code !== 0 && failures === 0) crashed.push(`${name} ended with code ${code} and no failing test`);
    }
  };
  const all = queue.map((_, n) => n);
  const together = all.filter((n) => !isAlone(n));
  await Promise.all(Array.from({ length: AT_ONCE }, () => worker(together)));
  await worker(all.filter(isAlone));
  const runs = await Promise.all(queue.map((_, n) => counted(path.join(folder, `${n}.txt`))));
  await rm(folder, { recursive: true, force: true });
  const sum = (what) => runs.reduce((total, counts) => total + counts[what], 0);
  if (sum('passes') + sum('failures') === 0) crashed.push('no test ran');
  const failed = sum('failures') + crashed.length;
  const skipped = sum('pending');
  for (const line of [...runs.flatMap((counts) => counts.failed), ...crashed]) console.log(`FAILED: ${line}`);
  console.log(`\n${sum('passes')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(`test: ${error.message}`);
  process.exitCode = 1;
});
