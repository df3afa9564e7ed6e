/** The web access in the form of a journal: opened, a token made, shown once and withdrawn; by keyboard, light, dark and Thai. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { hashToken } from '../../nodes/city-journal/rest/tokens';
import { waitFor } from '../support/node-red';
import { assertAccessible, inEditor, leave } from './editor-session';
import { formClosed, formOpened, openEditor, picture, setTheme } from './support';

const NODE = `RED.nodes.node('journal-form')`;
const OPEN = `(() => {
  if (!${NODE}) {
    const add = (type, id, more) => {
      const def = RED.nodes.getType(type);
      const node = { id, type, _def: def, users: [], valid: true, changed: true, hasUsers: false };
      for (const [name, { value }] of Object.entries(def.defaults)) node[name] = structuredClone(value);
      RED.nodes.add(Object.assign(node, more));
    };
    add('city-journal', 'journal-form', { name: 'Journal' });
    add('city-zones', 'zones-form', { name: 'Zones', zones: [{ id: 'north', name: 'North <b>', level: 'zone' }, { id: 'south', name: 'South', level: 'zone' }] });
  }
  RED.editor.editConfig('', 'city-journal', 'journal-form');
})()`;

describe('the form of city-journal', function () {
  this.timeout(240_000);
  let page: Page;
  let another: () => Promise<Page>;
  const errors: string[] = inEditor(({ demo, browser, page: opened }) => {
    page = opened;
    another = () => openEditor(browser, demo.address, errors, { language: 'th' });
  });
  afterEach(() => leave(page, errors));

  const open = async (on = page): Promise<void> => {
    await on.evaluate(OPEN);
    await formOpened(on);
    await on.locator('#node-config-input-rest').waitFor({ state: 'visible' });
    await on.waitForTimeout(400);
  };
  const saved = async (): Promise<{ rest: boolean; restName: string; tokens: Record<string, unknown>[] }> => {
    await page.locator('#node-config-dialog-ok').click();
    await formClosed(page);
    return JSON.parse(
      await page.evaluate(`(({ rest, restName, tokens }) => JSON.stringify({ rest, restName, tokens }))(${NODE})`),
    );
  };

  it('is closed, and says nothing of tokens, until it is opened', async () => {
    await open();
    assert.equal(await page.locator('#node-config-input-rest').isChecked(), false);
    assert.equal(await page.locator('#city-journal-web').isVisible(), false);
    assert.deepEqual(await saved(), { rest: false, restName: 'api', tokens: [] });
  });

  it('makes a token by keyboard, shows it once, keeps its hash, and withdraws it', async () => {
    await open();
    await page.locator('#node-config-input-rest').focus();
    await page.keyboard.press('Space');
    assert.match((await page.locator('#city-journal-address').textContent())!, /\/city-events\/api\/v1/);
    await page.locator('#city-journal-token-make').focus();
    await page.keyboard.press('Enter');
    assert.match((await page.locator('#city-journal-token-said').textContent())!, /who the token is for/);
    assert.equal(await page.evaluate('document.activeElement.id'), 'city-journal-token-name');
    await page.keyboard.type('Control <i>room');
    await page.locator('#city-journal-token-role').selectOption('operator');
    await page.locator('#city-journal-token-zones').selectOption(['north']);
    await page.locator('#city-journal-token-make').focus();
    await page.keyboard.press('Enter');
    await page.locator('#city-journal-token').waitFor({ state: 'visible' });
    const secret = await page.locator('#city-journal-token').inputValue();
    assert.match(secret, /^ce_[\w-]{43}$/);
    assert.match(
      (await page.locator('#city-journal-tokens li').textContent())!,
      /Control <i>room.*North <b>/,
      'names are text',
    );
    for (const theme of ['light', 'dark'] as const) {
      await setTheme(page, theme);
      await page.locator('#city-journal-token-made').scrollIntoViewIfNeeded();
      await picture(page, `journal-web-${theme}`);
      await assertAccessible(page, '.red-ui-tray .city-form', { say: theme });
    }
    const { rest, tokens } = await saved();
    assert.deepEqual(
      [rest, tokens],
      [true, [{ name: 'Control <i>room', role: 'operator', zones: ['north'], hash: hashToken(secret) }]],
    );
    assert.ok(
      !((await page.evaluate(`JSON.stringify(RED.nodes.createCompleteNodeSet())`)) as string).includes(secret),
      'the flow has no secret',
    );

    await open();
    assert.equal(await page.locator('#city-journal-token').inputValue(), '', 'shown once');
    await page.locator('#city-journal-tokens button').focus();
    await page.keyboard.press('Enter');
    assert.match((await page.locator('#city-journal-tokens').textContent())!, /Nobody/);
    assert.deepEqual((await saved()).tokens, []);
  });

  it('what is cancelled is not kept', async () => {
    await open();
    await page.locator('#city-journal-token-name').fill('Somebody');
    await page.locator('#city-journal-token-make').click();
    await page.locator('#city-journal-tokens button').waitFor();
    await page.locator('#node-config-dialog-cancel').click();
    await formClosed(page);
    assert.deepEqual(await page.evaluate(`${NODE}.tokens`), []);
  });

  it('checks, copies and gives out what the demo city has kept', async () => {
    await page.evaluate(`(() => {
      let found;
      RED.nodes.eachConfig((n) => { if (n.type === 'city-journal' && n.name.includes('demo')) found = n; });
      RED.editor.editConfig('', 'city-journal', found.id);
    })()`);
    const said = page.locator('#city-journal-said');
    const says = async (what: RegExp): Promise<void> => {
      await waitFor(String(what), async () => what.test((await said.textContent()) ?? ''));
    };
    await page.locator('#city-journal-check').waitFor({ state: 'visible' });
    await formOpened(page);
    await page.locator('#city-journal-check').focus();
    await page.keyboard.press('Enter');
    await says(/^Sound: \d+ entries/);
    await said.scrollIntoViewIfNeeded();
    await picture(page, 'journal-checked-light');
    await page.locator('#city-journal-backup').click();
    await says(/^Copied to .+city-events.+\.sqlite$/);
    for (const [format, type] of [
      ['csv', 'text/csv'],
      ['ndjson', 'x-ndjson'],
      ['geojson', 'geo+json'],
    ] as const) {
      const link = page.locator(`#city-journal-tools a[data-format="${format}"]`);
      const answer = await page.request.get(await link.evaluate((a) => (a as unknown as { href: string }).href));
      assert.equal(answer.status(), 200, format);
      assert.ok(answer.headers()['content-type']!.includes(type), answer.headers()['content-type']);
      assert.match(answer.headers()['content-disposition']!, /attachment/);
    }
  });

  it('speaks Thai', async () => {
    const thai = await another();
    await open(thai);
    await thai.locator('#node-config-input-rest').check();
    assert.match((await thai.locator('#city-journal-web').textContent())!, /[\u0e00-\u0e7f]/);
    await thai.locator('#city-journal-token-make').scrollIntoViewIfNeeded();
    await picture(thai, 'journal-web-thai');
    await thai.close();
  });
});
