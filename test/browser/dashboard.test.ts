/** The demo city as city staff see it: the dashboard, until a status has risen and cleared. */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openPage, picture, startBrowser, startDemo, type Demo } from './support';

describe('the dashboard of the demo city', function () {
  this.timeout(500_000);
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
    await page.waitForSelector('text=SIMULATED');
    const rows = page.locator('.tabulator-row');
    // the first words of the state are those of the action node's table: "raised (SIMULATED)"
    await rows.filter({ hasText: /raised/i }).first().waitFor({ timeout: 120_000 });
    await page.waitForTimeout(5000);
    await picture(page, 'dashboard-raised');
    const raised = await rows.filter({ hasText: /raised/i }).first().innerText();
    assert.match(raised, /Air pollution/);
    assert.match(raised, /PM2\.5/, 'the reason says what was measured');
    const where = raised.split('\n')[2]!;
    await rows.filter({ hasText: where }).filter({ hasText: /back to normal/i }).first().waitFor({ timeout: 150_000 });
    await page.waitForFunction(`/shows\\s+OFF/.test(document.body.innerText)`, undefined, { timeout: 60_000 });
    await page.waitForTimeout(1000);
    await picture(page, 'dashboard-cleared');
    // what node-red-dashboard says on a page without a menu is not ours, nor that its table is used before it is loaded
    const foreign = /favicon|manifest|loading\.html|SideNav|Tabulator is not defined/i;
    assert.deepEqual(errors.filter((error) => !foreign.test(error)), []);
  });

  it('fits the screen of a phone, each status as a card', async () => {
    const page = await openPage(browser, `${demo.address}/ui`, []);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.reload();
    await page.locator('.tabulator-row').first().waitFor();
    await page.waitForTimeout(2000);
    await picture(page, 'dashboard-phone');
    const wide = (await page.evaluate(
      `[...document.querySelectorAll('ui-card-panel, md-card, .tabulator-row, .tabulator-cell')]
        .filter((e) => e.getBoundingClientRect().right > innerWidth).map((e) => e.className)`,
    )) as string[];
    assert.deepEqual(wide, []);
    const state = (await page.locator('.tabulator-cell[tabulator-field=state]').first().boundingBox())!;
    const where = (await page.locator('.tabulator-cell[tabulator-field=where]').first().boundingBox())!;
    assert.ok(where.y > state.y, 'one below the other');
  });

  it('shows a long name whole', async () => {
    const page = await openPage(browser, `${demo.address}/ui`, []);
    await page.locator('.tabulator-row').first().waitFor();
    for (const field of ['state', 'name', 'where', 'reason']) {
      const cell = `document.querySelector('.tabulator-cell[tabulator-field=${field}]')`;
      assert.equal(await page.evaluate(`getComputedStyle(${cell}).whiteSpace`), 'pre-wrap', field);
    }
  });
});
