/**
 * The tab "Rehearse" of the forms, before anything is deployed: on a month of real air it says what other settings would
 * have done, and finds a limit. By mouse, by keyboard, in both themes and in Thai.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page, Request } from 'playwright-core';
import { assertAccessible, inEditor, leave } from './editor-session';
import { compared, DATA, DECEMBER, done, openRehearsal, rehearseFile, userDirWithAir } from './rehearse-support';
import { formClosed, openEditor, picture, setTheme, type Demo } from './support';

type Golden = Record<string, Record<string, Record<string, number>>>;

describe('the rehearsal in the forms', function () {
  this.timeout(300_000);
  if (!existsSync(DATA)) {
    console.log('SKIPPED: there is no ../shared/data with the readings of December');
    return;
  }
  const golden = (
    JSON.parse(readFileSync(path.join(DATA, 'golden.json'), 'utf8')) as Record<string, Record<string, unknown>>
  )['beijing_air_2016-12.csv']!['rising_edges_pm25_by_threshold_and_station'] as Golden[string];
  const home = userDirWithAir();
  let page: Page;
  let browser: Browser;
  let demo: Demo;
  const errors = inEditor((opened) => ({ page, browser, demo } = opened), home.folder);

  const text = (selector: string): Promise<string> => page.locator(selector).innerText();
  const limit = (): ReturnType<Page['locator']> => page.locator('.ecdm-event-row input[inputmode="decimal"]').first();
  const tab = (name: string): Promise<void> => page.locator(`#ecdm-event-tabs-${name}`).click();
  const toTop = (selector: string): Promise<unknown> =>
    page.evaluate(`document.querySelector(${JSON.stringify(selector)}).scrollIntoView()`);
  const deployed = (): Promise<unknown> =>
    page.evaluate(`fetch('flows', { headers: { Accept: 'application/json' } }).then((r) => r.json())`);

  afterEach(() => leave(page, errors));
  after(() => home.forget());

  it('says before a deploy that at Aotizhongxin PM2.5 > 75 in place of > 90 is 19 times in place of 17', async () => {
    const before = await deployed();
    await openRehearsal(page, 'one0001');
    await tab('settings');
    await limit().fill('75');
    await tab('rehearse');
    await rehearseFile(page, DECEMBER);
    assert.match(await text('.city-rehearse-sentence'), /^SIMULATED 17 times → 19 times; 1 d 2 h more in total; /);
    assert.deepEqual(await compared(page, 'times'), ['17', '19', '+2']);
    assert.deepEqual(await compared(page, 'hours in all'), ['391', '417', '+26']);
    await toTop('.city-rehearse-told');
    await picture(page, 'rehearse-light');
    assert.deepEqual(await deployed(), before, 'nothing was deployed');
    assert.equal(
      await page.evaluate(`RED.nodes.node('one0001').events[0].when.value`),
      90,
      'the node itself is as before',
    );
  });

  it('sends a file once for as long as Node-RED has it, and again where it is gone', async () => {
    let pieces = 0;
    const count = (request: Request): void => {
      if (request.url().endsWith('/rehearsal/upload')) pieces++;
    };
    const again = async (): Promise<string[]> => {
      await page.locator('#city-rehearse-run').click();
      await done(page);
      return compared(page, 'times');
    };
    await openRehearsal(page, 'one0001');
    page.on('request', count);
    await rehearseFile(page, DECEMBER);
    const once = pieces;
    assert.ok(once > 0);
    await tab('settings');
    await limit().fill('75');
    await tab('rehearse');
    assert.deepEqual(await again(), ['17', '19', '+2']);
    assert.equal(pieces, once, 'it was there already');
    // others send theirs: there is room for three
    for (let n = 0; n < 3; n++) {
      const body = JSON.stringify({ name: 'x.csv', piece: 0, text: 'a', last: true });
      await page.evaluate(
        `fetch('city-events/rehearsal/upload', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} })`,
      );
    }
    pieces = 0;
    assert.deepEqual(await again(), ['17', '19', '+2']);
    assert.equal(pieces, once, 'it was sent again');
    page.off('request', count);
    // the browser tells of the answer that it is gone
    errors.splice(0, errors.length, ...errors.filter((error) => !error.includes('404')));
  });

  it('lists the episodes; one that is chosen says why, with its readings', async () => {
    await openRehearsal(page, 'one0001');
    await tab('settings');
    await limit().fill('75');
    await tab('rehearse');
    await rehearseFile(page, DECEMBER);
    const changes = await page.locator('.city-rehearse-change').allInnerTexts();
    const count = (wanted: string): number => changes.filter((change) => change === wanted).length;
    assert.equal(count('as before') + count('new') + count('part of one that was longer'), 19, changes.join());
    assert.equal(count('as before') + count('gone') + count('part of a longer one now'), 17, changes.join());
    await page.locator('[data-sort="length"]').click();
    assert.equal(await page.locator('th[aria-sort="descending"]').innerText(), 'how long');
    await page.locator('.city-rehearse-pick').first().click();
    const detail = page.locator('.city-rehearse-detail');
    assert.match(await detail.innerText(), /PM2\.5 high, Aotizhongxin\s+PM2\.5 high \(\d+ µg\/m³, limit 75/);
    await detail.locator('tbody tr').first().waitFor();
    const properties = new Set(await detail.locator('tbody tr td:nth-child(2)').allInnerTexts());
    assert.deepEqual([...properties], ['Aotizhongxin: PM2.5']);
    await setTheme(page, 'dark');
    await toTop('.city-rehearse-tools');
    await picture(page, 'rehearse-episode-dark');
    await setTheme(page, 'light');
    await page.locator('.city-rehearse-tools select').first().scrollIntoViewIfNeeded();
    await page.locator('.city-rehearse select').filter({ hasText: 'only what changes' }).selectOption('changed');
    assert.equal((await page.locator('.city-rehearse-change').allInnerTexts()).includes('as before'), false);
    await assertAccessible(page, '#ecdm-event-panel-rehearse');
  });

  it('finds a limit: the curve passes through the golden counts of all six stations', async () => {
    await openRehearsal(page, 'all0001');
    await rehearseFile(page, DECEMBER);
    await page.locator('#city-rehearse-parts-curve').click();
    for (const [name, value] of Object.entries({ from: '60', to: '160', step: '5' }))
      await page
        .locator('.city-rehearse-tools label', { hasText: new RegExp(`^${name}`) })
        .locator('input')
        .fill(value);
    await page.locator('#city-rehearse-curve-run').click();
    await done(page);
    const station = page.locator('#city-rehearse-panel-curve label', { hasText: /^of/ }).locator('select');
    const counts: Golden[string] = {};
    for (const name of Object.keys(golden['90']!)) {
      await station.selectOption({ label: name });
      for (const value of Object.keys(golden)) {
        const row = page.locator('#city-rehearse-panel-curve tbody tr', { hasText: new RegExp(`^${value} µg`) });
        (counts[value] ??= {})[name] = Number(await row.locator('td').nth(1).innerText());
      }
    }
    assert.deepEqual(counts, golden);
    await station.selectOption('');
    await toTop('#city-rehearse-parts');
    await picture(page, 'rehearse-curve-light');
    await setTheme(page, 'dark');
    await picture(page, 'rehearse-curve-dark');
    const marked = await text('#city-rehearse-panel-curve');
    for (const preset of ['PM2.5 in the red band', 'PM2.5 of the paper', 'deployed: 90'])
      assert.ok(marked.includes(preset), preset);
    await assertAccessible(page, '#city-rehearse-panel-curve');
  });

  it('takes a value over by keyboard, and says that the form is another one now', async () => {
    await openRehearsal(page, 'one0001');
    await rehearseFile(page, DECEMBER);
    await page.locator('#city-rehearse-parts-curve').click();
    await page.locator('#city-rehearse-curve-run').click();
    await done(page);
    const curve = page.locator('.city-rehearse-curve');
    await curve.focus();
    assert.match((await curve.getAttribute('aria-valuetext'))!, /^90 µg\/m³: 17 times/);
    await page.keyboard.press('ArrowRight');
    const next = /^([\d.]+) µg/.exec((await curve.getAttribute('aria-valuetext'))!)![1]!;
    assert.ok(Number(next) > 90);
    await page.keyboard.press('Enter');
    assert.match(await text('#city-rehearse-panel-curve'), new RegExp(`Taken over: ${next} µg`));
    assert.match(await text('.city-rehearse'), /The form has changed since: rehearse it again/);
    await tab('settings');
    assert.equal(await limit().inputValue(), next);
  });

  it('goes from one episode to the next by keyboard', async () => {
    await openRehearsal(page, 'all0001');
    await page.locator('#city-rehearse-history').selectOption('file');
    await page.locator('.city-rehearse input[type="file"]').setInputFiles(DECEMBER);
    await page.locator('#city-rehearse-run').focus();
    await page.keyboard.press('Enter');
    await done(page);
    await page.locator('.city-rehearse-line').focus();
    await page.keyboard.press('ArrowRight');
    const first = await text('.city-rehearse-detail .city-rehearse-head');
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await text('.city-rehearse-detail .city-rehearse-head'), first);
    await page.locator('.city-rehearse-pick').first().focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    assert.equal(await page.locator('.city-rehearse-pick').nth(2).getAttribute('aria-pressed'), 'true');
    assert.equal(await page.locator('.city-rehearse-pick[aria-pressed="true"]').count(), 1);
    await page.locator('#city-rehearse-parts-episodes').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('#city-rehearse-panel-where svg').waitFor();
    assert.match(await text('.city-rehearse-keys'), /Aotizhongxin\s+17\s+17\s+391\s+391/);
    await toTop('#city-rehearse-parts');
    await picture(page, 'rehearse-where-light');
    await assertAccessible(page, '#city-rehearse-panel-where');
  });

  it('rehearses patterns, notices and filters too', async () => {
    for (const [id, least] of [
      ['status0001', 30],
      ['notify0001', 30],
      ['filter0001', 3],
    ] as const) {
      await openRehearsal(page, id);
      await rehearseFile(page, DECEMBER);
      const [now, next] = await compared(page, 'times');
      assert.ok(Number(next) >= least, `${id}: ${next}`);
      assert.equal(now, next);
      await page.locator('.city-rehearse-pick').first().click();
      await page.locator('.city-rehearse-detail tbody tr').first().waitFor();
      await assertAccessible(page, `[id$="-panel-rehearse"]`, { say: id });
      if (id === 'status0001') await toTop('.city-rehearse-compare');
      if (id === 'status0001') await picture(page, 'rehearse-pattern-light');
      await page.locator('#node-dialog-cancel').click();
      await formClosed(page);
    }
  });

  it('says what is missing, what cannot be read, and that it was stopped', async () => {
    await openRehearsal(page, 'one0001');
    await page.locator('#city-rehearse-history').selectOption('file');
    await page.locator('#city-rehearse-run').click();
    assert.equal(await text('.city-rehearse-told'), 'Choose a file first.');
    const broken = path.join(home.folder, 'broken.csv');
    writeFileSync(broken, 'a,b\nx,y\nz,w\n');
    await rehearseFile(page, broken);
    assert.match(await text('.city-rehearse-told'), /^The rehearsal failed: .{20,}/);
    errors.splice(0);
    await page.locator('.city-rehearse-time').first().fill('2017-01-01T00:00');
    await page.locator('.city-rehearse-time').last().fill('2016-01-01T00:00');
    await page.locator('#city-rehearse-run').click();
    assert.equal(await text('.city-rehearse-told'), 'The end lies before the beginning.');
    for (const field of [0, 1]) await page.locator('.city-rehearse-time').nth(field).fill('');
    // answers that take their time, so that there is something to stop
    const cancelled: string[] = [];
    await page.route('**/rehearsal/job?*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      const job = new URL(route.request().url()).searchParams.get('job');
      await route.fulfill({ json: { job, state: 'running', readings: 4711, share: 0.5 } });
    });
    page.on('request', (request) => {
      if (request.url().endsWith('/rehearsal/cancel')) cancelled.push(request.postData() ?? '');
    });
    await page.locator('.city-rehearse input[type="file"]').setInputFiles(DECEMBER);
    await page.locator('#city-rehearse-run').click();
    await page.locator('.city-rehearse-told', { hasText: '4,711 readings' }).waitFor();
    await picture(page, 'rehearse-progress-light');
    await page.locator('#city-rehearse-cancel').click();
    await done(page);
    assert.equal(await text('.city-rehearse-told'), 'Stopped.');
    assert.equal(cancelled.length, 1, 'the runtime was told');
    await page.unroute('**/rehearsal/job?*');
    errors.splice(0);
  });

  it('keeps a rehearsal as a test, which is red when the rule makes something else of it, and warns of it', async () => {
    const node = (): Promise<{ valid: boolean; validationErrors: string[]; tests: object[] }> =>
      page.evaluate(
        `(({ valid, validationErrors, tests }) => ({ valid, validationErrors, tests }))(RED.nodes.node('one0001'))`,
      );
    const state = page.locator('.city-rehearse-tests li strong');
    await openRehearsal(page, 'one0001');
    await rehearseFile(page, DECEMBER);
    const keep = page.getByRole('button', { name: 'Keep the rehearsal as a test' });
    assert.equal(await keep.isDisabled(), true, 'it has no name yet');
    await page.getByRole('textbox', { name: 'name of the test' }).fill('December');
    await keep.click();
    await state.filter({ hasText: 'green' }).waitFor();
    assert.match(await text('.city-rehearse-tests'), /December \(17 episodes\)/);
    await tab('settings');
    await limit().fill('75');
    await tab('rehearse');
    await page.getByRole('button', { name: 'Run the tests' }).click();
    await state.filter({ hasText: 'red' }).waitFor();
    assert.match(
      await text('.city-rehearse-tests'),
      /missing: Aotizhongxin, 1 Dec 2016 20:00 to 2 Dec 2016 02:00/,
    );
    await toTop('.city-rehearse-tests');
    await picture(page, 'rehearse-tests-light');
    await assertAccessible(page, '#ecdm-event-panel-rehearse');
    await page.locator('#node-dialog-ok').click();
    await page.waitForFunction(`RED.nodes.node('one0001').valid === false`);
    const { validationErrors, tests } = await node();
    assert.deepEqual(validationErrors, ['The rule test “December” is red: 30 episodes differ']);
    assert.equal(tests.length, 1);
    await openRehearsal(page, 'one0001');
    await tab('settings');
    await limit().fill('90');
    await page.locator('#node-dialog-ok').click();
    await page.waitForFunction(`RED.nodes.node('one0001').valid === true`);
  });

  it('is whole in Thai', async () => {
    const thai = await openEditor(browser, demo.address, errors, { language: 'th', height: 1200 });
    await openRehearsal(thai, 'one0001');
    await rehearseFile(thai, DECEMBER);
    await thai.locator('.city-rehearse-pick').first().click();
    await thai.waitForTimeout(1500);
    await picture(thai, 'rehearse-th');
    const shown = await thai.locator('#ecdm-event-panel-rehearse').innerText();
    assert.match(shown, /17 \S+ → 17 /);
    assert.doesNotMatch(shown, /\b(?:Rehearse|deployed|times|hours|since|Readings)\b|__\w+__/);
    await thai.close();
  });
});
