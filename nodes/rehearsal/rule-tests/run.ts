/**
 * Rule tests: the sample of each is rehearsed with the settings of its node and of those before it, and the episodes are
 * compared with those that it expects.
 */
import { ruleTestSchema, ruleTestsSchema, type Expected, type RuleTest } from '../../ecdm/rule-test';
import { checkShape } from '../../ecdm/check-shape';
import { parseTime } from '../../ecdm/time';
import type { Outcome, RehearsalRequest, SavedNode, TestResult } from '../contract';
import { LineReader } from '../history/lines';
import { openHistory } from '../history/open';
import { SLICE, type OpenHistory } from '../history/spec';
import { MOST_READINGS, ReadingTable } from '../history/table';
import { rehearse } from '../rehearse';
import { knowsAllStreams, sliceOf } from '../slice';
import { noteText } from '../texts';

/** Differences that are listed. */
const LISTED = 20;

/** Types of the nodes that tests lie in. */
const TESTED: ReadonlySet<string> = new Set(['ecdm-event', 'pattern-status']);

export interface RunOptions {
  language: string;
  /** Where the file of that name lies. @throws Error with a sentence where it may not be read */
  fileOf: (name: string) => string;
}

/** The tests that lie in the nodes of a flow. */
export async function runTests(nodes: readonly SavedNode[], options: RunOptions): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const node of nodes) {
    if (!TESTED.has(node.type) || !Array.isArray(node['tests'])) continue;
    const sources = nodes.filter(({ wires }) => leadsTo(wires, node.id)).map(({ id }) => id);
    results.push(...(await runTestsOf(node, sources, nodes, options)));
  }
  return results;
}

const leadsTo = (wires: unknown, id: string): boolean =>
  Array.isArray(wires) && wires.some((port) => Array.isArray(port) && port.includes(id));

/**
 * The tests of one node.
 * @param sources ids of the nodes that are wired into it
 * @param nodes of the flow, where those before it and their configurations are found
 */
export async function runTestsOf(
  node: SavedNode,
  sources: readonly string[],
  nodes: readonly SavedNode[],
  options: RunOptions,
): Promise<TestResult[]> {
  const { language } = options;
  const { tests, ...settings } = node;
  const results: TestResult[] = [];
  const { mistakes } = checkShape(ruleTestsSchema, tests, language);
  for (const [i, raw] of (Array.isArray(tests) ? (tests as unknown[]) : []).entries()) {
    const { value: test } = checkShape(ruleTestSchema, raw, language);
    const mistake = mistakes.find(({ path: at }) => at === '' || at.startsWith(`[${i}]`));
    const faulty = { id: String(i), name: `${node.id} ${i + 1}`, node: node.id, ...none };
    if (test === undefined) {
      results.push({
        ...faulty,
        fault: `${mistake?.path ?? ''} ${mistake?.message ?? ''} ${mistake?.hint ?? ''}`.trim(),
      });
    } else results.push(await runTest(test, settings, sources, nodes, options));
  }
  return results;
}

const none = { green: false, missing: [], unexpected: [], differences: 0 };

async function runTest(
  test: RuleTest,
  node: SavedNode,
  sources: readonly string[],
  nodes: readonly SavedNode[],
  options: RunOptions,
): Promise<TestResult> {
  const about = { id: test.id, name: test.name, node: node.id };
  const { language } = options;
  try {
    const { slices, roster } = await openSample(test, options);
    // the settings count alone: there is nothing to compare them with
    const others = nodes.filter(({ id }) => id !== node.id);
    const request: RehearsalRequest = {
      node,
      sources: [...sources],
      undeployed: [],
      history: { from: 'file', upload: test.id },
      language,
    };
    const slice = sliceOf(others, request);
    const { next, notes } = await rehearse(request, slice, slices, {
      roster: knowsAllStreams(slice) ? roster : undefined,
    });
    const refused = notes.find(({ code }) => code === 'refused' || code === 'noData');
    if (refused) return { ...about, ...none, fault: noteText(language, refused) };
    return { ...about, ...compared(test.expect, expectedOf(next, test.events)) };
  } catch (thrown) {
    return { ...about, ...none, fault: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

async function openSample(
  test: RuleTest,
  { language, fileOf }: RunOptions,
): Promise<Pick<OpenHistory, 'slices' | 'roster'>> {
  if (test.file !== undefined) return openHistory({ from: 'file', file: fileOf(test.file) }, { language });
  const table = new ReadingTable(MOST_READINGS);
  const reader = new LineReader();
  for (const line of test.readings!.split('\n')) {
    const reading = reader.read(line);
    if (reading !== undefined) table.add(reading);
  }
  return { slices: table.slices(SLICE), roster: table.roster() };
}

/** The episodes of an outcome as a test keeps them. @param events those that count; all where it is left out */
export function expectedOf({ episodes }: Pick<Outcome, 'episodes'>, events?: readonly string[]): Expected[] {
  const wanted = events === undefined ? episodes : episodes.filter(({ rule }) => events.includes(rule));
  return wanted.map(({ rule, key, since, until, severity }) => ({
    ...(events === undefined ? {} : { event: rule }),
    key,
    since: new Date(since).toISOString(),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    ...(severity === undefined ? {} : { severity }),
  }));
}

function compared(expected: readonly Expected[], found: readonly Expected[]): Omit<TestResult, 'id' | 'name' | 'node'> {
  const left = [...found];
  const missing: Expected[] = [];
  for (const one of expected) {
    const at = left.findIndex((other) => isSame(one, other));
    if (at < 0) missing.push(one);
    else left.splice(at, 1);
  }
  const differences = missing.length + left.length;
  return {
    green: differences === 0,
    missing: missing.slice(0, LISTED),
    unexpected: left.slice(0, LISTED),
    differences,
  };
}

/** Times are compared as instants, however they are written; a severity only where one is expected. */
function isSame(one: Expected, other: Expected): boolean {
  return (
    one.event === other.event &&
    one.key === other.key &&
    parseTime(one.since) === parseTime(other.since) &&
    parseTime(one.until) === parseTime(other.until) &&
    (one.severity === undefined || one.severity === other.severity)
  );
}
