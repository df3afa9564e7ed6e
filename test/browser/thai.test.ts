/** The forms in Thai: no word of another language, and nothing cut off. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { inEditor, leave } from './editor-session';
import { formOpened, openEditor, type Demo } from './support';

describe('forms in Thai', function () {
  this.timeout(240_000);
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  const errors = inEditor((opened) => ({ demo, browser } = opened));
  before(async () => (page = await openEditor(browser, demo.address, errors, { language: 'th', height: 720 })));
  afterEach(() => leave(page, errors));

  const open = async (type: string): Promise<void> => {
    await page.evaluate(`(() => {
      let node, config;
      RED.nodes.eachNode((n) => { if (n.type === '${type}') node = node || n; });
      RED.nodes.eachConfig((n) => { if (n.type === '${type}') config = config || n; });
      return node ? RED.editor.edit(node) : RED.editor.editConfig('', config.type, config.id);
    })()`);
    await formOpened(page);
    await page.waitForTimeout(600);
  };

  it('begins with the Thai text of a notice, and offers to insert what has a name', async () => {
    await open('action-notify');
    await page.locator('#action-notify-tabs-texts').click();
    assert.equal(await page.locator('#action-notify-language').inputValue(), 'th');
    const offered = await page.locator('#action-notify-insert option').allTextContents();
    assert.deepEqual(
      offered.filter((text) => !/[\u0e00-\u0e7f]/.test(text)),
      [],
    );
  });

  it('says what is wrong with a length of time in the units of the form', async () => {
    await open('actuator-out');
    await page.locator('#node-input-within-number').fill('-5');
    await page.keyboard.press('Tab');
    const words = await page.locator('#node-input-within-fault').innerText();
    assert.match(words, /นาที/);
    assert.doesNotMatch(words, /[a-z]/i);
  });

  it('says the lengths of zones in metres of the language, and has room for all columns', async () => {
    await open('city-zones');
    await page.locator('.city-zones-table').waitFor();
    assert.match(await page.locator('#city-zones-form [role=toolbar]').innerText(), /ม\./);
    const [table, room] = (await page.evaluate(
      `[document.querySelector('.city-zones-table').scrollWidth, document.querySelector('.city-zones-table').parentElement.clientWidth]`,
    )) as [number, number];
    assert.ok(table <= room, `${table} of ${room} pixels`);
  });
});
