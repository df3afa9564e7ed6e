/** The state of a rule in its form: in words, by a button, and honest where there is none. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { closeForms, inEditor } from './editor-session';
import { formOpened, picture, setTheme } from './support';

const RULE = '7f44049930506b50';

describe('the state of a rule in the form', function () {
  this.timeout(180_000);
  let page: Page;
  const errors = inEditor((opened) => ({ page } = opened));

  const panel = (): Promise<string> => page.locator('#pattern-status-panel-state').innerText();
  const open = async (id: string): Promise<void> => {
    await page.evaluate(`RED.editor.edit(RED.nodes.node('${id}'))`);
    await formOpened(page);
    await page.locator('#pattern-status-tabs-state').click();
    await page.locator('#pattern-status-panel-state .city-sentence').waitFor({ state: 'visible' });
  };

  afterEach(async () => {
    await page.unrouteAll();
    await closeForms(page);
  });

  it('tells what the running rule remembers, and asks again at the button', async () => {
    await open(RULE);
    const before = await panel();
    assert.match(before, /When “PM2\.5 high” and “CO high” at the same time in one zone/);
    assert.match(before, /Events looked at: \d+/);
    assert.doesNotMatch(before, /undefined|NaN|__|state\./);
    const events = (text: string): number => Number(/Events looked at: (\d+)/.exec(text)![1]);
    for (let n = 0; n < 60 && !(events(await panel()) > events(before)); n++) {
      await page.waitForTimeout(1000);
      await page.locator('#pattern-status-refresh').click();
    }
    assert.ok(events(await panel()) > events(before), 'it goes on');
    await page.locator('#pattern-status-panel-state table').waitFor({ state: 'visible' });
    assert.match(await page.locator('#pattern-status-panel-state tbody').innerText(), /normal|pending|raised/);
    for (const theme of ['light', 'dark'] as const) {
      await setTheme(page, theme);
      await picture(page, `rule-state-${theme}`);
    }
    await setTheme(page, 'light');
  });

  it('shows the simulation of the demo city, and the city itself, of which nothing has come, where it is chosen', async () => {
    await open(RULE);
    const shown = page.getByLabel('Shown:');
    await shown.waitFor({ state: 'visible' });
    assert.equal(await shown.locator('option:checked').innerText(), 'the simulation');
    await shown.selectOption({ label: 'the city itself' });
    await page.getByText('Events looked at: 0').waitFor({ state: 'visible' });
    assert.equal(await shown.inputValue(), 'real');
    await shown.selectOption({ label: 'the simulation' });
    await page.getByText('Events looked at: 0').waitFor({ state: 'detached' });
    // a status under the node says that it is not real
    const under = await page.evaluate<string>(`RED.nodes.node('${RULE}').status.text`);
    assert.match(under, / \(simulated\)$/);
  });

  it('says so where a node is not deployed', async () => {
    await page.evaluate(`(() => {
      const old = RED.nodes.node('${RULE}');
      const made = { ...RED.nodes.convertNode(old), id: 'not-deployed', x: 100, y: 900, wires: [[], []] };
      RED.nodes.import([made], { generateIds: false, addFlow: false });
    })()`);
    await open('not-deployed');
    assert.match(await panel(), /is not running: it is not deployed yet/);
    assert.deepEqual(
      errors.filter((error) => !error.includes('404')),
      [],
    );
  });

  it('says so where the node is drawn in a subflow, whose copies run, and asks for nothing', async () => {
    await page.evaluate(`(() => {
      const old = RED.nodes.node('${RULE}');
      const made = { ...RED.nodes.convertNode(old), id: 'in-subflow', z: 'sub', x: 100, y: 100, wires: [[], []] };
      RED.nodes.import([{ id: 'sub', type: 'subflow', name: 'sub', in: [], out: [], env: [] }, made], { generateIds: false, addFlow: false });
    })()`);
    const asked: string[] = [];
    await page.route('**/city-events/pattern-status/**', (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    await open('in-subflow');
    assert.match(await panel(), /part of a subflow\. Each copy of the subflow runs a rule of its own/);
    assert.deepEqual(asked, []);
  });

  it('says so where the runtime does not answer', async () => {
    await page.route('**/city-events/pattern-status/**', (route) => route.abort());
    await open(RULE);
    assert.match(await panel(), /Node-RED cannot be reached/);
    await page.unrouteAll();
    await page.route('**/city-events/pattern-status/**', (route) => route.fulfill({ status: 401, body: '{}' }));
    await page.locator('#pattern-status-refresh').click();
    await page.getByText('You may not read the flows').waitFor({ state: 'visible' });
  });

  it('says in the tab “Rehearse”, too, that the runtime does not answer, and asks again when it is shown again', async () => {
    await page.route('**/city-events/rehearsal/offers', (route) => route.abort());
    await page.evaluate(`RED.editor.edit(RED.nodes.node('${RULE}'))`);
    await formOpened(page);
    const told = page.locator('.city-rehearse-told');
    await page.locator('#pattern-status-tabs-rehearse').click();
    await page.getByText('could not be read: Node-RED cannot be reached').waitFor({ state: 'visible' });
    assert.equal(await page.locator('#city-rehearse-history option').count(), 1);
    await page.unrouteAll();
    await page.locator('#pattern-status-tabs-rule').click();
    await page.locator('#pattern-status-tabs-rehearse').click();
    await page.waitForFunction(`document.querySelectorAll('#city-rehearse-history option').length > 1`);
    assert.equal(await told.innerText(), '');
  });
});
