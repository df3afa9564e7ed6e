/** Rules of which something is gone: marked at once, at the deploy, in the state, and well again when it is back. */
import assert from 'node:assert/strict';
import type { Browser, Locator, Page } from 'playwright-core';
import { inEditor, leave } from './editor-session';
import { closeForm, openRule, saved, userDirWithRules } from './rule-support';
import { formOpened, openEditor, picture, type Demo } from './support';

const THEN = {
  op: 'then',
  of: [
    { op: 'event', event: 'rain' },
    { op: 'event', event: 'drain' },
  ],
  within: '1 h',
};

describe('a rule of which an event is gone', function () {
  this.timeout(180_000);
  const user = userDirWithRules();
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  const errors = inEditor((opened) => ({ demo, browser, page } = opened), user.folder);

  after(() => {
    user.forget();
  });
  afterEach(() => leave(page, errors));

  const triangle = (id: string): Locator => page.locator(`[id="${id}"] .red-ui-flow-node-error:not(.hide)`);
  const isValid = (id: string, valid: boolean): Promise<unknown> =>
    page.waitForFunction(`RED.nodes.node('${id}').valid === ${valid}`);
  const wrong = async (id: string): Promise<string> => String(await saved(page, id, 'validationErrors'));
  const undo = (): Promise<unknown> => page.evaluate('RED.history.pop()');
  const deploy = (): Promise<void> => page.locator('#red-ui-header-button-deploy').click();
  const state = async (): Promise<string> => {
    await page.locator('#pattern-status-tabs-state').click();
    await page.locator('#pattern-status-panel-state .city-sentence').waitFor({ state: 'visible' });
    return page.locator('#pattern-status-panel-state').innerText();
  };
  const removeEvent = async (name: string): Promise<void> => {
    await page.evaluate(`RED.editor.edit(RED.nodes.node('events0001'))`);
    await formOpened(page);
    await page.locator(`.red-ui-tray [aria-label="remove ${name}"]`).click();
    await closeForm(page, 'ok');
  };

  it('is marked as soon as the form is closed that took it away, and no more after an undo', async () => {
    await isValid('rule0001', true);
    await removeEvent('drain full');
    await isValid('rule0001', false);
    await triangle('rule0001').waitFor({ state: 'attached' });
    assert.match(await wrong('rule0001'), /does not exist any more: drain full$/);
    assert.equal(await saved(page, 'rule0001', 'changed'), false, 'looking at a rule is no change');
    assert.equal(await saved(page, 'rule0003', 'valid'), true);
    await openRule(page, 'rule0001');
    assert.equal(
      await page.locator('.city-event').nth(1).locator('option:checked').innerText(),
      'drain full (does not exist any more)',
    );
    await picture(page, 'rule-event-gone');
    await closeForm(page, 'cancel');
    await undo();
    await isValid('rule0001', true);
    await triangle('rule0001').waitFor({ state: 'detached' });
  });

  it('is marked when the whole node of its events goes, and when the rule goes whose status it uses', async () => {
    await page.evaluate(`Object.assign(RED.nodes.node('rule0002'), { rule: { op: 'event', event: 'rule0003' } })`);
    await page.evaluate(`RED.events.emit('nodes:change', RED.nodes.node('rule0002'))`);
    await isValid('rule0002', true);
    for (const [gone, marked] of [
      ['events0001', 'rule0001'],
      ['rule0003', 'rule0002'],
    ] as const) {
      await page
        .evaluate(
          `{
        const removed = RED.nodes.remove('${gone}');
        window.removed = RED.nodes.createExportableNodeSet([removed.node ?? removed.nodes?.[0]].filter(Boolean));
        RED.view.redraw();
      }`,
        )
        .catch(() => undefined);
      await isValid(marked, false);
      await page.reload({ waitUntil: 'domcontentloaded' });
      await page.waitForFunction(`window.RED && RED.nodes && RED.nodes.node && RED.nodes.node('rule0001')`);
      await page.waitForSelector('#red-ui-loading-progress', { state: 'hidden' });
      await page.evaluate(`Object.assign(RED.nodes.node('rule0002'), { rule: { op: 'event', event: 'rule0003' } })`);
    }
    await page.evaluate(`RED.nodes.node('rule0002').rule = null`);
  });

  it('is looked at once for wires that are drawn one after the other', async () => {
    const looks = await page.evaluate(`(async () => {
      const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
      const validate = RED.editor.validateNode;
      await wait(1000);
      let looks = 0;
      RED.editor.validateNode = (node) => {
        if (node.id === 'rule0001') looks++;
        return validate(node);
      };
      const wire = { source: RED.nodes.node('events0002'), sourcePort: 0, target: RED.nodes.node('rule0001') };
      for (let n = 0; n < 3; n++) {
        RED.nodes.addLink(wire);
        await wait(60);
        RED.nodes.removeLink(wire);
        await wait(60);
      }
      await wait(1000);
      RED.editor.validateNode = validate;
      return looks;
    })()`);
    assert.equal(looks, 1);
  });

  it('is asked about at the deploy, says so in its state, and is well again with the next deploy', async () => {
    await removeEvent('drain full');
    await isValid('rule0001', false);
    await deploy();
    const dialog = page.locator('.red-ui-notification', { hasText: 'not properly configured' });
    await dialog.waitFor({ state: 'visible' });
    await dialog.getByRole('button', { name: /confirm/i }).click();
    await page.waitForFunction(`RED.nodes.node('rule0001').status?.text === 'missing event: drain full'`);
    await openRule(page, 'rule0001');
    const shown = await state();
    assert.match(shown, /first “rain heavy”, then “drain full”/);
    assert.match(shown, /No node of the deployed flows defines what the rule waits for: “drain full” \(drain\)\./);
    await picture(page, 'rule-state-missing');
    await closeForm(page, 'cancel');
    await undo();
    await isValid('rule0001', true);
    await page.evaluate(
      `RED.nodes.node('rule0002').rule = ${JSON.stringify(THEN)}; RED.editor.validateNode(RED.nodes.node('rule0002'))`,
    );
    await deploy();
    await page.waitForFunction(`RED.nodes.node('rule0001').status?.text === 'nothing yet'`);
  });

  it('has kept the name for those who load the editor after it was deleted', async () => {
    await openRule(page, 'rule0003');
    await closeForm(page, 'ok');
    assert.equal(await saved(page, 'rule0003', 'eventNames'), undefined, 'looking at a rule is no change');
    await openRule(page, 'rule0003');
    await page.locator('#node-input-per').selectOption('city');
    await closeForm(page, 'ok');
    assert.deepEqual(await saved(page, 'rule0003', 'eventNames'), { road: 'road closed' });
    await openRule(page, 'rule0003');
    await page.locator('.city-event').first().selectOption('drain');
    await closeForm(page, 'ok');
    assert.deepEqual(await saved(page, 'rule0003', 'eventNames'), { drain: 'drain full' });
    await page.evaluate(`RED.nodes.import([{
      ...RED.nodes.convertNode(RED.nodes.node('rule0003')), id: 'kept', x: 500, y: 500, wires: [[], []],
      rule: { op: 'event', event: 'f00d' }, eventNames: { f00d: 'pump off' },
    }], { generateIds: false, addFlow: false })`);
    await isValid('kept', false);
    assert.match(await wrong('kept'), /any more: pump off$/);
    await openRule(page, 'kept');
    assert.equal(
      await page.locator('.city-event option:checked').first().innerText(),
      'pump off (does not exist any more)',
    );
    await closeForm(page, 'cancel');
  });

  it('warns of a level that no zone has, with those that there are, and lets it be', async () => {
    await page.evaluate(`RED.nodes.import([{ id: 'zones0001', type: 'city-zones', name: 'Z', version: 1, zones: [
      { id: 'z1', name: 'North', level: 'district' }, { id: 'z2', name: 'Port', level: 'quarter' },
    ] }], { generateIds: false, addFlow: false })`);
    await openRule(page, 'rule0001');
    const warning = page.locator('#pattern-status-level-unknown');
    assert.equal(await warning.isVisible(), false);
    await page.locator('#node-input-level').fill('nosuchlevel');
    assert.match(
      await warning.innerText(),
      /No zone of the flows has the level “nosuchlevel”\. There are: district, quarter\./,
    );
    await warning.scrollIntoViewIfNeeded();
    await picture(page, 'rule-unknown-level');
    assert.match(await page.locator('#pattern-status-panel-rule [data-sentence]').innerText(), /in one nosuchlevel/);
    await page.evaluate(`{
      window.spoken = 0;
      const observer = new MutationObserver((changes) => (window.spoken += changes.length));
      for (const place of document.querySelectorAll('#pattern-status-panel-rule [role="status"]'))
        observer.observe(place, { childList: true, characterData: true, subtree: true });
    }`);
    await page.evaluate(`$('#node-input-severity').trigger('change')`);
    await page.waitForTimeout(100);
    assert.equal(await page.evaluate('window.spoken'), 0, 'what is as it was is not read out again');
    await page.locator('#node-input-level').fill('');
    assert.equal(await warning.isVisible(), false);
    await page.locator('#node-input-level').fill('nosuchlevel');
    await page.locator('#node-input-per').selectOption('station');
    assert.equal(await warning.isVisible(), false);
    await closeForm(page, 'cancel');
    assert.equal(await saved(page, 'rule0001', 'valid'), true);
  });

  it('tells two rules of one name apart in the list of statuses', async () => {
    await page.evaluate(`RED.nodes.import([
      { id: 'tab0002', type: 'tab', label: 'snow', disabled: false, info: '' },
      ...['twin0001', 'twin0002'].map((id, i) => ({ ...RED.nodes.convertNode(RED.nodes.node('rule0001')), id, name: 'twin', z: ['tab0001', 'tab0002'][i], wires: [[], []] })),
    ], { generateIds: false, addFlow: false })`);
    await openRule(page, 'rule0001');
    const offered = await page.locator('#pattern-status-not-while li').allTextContents();
    assert.ok(offered.includes('twin (rain)') && offered.includes('twin (snow)'), offered.join());
    assert.ok(offered.includes('street flooded'), offered.join());
    await closeForm(page, 'cancel');
  });

  it('says in Thai what its state is', async () => {
    const thai = await openEditor(browser, demo.address, errors, { language: 'th', height: 900 });
    try {
      await openRule(thai, 'rule0001');
      await thai.locator('#pattern-status-tabs-state').click();
      const sentence = thai.locator('#pattern-status-panel-state .city-sentence');
      await sentence.waitFor({ state: 'visible' });
      assert.match(await sentence.innerText(), /[ก-๙].*“rain heavy”/);
      assert.doesNotMatch(await sentence.innerText(), /\b(?:When|then|within)\b/);
    } finally {
      await thai.close();
    }
  });
});
