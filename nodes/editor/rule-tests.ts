/** Rule tests of the workspace: they run when what they are about changes, so that a deploy with a red one warns. */
import type { RuleTest } from '../ecdm/rule-test';
import { onFlowChange } from './flow-changes';
import { script } from './rehearsal-tab';
import { languageOf, type Translate } from './texts';

/** Milliseconds after a change: who edits several nodes changes them one after the other. */
const PATIENCE = 1500;

/** What is wrong, by the id of the node. */
const red = new Map<string, string>();

/** Tests that were saved with a node. */
export const testsOf = (node: { tests?: unknown }): RuleTest[] =>
  Array.isArray(node.tests) ? (node.tests as RuleTest[]) : [];

/** For the validator of a node's tests: they are green, have not been run, or this is wrong. */
export const testFault = (id: string): string | undefined => red.get(id);

/** Runs the tests of all nodes of a type now, and after each change. To be called once. */
export function watchTests(type: string, t: Translate): void {
  let running = false;
  const run = (): void => {
    // what changes meanwhile makes another run
    if (running) return soon();
    running = true;
    void runAll(type, t).finally(() => (running = false));
  };
  const soon = onFlowChange(run, PATIENCE);
}

async function runAll(type: string, t: Translate): Promise<void> {
  const nodes: any[] = RED.nodes.filterNodes({ type }).filter((node: any) => testsOf(node).length > 0);
  for (const node of nodes) {
    try {
      const { runTests, savedOf } = await script.load();
      const host = { node, language: languageOf(t), settings: () => savedOf(node) };
      const wrong = (await runTests(host, testsOf(node))).find(({ green }) => !green);
      if (wrong === undefined) red.delete(node.id as string);
      else {
        const { name, fault, differences } = wrong;
        red.set(
          node.id as string,
          t('common.testRed', { name, reason: fault ?? t('common.testDiffers', { count: differences }) }),
        );
      }
      RED.editor.validateNode(node);
    } catch (error) {
      // who may not run them, or without a network, is not warned; the form says why when it is opened. A runtime that
      // cannot just now says nothing of the rule: what was known stays
      if ((error as { isPassing?: boolean }).isPassing !== true) red.delete(node.id as string);
    }
  }
  if (nodes.length > 0) RED.view.redraw();
}
