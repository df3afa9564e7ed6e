/** The form of a rule while its script is on the way, or does not come; and rules that are judged once it is there. */
import assert from 'node:assert/strict';
import type { Browser, Page, Route } from 'playwright-core';
import { closeForm, openRule, saved, userDirWithRules } from './rule-support';
import { formOpened, PATIENCE, startBrowser, startDemo, type Demo } from './support';

const SCRIPT = '**/resources/**/pattern-status.js*';
const FIELDS = ['rule', 'per', 'level', 'severity', 'for', 'clearAfter', 'lateness'] as const;
/** Nothing is missing in it, and no engine runs it: "door forced" has no end, so it cannot last. */
const REFUSED = { op: 'lasting', of: { op: 'event', event: 'door' }, for: '5 min' };

describe('the script of the form of a rule', function () {
  this.timeout(180_000);
  const user = userDirWithRules();
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  /** Requests of the script that are answered when the test says so. */
  let held: Route[];
  let holding: boolean;

  before(async () => {
    demo = await startDemo(user.folder);
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
    user.forget();
  });
  beforeEach(async () => {
    held = [];
    holding = true;
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(PATIENCE);
    await page.route(SCRIPT, (route) => (holding ? void held.push(route) : route.continue()));
    await page.goto(demo.address, { waitUntil: 'domcontentloaded' });
    await page.waitForFunction(`window.RED && RED.nodes && RED.nodes.node && RED.nodes.node('rule0001')`);
    await page.waitForSelector('#red-ui-loading-progress', { state: 'hidden' });
  });
  afterEach(() => page.close());

  const loading = (): Promise<string> => page.locator('#pattern-status-loading').innerText();
  const edit = async (): Promise<void> => {
    await page.evaluate(`RED.editor.edit(RED.nodes.node('rule0001'))`);
    await formOpened(page);
    await page.locator('#pattern-status-loading').waitFor({ state: 'visible' });
    await page.waitForTimeout(400);
  };
  const fields = (): Promise<unknown> => Promise.all(FIELDS.map((field) => saved(page, 'rule0001', field)));
  /** Answers what was asked so far, and all that is asked from now on. */
  const release = async (): Promise<void> => {
    holding = false;
    await Promise.all(held.splice(0).map((route) => route.continue()));
  };

  it('loses nothing of a rule whose form is saved or cancelled before it is there', async () => {
    const before = await fields();
    for (const button of ['ok', 'cancel'] as const) {
      await edit();
      assert.equal(await loading(), 'loading…');
      assert.equal(await page.locator('#node-input-name').isEnabled(), true);
      assert.equal(await page.locator('#pattern-status-panel-rule').isVisible(), false);
      await closeForm(page, button);
      assert.deepEqual(await fields(), before);
      assert.equal(held.length, 1, 'asked for once');
    }
    await edit();
    await page.locator('#node-input-name').fill('flood of old');
    await release();
    await page.locator('#pattern-status-rows .city-event').first().waitFor({ state: 'visible' });
    assert.equal(await page.locator('#pattern-status-loading').isVisible(), false);
    await closeForm(page, 'ok');
    assert.equal(await saved(page, 'rule0001', 'name'), 'flood of old');
    assert.deepEqual(await fields(), before);
    await openRule(page, 'rule0001');
    assert.equal(await page.locator('#pattern-status-rows .city-event').first().inputValue(), 'rain');
  });

  it('says so where it does not come, leaves the rule as it is, and asks again the next time', async () => {
    const before = await fields();
    await edit();
    await Promise.all(held.splice(0).map((route) => route.abort()));
    await page.getByText('The form of this rule could not be loaded').waitFor({ state: 'visible' });
    await closeForm(page, 'ok');
    assert.deepEqual(await fields(), before);
    await release();
    await openRule(page, 'rule0001');
    assert.equal(await page.locator('#pattern-status-loading').isVisible(), false);
    await closeForm(page, 'cancel');
  });

  it('marks a saved rule that flaps after a number of raises that cannot be', async () => {
    const validate = async (raises: unknown): Promise<string> => {
      await page.evaluate(`{
        const node = RED.nodes.node('rule0001');
        node.flapping = { raises: ${JSON.stringify(raises)}, in: '30 min', steady: '15 min' };
        RED.editor.validateNode(node);
      }`);
      return String(await saved(page, 'rule0001', 'validationErrors'));
    };
    for (const wrong of [1, 101, 2.5, null, 'often']) assert.match(await validate(wrong), /a whole number, 2 to 100/, String(wrong));
    for (const right of [2, 100]) assert.equal(await validate(right), '', String(right));
    await page.evaluate(`{ const node = RED.nodes.node('rule0001'); node.flapping = ''; RED.editor.validateNode(node); }`);
  });

  it('judges imported rules as soon as it is there, without a form being opened', async () => {
    await page.evaluate(`RED.nodes.import([{
      ...RED.nodes.convertNode(RED.nodes.node('rule0001')), id: 'refused', x: 500, y: 400, wires: [[], []], rule: ${JSON.stringify(REFUSED)},
    }], { generateIds: false, addFlow: false }); RED.view.redraw(true)`);
    assert.equal(await saved(page, 'refused', 'valid'), true, 'nothing is seen without the engine');
    assert.equal(held.length, 1);
    const triangle = '[id="refused"] .red-ui-flow-node-error:not(.hide)';
    await page.locator('[id="refused"]').waitFor({ state: 'attached' });
    assert.equal(await page.locator(triangle).count(), 0);
    const dirty = await page.evaluate('RED.nodes.dirty()');
    await release();
    await page.waitForFunction(`RED.nodes.node('refused').valid === false`);
    assert.match(String(await saved(page, 'refused', 'validationErrors')), /Only a state can last/);
    assert.equal(await saved(page, 'rule0001', 'valid'), true);
    await page.locator(triangle).waitFor({ state: 'attached' });
    assert.equal(await page.evaluate('RED.nodes.dirty()'), dirty, 'looking at a rule is no change');
  });
});
