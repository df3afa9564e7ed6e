/** The form of spatial-filter: what can be chosen, the sentence that says it, what is saved, and what is wrong. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible, inEditor, leave } from './editor-session';
import { formClosed, formOpened, picture, setTheme } from './support';

const FILTER = `(() => { let found; RED.nodes.eachNode((n) => { if (n.type === 'spatial-filter') found = found || n; }); return found; })()`;

describe('the form of the spatial filter', function () {
  this.timeout(240_000);
  let page: Page;
  const errors = inEditor((opened) => ({ page } = opened));

  const open = async (): Promise<void> => {
    await page.evaluate(`RED.editor.edit(${FILTER})`);
    await formOpened(page);
    await page.locator('#node-input-keep').waitFor({ state: 'visible' });
    await page.waitForTimeout(400);
  };
  const save = async (): Promise<Record<string, any>> => {
    await page.locator('#node-dialog-ok').click();
    await formClosed(page);
    return JSON.parse((await page.evaluate(`(() => { const { keep, choose, point, thing, metres, moves, dwell, margin, nearest, arrays, places, valid, validationErrors } = ${FILTER}; return JSON.stringify({ keep, choose, point, thing, metres, moves, dwell, margin, nearest, arrays, places, valid, validationErrors }); })()`)) as string) as Record<string, any>;
  };
  const choose = (field: string, value: string): Promise<unknown> => page.locator(`#node-input-${field}`).selectOption(value);
  const sentence = (): Promise<string> => page.locator('#spatial-filter-sentence').innerText();

  afterEach(() => leave(page, errors));

  it('shows only what goes together, and says it in a sentence', async () => {
    await open();
    await choose('keep', 'moves');
    assert.equal(await page.locator('#spatial-filter-dwell-row').isVisible(), false);
    await page.locator('#spatial-filter-dwell').check();
    await page.locator('#node-input-dwell-number').fill('5');
    await page.locator('#node-input-margin').fill('12');
    assert.equal(await page.locator('#node-input-arrays').isVisible(), false);
    assert.match(await sentence(), /^Sends an event when a Thing enters, leaves or stays longer than 5 min: any zone of the level "zone"\./);
    await picture(page, 'spatial-moves-light');
    await setTheme(page, 'dark');
    await picture(page, 'spatial-moves-dark');
    await assertAccessible(page, '.red-ui-tray .city-form');
    const saved = await save();
    assert.deepEqual([saved['keep'], saved['moves'], saved['dwell'], Number(saved['margin']), saved['valid']], ['moves', ['enter', 'exit', 'dwell'], '5 min', 12, true]);
  });

  it('wants a whole point and a distance, by keyboard too', async () => {
    await open();
    await choose('keep', 'inside');
    await choose('choose', 'point');
    const wrong = await save();
    assert.equal(wrong['valid'], false);
    assert.match(JSON.stringify(wrong['validationErrors']), /distance in metres above 0.*|latitude from -90 to 90/);
    await open();
    await page.locator('#spatial-filter-lat').focus();
    await page.keyboard.type('7,5563');
    await page.keyboard.press('Tab');
    await page.keyboard.type('99.6114');
    await page.keyboard.press('Tab');
    await page.keyboard.type('300');
    await page.keyboard.press('Tab');
    assert.match(await sentence(), /^Keeps what lies inside 300 m around 7\.5563, 99\.6114\./);
    const saved = await save();
    assert.deepEqual([saved['point'], Number(saved['metres']), saved['valid']], [[99.6114, 7.5563], 300, true]);
  });

  it('takes a table of places, the nearest zone, and what becomes of arrays', async () => {
    await open();
    await choose('choose', 'all');
    await page.locator('#node-input-nearest').check();
    await choose('arrays', 'mark');
    await page.locator('summary', { hasText: 'Places of sensors that do not say theirs' }).click();
    await page.locator('#node-input-places').fill('sensor,lon,lat\nS1,99.6,7.55\nS2,199,7.55');
    assert.equal(await page.locator('#spatial-filter-places-said').innerText(), '1 place. 1 row cannot be used: it needs a sensor, a lon and a lat in degrees.');
    await picture(page, 'spatial-places-light');
    await page.locator('#node-input-places').fill('sensor,lon,lat\nS1,99.6,7.55');
    const saved = await save();
    assert.deepEqual([saved['nearest'], saved['arrays'], saved['places'], saved['valid']], [true, 'mark', 'sensor,lon,lat\nS1,99.6,7.55', true]);
  });
});
