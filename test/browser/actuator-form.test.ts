/** The form of actuator-out: what goes together, the fields that a server's parameters make, locks, what is wrong. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { startSimulator, type Simulator } from '../../flows/simulator';
import { assertAccessible, inEditor, leave } from './editor-session';
import { formClosed, formOpened, openEditor, picture, setTheme, type Demo } from './support';

const SIGN = `(() => { let found; RED.nodes.eachNode((n) => { if (n.type === 'actuator-out') found = found || n; }); return found; })()`;

describe('the form of the actuator', function () {
  this.timeout(240_000);
  let page: Page;
  let demo: Demo;
  let browser: Browser;
  let simulator: Simulator;
  const errors = inEditor((opened) => ({ page, demo, browser } = opened));

  before(async () => {
    simulator = await startSimulator({ speed: 0, personality: { tasking: true } });
    const thing = [...simulator.store.all('Things')][0]!;
    const actuator = simulator.store.create('Actuators', {
      name: 'Barrier',
      description: 'x',
      encodingType: 'text/plain',
      metadata: 'x',
    });
    simulator.store.create('TaskingCapabilities', {
      name: 'Barrier at the river',
      description: 'x',
      taskingParameters: {
        type: 'DataRecord',
        field: [
          {
            name: 'position',
            label: 'Position',
            type: 'Category',
            constraint: { type: 'AllowedTokens', value: ['up', 'down'] },
          },
          {
            name: 'speed',
            label: 'Speed',
            type: 'Quantity',
            uom: { code: '%' },
            constraint: { interval: [[10, 100]] },
            optional: true,
          },
          { name: 'light', label: 'Light', type: 'Boolean', optional: true },
        ],
      },
      Thing: { '@iot.id': thing.id },
      Actuator: { '@iot.id': actuator.id },
    });
  });
  after(() => simulator?.close());

  const open = async (of = page): Promise<void> => {
    await of.evaluate(`RED.editor.edit(${SIGN})`);
    await formOpened(of);
    await of.locator('#node-input-via').waitFor({ state: 'visible' });
    await of.waitForTimeout(400);
  };
  const save = async (): Promise<Record<string, any>> => {
    await page.locator('#node-dialog-ok').click();
    await formClosed(page);
    const text = await page.evaluate(
      `(() => { const n = ${SIGN}; const out = {}; for (const k of Object.keys(n._def.defaults)) out[k] = n[k]; out.valid = n.valid; out.errors = n.validationErrors; return JSON.stringify(out); })()`,
    );
    return JSON.parse(text as string) as Record<string, any>;
  };
  const choose = (field: string, value: string): Promise<unknown> =>
    page.locator(`#node-input-${field}`).selectOption(value);
  const shown = (field: string): Promise<boolean> => page.locator(`#node-input-${field}`).isVisible();

  afterEach(() => leave(page, errors));

  it('shows what goes together', async () => {
    await open();
    await choose('confirm', 'done');
    assert.deepEqual(
      [await shown('answerTopic'), await shown('callbackBase'), await shown('readingValue')],
      [true, false, false],
    );
    await choose('confirmBy', 'callback');
    assert.deepEqual([await shown('answerTopic'), await shown('callbackBase')], [false, true]);
    await choose('confirmBy', 'observation');
    assert.deepEqual([await shown('callbackBase'), await shown('readingValue')], [false, true]);
    await choose('via', 'http');
    assert.deepEqual(
      [await shown('topic'), await shown('url'), await shown('allowed')],
      [false, true, false],
      'safety is folded in',
    );
    await choose('confirm', 'accepted');
    assert.equal(await shown('readingValue'), false);
  });

  it('takes locks by keyboard, and says what is wrong', async () => {
    await open();
    await page.locator('#actuator-out-safety summary').focus();
    await page.keyboard.press('Enter');
    await page.locator('#actuator-out-interlocks > button').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.locator('#node-input-retries').fill('5');
    await page.locator('#node-input-allowed').fill('signs/+/set\nbad/#/x');
    await page.locator('#actuator-out-interlocks').scrollIntoViewIfNeeded();
    await picture(page, 'actuator-safety-light');
    await setTheme(page, 'dark');
    await picture(page, 'actuator-safety-dark');
    await assertAccessible(page, '.red-ui-tray .city-form');
    const saved = await save();
    assert.equal(saved['interlocks'].length, 1);
    assert.equal(saved['interlocks'][0].rule, 'unless');
    assert.equal(Number(saved['retries']), 5);
    assert.equal(saved['valid'], false);
    assert.match(JSON.stringify(saved['errors']), /bad\/#\/x/);
  });

  it('builds its fields from what a server says that it takes', async () => {
    await page.evaluate(
      `RED.nodes.add({ id: 'sta-for-tasks', type: 'sensorthings-server', name: 'City', url: '${simulator.url}', users: [], _def: RED.nodes.getType('sensorthings-server') })`,
    );
    await open();
    await choose('via', 'tasking');
    await choose('server', 'sta-for-tasks');
    await page.locator('#actuator-out-read').click();
    await page.locator('#actuator-out-told', { hasText: '1 found' }).waitFor();
    await page.locator('#actuator-out-capability').selectOption({ index: 1 });
    const raised = page.locator('[data-task="raised"]');
    await raised.getByLabel('Position').selectOption('down');
    await raised.getByLabel('Speed').fill('50');
    await page.locator('[data-task="cleared"]').getByLabel('Position').selectOption('up');
    assert.match(
      await page.locator('#actuator-out-preview').innerText(),
      /TaskingCapabilities\(\d+\)\s+\{"position":"down","speed":50\}/,
    );
    await raised.scrollIntoViewIfNeeded();
    await picture(page, 'actuator-task-light');
    await setTheme(page, 'dark');
    await picture(page, 'actuator-task-dark');
    await assertAccessible(page, '.red-ui-tray .city-form');
    const saved = await save();
    assert.equal(saved['payloads'].raised, '{"position":"down","speed":50}');
    assert.equal(saved['payloads'].cleared, '{"position":"up"}');
    assert.equal(saved['taskParameters'].field.length, 3);
    await open();
    await raised.getByLabel('Speed').fill('5');
    const wrong = await save();
    assert.equal(wrong['valid'], false);
    assert.match(JSON.stringify(wrong['errors']), /does not take what is entered for speed/);
  });

  it('is there in Thai', async () => {
    const thai = await openEditor(browser, demo.address, errors, { language: 'th', height: 1000 });
    await open(thai);
    await thai.locator('#actuator-out-safety summary').click();
    await picture(thai, 'actuator-th');
    const words = await thai.locator('.red-ui-tray .city-form').innerText();
    assert.match(words, /[\u0e00-\u0e7f]/);
    assert.doesNotMatch(words, /label\.|hint\.|option\./);
    await thai.close();
  });
});
