/** Every form of the pack, opened in the editor of the running demo city, in light and dark. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { closeForms, inEditor } from './editor-session';
import { formOpened, picture, root, setTheme } from './support';

const types = Object.keys((JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, any>)['node-red'].nodes as object);

describe('the forms in the editor', function () {
  this.timeout(180_000);
  let page: Page;
  const errors = inEditor((opened) => ({ page } = opened));


  // a failed test leaves its form open: the next one begins with none
  afterEach(async () => {
    await closeForms(page);
  });

  it('shows the demo flow without an error in the console', async () => {
    await page.waitForTimeout(1500);
    await picture(page, 'editor-light');
    await setTheme(page, 'dark');
    await picture(page, 'editor-dark');
    await setTheme(page, 'light');
    assert.deepEqual(errors, []);
  });

  it('finds every node of the demo flow properly configured: a deploy asks nobody whether he is sure', async () => {
    const invalid = await page.evaluate(`(() => {
      const found = [];
      const look = (n) => { RED.editor.validateNode(n); if (!n.valid) found.push([n.type, n.name, n.validationErrors]); };
      RED.nodes.eachNode(look);
      RED.nodes.eachConfig(look);
      return found;
    })()`);
    assert.deepEqual(invalid, []);
  });

  for (const type of types) {
    for (const theme of ['light', 'dark'] as const) {
      it(`${type} opens, ${theme}, with every text translated`, async () => {
        await setTheme(page, theme);
        await page.evaluate(`(() => {
          let found;
          RED.nodes.eachNode((n) => { if (n.type === '${type}') found = found || n; });
          RED.nodes.eachConfig((n) => { if (n.type === '${type}') found = found || n; });
          if (!found) throw new Error('${type} is not in the demo flow');
          if (RED.nodes.getType('${type}').category === 'config') RED.editor.editConfig('', '${type}', found.id);
          else RED.editor.edit(found);
        })()`);
        await page.waitForSelector('.red-ui-tray-body .form-row', { state: 'visible' });
        await formOpened(page);
        await page.waitForTimeout(500);
        await picture(page, `form-${type}-${theme}`);
        const text = await page.locator('.red-ui-tray-body').innerText();
        // a key that no catalogue knows is shown as it is written: "ecdm-event.label.limit"
        assert.doesNotMatch(text, /\b(?:[a-z-]+\.){1,3}(?:label|hint|option|status|placeholder|tip|button|title)\.[\w.]+/i, text);
        assert.doesNotMatch(text, /__\w+__|undefined|\[object Object\]/);
        const unlabelled = (await page.evaluate(`(() => {
          const body = document.querySelector('.red-ui-tray-body');
          return [...body.querySelectorAll('input, select, textarea')]
            .filter((e) => e.type !== 'hidden' && !e.id.startsWith('red-ui-trap') && e.offsetParent !== null && !e.closest('.ace_editor, .monaco-editor, .red-ui-typedInput-container'))
            .filter((e) => !(e.labels && e.labels.length) && !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby') && !e.title && !e.placeholder)
            .map((e) => e.id || e.className || e.outerHTML.slice(0, 80));
        })()`)) as string[];
        assert.deepEqual(unlabelled, [], 'fields without a name for a screen reader');
        assert.deepEqual(errors, []);
      });
    }
  }

  for (const type of ['ecdm-event', 'pattern-status', 'action-notify', 'actuator-out', 'spatial-filter', 'sensorthings-in']) {
    it(`${type} fits into a form of 360 px: nothing reaches out of it`, async () => {
      await page.evaluate(`(() => {
        let found;
        RED.nodes.eachNode((n) => { if (n.type === '${type}') found = found || n; });
        RED.editor.edit(found);
      })()`);
      await formOpened(page);
      await page.waitForTimeout(500);
      const wide = await page.evaluate(`(async () => {
        const form = document.querySelector('.red-ui-tray .city-form');
        form.style.width = '360px';
        await new Promise((resolve) => setTimeout(resolve, 300));
        const right = form.getBoundingClientRect().right + 1;
        return [...form.querySelectorAll('input, select, textarea, button, p, label, fieldset')]
          .filter((e) => e.offsetParent !== null && !e.closest('.city-heard, .city-scroll') && e.getBoundingClientRect().right > right)
          .map((e) => (e.id || e.className || e.tagName) + ' ' + Math.round(e.getBoundingClientRect().right - right));
      })()`);
      assert.deepEqual(wide, []);
    });
  }

  it('marks a limit of an event that is no number, says so, and keeps it until it is mended', async () => {
    const edit = `(() => {
      let found;
      RED.nodes.eachNode((n) => { if (n.type === 'ecdm-event') found = found || n; });
      RED.editor.edit(found);
    })()`;
    const limit = page.locator('.ecdm-event-row input[inputmode="decimal"]').first();
    const border = (): Promise<unknown> => page.evaluate(`getComputedStyle(document.querySelector('.ecdm-event-row input[inputmode="decimal"]')).borderTopColor`);
    await page.evaluate(edit);
    await formOpened(page);
    const [value, plain] = [await limit.inputValue(), await border()] as const;
    await limit.fill('-99 bananas');
    assert.equal(await limit.getAttribute('aria-invalid'), 'true');
    assert.notEqual(await border(), plain);
    await page.getByText('A limit is missing or is not a number').waitFor({ state: 'visible' });
    await page.locator('#node-dialog-ok').click();
    await page.locator('.red-ui-tray').waitFor({ state: 'detached' });
    await page.evaluate(edit);
    await formOpened(page);
    assert.equal(await limit.inputValue(), '-99 bananas');
    assert.equal(await limit.getAttribute('aria-invalid'), 'true');
    await picture(page, 'event-limit-marked');
    await limit.fill('${LIMIT}');
    assert.equal(await limit.getAttribute('aria-invalid'), null, 'it is known when the flow starts');
    assert.equal(await page.locator('.ecdm-event-faults li').count(), 0);
    await limit.fill('x');
    await limit.fill(value);
    assert.equal(await limit.getAttribute('aria-invalid'), null);
    await page.locator('#node-dialog-ok').click();
    await page.locator('.red-ui-tray').waitFor({ state: 'detached' });
  });

  it('has help for every node, with its sections', async () => {
    await setTheme(page, 'light');
    for (const type of types) {
      const help = (await page.evaluate(`RED.nodes.getNodeHelp('${type}')`)) as string;
      assert.ok(help.length > 200, `${type}: ${help.length} characters of help`);
    }
  });

  it('keeps what the examples hold, also of older versions, when they are imported and deployed without a form', async () => {
    const folder = path.join(root, 'examples');
    for (const file of readdirSync(folder)) {
      const example = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, unknown>[];
      const ids = new Set(example.map(({ id }) => id));
      const ours = example.filter(({ type }) => types.includes(type as string));
      const exported = (await page.evaluate(`(() => {
        const { nodeMap } = RED.nodes.import(${JSON.stringify(example)}, { generateIds: true, addFlow: false });
        return ${JSON.stringify(ours.map(({ id }) => id))}.map((id) => RED.nodes.convertNode(nodeMap[id]));
      })()`)) as Record<string, unknown>[];
      ours.forEach((node, i) => {
        // references lead to the new ids
        const own = Object.entries(node).filter(([key, value]) => !['id', 'z', 'wires'].includes(key) && !ids.has(value));
        for (const [key, value] of own) assert.deepEqual(exported[i]![key], value, `${file}: ${String(node['type'])}.${key}`);
      });
      assert.ok(ours.length > 0, file);
    }
  });
});
