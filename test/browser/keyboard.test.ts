/** The forms with the keyboard alone, and as a screen reader tells them. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { inEditor, leave } from './editor-session';
import { formOpened } from './support';

describe('forms by keyboard', function () {
  this.timeout(240_000);
  let page: Page;
  const errors = inEditor((opened) => ({ page } = opened));
  afterEach(() => leave(page, errors));

  const open = async (type: string, say: 'edit' | 'editConfig' = 'edit'): Promise<void> => {
    await page.evaluate(`(() => {
      let found;
      const look = (n) => { if (n.type === '${type}') found = found || n; };
      RED.nodes.eachNode(look); RED.nodes.eachConfig(look);
      return '${say}' === 'edit' ? RED.editor.edit(found) : RED.editor.editConfig('', found.type, found.id);
    })()`);
    await formOpened(page);
    await page.locator('.red-ui-tray .city-form').waitFor({ state: 'visible' });
    await page.waitForTimeout(600);
  };
  /** What the keyboard is at; nothing where it has fallen to the page. */
  const at = (): Promise<unknown> =>
    page.evaluate(`(() => {
      const now = document.activeElement;
      return now === document.body ? '' : now.id || now.getAttribute('aria-label') || now.textContent.trim();
    })()`);
  const press = async (control: string): Promise<void> => {
    await page.locator(control).first().focus();
    await page.keyboard.press('Enter');
    // browsers let it fall only when they have drawn the page anew
    await page.waitForTimeout(400);
  };
  /** What a screen reader is told of a control. */
  const heard = (
    control: string,
  ): Promise<{ name: string; says: string; invalid: string | null; role: string | null }> =>
    page.evaluate(`(() => {
      const control = document.querySelector('${control}');
      const text = (name) => (control.getAttribute(name) || '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join('');
      const about = document.getElementById(control.getAttribute('aria-describedby'));
      return {
        name: text('aria-labelledby') || control.getAttribute('aria-label') || control.labels?.[0]?.textContent,
        says: text('aria-describedby'), invalid: control.getAttribute('aria-invalid'), role: about && about.getAttribute('role'),
      };
    })()`);

  it('says under a field what is wrong with it, and goes on calling the field by its name', async () => {
    await open('actuator-out');
    await page.evaluate(`document.querySelector('#actuator-out-safety').open = true`);
    const { name } = await heard('#node-input-retries');
    await page.locator('#node-input-retries').fill('99');
    await page.keyboard.press('Tab');
    const says = `${name} must be between 0 and 20`;
    assert.deepEqual(await heard('#node-input-retries'), { name, says, invalid: 'true', role: 'alert' });
    await page.locator('#node-input-retries').fill('2');
    await page.keyboard.press('Tab');
    assert.deepEqual(await heard('#node-input-retries'), { name, says: '', invalid: null, role: null });
  });

  it('says that a server has to be chosen, which Node-RED finds by itself', async () => {
    await page.evaluate(
      `RED.nodes.eachNode((n) => { if (n.type === 'sensorthings-in') { window.keptServer = n.server; n.server = ''; } })`,
    );
    try {
      await open('sensorthings-in');
      assert.match((await heard('#node-input-server')).says, /is missing/);
    } finally {
      await page.evaluate(
        `RED.nodes.eachNode((n) => { if (n.type === 'sensorthings-in') n.server = window.keptServer; })`,
      );
    }
  });

  it('says what is wrong with a length of time at the two fields that are seen', async () => {
    await open('actuator-out');
    await page.locator('#node-input-within-number').fill('');
    await page.keyboard.press('Tab');
    assert.match((await heard('#node-input-within-number')).says, /is missing/);
    // one fault after another
    await page.locator('#node-input-within-number').fill('-5');
    await page.keyboard.press('Tab');
    await page.waitForTimeout(200);
    const { says, invalid, role } = await heard('#node-input-within-number');
    assert.match(says, /is not a length of time/);
    assert.deepEqual([invalid, role], ['true', 'alert']);
    assert.equal(await page.locator('#node-input-within-number.input-error').count(), 1, 'and for eyes');
  });

  it('keeps the keyboard in the list of events', async () => {
    await open('ecdm-event');
    await press('.ecdm-event-pick >> nth=1');
    assert.equal(await at(), 'CO high');
    await press('[aria-label="remove PM2.5 high" i]');
    assert.equal(await at(), 'remove CO high', 'what takes the place of what was removed');
    assert.equal(await page.locator('.ecdm-event-chosen').innerText(), 'CO high', 'what was open stays open');
    await press('[aria-label="remove CO high" i]');
    assert.equal(await at(), 'ecdm-event-add');
  });

  it('tells what is wrong with an event when it becomes wrong, not at every key', async () => {
    await open('ecdm-event');
    const faults = page.locator('.ecdm-event-faults');
    assert.equal(await faults.getAttribute('aria-live'), 'polite');
    await page.getByLabel('Event', { exact: true }).fill('');
    await page.evaluate(`window.told = document.querySelector('.ecdm-event-faults li')`);
    await page.getByLabel('Stations', { exact: true }).fill('x');
    assert.equal(await page.evaluate(`window.told !== null && window.told.isConnected`), true);
  });

  it('keeps the keyboard at a choice that draws its surroundings anew', async () => {
    await open('ecdm-event');
    const choice = (label: string): string => `#ecdm-event-detail select[aria-label="${label}"]`;
    await page.locator(choice('Comparison')).focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(300);
    assert.equal(await at(), 'Comparison');
  });

  it('takes no preset before it is chosen: the arrows open the list', async () => {
    await open('ecdm-event');
    await page.locator('#ecdm-event-preset').focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(300);
    assert.equal(await page.locator('.ecdm-event-pick').count(), 2, 'nothing is added');
    await page.keyboard.press('Escape');
    assert.equal(await at(), 'ecdm-event-preset');
    await leave(page, errors);
    await open('to-observation');
    const kept = await page.locator('#to-observation-time').inputValue();
    await page.locator('#to-observation-preset').focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(300);
    assert.equal(await page.locator('#to-observation-time').inputValue(), kept, 'the mapping stays');
    await page.keyboard.press('Escape');
  });

  it('takes the first preset at an arrow in a browser that cannot open the list', async () => {
    await page.evaluate(
      'window.kept = HTMLSelectElement.prototype.showPicker; delete HTMLSelectElement.prototype.showPicker',
    );
    try {
      await open('ecdm-event');
      await page.locator('#ecdm-event-preset').focus();
      await page.keyboard.press('ArrowDown');
      await page.locator('.ecdm-event-pick').nth(2).waitFor();
    } finally {
      await page.evaluate('HTMLSelectElement.prototype.showPicker = window.kept');
    }
  });

  it('keeps the keyboard in the columns of a mapping', async () => {
    await open('to-observation');
    await press('[aria-label="remove PM2.5 (µg/m³)" i]');
    assert.equal(await at(), 'remove Temp (°C)');
    await press('[aria-label="remove Temp (°C)" i]');
    assert.equal(await at(), 'to-observation-add');
  });

  it('keeps the keyboard at a button that asks a server', async () => {
    await open('sensorthings-in');
    await page.locator('#sta-in-sentence', { hasText: '52' }).waitFor();
    await press('#sta-in-find');
    assert.equal(await at(), 'sta-in-find');
    await leave(page, errors);
    await open('sensorthings-server', 'editConfig');
    await page.locator('#sta-server-test').focus();
    await page.route('**/city-events/sensorthings-server/**', async (route) => {
      await new Promise((done) => setTimeout(done, 800));
      await route.continue();
    });
    await page.keyboard.press('Enter');
    await page.waitForTimeout(1600);
    await page.unroute('**/city-events/sensorthings-server/**');
    assert.equal(await at(), 'sta-server-test');
  });

  it('keeps the keyboard at the button of a rehearsal while it runs and after it', async () => {
    await open('ecdm-event');
    await page.locator('#ecdm-event-tabs-rehearse').click();
    await page.locator('#city-rehearse-run').waitFor({ state: 'visible' });
    await page.waitForTimeout(800);
    await press('#city-rehearse-run');
    assert.equal(await at(), 'city-rehearse-run');
    await page.locator('#city-rehearse-cancel').waitFor({ state: 'hidden' });
    await page.waitForTimeout(400);
    assert.equal(await at(), 'city-rehearse-run');
  });

  it('goes on at the last row of a rule, which cannot be removed', async () => {
    await open('pattern-status');
    await page.waitForSelector('#pattern-status-rows .city-event', { state: 'visible' });
    await press('[aria-label="remove, row 1" i]');
    assert.equal(await at(), 'event, row 1');
  });

  it('goes on at the map when what was drawn is given up', async () => {
    await open('city-zones', 'editConfig');
    await press('#city-zones-area');
    await press('#city-zones-cancel');
    assert.equal(await page.evaluate(`document.activeElement.getAttribute('role')`), 'application');
  });

  it('shows the field that the keyboard is at above the preview of a mapping, on a small screen', async () => {
    await page.setViewportSize({ width: 1280, height: 720 });
    try {
      await open('to-observation');
      await page.locator('#to-observation-format').focus();
      for (let presses = 0; presses < 12; presses++) {
        const hidden = await page.evaluate(`(() => {
          const field = document.activeElement;
          const { bottom } = field.getBoundingClientRect();
          return bottom > document.querySelector('.to-observation-preview').getBoundingClientRect().top ? field.id : '';
        })()`);
        // the first one is where the script has put it
        if (presses > 0) assert.equal(hidden, '');
        await page.keyboard.press('Tab');
      }
    } finally {
      await page.setViewportSize({ width: 1280, height: 900 });
    }
  });
});
