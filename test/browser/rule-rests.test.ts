/** What the form of a rule says of how it hangs together with other rules. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { inEditor, leave } from './editor-session';
import { closeForm, openRule, saved, userDirWithRules } from './rule-support';

describe('a rule that rests on another', function () {
  this.timeout(180_000);
  const user = userDirWithRules();
  let page: Page;
  const errors = inEditor((opened) => ({ page } = opened), user.folder);

  after(() => {
    user.forget();
  });
  afterEach(() => leave(page, errors));

  const set = async (id: string, fields: object): Promise<void> => {
    await page.evaluate(`Object.assign(RED.nodes.node('${id}'), ${JSON.stringify(fields)})`);
    await page.evaluate(`RED.events.emit('nodes:change', RED.nodes.node('${id}'))`);
  };
  const isValid = (id: string, valid: boolean): Promise<unknown> =>
    page.waitForFunction(`RED.nodes.node('${id}').valid === ${valid}`);
  const notices = (): Promise<string[]> => page.locator('#pattern-status-notices p').allInnerTexts();
  const on = (event: string): object => ({ op: 'event', event });

  it('is told that no wire leads there, and that the two never meet', async () => {
    await set('rule0002', { rule: { op: 'and', of: [on('rain'), on('rule0003')] } });
    await openRule(page, 'rule0002');
    const [unwired, unmet, ...more] = await notices();
    assert.match(unwired!, /^No wire leads from maintenance to this rule/);
    assert.match(unmet!, /“maintenance” never counts: its “Where” is “in one zone” \(district\).*“at one station/);
    assert.deepEqual(more, []);
    await page.locator('#node-input-per').selectOption('city');
    assert.deepEqual(await notices(), [unwired]);
    await closeForm(page, 'cancel');
    await set('rule0002', { rule: on('rain') });
    await openRule(page, 'rule0002');
    assert.deepEqual(await notices(), []);
    await closeForm(page, 'cancel');
  });

  it('is marked where both make one status, until one has an id of its own', async () => {
    await set('rule0003', { statusId: 'flood' });
    await isValid('rule0003', true);
    await set('rule0002', { statusId: 'flood' });
    await isValid('rule0002', false);
    await isValid('rule0003', false);
    assert.match(String(await saved(page, 'rule0002', 'validationErrors')), /Another rule \(maintenance\)/);
    await openRule(page, 'rule0002');
    assert.equal((await notices()).length, 1);
    await page.locator('#pattern-status-own-id').click();
    assert.deepEqual(await notices(), []);
    await closeForm(page, 'ok');
    assert.equal(await saved(page, 'rule0002', 'statusId'), '');
    await isValid('rule0002', true);
    await isValid('rule0003', true);
  });

  it('is marked where what is to keep it down is gone', async () => {
    await set('rule0002', { notWhile: ['gone'] });
    await isValid('rule0002', false);
    await set('rule0002', { notWhile: [] });
    await isValid('rule0002', true);
  });
});
