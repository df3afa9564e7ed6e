/**
 * Choosing Datastreams in the form of sensorthings-in: by rule, list and path, by mouse and by keyboard only, in both
 * themes and in Thai.
 */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { assertAccessible, inEditor, leave } from './editor-session';
import { formClosed, formOpened, openEditor, picture, setTheme, type Demo } from './support';

const FOUND = `(() => { let found; RED.nodes.eachNode((n) => { if (n.type === 'sensorthings-in') found = found || n; }); return found; })()`;

describe('choosing Datastreams in the form', function () {
  this.timeout(180_000);
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  const errors = inEditor((opened) => ({ demo, browser, page } = opened));

  const sentence = (): Promise<string> => page.locator('#sta-in-sentence').innerText();
  const says = async (what: RegExp, on: Page = page): Promise<void> => {
    await on
      .waitForFunction(`${String(what)}.test(document.querySelector('#sta-in-sentence')?.textContent ?? '')`)
      .catch(async () => assert.match(await sentence(), what));
  };
  const open = async (on: Page = page): Promise<void> => {
    await on.evaluate(`RED.editor.edit(${FOUND})`);
    await formOpened(on);
    await on.locator('#sta-in-sentence').waitFor({ state: 'visible' });
    // the form slides in: places are measured when it stands still
    await on.waitForTimeout(600);
  };
  const set = (values: object): Promise<unknown> => page.evaluate(`Object.assign(${FOUND}, ${JSON.stringify(values)})`);
  const saved = (): Promise<Record<string, any>> =>
    page.evaluate(
      `(({ choose, rule, zones, most, streams, path, mode, version, threshold, speed, from }) => ({ choose, rule, zones, most, streams, path, mode, version, threshold, speed, from }))(${FOUND})`,
    );
  const done = async (): Promise<void> => {
    await page.locator('#node-dialog-ok').click();
    await formClosed(page);
  };
  const rows = (): Promise<number> => page.locator('.city-streams tbody tr').count();

  afterEach(() => leave(page, errors));

  it('takes over what an older form saved, and says what it means', async () => {
    await open();
    await says(/^Reads all Datastreams of the server\. 52 are there now\.$/);
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
    assert.equal(await rows(), 3);
    await setTheme(page, 'dark');
    await picture(page, 'sta-rule-narrow-dark');
    await done();
    const { choose, rule, version } = await saved();
    assert.deepEqual([choose, rule.property, rule.thing, version], ['rule', ['PM2.5'], ['harbour'], 2]);
    assert.ok(rule.area.west < rule.area.east);
    await open();
    await says(/“PM2\.5”.*“harbour”.*3 are there now/);
    await page.getByRole('button', { name: 'Clear' }).click();
    await says(/^Reads all Datastreams of the property “PM2\.5”, of Things with “harbour” in their names\./);
    await page.getByRole('button', { name: 'remove: harbour' }).click();
    await says(/^Reads all Datastreams of the property “PM2\.5”\. 12 are there now/);
  });

  it('keeps what was typed and not added when the form is closed', async () => {
    await set({ version: 2, choose: 'rule', rule: {} });
    await open();
    await page.locator('#sta-in-property').fill('Noise level');
    await done();
    assert.deepEqual((await saved())['rule'], { property: ['Noise level'] });
  });

  it('draws an area on the map with the mouse', async () => {
    await set({ version: 2, choose: 'rule', rule: {} });
    await open();
    await says(/52 are there now/);
    const map = page.locator('#sta-in-choice .city-point-map');
    await map.scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: 'Draw an area on the map' }).click();
    const box = (await map.boundingBox())!;
    await page.mouse.move(box.x + 20, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5, { steps: 8 });
    await page.mouse.up();
    await says(/of longitude .* of latitude\. \d+ are there now/);
    const count = Number(/(\d+) are there now/.exec(await sentence())![1]);
    assert.ok(count > 0 && count < 52, `${count}`);
    assert.equal(await rows(), count, 'the table has the same');
    for (const side of ['west', 'south', 'east', 'north'])
      assert.match(await page.locator(`#sta-in-area-${side}`).inputValue(), /^-?\d+\.\d+$/);
    await page.locator('#sta-in-area-east').fill('5');
    await page.locator('#sta-in-area-east').press('Tab');
    assert.match(await page.locator('#sta-in-choice').innerText(), /West must be less than East/);
  });

  const ZONES = `(() => { let found; RED.nodes.eachConfig((n) => { if (n.type === 'city-zones') found = found || n; }); return found; })()`;

  it('takes a zone of the city as the area, by keyboard too, shows it on the map, and keeps it', async () => {
    const [list, zones] = (await page.evaluate(
      `[${ZONES}.id, ${ZONES}.zones.map(({ id, name, parent }) => ({ id, name, parent }))]`,
    )) as [string, { id: string; name: string; parent?: string }[]];
    const [first] = zones.filter(({ id, parent }) => parent !== undefined && !zones.some((one) => one.parent === id));
    await set({ version: 2, choose: 'rule', rule: {}, zones: '' });
    await open();
    await says(/52 are there now/);
    await page.locator('#sta-in-where').selectOption('zone');
    await says(/^Choose a zone\.$/);
    await page.locator('#node-input-zones').selectOption(list);
    await page.locator('#sta-in-zone').focus();
    await page.locator('#sta-in-zone').selectOption(first!.id);
    await says(new RegExp(`in the zone “${first!.name}”\\. \\d+ are there now`));
    const count = Number(/(\d+) are there now/.exec(await sentence())![1]);
    assert.ok(count > 0 && count < 52, `${count}`);
    assert.equal(await rows(), count, 'the table has the same');
    assert.equal(await page.locator('#sta-in-area-west').isVisible(), false);
    assert.match((await page.locator('path.city-map-area').getAttribute('d')) ?? '', /^M[\d -]+L.*Z$/);
    await page.locator('#sta-in-where').scrollIntoViewIfNeeded();
    await picture(page, 'sta-zone-light');
    await assertAccessible(page, '#sta-in-choice', { say: 'zone, light' });
    await setTheme(page, 'dark');
    await assertAccessible(page, '#sta-in-choice', { say: 'zone, dark' });
    await page.locator('.city-point-map').first().scrollIntoViewIfNeeded();
    await picture(page, 'sta-zone-dark');
    await done();
    assert.deepEqual([(await saved())['rule'], (await saved())['zones']], [{ zone: first!.id }, list]);
    await open();
    await says(new RegExp(`in the zone “${first!.name}”\\. ${count} are there now`));
    await page.getByRole('button', { name: 'Use this view as the area' }).click();
    await says(/between .* of longitude/);
    assert.equal(await page.locator('#sta-in-where').inputValue(), 'box');
    await done();
    const { rule, zones: held } = await saved();
    assert.deepEqual([Object.keys(rule), held], [['area'], ''], 'the box in its place, and no list is held on to');
    await set({ rule: { zone: 'long gone' }, zones: list });
    await open();
    await says(/not in this list any more/);
    await page.locator('#node-dialog-cancel').click();
    await formClosed(page);
    const thai = await openEditor(browser, demo.address, errors, { language: 'th', height: 1100 });
    await thai.evaluate(`Object.assign(${FOUND}, { version: 2, choose: 'rule', rule: { zone: ${JSON.stringify(first!.id)} }, zones: '${list}' })`);
    await open(thai);
    await thai.waitForFunction(`document.querySelectorAll('.city-streams tbody tr').length > 0`);
    assert.match(await thai.locator('#sta-in-sentence').innerText(), /ในเขต “.*” ขณะนี้มี \d+ รายการ/u);
    await picture(thai, 'sta-zone-th');
    await thai.close();
  }); // prettier-ignore

  it('says how many are read at most, and takes another number', async () => {
    await set({ version: 2, choose: 'rule', rule: {}, mode: 'hybrid', most: '' });
    await open();
    await says(/52 are there now/);
    await page.locator('#sta-in-more summary').click();
    const most = page.locator('#node-input-most');
    await most.fill('20');
    await most.press('Tab');
    await page.locator('#sta-in-find').click();
    await says(/One node reads at most 20 of them \(“More settings” may allow more\)/);
    await most.fill('0');
    await most.press('Tab');
    assert.match((await most.getAttribute('class')) ?? '', /input-error/);
    await most.fill('20');
    await most.press('Tab');
    await most.scrollIntoViewIfNeeded();
    await picture(page, 'sta-most-light');
    await done();
    assert.equal(String((await saved())['most']), '20');
    await set({ most: '' });
  });

  it('ticks Datastreams of a list, found by words, also by their points', async () => {
    await set({ version: 2, choose: 'list', rule: {}, streams: [] });
    await open();
    await page.locator('#sta-in-words').fill('noise harbour');
    await page.waitForFunction(`document.querySelectorAll('.city-streams tbody tr').length === 2`);
    await page.locator('.city-streams input').first().check();
    await says(/ticked: 1\./);
    await page.locator('#sta-in-words').fill('water');
    await page.waitForFunction(`document.querySelectorAll('.city-streams tbody tr').length > 2`);
    assert.match(
      await page.locator('.city-streams tbody tr').last().innerText(),
      /Noise/,
      'what is ticked stays in sight',
    );
    // a point brings its row to the eye, and the space bar ticks it
    await page.locator('.city-point').first().click();
    await page.keyboard.press('Space');
    await says(/ticked: 2\./);
    assert.equal(await page.locator('.city-point-chosen').count(), 1, 'a ticked point is square');
    await picture(page, 'sta-list-light');
    await page.locator('#sta-in-only').check();
    assert.equal(await rows(), 2);
    await done();
    const { choose, streams } = await saved();
    assert.deepEqual(
      [choose, streams.length, Object.keys(streams[0]).sort()],
      ['list', 2, ['key', 'name', 'property', 'thing', 'unit']],
    );
  });

  it('follows a path, and says how a wrong one is to be mended', async () => {
    await set({ version: 2, choose: 'path', path: 'Things(1)/Datastreams' });
    await open();
    await says(/^Reads the Datastreams at Things\(1\)\/Datastreams\. \d are there now/);
    await page.locator('#sta-in-path').fill('Things(1)/Sensors');
    await page.locator('#sta-in-path').press('Enter');
    await says(/does not lead to Datastreams. It ends with/);
    await page.locator('#sta-in-path').fill('Datastreams?$filter=nonsense');
    await page.locator('#sta-in-path').press('Enter');
    await says(/The server refuses the request/);
    await page.locator('#sta-in-path').fill('Datastreams(3)/Observations');
    await page.locator('#sta-in-path').press('Enter');
    await says(/1 is there now/);
    await done();
    assert.equal((await saved())['path'], 'Datastreams(3)/Observations');
  });

  it('shows only the fields that matter for a mode', async () => {
    await set({ version: 2, choose: 'rule', rule: {}, mode: 'hybrid' });
    await open();
    const seen = async (): Promise<string[]> => {
      const all = ['interval', 'threshold', 'history', 'replay'];
      const visible = await Promise.all(all.map((name) => page.locator(`#sta-in-${name}`).isVisible()));
      return all.filter((_, i) => visible[i]);
    };
    const mode = (name: string): Promise<unknown> => page.locator('#node-input-mode').selectOption(name);
    assert.deepEqual(await seen(), ['interval', 'history']);
    await mode('live');
    assert.deepEqual(await seen(), []);
    await mode('poll');
    assert.deepEqual(await seen(), ['interval', 'threshold', 'history']);
    await page.locator('#sta-in-threshold-op').selectOption('ge');
    await page.locator('#sta-in-threshold-value').fill('35');
    await page.locator('#sta-in-threshold').scrollIntoViewIfNeeded();
    await picture(page, 'sta-poll-light');
    await done();
    assert.deepEqual((await saved())['threshold'], { op: 'ge', value: 35 });
    await open();
    assert.equal(await page.locator('#sta-in-threshold-value').inputValue(), '35');
    await mode('replay');
    assert.deepEqual(await seen(), ['replay']);
    await page.locator('#node-input-from').fill('2026-11-01T08:00:00');
    await page.locator('#node-input-speed').fill('10');
    await page.locator('#sta-in-more summary').click();
    assert.equal(await page.locator('#node-input-updates').isVisible(), false, 'nothing is changed in a replay');
    await page.locator('#sta-in-replay').scrollIntoViewIfNeeded();
    await picture(page, 'sta-replay-light');
    await done();
    const { mode: kept, threshold, from, speed } = await saved();
    assert.deepEqual([kept, threshold, from, String(speed)], ['replay', null, '2026-11-01T08:00', '10']);
  });

  it('can be filled in by keyboard alone', async () => {
    await set({ version: 2, choose: 'rule', rule: {}, mode: 'hybrid' });
    await open();
    await says(/52 are there now/);
    const press = async (key: string, times = 1): Promise<void> => {
      for (let i = 0; i < times; i++) await page.keyboard.press(key);
    };
    const focused = (): Promise<string> =>
      page.evaluate(
        `document.activeElement.id || document.activeElement.className.baseVal || document.activeElement.className`,
      );
    const tabTo = async (id: string): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        if ((await focused()).includes(id)) return;
        await press('Tab');
      }
      assert.fail(`${id} cannot be reached with the tab key`);
    };
    await page.locator('#node-input-name').focus();
    await tabTo('sta-in-property');
    await page.keyboard.type('CO');
    await press('Enter');
    await says(/“CO”\. 12 are there now/);
    await tabTo('city-chip-remove');
    await press('Enter');
    await says(/52 are there now/);
    assert.equal(await focused(), 'sta-in-property', 'the focus stays in the form');
    await tabTo('sta-in-where');
    await press('ArrowDown');
    await tabTo('sta-in-area-west');
    for (const side of ['99.55', '7.5', '99.6', '7.55']) {
      await page.keyboard.type(side);
      await press('Tab');
    }
    await says(/between 99\.55° and 99\.6° of longitude .*\d+ are there now/);
    await tabTo('city-point-map');
    const lines = (): Promise<string> =>
      page
        .locator('.city-map-degrees')
        .allInnerTexts()
        .then((texts) => texts.join());
    const [before] = [await lines()];
    await press('ArrowRight', 4);
    await press('+', 2);
    assert.notEqual(await lines(), before, 'the map moves');
    await press('0');
    assert.equal(await lines(), before, 'and comes back');
    await page.locator('#node-input-choose').focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(`document.querySelector('.city-streams input') !== null`);
    await tabTo('city-scroll');
    await press('Tab');
    assert.equal(await focused(), 'city-check', 'the first row');
    await press('Space');
    await says(/ticked: [1-9]/);
  });

  it('is fit for screen readers and both themes', async () => {
    for (const choose of ['rule', 'list', 'path']) {
      await set({
        version: 2,
        choose,
        rule: { property: ['PM2.5'], area: { west: 99.5, south: 7.5, east: 99.6, north: 7.6 } },
        path: 'Datastreams',
      });
      for (const theme of ['light', 'dark'] as const) {
        await setTheme(page, theme);
        await open();
        await page.waitForFunction(`document.querySelectorAll('.city-streams tbody tr').length > 0`);
        await assertAccessible(page, '#sta-in-choice', { say: `${choose}, ${theme}` });
        await page.locator('#node-dialog-cancel').click();
        await formClosed(page);
      }
    }
  });

  it('speaks Thai, without a text that is not translated', async () => {
    const thai = await openEditor(browser, demo.address, errors, { language: 'th', height: 1100 });
    await thai.evaluate(
      `Object.assign(${FOUND}, { version: 2, choose: 'rule', rule: { property: ['PM2.5'], thing: ['harbour'], area: { west: 99.5, south: 7.5, east: 99.6, north: 7.6 } } })`,
    );
    await open(thai);
    await thai.waitForFunction(
      `/\\d/.test(document.querySelector('#sta-in-sentence').textContent) && document.querySelectorAll('.city-streams tbody tr').length > 0`,
    );
    await picture(thai, 'sta-rule-th');
    const text = await thai.locator('#sta-in-sentence').innerText();
    assert.match(text, /^อ่าน Datastream ทั้งหมด.*“PM2\.5”.*“harbour”.*ขณะนี้มี 3 รายการ/u);
    const labels = (await thai.evaluate(
      `[...document.querySelectorAll('#sta-in-choice label, #sta-in-choice th, #sta-in-choice legend, #sta-in-choice summary, .city-form .form-row > label, #sta-in-choice .city-bar button')].map((e) => (e.getAttribute('aria-label') ?? e.textContent).trim())`,
    )) as string[];
    assert.ok(labels.length > 20);
    const own = labels.filter((label) => label !== '' && !/\p{Script=Thai}/u.test(label));
    // words of the standard stay as they are
    assert.deepEqual([...new Set(own)].sort(), ['$filter', 'Datastream']);
    await thai.close();
  });
});
