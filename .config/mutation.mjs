// Mutation testing of the pattern core: changes the operators in every small way that Stryker knows, and runs the quick
// suite against each change. A mutant that survives must be listed in test/mutation/equivalent.json with the reason why
// it does not change what a rule means; any other one fails the run.
//   npm run test:mutation                      all of it, and writes test/mutation-summary.md
//   npm run test:mutation -- operators.ts      only these files of the core
//   npm run test:mutation -- --report          judges the last run of every file again (after the list was changed)
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const REPORT = path.join(root, '.build/mutation.json');
const REPORTS = path.join(root, '.build/mutation');
const LIST = path.join(root, 'test/mutation/equivalent.json');
const SUMMARY = path.join(root, 'test/mutation-summary.md');
const CORE = 'nodes/pattern-status/cep';

/** One file at a time, so that a run that is cut off has judged those before. */
async function mutate(files) {
  const stryker = path.join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  await mkdir(REPORTS, { recursive: true });
  for (const file of files) {
    const args = [stryker, 'run', '.config/stryker.json', '--mutate', `${CORE}/${file}`];
    const run = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
    if (run.status !== 0) throw new Error(`Stryker ended with code ${run.status}`);
    await rename(REPORT, path.join(REPORTS, `${file.replaceAll('/', '-')}.json`));
  }
}

/** The text between two positions of a source. */
function between(lines, { start, end }) {
  if (start.line === end.line) return lines[start.line - 1].slice(start.column - 1, end.column - 1);
  const middle = lines.slice(start.line, end.line - 1);
  return [lines[start.line - 1].slice(start.column - 1), ...middle, lines[end.line - 1].slice(0, end.column - 1)].join(
    '\n',
  );
}

const short = (text) => text.replace(/\s+/g, ' ').trim().slice(0, 160);

/** Mutants of the last run of each file, with what they were made of. */
async function mutants() {
  const reports = await Promise.all((await readdir(REPORTS)).map((name) => readFile(path.join(REPORTS, name), 'utf8')));
  return reports
    .flatMap((report) => Object.entries(JSON.parse(report).files))
    .flatMap(([file, { source, mutants: list }]) => {
      const lines = source.split('\n');
      return list.map(({ mutatorName, replacement, location, status }) => ({
        file: path.posix.basename(file),
        line: location.start.line,
        mutator: mutatorName,
        status,
        code: short(lines[location.start.line - 1]),
        original: short(between(lines, location)),
        replacement: short(replacement ?? ''),
      }));
    });
}

const identity = ({ file, code, original, replacement }) => JSON.stringify([file, code, original, replacement]);
const survives = ({ status }) => status === 'Survived' || status === 'NoCoverage';

function table(all, unexplained) {
  const names = [...new Set(all.map(({ file }) => file))].sort();
  const rows = names.map((name) => {
    const of = all.filter(({ file }) => file === name);
    const count = (...status) => of.filter((m) => status.includes(m.status)).length;
    const open = unexplained.filter(({ file }) => file === name).length;
    return `| ${name} | ${of.length} | ${count('Killed')} | ${count('Timeout')} | ${of.filter(survives).length - open} | ${open} |`;
  });
  return [
    '| file | mutants | killed | killed: no end | equivalent | not explained |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

function summary(all, reasons, unexplained) {
  const code = (text) => `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``;
  const row = (m, why) =>
    `| ${m.file} | ${code(m.code)} | ${code(m.original)} -> ${code(m.replacement || '(nothing)')} | ${why} |`;
  const listed = all.filter((m) => survives(m) && reasons.has(identity(m)));
  return [
    '# Mutation testing of the pattern core', '',
    `Last run: ${new Date().toISOString().slice(0, 10)}. Again: \`npm run test:mutation\`.`, '',
    ...table(all, unexplained), '',
    '## Survivors that do not change what a rule means', '',
    '| file | line | change | why it is the same |', '| --- | --- | --- | --- |',
    ...listed.map((m) => row(m, reasons.get(identity(m)))), '',
    ...(unexplained.length > 0
      ? ['## Survivors without an explanation', '', '| file | line | change | |', '| --- | --- | --- | --- |', ...unexplained.map((m) => row(m, m.status)), '']
      : []),
  ].join('\n'); // prettier-ignore
}

async function main() {
  const args = process.argv.slice(2);
  const files = args.filter((arg) => !arg.startsWith('-'));
  const all = JSON.parse(await readFile(path.join(root, '.config/stryker.json'), 'utf8')).mutate;
  if (files.length === 0 && !args.includes('--report')) await rm(REPORTS, { recursive: true, force: true });
  if (!args.includes('--report'))
    await mutate(files.length > 0 ? files : all.map((file) => path.posix.relative(CORE, file)));
  const list = JSON.parse(await readFile(LIST, 'utf8'));
  const reasons = new Map(list.map((entry) => [identity(entry), entry.why]));
  const found = await mutants();
  const broken = found.filter(
    ({ status }) => !['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored'].includes(status),
  );
  const unexplained = found.filter((m) => survives(m) && !reasons.has(identity(m)));
  await writeFile(SUMMARY, summary(found, reasons, unexplained));
  for (const m of unexplained)
    console.log(`${m.status} ${m.file}:${m.line}  ${m.code}\n    ${m.original} -> ${m.replacement || '(nothing)'}`);
  const met = new Set(found.filter(survives).map(identity));
  const judged = new Set(found.map(({ file }) => file));
  for (const entry of list) {
    if (judged.has(entry.file) && !met.has(identity(entry))) console.log(`no longer met: ${entry.file}: ${entry.code}`);
  }
  const bad = unexplained.length + broken.length;
  console.log(
    `\n${found.length - bad} passed, ${bad} failed (${found.filter(survives).length - unexplained.length} equivalent)`,
  );
  process.exitCode = bad > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(`test:mutation: ${error.message}`);
  process.exitCode = 1;
});
