/** The form of a rule as people use it: built by clicking, by the keyboard alone, as text, light, dark, and in Thai. */
import assert from 'node:assert/strict';
import type { Browser, Locator, Page } from 'playwright-core';
import { closeForm, openRule, saved, userDirWithRules } from './rule-support';
import { inEditor, leave } from './editor-session';
import { formOpened, openEditor, picture, setTheme, type Demo } from './support';

const FLOODED = {
  op: 'then',
  within: '1 h',
  of: [
    { op: 'and', of: [{ op: 'event', event: 'rain' }, { op: 'event', event: 'drain' }], within: '10 min' },
    { op: 'event', event: 'road' },
  ],
}; // prettier-ignore

describe('the form of a rule', function () {
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

  /** A control by what people who hear the form are told. */
  const named = (name: string): Locator => page.locator(`.red-ui-tray [aria-label=${JSON.stringify(name)}]:visible`);
  const sentence = (): Promise<string> => page.locator('#pattern-status-panel-rule [data-sentence]').innerText();
  const fault = (): Locator => page.locator('.red-ui-tray .city-row-fault');
  const setRule = (id: string, fields: object): Promise<unknown> =>
    page.evaluate(`Object.assign(RED.nodes.node(${JSON.stringify(id)}), ${JSON.stringify(fields)})`);
  async function fillLength(label: string, number: string, unit: string): Promise<void> {
    await named(`${label}: number`).fill(number);
    await named(`${label}: unit`).selectOption(unit);
  }

  it('opens a rule that version 1 saved, with nothing lost, and leaves it as it is', async () => {
    await openRule(page, 'rule0001');
    assert.equal(await named('event, row 1').inputValue(), 'rain');
    assert.equal(await named('event, row 2').inputValue(), 'drain');
    assert.match(await sentence(), /first “rain heavy”, then “drain full” within 1 h in one district/);
    const before = await saved(page, 'rule0001', 'rule');
    await closeForm(page, 'ok');
    assert.deepEqual(await saved(page, 'rule0001', 'rule'), before);
    assert.equal(await saved(page, 'rule0001', 'valid'), true);
    for (const field of ['steps', 'notWhile', 'flapping', 'clearWhen', 'ruleText']) {
      assert.ok(
        [undefined, '', null].includes((await saved(page, 'rule0001', field)) as null) ||
          ((await saved(page, 'rule0001', field)) as unknown[]).length === 0,
        field,
      );
    }
  });

  it('builds ("rain heavy" and "drain full") then "road closed" within 1 h within 500 m of the first, by clicking', async () => {
    await openRule(page, 'rule0002');
    assert.equal(await sentence(), 'Choose what must happen.');
    await named('add a bracket').click();
    await named('event, row 2.1').selectOption({ label: 'rain heavy' });
    await named('event, row 2.2').selectOption({ label: 'drain full' });
    await fillLength('within what time, all of it, bracket 2', '10', 'min');
    await named('event, row 1').selectOption({ label: 'road closed' });
    await named('what of these must happen').selectOption({ label: 'all of it, in this order' });
    await named('move down, row 1').click();
    // an event goes into the bracket beside it, through it, and out behind it
    await named('move down, row 1.1').click();
    await named('move down, row 1.2').click();
    assert.equal(
      await page.evaluate(`document.activeElement.getAttribute('aria-label')`),
      'move down, row 1.3',
      'the keyboard goes on where it was',
    );
    await named('move down, row 1.3').click();
    await fillLength('within what time, all of it', '1', 'h');
    await page.locator('#node-input-per').selectOption('near');
    assert.equal(await fault().innerText(), 'Fill in how many metres');
    assert.equal(await page.locator('#node-input-metres').getAttribute('aria-invalid'), 'true');
    await page.locator('#node-input-metres').fill('500');
    assert.equal(await fault().count(), 0);
    assert.match(await sentence(), /“rain heavy” and “drain full”.*then “road closed”, all within 1 h/);
    await picture(page, 'rule-near-light');
    await closeForm(page, 'ok');
    assert.deepEqual(await saved(page, 'rule0002', 'rule'), FLOODED);
    assert.equal(await saved(page, 'rule0002', 'per'), 'near');
    assert.equal(Number(await saved(page, 'rule0002', 'metres')), 500);
    assert.equal(await saved(page, 'rule0002', 'valid'), true);
  });

  it('offers the events that reach the node first, then those of its domain, the others, and statuses but its own', async () => {
    await openRule(page, 'rule0002');
    const groups = (): Promise<unknown> =>
      page.evaluate(
        `[...document.querySelector('.city-event').querySelectorAll('optgroup')].map((g) => [g.label, [...g.children].map((o) => o.value)])`,
      );
    const upstream = ['Events that reach this node', ['drain', 'rain', 'road']];
    const statuses = ['Statuses of other rules', ['rule0003', 'rule0001']];
    assert.deepEqual(await groups(), [upstream, ['Other events', ['door', 'pm25', 'pump']], statuses]);
    await page.locator('#node-input-domain').selectOption('domain0001');
    assert.deepEqual(await groups(), [
      upstream,
      ['Events of the same domain', ['door', 'pump']],
      ['Other events', ['pm25']],
      statuses,
    ]);
    await page.locator('#node-input-domain').selectOption('_ADD_');
    assert.equal(await page.locator('#pattern-status-not-while input').count(), 2);
  });

  it('offers who leaves and who stays where a filter tells it, by names that follow the filter', async () => {
    await page.evaluate(`RED.nodes.node('filter0001').keep = 'moves'`);
    const offered = (): Promise<unknown> =>
      page.evaluate(
        `[...document.querySelector('.city-event optgroup').children].filter((o) => o.value.includes('/')).map((o) => [o.value, o.textContent])`,
      );
    await setRule('rule0002', { rule: { op: 'event', event: 'filter0001/exit' } });
    await openRule(page, 'rule0002');
    assert.deepEqual(await offered(), [
      ['filter0001/exit', 'Harbour: leaves a zone'],
      ['filter0001/dwell', 'Harbour: stays in a zone'],
    ]);
    assert.match(await sentence(), /“Harbour: leaves a zone”/);
    await closeForm(page, 'ok');
    await page.evaluate(`RED.nodes.node('filter0001').name = 'Port'`);
    await openRule(page, 'rule0002');
    assert.equal(await page.locator('.city-event option:checked').first().innerText(), 'Port: leaves a zone');
    await closeForm(page, 'ok');
    assert.deepEqual(await saved(page, 'rule0002', 'rule'), { op: 'event', event: 'filter0001/exit' });
    await page.evaluate(`Object.assign(RED.nodes.node('filter0001'), { keep: 'all', name: 'Harbour' })`);
  });

  it('follows an event that gets another name, because it is stored by its id', async () => {
    await setRule('rule0002', { rule: { op: 'event', event: 'rain' } });
    await page.evaluate(`RED.nodes.node('events0001').events[0].name = 'cloudburst'`);
    await openRule(page, 'rule0002');
    assert.equal(await page.locator('.city-event option:checked').first().innerText(), 'cloudburst');
    assert.match(await sentence(), /“cloudburst”/);
    await page.evaluate(`RED.nodes.node('events0001').events[0].name = 'rain heavy'`);
  });

  it('shows a refusal at its row, for eyes and ears, until it is answered', async () => {
    await setRule('rule0002', { rule: { op: 'event', event: 'rain' }, per: 'station' });
    await openRule(page, 'rule0002');
    await named('add an event').click();
    assert.equal(await fault().innerText(), 'Choose an event, or remove this row');
    await named('event, row 2').selectOption({ label: 'pump on' });
    const hows = (): Promise<string[]> => named('how it must happen, row 2').locator('option').allInnerTexts();
    assert.ok((await hows()).includes('every time anew'));
    await named('must or must not happen, row 2').selectOption({ label: 'must not happen' });
    assert.ok(!(await hows()).includes('every time anew'), 'the engine refuses it');
    await named('what of these must happen').selectOption({ label: 'all of it, in this order' });
    assert.match(await fault().innerText(), /For how long must it not happen/);
    const length = named('for how long it must not happen, row 2: number');
    assert.equal(await length.getAttribute('aria-invalid'), 'true');
    const described = await length.getAttribute('aria-describedby');
    assert.match(await page.locator(`#${described}`).innerText(), /For how long/);
    assert.match(await sentence(), /^Row 2: .*For how long/, 'and below the rows');
    await picture(page, 'rule-refused-light');
    await fillLength('for how long it must not happen, row 2', '10', 'min');
    assert.equal(await fault().count(), 0);
    assert.match(await sentence(), /“rain heavy”, then no “pump on” for 10 min/);
    await closeForm(page, 'ok');
    assert.deepEqual(await saved(page, 'rule0002', 'rule'), {
      op: 'then',
      of: [
        { op: 'event', event: 'rain' },
        { op: 'no', of: { op: 'event', event: 'pump' }, for: '10 min' },
      ],
    });
  });

  it('compares two events of the rule, and an event with a number; their names are made', async () => {
    await setRule('rule0002', {
      rule: {
        op: 'then',
        of: [
          { op: 'event', event: 'rain' },
          { op: 'event', event: 'drain' },
        ],
        within: '1 h',
      },
    });
    await openRule(page, 'rule0002');
    await named('add a comparison').click();
    assert.equal(await named('row that is compared, comparison 1').inputValue(), '2');
    assert.equal(await named('row or fixed value that it is compared with, comparison 1').inputValue(), '1');
    await named('multiply or add a number, comparison 1').click();
    await named('plus, comparison 1').fill('5');
    await named('add a comparison').click();
    await named('row or fixed value that it is compared with, comparison 2').selectOption({ label: 'a number' });
    assert.equal(await fault().innerText(), 'Fill in what is compared');
    await named('fixed value, comparison 2').fill('80');
    await named('how it is compared, comparison 2').selectOption({ label: 'is at most' });
    await named('what of the row is compared, comparison 2').selectOption({ label: 'a part of the value of' });
    await named('name of the part, comparison 2').fill('level');
    await picture(page, 'rule-compare-light');
    await closeForm(page, 'ok');
    assert.deepEqual(await saved(page, 'rule0002', 'rule'), {
      op: 'then',
      of: [{ op: 'event', event: 'rain', as: 'e1' }, { op: 'event', event: 'drain', as: 'e2' }],
      within: '1 h',
      where: [
        { left: { of: 'e2' }, op: '>', right: { of: 'e1', plus: 5 } },
        { left: { of: 'e2', field: 'value.level' }, op: '<=', right: { value: 80 } },
      ],
    }); // prettier-ignore
  });

  it('counts, waits, averages and begins anew', async () => {
    await setRule('rule0002', { rule: { op: 'event', event: 'pm25' } });
    await openRule(page, 'rule0002');
    const how = named('how it must happen, row 1');
    const pattern = async (): Promise<unknown> => {
      await closeForm(page, 'ok');
      const rule = await saved(page, 'rule0002', 'rule');
      await openRule(page, 'rule0002');
      return rule;
    };
    const of = { op: 'event', event: 'pm25' };
    await how.selectOption({ label: 'at least' });
    await named('number of times, row 1').fill('3');
    await fillLength('within what time, row 1', '10', 'min');
    assert.deepEqual(await pattern(), { op: 'times', of, min: 3, within: '10 min' });
    await how.selectOption({ label: 'from … to' });
    await named('largest number of times, row 1').fill('5');
    assert.deepEqual(await pattern(), { op: 'times', of, min: 3, max: 5, within: '10 min' });
    await how.selectOption({ label: 'exactly' });
    assert.deepEqual(await pattern(), { op: 'times', of, min: 3, max: 3, within: '10 min' });
    await how.selectOption({ label: 'lasting (a state)' });
    assert.equal(await fault().innerText(), 'Fill in a length of time');
    await fillLength('for how long, row 1', '5', 'min');
    assert.deepEqual(await pattern(), { op: 'lasting', of, for: '5 min' });
    await how.selectOption({ label: 'every time anew' });
    assert.deepEqual(await pattern(), { op: 'every', of });
    await how.selectOption({ label: 'judged by its values:' });
    await fillLength('over what time, row 1', '1', 'h');
    await named('limit, row 1').fill('90');
    const average = { op: 'aggregate', event: 'pm25', method: 'average', over: '1 h', compare: '>', value: 90 };
    assert.deepEqual(await pattern(), average);
  });

  it('says what a number cannot be and leaves it as it was typed, and what was typed as a length of time and is none', async () => {
    await setRule('rule0002', { rule: { op: 'event', event: 'pm25' }, for: '' });
    await openRule(page, 'rule0002');
    await named('how it must happen, row 1').selectOption({ label: 'exactly' });
    const times = named('number of times, row 1');
    for (const how of ['exactly', 'at least']) {
      await named('how it must happen, row 1').selectOption({ label: how });
      for (const wrong of ['99999999', '-2', '2.5', '0', '']) {
        await times.fill(wrong);
        await times.blur();
        assert.equal(await times.inputValue(), wrong);
        assert.equal(await times.getAttribute('aria-invalid'), 'true');
        assert.equal(await fault().innerText(), 'Fill in how often: a whole number, 1 to 1000', wrong);
        assert.equal(await sentence(), 'Row 1: Fill in how often: a whole number, 1 to 1000');
      }
    }
    await times.fill('2.5');
    await closeForm(page, 'ok');
    assert.equal(await saved(page, 'rule0002', 'valid'), false);
    await openRule(page, 'rule0002');
    assert.equal(await times.inputValue(), '2.5');
    await named('how it must happen, row 1').selectOption({ label: 'judged by its values:' });
    assert.deepEqual(
      await fault().allInnerTexts(),
      ['Fill in a length of time', 'Fill in a number'],
      'both fields that are empty',
    );
    await named('how it must happen, row 1').selectOption({ label: 'from … to' });
    await times.fill('0');
    await named('largest number of times, row 1').fill('2');
    await fillLength('within what time, row 1', '1', 'h');
    assert.match(await sentence(), /at most 2 times/);
    // no time at all would be any number of times, also as a step
    await named('add an event').click();
    await named('event, row 2').selectOption({ label: 'door forced' });
    await named('what of these must happen').selectOption({ label: 'all of it, in this order' });
    await named('how it must happen, row 1').selectOption({ label: 'at least' });
    assert.equal(await fault().innerText(), 'Fill in how often: a whole number, 1 to 1000');
    await closeForm(page, 'ok');
    assert.equal(await saved(page, 'rule0002', 'valid'), false);
    await openRule(page, 'rule0002');
    await named('remove, row 2').click();
    await named('how it must happen, row 1').selectOption({ label: 'exactly' });
    await times.fill('2');
    await fillLength('within what time, row 1', '999999999', 'h');
    assert.match(await fault().innerText(), /"999999999 h" is not a duration\. Write it as .*ten years are the most/);
    await fillLength('Lasting', '-5', 'd');
    await page.locator('#node-input-name').evaluate((input) => input.focus());
    await page.keyboard.insertText(`flooded${'y'.repeat(3000)}`);
    await closeForm(page, 'ok');
    assert.equal(((await saved(page, 'rule0002', 'name')) as string).length, 200, 'as long as the runtime takes it');
    assert.equal(await saved(page, 'rule0002', 'valid'), false);
    await openRule(page, 'rule0002');
    assert.equal(await named('within what time, row 1: number').inputValue(), '999999999');
    assert.equal(await named('within what time, row 1: unit').inputValue(), 'h');
    assert.equal(await named('Lasting: number').inputValue(), '-5');
    assert.equal(await named('Lasting: unit').inputValue(), 'd');
    await named('Lasting: number').fill('');
    await fillLength('within what time, row 1', '1', 'h');
    await page.locator('#node-input-name').fill('street flooded');
    await closeForm(page, 'ok');
    assert.equal(await saved(page, 'rule0002', 'valid'), true);
    assert.deepEqual(await saved(page, 'rule0002', 'rule'), {
      op: 'times',
      of: { op: 'event', event: 'pm25' },
      min: 2,
      max: 2,
      within: '1 h',
    });
  });

  it('does not take what is no number for an empty field', async () => {
    await setRule('rule0002', { rule: { op: 'event', event: 'rain' }, for: '' });
    await openRule(page, 'rule0002');
    const type = async (label: string, text: string): Promise<void> => {
      await named(label).fill('');
      await named(label).pressSequentially(text);
      await named(label).blur();
    };
    for (const wrong of ['5e', '--5', '1e309']) {
      await type('Lasting: number', wrong);
      assert.match(await fault().innerText(), /"\? min" is not a duration/, wrong);
      assert.equal(await named('Lasting: number').getAttribute('aria-invalid'), 'true');
    }
    await closeForm(page, 'ok');
    assert.equal(await saved(page, 'rule0002', 'valid'), false);
    await openRule(page, 'rule0002');
    assert.match(await fault().innerText(), /is not a duration/);
    await named('Lasting: number').fill('5');
    assert.equal(await fault().count(), 0);
    await named('Lasting: number').fill('');
    assert.equal(await fault().count(), 0);
    await named('how it must happen, row 1').selectOption({ label: 'judged by its values:' });
    await fillLength('over what time, row 1', '1', 'h');
    await named('limit, row 1').fill('90');
    await type('from at least how many values, row 1', '5e');
    assert.match(await fault().innerText(), /^Fill in from how many values on/);
    await named('from at least how many values, row 1').fill('');
    assert.equal(await fault().count(), 0);
    await closeForm(page, 'ok');
    assert.equal(await saved(page, 'rule0002', 'valid'), true);
  });

  it('asks within what time where that is filled in', async () => {
    const missing = /Within what time must .* Fill in "within"$/;
    const door = { op: 'event', event: 'door' };
    const road = { op: 'event', event: 'road' };
    const marked = (): Promise<string[]> =>
      page.locator('.red-ui-tray [aria-invalid]:visible').evaluateAll((all) => all.map((one) => one.ariaLabel!));
    const all = ['within what time, all of it: number', 'within what time, all of it: unit'];
    for (const [rule, at] of [
      [{ op: 'and', of: [door, road] }, all],
      [{ op: 'and', of: [road, { op: 'no', of: door }] }, all],
      [{ op: 'then', of: [road, door] }, all],
      [{ op: 'times', of: door, min: 3 }, ['within what time, row 1: number', 'within what time, row 1: unit']],
      [{ op: 'or', of: [road, { op: 'and', of: [door, road] }] }, all.map((one) => one.replace(':', ', bracket 2:'))],
    ] as const) {
      await setRule('rule0002', { rule });
      await openRule(page, 'rule0002');
      assert.match(await fault().innerText(), missing);
      assert.deepEqual(await marked(), at);
      await page.locator('.city-marked:visible').first().fill('10');
      assert.equal(await fault().count(), 0);
      await closeForm(page, 'cancel');
    }
  });

  it('opens what was spoilt by hand, and says what is wrong with it', async () => {
    for (const steps of ['x', [null, 5]]) {
      await setRule('rule0002', { rule: { op: 'event', event: 'rain' }, steps });
      await openRule(page, 'rule0002');
      await page.locator('#pattern-status-rows .city-event').first().waitFor({ state: 'visible' });
      assert.equal(await page.locator('#pattern-status-steps select').count(), 0);
      await closeForm(page, 'cancel');
    }
    await setRule('rule0002', { steps: [] });
  });

  it('asks when it is back to normal, how bad it is later, and keeps what is rarely needed under "More settings"', async () => {
    await setRule('rule0002', { rule: { op: 'event', event: 'rain' } });
    await openRule(page, 'rule0002');
    await page.locator('#pattern-status-clear-has').check();
    assert.equal(await fault().innerText(), 'Choose an event, or remove this row');
    await page.locator('#pattern-status-clear .city-event').selectOption({ label: 'pump on' });
    await page.locator('#node-input-latched').check();
    await page.getByRole('button', { name: 'another severity' }).click();
    assert.equal(await fault().innerText(), 'Fill in a time, or choose what must happen');
    await fillLength('after what time, severity step 1', '30', 'min');
    // what never counts says so, whichever of the two severities is changed
    const useless = page.getByText('This step changes nothing');
    assert.equal(await useless.isVisible(), false);
    const [began, first] = [page.locator('#node-input-severity'), named('Severity, severity step 1')];
    const [base, next] = [await began.inputValue(), await first.inputValue()];
    await first.selectOption(base);
    await useless.waitFor({ state: 'visible' });
    await first.selectOption(next);
    await useless.waitFor({ state: 'hidden' });
    await began.selectOption('critical');
    await useless.waitFor({ state: 'visible' });
    await began.selectOption(base);
    await page.getByRole('button', { name: 'another severity' }).click();
    await named('Severity, severity step 2').selectOption('critical');
    await named('while this happens:, severity step 2').check();
    await page.locator('#pattern-status-steps .city-event').last().selectOption({ label: 'road closed' });
    assert.equal(await page.locator('#node-input-pairing').isVisible(), false);
    await page.locator('#pattern-status-more summary').click();
    await page.getByLabel('maintenance').check();
    await named('Remind every: number').fill('2');
    await page.locator('#pattern-status-flapping').selectOption('own');
    // what it cannot be is said, and not changed behind anybody's back
    for (const wrong of ['1', '101', '2.5', '']) {
      await named('how often it may be raised').fill(wrong);
      assert.equal(await fault().innerText(), 'Fill in how often it may be raised: a whole number, 2 to 100', wrong);
      assert.equal(await named('how often it may be raised').inputValue(), wrong);
    }
    await named('how often it may be raised').fill('3');
    await fillLength('in what time', '0', 'min');
    assert.equal(await fault().innerText(), 'Must be longer than zero. Write for example "30 min".');
    assert.equal(await named('in what time: number').getAttribute('aria-invalid'), 'true');
    await fillLength('in what time', '30', 'min');
    await page.locator('#node-input-pairing').selectOption('each');
    await page.locator('#node-input-afterDetection').selectOption('keep');
    assert.equal(await fault().count(), 0);
    await page.locator('#node-input-severity').evaluate((element) => element.scrollIntoView());
    await picture(page, 'rule-settings-light');
    await closeForm(page, 'ok');
    const fields = [
      'clearWhen',
      'latched',
      'steps',
      'notWhile',
      'remindEvery',
      'flapping',
      'pairing',
      'afterDetection',
    ];
    assert.deepEqual(await Promise.all(fields.map((field) => saved(page, 'rule0002', field))), [
      { op: 'event', event: 'pump' },
      true,
      [
        { severity: 'critical', after: '30 min' },
        { severity: 'critical', when: { op: 'event', event: 'road' } },
      ],
      ['rule0003'],
      '2 min',
      { raises: 3, in: '30 min', steady: '15 min' },
      'each',
      'keep',
    ]);
    await openRule(page, 'rule0002');
    assert.equal(await page.locator('#pattern-status-clear .city-event').inputValue(), 'pump');
    assert.equal(await page.locator('#pattern-status-steps .city-event:visible').inputValue(), 'road');
    assert.equal(await page.locator('#pattern-status-not-while input:checked').count(), 1);
    assert.equal(await page.locator('#node-input-pairing').inputValue(), 'each');
  });

  it('is the same rule as text, in both directions', async () => {
    await setRule('rule0002', { rule: FLOODED, clearWhen: null, steps: [], latched: false, per: 'near', metres: 500 });
    await openRule(page, 'rule0002');
    await page.getByRole('tab', { name: 'Text' }).click();
    const area = page.locator('#pattern-status-text');
    const printed = await area.inputValue();
    assert.match(printed, /when \("rain heavy" and "drain full" within 10 min\) then "road closed" within 1 h/);
    assert.match(printed, /within 500 m of the first/);
    await picture(page, 'rule-text-light');
    await area.fill(printed.replace('"road closed"', '3 times "door forced"').replace('500 m', '2 km'));
    await page.getByRole('tab', { name: 'Rule' }).click();
    assert.equal(await named('how it must happen, row 2').inputValue(), 'atLeast');
    assert.equal(await named('event, row 2').inputValue(), 'door');
    assert.equal(await page.locator('#node-input-metres').inputValue(), '2000');
    await named('number of times, row 2').fill('4');
    await page.getByRole('tab', { name: 'Text' }).click();
    assert.match(await area.inputValue(), /then 4 times "door forced"/);
    await closeForm(page, 'ok');
    assert.deepEqual(await saved(page, 'rule0002', 'rule'), {
      ...FLOODED,
      of: [FLOODED.of[0], { op: 'times', of: { op: 'event', event: 'door' }, min: 4 }],
    });
    assert.equal(Number(await saved(page, 'rule0002', 'metres')), 2000);
    assert.equal((await saved(page, 'rule0002', 'ruleText')) ?? '', '');
  });

  it('keeps a text that is no rule, says where it is wrong, and saves no rule of it', async () => {
    await setRule('rule0002', { rule: FLOODED, per: 'near', metres: 500 });
    await openRule(page, 'rule0002');
    await page.getByRole('tab', { name: 'Text' }).click();
    const area = page.locator('#pattern-status-text');
    const broken = 'when "rain heavy"\n  then "raod closed" within 1 h';
    await area.fill(broken);
    const error = page.locator('#pattern-status-errors button');
    assert.match(await error.innerText(), /^Line 2, column 8: .*“raod closed”.*“road closed”/);
    assert.equal(await area.getAttribute('aria-invalid'), 'true');
    await picture(page, 'rule-text-broken-light');
    await error.click();
    assert.deepEqual(
      await page.evaluate(
        `(() => { const a = document.activeElement; return [a.id, a.value.slice(a.selectionStart, a.selectionEnd)]; })()`,
      ),
      ['pattern-status-text', '"raod closed"'],
    );
    await page.getByRole('tab', { name: 'Rule' }).click();
    assert.equal(await page.locator('#pattern-status-panel-text').isVisible(), true, 'the text is not left behind');
    assert.match(String(await page.evaluate(`document.activeElement.textContent`)), /^Line 2/);
    await closeForm(page, 'ok');
    assert.deepEqual(await saved(page, 'rule0002', 'rule'), FLOODED, 'the rule before it');
    assert.equal(await saved(page, 'rule0002', 'ruleText'), broken);
    assert.equal(await saved(page, 'rule0002', 'valid'), false);
    await page.evaluate(`RED.editor.edit(RED.nodes.node('rule0002'))`);
    await formOpened(page);
    await area.waitFor({ state: 'visible' });
    await page.waitForTimeout(400);
    assert.equal(await area.inputValue(), broken, 'it is there again');
    await page.getByRole('button', { name: 'Throw this text away' }).click();
    assert.match(await area.inputValue(), /then "road closed" within 1 h/);
    await closeForm(page, 'ok');
    assert.equal(await saved(page, 'rule0002', 'ruleText'), '');
    assert.equal(await saved(page, 'rule0002', 'valid'), true);
  });

  it('leaves the rule alone while a text is written, and takes it once one is done with a text that can be read', async () => {
    const counted = { op: 'times', of: { op: 'event', event: 'road' }, min: 3, within: '1 h' };
    const before = { rule: counted, per: 'zone', level: 'district', severity: 'major', clearAfter: '10 min' };
    const settings = (): Promise<unknown[]> =>
      Promise.all(Object.keys(before).map((field) => saved(page, 'rule0002', field)));
    await setRule('rule0002', before);
    await openRule(page, 'rule0002');
    const told = page.locator('#pattern-status-panel-text [data-sentence]');
    const area = page.locator('#pattern-status-text');
    await page.getByRole('tab', { name: 'Text' }).click();
    await area.fill('');
    assert.equal(await told.innerText(), 'Nothing is written here. The rule stays as it is in the rows.');
    await area.pressSequentially('when "rain heavy"');
    assert.match(await told.innerText(), /“rain heavy”.*warning/, 'what it would mean');
    await area.pressSequentially(' and "drai');
    assert.match(await told.innerText(), /kept, but not used/);
    await closeForm(page, 'ok');
    assert.deepEqual(await settings(), Object.values(before), 'a text that is no rule');
    await page.evaluate(`RED.editor.edit(RED.nodes.node('rule0002'))`);
    await formOpened(page);
    await area.waitFor({ state: 'visible' });
    await page.getByRole('button', { name: 'Throw this text away' }).click();
    assert.match(await area.inputValue(), /^when 3 times "road closed" within 1 h\n/);
    assert.match(await area.inputValue(), /district[^]*severity major/);
    await area.fill('when 0 times "rain heavy" then "door forced"');
    assert.equal(await told.innerText(), 'Fill in how often: a whole number, 1 to 1000');
    await area.fill('');
    await closeForm(page, 'ok');
    assert.deepEqual(await settings(), Object.values(before), 'no text');
    assert.equal(await saved(page, 'rule0002', 'ruleText'), '');
    await openRule(page, 'rule0002');
    await page.getByRole('tab', { name: 'Text' }).click();
    await area.fill('when "rain heavy" severity minor');
    await closeForm(page, 'ok');
    assert.deepEqual(
      await settings(),
      [{ op: 'event', event: 'rain' }, 'station', '', 'minor', ''],
      'one that is a rule',
    );
  });

  it('says why a text that is no rule keeps the rows, the try-out and the rehearsal away, and nothing else', async () => {
    // one that runs: it is asked for its state
    await openRule(page, 'rule0001');
    const refused = page.locator('#pattern-status-text-refused');
    const tab = (name: string): Locator => page.getByRole('tab', { name, exact: true });
    await tab('Text').click();
    await page.locator('#pattern-status-text').fill('when "rain heavy" and "drai');
    for (const needing of ['Rule', 'Try out', 'Rehearse']) {
      assert.equal(await refused.innerText(), '');
      await tab(needing).click();
      assert.match(
        await refused.innerText(),
        /^This text is no rule yet: mend what is marked below.*nothing to try out or to rehearse\.$/,
        needing,
      );
      assert.equal(await tab('Text').getAttribute('aria-selected'), 'true');
      await page.locator('#pattern-status-text').press('End');
      await page.locator('#pattern-status-text').press('Space');
    }
    await tab('State').click();
    assert.equal(await tab('State').getAttribute('aria-selected'), 'true');
    await tab('Rule').click();
    assert.match(await refused.innerText(), /^This text is no rule yet/, 'from elsewhere, too');
    await picture(page, 'rule-text-refused-light');
    await page.getByRole('button', { name: 'Throw this text away' }).click();
    assert.equal(await refused.innerText(), '');
    await tab('Rule').click();
    assert.equal(await named('event, row 2').inputValue(), 'drain');
    await closeForm(page, 'cancel');
  });

  it('takes a text that has become a rule while another tab is open', async () => {
    await openRule(page, 'rule0001');
    const tab = (name: string): Locator => page.getByRole('tab', { name, exact: true });
    await tab('Text').click();
    await page.locator('#pattern-status-text').fill('when "snow deep"');
    await tab('State').click();
    await page.evaluate(`RED.nodes.node('events0001').events.push({ id: 'snow', name: 'snow deep', emit: 'state' })`);
    await page.locator('#node-input-domain').selectOption('domain0001');
    await tab('Rule').click();
    assert.equal(await named('event, row 1').inputValue(), 'snow');
    assert.match(await sentence(), /“snow deep”/);
    await closeForm(page, 'cancel');
    await page.evaluate(`RED.nodes.node('events0001').events.pop()`);
  });

  it('reads by the name that the status has now, in the rows and as text', async () => {
    await openRule(page, 'rule0001');
    const told = page.locator('#pattern-status-panel-text [data-sentence]');
    await page.getByRole('tab', { name: 'Text' }).click();
    await page.locator('#node-input-name').fill('river rises');
    assert.match(await told.innerText(), /“rain heavy”.*“river rises”/);
    await page.locator('#pattern-status-text').fill('when "drain full"');
    await page.locator('#node-input-name').fill('river falls');
    assert.match(await told.innerText(), /“drain full”.*“river falls”/, 'what is written and not taken yet');
    await page.locator('#pattern-status-text').fill('when "drai');
    await page.locator('#node-input-name').fill('river');
    assert.match(await told.innerText(), /kept, but not used/);
    await closeForm(page, 'cancel');
  });

  it('shows a saved rule that is none as the text that it was', async () => {
    await setRule('rule0002', { rule: { op: 'maybe', of: 3 } });
    await page.evaluate(`RED.editor.edit(RED.nodes.node('rule0002'))`);
    await formOpened(page);
    const area = page.locator('#pattern-status-text');
    await area.waitFor({ state: 'visible' });
    assert.match(await area.inputValue(), /"op": "maybe"/);
    assert.ok((await page.locator('#pattern-status-errors button').count()) > 0);
    await area.fill('when "rain heavy"');
    assert.equal(await page.locator('#pattern-status-errors button').count(), 0);
    await closeForm(page, 'ok');
    assert.deepEqual(await saved(page, 'rule0002', 'rule'), { op: 'event', event: 'rain' });
  });

  it('is done with the keyboard alone: rows, moving, tabs', async () => {
    await setRule('rule0002', { rule: null, per: 'station' });
    await openRule(page, 'rule0002');
    const focused = (): Promise<unknown> =>
      page.evaluate(`document.activeElement.getAttribute('aria-label') || document.activeElement.id`);
    await page.locator('#node-input-name').focus();
    const seen: unknown[] = [];
    const tabTo = async (name: string): Promise<void> => {
      for (let n = 0; n < 25; n++) {
        await page.keyboard.press('Tab');
        seen.push(await focused());
        if (seen.at(-1) === name) return;
      }
      assert.fail(`${name} is not reached: ${seen.join(' | ')}`);
    };
    await tabTo('event, row 1');
    await page.keyboard.type('rain');
    await tabTo('add an event');
    await page.keyboard.press('Enter');
    assert.equal(await focused(), 'event, row 2');
    await page.keyboard.type('drain');
    await page.keyboard.press('Alt+Shift+ArrowUp');
    assert.equal(await named('event, row 1').inputValue(), 'drain');
    assert.equal(await focused(), 'move down, row 1', 'it is the first now, so it can only go down');
    await page.keyboard.press('Enter');
    assert.deepEqual(
      [await named('event, row 1').inputValue(), await named('event, row 2').inputValue()],
      ['rain', 'drain'],
    );
    assert.equal(
      await page.locator('.red-ui-tray .city-heard').first().innerText(),
      'Row 1 has moved'.replace('1', '2'),
    );
    assert.equal(await focused(), 'move up, row 2', 'it is the last now, so it can only go up');
    await page.locator('#pattern-status-tabs-rule').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'pattern-status-tabs-text');
    assert.equal(await page.locator('#pattern-status-panel-text').isVisible(), true);
    assert.equal(await page.locator('#pattern-status-panel-rule').isVisible(), false);
    assert.equal(await page.locator('#pattern-status-tabs-text').getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Home');
    assert.equal(await focused(), 'pattern-status-tabs-rule');
    assert.deepEqual(
      await page.evaluate(
        `[...document.querySelectorAll('#pattern-status-tabs [role=tab]')].map((tab) => [tab.tabIndex, !!document.getElementById(tab.getAttribute('aria-controls'))])`,
      ),
      [[0, true], ...Array.from({ length: 4 }, () => [-1, true])],
    );
  });

  const twenty = {
    op: 'then',
    within: '2 h',
    of: Array.from({ length: 20 }, (_, i) => ({
      op: 'event',
      event: ['rain', 'drain', 'road', 'pump'][i % 4],
      ...(i === 0 ? { as: 'e1' } : {}),
    })),
    where: [{ left: { of: 'e1' }, op: '>', right: { value: 20 } }],
  };
  const deep = {
    op: 'and',
    within: '30 min',
    of: [
      { op: 'or', of: [{ op: 'no', of: { op: 'event', event: 'pump' }, for: '10 min' }, { op: 'and', within: '5 min', of: [{ op: 'event', event: 'rain' }, { op: 'times', of: { op: 'event', event: 'door' }, min: 2, max: 4, within: '5 min' }] }] },
      { op: 'lasting', of: { op: 'event', event: 'pm25' }, for: '5 min' },
    ],
  }; // prettier-ignore

  it('stays usable with 20 rows, and fits into a tray of 500 px without scrolling sideways', async () => {
    for (const [name, rule] of [
      ['20 rows', twenty],
      ['brackets in brackets', deep],
    ] as const) {
      await setRule('rule0002', { rule });
      await openRule(page, 'rule0002');
      if (name === '20 rows') {
        assert.equal(await named('add an event').isDisabled(), true, 'no 21st row');
        // in the page alone: what the way to it takes is none of the form's
        const ms = await named('move up, row 20').evaluate((e) => {
          const began = performance.now();
          (e as unknown as { click(): void }).click();
          return performance.now() - began;
        });
        await page.waitForFunction(`document.activeElement.getAttribute('aria-label') === 'move up, row 19'`);
        assert.ok(ms < 1500, `${ms} ms to move a row`);
      }
      const widths = await narrow(page);
      assert.ok(widths.form <= 500, `the tray is ${widths.form} px`);
      assert.deepEqual(widths.wide, [], `${name}: these reach out of the form`);
      await picture(page, `rule-narrow-${name.replaceAll(' ', '-')}`);
      await closeForm(page, 'cancel');
    }
  });

  it('keeps a row in one line where some other event has a long name', async () => {
    const name = (value: string): Promise<unknown> =>
      page.evaluate(`RED.nodes.node('events0002').events[0].name = ${JSON.stringify(value)}`);
    await name('a pump that somebody gave a very long name so that people find it');
    await setRule('rule0002', { rule: FLOODED });
    await openRule(page, 'rule0002');
    const [event, how] = await Promise.all(
      ['event, row 1.1', 'how it must happen, row 1.1'].map((label) => named(label).boundingBox()),
    );
    assert.equal(event!.y, how!.y);
    assert.ok(event!.width >= 130, `${event!.width} px for the name`);
    await picture(page, 'rule-long-name-light');
    await closeForm(page, 'cancel');
    await name('pump on');
  });

  it('looks as it should in the dark', async () => {
    await setTheme(page, 'dark');
    await setRule('rule0002', { rule: deep });
    await openRule(page, 'rule0002');
    await picture(page, 'rule-deep-dark');
    const colours = (await page.evaluate(`(() => {
      const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map(Number); return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255; };
      const ground = light(getComputedStyle(document.querySelector('.red-ui-tray')).backgroundColor);
      return [...document.querySelectorAll('#pattern-status-panel-rule :is(label, legend, .city-row-number, .city-word, .city-sentence, .city-hint, summary), .city-tab')]
        .filter((e) => e.offsetParent !== null)
        .map((e) => [e.className || e.tagName, Math.abs(light(getComputedStyle(e).color) - ground)])
        .filter(([, distance]) => distance < 0.25);
    })()`)) as unknown[];
    assert.deepEqual(colours, [], 'words that can hardly be read');
  });

  it('speaks Thai, without a text that is not translated', async () => {
    const thai = await openEditor(browser, demo.address, errors, { language: 'th', height: 900 });
    await thai.evaluate(
      `Object.assign(RED.nodes.node('rule0002'), ${JSON.stringify({ rule: deep, steps: [{ severity: 'critical', after: '30 min' }] })})`,
    );
    await openRule(thai, 'rule0002');
    await thai.evaluate(`document.querySelector('#pattern-status-more').open = true`);
    await picture(thai, 'rule-deep-th');
    const form = await thai.locator('.red-ui-tray .city-form').innerText();
    assert.match(form, /สิ่งที่ต้องเกิด/);
    // names of events are the user's own words; what is left in Latin letters are those, units and products
    const english = form.match(/\b(?:must|happen|event|bracket|within|times|once|severity|status|minutes|normal)\b/gi);
    assert.deepEqual(english, null);
    assert.match(await thai.locator('#pattern-status-panel-rule [data-sentence]').innerText(), /\p{Script=Thai}/u);
    const labels = (await thai.evaluate(
      `[...document.querySelectorAll('.city-form [aria-label]')].map((e) => e.getAttribute('aria-label'))`,
    )) as string[];
    assert.ok(labels.length > 20);
    assert.deepEqual(
      labels.filter((label) => !/\p{Script=Thai}/u.test(label)),
      [],
    );
    await thai.close();
  });
});

/** Makes the tray narrow; names what is wider than the form. */
async function narrow(page: Page): Promise<{ form: number; wide: string[] }> {
  return (await page.evaluate(`(async () => {
    const tray = document.querySelector('.red-ui-tray');
    const body = document.querySelector('.red-ui-tray-body');
    const form = document.querySelector('.city-form');
    tray.style.width = '500px';
    form.style.width = '460px';
    await new Promise((resolve) => setTimeout(resolve, 200));
    const right = form.getBoundingClientRect().right + 1;
    const wide = [...form.querySelectorAll('*')]
      .filter((e) => e.offsetParent !== null && !e.closest('.city-heard') && e.getBoundingClientRect().right > right)
      .map((e) => (e.getAttribute('aria-label') || e.id || e.className || e.tagName) + ' ' + Math.round(e.getBoundingClientRect().right - right));
    return { form: form.offsetWidth, wide };
  })()`)) as { form: number; wide: string[] };
}
