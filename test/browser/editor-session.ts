/** What the tests of a form share: a demo city with its editor in a browser, forms that are closed, and no fault left. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openEditor, root, setTheme, startBrowser, startDemo, type Demo } from './support';

const AXE = readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

export interface EditorSession {
  demo: Demo;
  browser: Browser;
  page: Page;
}

/**
 * Starts demo city, browser and editor before the tests of a `describe`, and ends them after it.
 * @param opened is given what was started
 * @returns what the browser's console has shown as an error so far
 */
export function inEditor(opened: (session: EditorSession) => void, userDir?: string): string[] {
  const errors: string[] = [];
  let demo: Demo | undefined;
  let browser: Browser | undefined;
  before(async () => {
    demo = await startDemo(userDir);
    browser = await startBrowser();
    opened({ demo, browser, page: await openEditor(browser, demo.address, errors) });
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });
  return errors;
}

/** A failed test leaves its form open: the next one begins with none. */
export async function closeForms(page: Page): Promise<void> {
  const trays = page.locator('.red-ui-tray');
  for (let open = await trays.count(); open > 0; open = await trays.count()) {
    await page.locator('#node-dialog-cancel, #node-config-dialog-cancel').last().click();
    await page.waitForFunction(`document.querySelectorAll('.red-ui-tray').length < ${open}`);
  }
}

/** After each test: no form, the light theme, and nothing in the console that a user would see as an error. */
export async function leave(page: Page, errors: string[]): Promise<void> {
  await closeForms(page);
  await setTheme(page, 'light');
  assert.deepEqual(errors.splice(0), []);
}

interface Checked {
  /** Where the page is, for the message. */
  say?: string;
  /** Rules of the checker that do not count for a part of a page. */
  besides?: readonly string[];
}

/** Nothing that a checker of accessibility finds in a part of the page. */
export async function assertAccessible(
  page: Page,
  part: string,
  { say = part, besides = [] }: Checked = {},
): Promise<void> {
  await page.evaluate(AXE);
  const rules = Object.fromEntries(['region', ...besides].map((rule) => [rule, { enabled: false }]));
  const faults = (await page.evaluate(
    `axe.run(${JSON.stringify(part)}, { rules: ${JSON.stringify(rules)} }).then((r) => r.violations.map((v) => v.id + ': ' +
      v.nodes.map((n) => n.html.slice(0, 140) + ' ' + (n.any[0]?.message ?? '')).slice(0, 3).join(' | ')))`,
  )) as string[];
  assert.deepEqual(faults, [], `${say}: ${faults.join('\n')}`);
}
