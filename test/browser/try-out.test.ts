/** The try-out in the form of a rule: by mouse, by keyboard, in both themes, and in Thai; nothing of it leaves the form. */
import assert from 'node:assert/strict';
import type { Browser, Locator, Page } from 'playwright-core';
import { assertAccessible, inEditor } from './editor-session';
import { formClosed, formOpened, openEditor, picture, setTheme, type Demo } from './support';

const RULE = '7f44049930506b50';

describe('the try-out', function () {
  this.timeout(180_000);
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  const errors = inEditor((opened) => ({ demo, browser, page } = opened));
  const requests: string[] = [];

  const lane = (name: string | RegExp): Locator => page.getByRole('slider', { name });
  const summary = (): Promise<string> => page.locator('.city-try-summary').innerText();
  const list = (): Promise<string[]> => page.locator('.city-try-list li').allInnerTexts();
  const open = async (on: Page): Promise<void> => {
    await on.evaluate(`RED.editor.edit(RED.nodes.node('${RULE}'))`);
    await formOpened(on);
    await on.locator('#pattern-status-tabs-try').click();
    await on.locator('#city-try-example').waitFor({ state: 'visible' });
    // the form slides in: places are measured when it stands still
    await on.waitForTimeout(500);
  };

  before(() => {
    page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  });

  it('comes with the script of the form, which is loaded once', async () => {
    await open(page);
    await page.locator('#node-dialog-cancel').click();
    await formClosed(page);
    await open(page);
    const scripts = (await page.evaluate(
      `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/resources/@ecdm/'))`,
    )) as string[];
    assert.deepEqual(scripts, [`${demo.address}/resources/@ecdm/node-red-city-events/pattern-status.js`]);
    assert.match(await page.locator('.city-try-note').innerText(), /nothing is sent, nothing is stored/);
    assert.match(await summary(), /not raised/);
  });

  it('places an example that rises and falls, and says so as text', async () => {
    await page.locator('#city-try-example').click();
    assert.match(await summary(), /^The status is raised: 10:\d\d/);
    const said = await list();
    assert.equal(said.length, 2, said.join('\n'));
    assert.match(said[0]!, /^10:\d\d(:\d\d)? raised \(major\): Air pollution in Zone 1 since .+PM2\.5 high .+CO high/);
    assert.match(said[1]!, /^10:\d\d(:\d\d)? back to normal: /);
    const piece = page.locator('.city-try-piece');
    await piece.click();
    assert.match(
      await page.locator('.city-try-panel').innerText(),
      /^raised \(major\) · 10:.+ to 10:.+\s+Air pollution in Zone 1/,
    );
    assert.equal(await piece.getAttribute('aria-pressed'), 'true');
    for (const theme of ['light', 'dark'] as const) {
      await setTheme(page, theme);
      await picture(page, `try-out-${theme}`);
    }
    await setTheme(page, 'light');
  });

  it('has no fault that a checker of accessibility finds', async () => {
    await assertAccessible(page, '#pattern-status-panel-try');
  });

  it('draws states with the mouse, moves them, and removes them', async () => {
    await page.locator('#city-try-clear').click();
    assert.match(await summary(), /not raised/);
    const drag = async (on: Locator, from: number, to: number): Promise<void> => {
      const box = (await on.boundingBox())!;
      const y = box.y + box.height / 2;
      await page.mouse.move(box.x + from * box.width, y);
      await page.mouse.down();
      await page.mouse.move(box.x + to * box.width, y, { steps: 6 });
      await page.mouse.up();
    };
    await drag(lane('PM2.5 high'), 0.1, 0.5);
    assert.match(await summary(), /not raised/, 'one of two');
    await drag(lane('CO high'), 0.3, 0.6);
    const before = await summary();
    assert.match(before, /is raised: 10:0/);
    await drag(lane('CO high'), 0.45, 0.85);
    assert.match(await summary(), /not raised/, 'moved away: they do not overlap any more');
    await drag(lane('CO high'), 0.85, 0.45);
    assert.match(await summary(), /is raised/);
    await page.locator('.city-try-panel button').click();
    assert.match(await summary(), /not raised/, 'removed');
  });

  it('changes and removes what was only clicked, or added with the keyboard', async () => {
    const line = lane('PM2.5 high');
    const marks = line.locator('.city-try-mark');
    const panel = page.locator('.city-try-panel');
    for (const byKeyboard of [false, true]) {
      await page.locator('#city-try-clear').click();
      if (byKeyboard) {
        await line.focus();
        await page.keyboard.press('Home');
        await page.keyboard.press('Enter');
      } else await line.click({ position: { x: 100, y: 15 } });
      assert.match((await marks.getAttribute('class'))!, /city-try-chosen/, 'it is seen to be selected');
      await panel.locator('#city-try-value').fill('96');
      await panel.locator('#city-try-value').blur();
      assert.equal(await line.locator('.city-try-value').textContent(), '96');
      await panel.locator('#city-try-silent').check();
      assert.match((await marks.getAttribute('class'))!, /city-try-silent/);
      await panel.getByRole('button').click();
      assert.equal(await marks.count(), 0);
      await line.click({ position: { x: 100, y: 15 } });
      await panel.getByRole('button').click();
      assert.equal(await marks.count(), 0, 'at once, too');
    }
  });

  it('lets go of what is dragged wherever the mouse is let go', async () => {
    await page.locator('#city-try-clear').click();
    const line = lane('PM2.5 high');
    const box = (await line.boundingBox())!;
    const [x, y] = [(part: number) => box.x + part * box.width, box.y + box.height / 2];
    const marks = line.locator('.city-try-mark');
    const places = (): Promise<(string | null)[]> => marks.evaluateAll((all) => all.map((one) => one.getAttribute('x')));
    await page.mouse.click(x(0.1), y);
    await page.mouse.click(x(0.6), y);
    await page.mouse.move(x(0.63), y);
    await page.mouse.down();
    await page.mouse.move(x(0.66), y, { steps: 4 });
    const held = await places();
    await page.mouse.move(x(0.7), box.y - 60, { steps: 4 });
    const dragged = await places();
    assert.notDeepEqual(dragged, held, 'it is held on to outside of the line');
    await page.mouse.up();
    await page.mouse.move(x(0.3), y, { steps: 4 });
    assert.deepEqual(await places(), dragged, 'the bare mouse drags nothing');
    await page.mouse.down();
    await page.mouse.move(x(0.35), y, { steps: 4 });
    await page.mouse.up();
    assert.equal(await marks.count(), 3, 'nothing is swallowed');
  });

  it('does all of it with the keyboard', async () => {
    await page.locator('#city-try-clear').click();
    await lane('PM2.5 high').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('PageDown');
    await page.keyboard.press('Enter');
    assert.match((await lane('PM2.5 high').getAttribute('aria-valuetext'))!, /lasts from 10:/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const raised = await summary();
    assert.match(raised, /is raised/);
    await page.keyboard.press('+');
    await page.keyboard.press('Shift+ArrowRight');
    assert.notEqual(await summary(), raised);
    await page.keyboard.press('Delete');
    assert.match(await summary(), /not raised/);
    assert.match((await lane('CO high').getAttribute('aria-valuetext'))!, /nothing here/);
  });

  it('runs the rule as it stands in the form, without deploying it', async () => {
    await page.locator('#city-try-example').click();
    await page.locator('#pattern-status-tabs-rule').click();
    await page.locator('#node-input-severity').selectOption('critical');
    await page.locator('#pattern-status-tabs-try').click();
    assert.match((await list())[0]!, /raised \(critical\)/);
  });

  it('has stations of its own, and a longer time line', async () => {
    await page.locator('#city-try-stations').selectOption('3');
    assert.equal(await page.getByRole('slider').count(), 6);
    const last = (): Promise<string> => page.locator('.city-try-time').last().textContent().then(String);
    const before = await last();
    await page.locator('.city-try-tools').getByRole('button', { name: 'zoom out' }).click();
    assert.ok((await last()) > before);
    await page.locator('.city-try-tools').getByRole('button', { name: 'zoom in' }).click();
    await page.locator('.city-try-tools').getByRole('button', { name: 'zoom in' }).click();
    const [inner, outer] = (await page.evaluate(
      `(() => { const e = document.querySelector('.city-try-scroll'); return [e.scrollWidth, e.clientWidth]; })()`,
    )) as [number, number];
    assert.ok(inner > outer * 1.5, `${inner} in ${outer}`);
    await picture(page, 'try-out-stations');
    const zoom = (way: string): Promise<void> => page.locator('.city-try-tools').getByRole('button', { name: way }).click();
    const middle = (): Promise<number> =>
      page.evaluate(`(() => { const e = document.querySelector('.city-try-scroll'); return (e.scrollLeft + (e.clientWidth - 150) / 2) / (e.scrollWidth - 150); })()`);
    assert.ok(Math.abs((await middle()) - 0.5) < 0.02, `${await middle()}: the middle stays in the middle`);
    await lane(/PM2\.5 high, Station 1/).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const text = await lane(/PM2\.5 high, Station 1/).getAttribute('aria-valuetext');
    const [, from, to] = /from (\S+) to (\S+)$/.exec(text!)!;
    assert.notEqual(from, to, 'it lasts, also at the very end');
    await zoom('zoom in');
    assert.ok((await middle()) > 0.7, 'what is selected stays in sight');
    await page.keyboard.press('Tab');
    await lane(/PM2\.5 high, Station 1/).focus();
    await page.keyboard.press('Delete');
    for (let longer = 0; longer < 8; longer++) {
      // found and measured in one go: the axis is drawn anew when a scroll bar comes, and what is taken out has no place
      const places = (await page.evaluate(
        `[...document.querySelectorAll('.city-try-time')].map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])`,
      )) as [number, number][];
      places.slice(1).forEach(([left], i) => assert.ok(left > places[i]![1] + 3, `times ${i} and ${i + 1} of ${places.length} overlap`));
      await zoom('zoom out');
    }
    await picture(page, 'try-out-longest');
  });

  it('sent nothing and changed nothing', async () => {
    assert.deepEqual(
      requests.filter((request) => request.startsWith('POST')),
      [],
    );
    await page.locator('#node-dialog-cancel').click();
    await formClosed(page);
    assert.equal(await page.evaluate('RED.nodes.dirty()'), false);
    assert.deepEqual(errors, []);
  });

  it('speaks Thai', async () => {
    const thai = await openEditor(browser, demo.address, errors, { language: 'th' });
    await open(thai);
    await thai.locator('#city-try-example').click();
    const text = await thai.locator('#pattern-status-panel-try').innerText();
    assert.match(text, /\p{Script=Thai}/u);
    assert.doesNotMatch(text, /Click on|nothing is sent|back to normal|is raised/);
    await picture(thai, 'try-out-th');
    await thai.close();
  });
});
