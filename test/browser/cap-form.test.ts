/** The part of action-notify's form that is about warnings for the public. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { waitFor } from '../support/node-red';
import { assertAccessible, inEditor, leave } from './editor-session';
import { formClosed, formOpened, picture, setTheme } from './support';

const NOTIFY = `(() => { let found; RED.nodes.eachNode((n) => { if (n.type === 'action-notify') found = found || n; }); return found; })()`;

describe('the form of warnings for the public', function () {
  this.timeout(240_000);
  let page: Page;
  const errors = inEditor((opened) => ({ page } = opened));
  afterEach(() => leave(page, errors));

  it('shows a draft as it would be, and is Actual only with both', async () => {
    await page.evaluate(`RED.editor.edit(${NOTIFY})`);
    await formOpened(page);
    await page.locator('#node-input-action').waitFor({ state: 'visible' });
    await page.waitForTimeout(400);
    assert.equal(await page.locator('#action-notify-cap').isVisible(), false);
    await page.locator('#node-input-action').selectOption('cap');
    // the draft is drawn by a script that is loaded first
    const shows = async (part: string, what: RegExp): Promise<void> => {
      const text = (): Promise<string> => page.locator(`#action-notify-cap-${part}`).innerText();
      await waitFor(`${String(what)} in ${part}`, async () => what.test(await text()));
    };
    await shows('faults', /sender/);
    await page.locator('#node-input-capSender').fill('warnings@city.example');
    await shows('faults', /^$/);
    await page.locator('#node-input-capKind').selectOption('Actual');
    await page.waitForTimeout(200);
    await shows('xml', /<status>Test<\/status>/);
    await page.locator('#node-input-capActual').focus();
    await page.keyboard.press('Space');
    await shows('xml', /<status>Actual<\/status>/);
    await shows('xml', /<sent>[\d-]+T[\d:]+[-+]\d\d:\d\d<\/sent>/);
    await shows('xml', /<category>Env<\/category>/);
    await page.locator('#action-notify-capCategories-add').click();
    const row = page.locator('#action-notify-capCategories .city-entry').last();
    assert.match(await row.locator('.city-fault').innerText(), /statuses or domains/);
    await row.locator('input[type=text]').first().fill('PM2.5 + CO');
    await row.locator('select').last().selectOption('Health');
    await shows('xml', /<category>Health<\/category>/);
    assert.match(await row.locator('summary').innerText(), /^PM2\.5 \+ CO: Health/);
    assert.equal(await row.locator('.city-fault').isVisible(), false);
    assert.equal(await page.locator('#node-input-capZones').isVisible(), true);
    await row.scrollIntoViewIfNeeded();
    await picture(page, 'cap-categories');
    await page.locator('#node-input-capSender').scrollIntoViewIfNeeded();
    await picture(page, 'cap-light');
    await setTheme(page, 'dark');
    await picture(page, 'cap-dark');
    await assertAccessible(page, '.red-ui-tray .city-form');
    await page.locator('#node-input-capSender').fill('two words');
    await page.locator('#node-dialog-ok').click();
    await formClosed(page);
    const wrong = (await page.evaluate(`JSON.stringify(${NOTIFY}.validationErrors)`)) as string;
    assert.match(wrong, /contains blanks, commas/);
  });
});
