import * as path from 'node:path';
import type { TestResult } from '../../nodes/rehearsal/contract';
import { runTests } from '../../nodes/rehearsal/rule-tests/run';
import { CliError, EXIT, type Command } from './command';
import { checkFile, mistakeText } from './definition-file';
import { definitionToFlow } from './definition-to-flow';
import { readJson, writeText } from './files';
import { nodesOf, type FlowNode } from './flow-nodes';
import { junitText, tapText, type FileResults } from './test-report';

export const testCommand: Command = {
  name: 'test',
  summary: 'run the tests that lie with the rules',
  help: `usage: city-events test FILE... [--junit FILE] [--language LANGUAGE]

Runs the tests that are kept with the rules of definitions (*.ecdm.json) or of
Node-RED flows (flows.json, or an exported flow): the sample of readings of
each goes through the rules, by the code of the nodes themselves, and what
comes out must be the episodes that the test expects. The results go to
standard output as TAP (version 14).

      --junit FILE          write the results as JUnit XML, too
  -l, --language LANGUAGE   language of the reasons: en-US (default), th

Exit code 0: all tests are green. 1: one is red, or a file has mistakes or no
tests. 3: a file cannot be read or written.
`,
  options: { junit: { type: 'string' }, language: { type: 'string', short: 'l' } },
  async run(args, { out, err }) {
    if (args.positionals.length === 0) throw new CliError(EXIT.usage, 'FILE is missing');
    const language = args.language() ?? 'en-US';
    const files: FileResults[] = [];
    for (const file of args.positionals) {
      const began = performance.now();
      const fileOf = (name: string): string => path.resolve(path.dirname(file), name);
      const results = await runTests(await nodesIn(file, err), { language, fileOf });
      files.push({ file, results, seconds: (performance.now() - began) / 1000 });
      if (results.length === 0) err(`${file}: it holds no tests. Keep one in the Rehearse tab of a rule's form.\n`);
    }
    out(tapText(files));
    const junit = args.text('junit');
    if (junit !== undefined) await writeText(junit, junitText(files));
    const all: TestResult[] = files.flatMap(({ results }) => results);
    const empty = files.some(({ results }) => results.length === 0);
    return !empty && all.every(({ green }) => green) ? EXIT.ok : EXIT.mistakes;
  },
};

/** The nodes of a flow, or those that a definition stands for. */
async function nodesIn(file: string, err: (text: string) => void): Promise<FlowNode[]> {
  const json = await readJson(file);
  const nodes = nodesOf(json);
  if (nodes !== undefined) return nodes;
  const { definition, mistakes } = checkFile(json);
  for (const mistake of mistakes) err(mistakeText(file, mistake));
  if (definition === undefined)
    throw new CliError(EXIT.mistakes, `${file} is neither a definition without mistakes nor a flow`);
  return definitionToFlow(definition);
}
