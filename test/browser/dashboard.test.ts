/** The demo city as city staff see it: the dashboard, until a status has risen and cleared. */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openPage, picture, startBrowser, startDemo, type Demo } from './support';

describe('the dashboard of the demo city', function () {
  this.timeout(300_000);
  let demo: Demo;
  let browser: Browser;
  const errors: string[] = [];

  before(async () => {
    demo = await startDemo();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it('says SIMULATED, shows a status that rises, and shows that it clears', async () => {
    const page = await openPage(browser, `${demo.address}/ui`, errors);
    await page.waitForSelector('text=SIMULATED', { timeout: 30_000 });
    await page.waitForSelector('.tabulator-row', { timeout: 120_000 });
    await page.waitForTimeout(1500);
    await picture(page, 'dashboard-raised');
    const raised = await page.locator('.tabulator').first().innerText();
    assert.match(raised, /air pollution/i);
    await page.waitForFunction(`/cleared/i.test(document.body.innerText)`, undefined, { timeout: 150_000 });
    await page.waitForTimeout(500);
    await picture(page, 'dashboard-cleared');
    assert.deepEqual(errors.filter((error) => !/favicon|manifest/i.test(error)), []);
  });
});
