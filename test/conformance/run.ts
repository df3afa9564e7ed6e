/** npm run conformance -- FILE...: runs cases that another engine has answered, and says where we differ. */
import path from 'node:path';
import type { Case } from './cases';
import { readCases, UnusableFile } from './read';
import { judge, readFaults, type Verdict } from './replay';

function main(files: readonly string[]): number {
  if (files.length === 0) {
    console.error('Which cases? npm run conformance -- FILE...');
    return 2;
  }
  let cases: Case[];
  try {
    cases = files.flatMap((file) => readCases(file));
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    console.error(error.message);
    return 2;
  }
  const faults = readFaults(path.resolve(__dirname, '../../..'));
  const verdicts = cases.map((c) => judge(c, faults));
  const differing = verdicts.filter(({ is }) => is === 'differs');
  for (const verdict of verdicts) console.log(line(verdict));
  const ids = (list: readonly Verdict[]): string =>
    list.length === 0 ? '' : `: ${list.map(({ id }) => id).join(' ')}`;
  for (const kind of ['fault', 'not expressible'] as const) {
    const list = verdicts.filter(({ is }) => is === kind);
    if (list.length > 0) console.log(`${kind} ${list.length}${ids(list)}`);
  }
  const agree = verdicts.filter(({ is }) => is === 'agrees').length;
  console.log(`${agree} agree, ${differing.length} differ${ids(differing)}`);
  return differing.length === 0 ? 0 : 1;
}

function line(verdict: Verdict): string {
  return verdict.is === 'agrees' ? `${verdict.id} agrees` : `${verdict.id} ${verdict.is}: ${verdict.why}`;
}

process.exitCode = main(process.argv.slice(2));
