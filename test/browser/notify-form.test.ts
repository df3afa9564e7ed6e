/** The form of action-notify: who is told, how often, what holds back; by keyboard, in both languages, light and dark. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { inEditor, leave } from './editor-session';
import { formClosed, formOpened, openEditor, picture, root, setTheme, type Demo } from './support';

const AXE = readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
const NOTIFY = `(() => { let found; RED.nodes.eachNode((n) => { if (n.type === 'action-notify') found = found || n; }); return found; })()`;
const FIELDS = 'version, group, flood, perHour, remind, onlyNew, drill, form, html, recipients, maintenance, families, valid, validationErrors';

describe('the form of action-notify', function () {
  this.timeout(240_000);
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  const errors = inEditor((opened) => ({ demo, browser, page } = opened));

  const open = async (): Promise<void> => {
    await page.evaluate(`RED.editor.edit(${NOTIFY})`);
    await formOpened(page);
    await page.locator('#node-input-action').waitFor({ state: 'visible' });
    await page.waitForTimeout(400);
  };
  const openNew = async (): Promise<void> => {
    await page.evaluate(`(() => {
      const def = RED.nodes.getType('action-notify');
      const node = { id: 'fresh' + Date.now(), z: RED.workspaces.active(), type: 'action-notify', x: 100, y: 700, w: 100, h: 30, wires: [[], []], inputs: 1, outputs: 2, changed: false, _def: def, _config: {}, users: [] };
      for (const [name, { value }] of Object.entries(def.defaults)) node[name] = structuredClone(value);
      RED.nodes.add(node);
      RED.editor.edit(node);
    })()`);
    await page.locator('#node-input-action').waitFor({ state: 'visible' });
    await formOpened(page);
  };
  const save = async (node = NOTIFY): Promise<Record<string, any>> => {
    await page.locator('#node-dialog-ok').click();
    await formClosed(page);
    return JSON.parse((await page.evaluate(`(() => { const { ${FIELDS} } = ${node}; return JSON.stringify({ ${FIELDS} }); })()`)) as string) as Record<string, any>;
  };
  const newest = `(() => { let found; RED.nodes.eachNode((n) => { if (n.id.startsWith('fresh')) found = n; }); return found; })()`;
  const tab = (id: string) => page.locator(`#action-notify-tabs-${id}`).click();
  const faults = async (): Promise<string[]> => {
    await page.evaluate(AXE);
    return (await page.evaluate(`axe.run('.red-ui-tray .city-form', { rules: { region: { enabled: false } } }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 140)).slice(0, 3).join(' | ')))`)) as string[];
  };

  afterEach(() => leave(page, errors));

  it('an older node is shown, and saved, as it has always worked', async () => {
    await open();
    await tab('calm');
    assert.equal(await page.locator('#node-input-onlyNew').isChecked(), false);
    assert.equal(await page.locator('#node-input-group-number').inputValue(), '');
    const saved = await save();
    assert.deepEqual([saved['version'], saved['onlyNew'], saved['group'], Number(saved['flood']), saved['recipients'], saved['valid']], [2, false, '', 0, [], true]);
  });

  it('a new node needs nothing: every default is right', async () => {
    await openNew();
    for (const id of ['what', 'texts', 'people', 'calm', 'held']) {
      await tab(id);
      await picture(page, `notify-${id}-light`);
      assert.deepEqual(await faults(), [], id);
    }
    const saved = await save(newest);
    assert.deepEqual([saved['onlyNew'], saved['group'], Number(saved['flood']), Number(saved['perHour']), saved['remind'], saved['drill'], saved['valid']], [true, '30 s', 10, 20, '1 d', 'real', true]);
  });

  it('recipients, maintenance and what follows from what, by keyboard alone', async () => {
    await openNew();
    await page.locator('#action-notify-tabs-what').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.locator('#action-notify-recipients-add').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Somchai');
    await page.keyboard.press('Tab');
    await page.keyboard.type('duty officer');
    await page.keyboard.press('Tab');
    await page.keyboard.press('m');
    await page.keyboard.press('Tab');
    await page.keyboard.type('somchai@example.org');
    const card = page.locator('#action-notify-recipients .city-entry').first();
    await card.locator('input[type=time]').nth(0).fill('22:00');
    assert.match(await card.locator('.city-fault').innerText(), /Quiet hours need a beginning and an end/);
    await card.locator('input[type=time]').nth(1).fill('07:00');
    assert.equal(await card.locator('.city-fault').isVisible(), false);
    assert.match(await card.locator('summary').innerText(), /^Somchai, duty officer, mail, quiet 22:00 – 07:00$/);
    await picture(page, 'notify-recipient-light');
    await setTheme(page, 'dark');
    await picture(page, 'notify-recipient-dark');
    assert.deepEqual(await faults(), []);
    await tab('held');
    await page.locator('#action-notify-maintenance-add').click();
    const works = page.locator('#action-notify-maintenance .city-entry').first();
    await works.locator('select').first().selectOption('weekly');
    await works.locator('input[type=time]').nth(0).fill('02:00');
    await works.locator('input[type=time]').nth(1).fill('03:00');
    await works.locator('.city-day input').first().check();
    await page.locator('#action-notify-families-add').click();
    const rule = page.locator('#action-notify-families .city-entry').first();
    await rule.locator('input').first().fill('Gateway down');
    assert.equal(await rule.locator('summary').innerText(), 'Gateway down holds back all others, of the same station or key');
    assert.deepEqual(await faults(), []);
    await picture(page, 'notify-held-dark');
    const saved = await save(newest);
    assert.equal(saved['valid'], true, JSON.stringify(saved['validationErrors']));
    const { id: _, ...somchai } = saved['recipients'][0];
    assert.deepEqual(somchai, { name: 'Somchai', role: 'duty officer', channel: 'mail', address: 'somchai@example.org', minSeverity: 'warning', after: '', wakes: true, quietFrom: '22:00', quietTo: '07:00' });
    assert.deepEqual([saved['maintenance'][0].days, saved['families'][0].parents], ['1', 'Gateway down']);
  });

  it('a comma in a number is its decimal sign, or refused in words: never left out', async () => {
    await openNew();
    await tab('calm');
    const retype = async (id: string, keys: string): Promise<unknown> => {
      await page.locator(id).fill('');
      await page.locator(id).focus();
      await page.keyboard.type(keys);
      return page.locator(id).inputValue();
    };
    const paste = async (id: string, text: string): Promise<unknown> => {
      await page.locator(id).focus();
      // as a paste comes: all at once
      await page.keyboard.insertText(text);
      return page.locator(id).inputValue();
    };
    const words = (id: string): Promise<unknown> => page.locator(id).evaluate((field: any) => field.validationMessage as string);
    const group = '#node-input-group-number';
    assert.equal(await retype(group, '5,5'), '5.5');
    assert.equal(await retype(group, ',5'), '.5');
    assert.equal(await paste(group, ' 7,25'), '7.25');
    assert.equal(await words(group), '');
    assert.equal(await paste(group, '1,500'), '7.25', 'these may be thousands');
    assert.match(String(await words(group)), /^A comma is not clear here\./);
    assert.equal(await retype(group, '2,5,'), '2.5');
    assert.match(String(await words(group)), /^A comma is not clear here\./);
    assert.equal(await retype(group, '2,5'), '2.5');
    assert.equal(await words(group), '');
    const whole = '#node-input-perHour';
    assert.equal(await retype(whole, '2,'), '2');
    assert.match(String(await words(whole)), /^A comma is not clear here\./);
    await retype(whole, '20');
    const saved = await save(newest);
    assert.deepEqual([saved['group'], Number(saved['perHour']), saved['valid']], ['2.5 s', 20, true]);
  });

  it('an entry that cannot work is shown at the node', async () => {
    await openNew();
    await tab('people');
    await page.locator('#action-notify-recipients-add').click();
    const saved = await save(newest);
    assert.equal(saved['valid'], false);
    assert.match(JSON.stringify(saved['validationErrors']), /A recipient has no name/);
  });

  it('previews each channel in both languages; what is no real thing says so', async () => {
    await openNew();
    await page.locator('#node-input-drill').selectOption('exercise');
    await tab('texts');
    const preview = page.locator('#action-notify-preview');
    assert.match(await preview.innerText(), /^\[EXERCISE\] major: PM2\.5 \+ CO, Thap Thiang 12: raised/);
    await page.locator('#action-notify-as').selectOption('sms');
    assert.match(await preview.innerText(), /^\[EXERCISE\] major: .*raised\. PM2\.5 104\.5/);
    await page.locator('#action-notify-as').selectOption('http');
    assert.match(await preview.innerText(), /"simulated": true/);
    await page.locator('#action-notify-language').selectOption('th');
    await page.locator('#action-notify-as').selectOption('telegram');
    assert.match(await preview.innerText(), /\p{Script=Thai}/u);
    await picture(page, 'notify-preview-light');
    await save(newest);
  });

  it('a table or a map tells nobody, and says so', async () => {
    await openNew();
    await page.locator('#node-input-form').selectOption('table');
    assert.match(await page.locator('#action-notify-shows').innerText(), /^This output shows how things are/);
    assert.equal(await page.locator('#node-input-drill').isVisible(), false);
  });

  it('is whole in Thai', async () => {
    const thai = await openEditor(browser, demo.address, errors, { language: 'th', height: 1000 });
    await thai.evaluate(`RED.editor.edit(${NOTIFY})`);
    await formOpened(thai);
    await thai.locator('#node-input-action').waitFor({ state: 'visible' });
    await thai.locator('#action-notify-tabs-people').click();
    await thai.locator('#action-notify-recipients-add').click();
    await picture(thai, 'notify-th');
    const text = await thai.locator('.red-ui-tray-body .city-form').innerText();
    assert.match(text, /ช่วงงดรบกวน|งดรบกวนตั้งแต่/);
    assert.doesNotMatch(text, /(?:list|hint|label|fault|tab|channel|option)\.[a-z]/);
    await thai.close();
  });
});
