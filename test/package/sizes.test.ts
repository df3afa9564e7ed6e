/** How much the editor loads before anybody opens a form, and where the rest lies. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');
const types = Object.keys((JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, any>)['node-red'].nodes as object);
const form = (type: string): Buffer => readFileSync(path.join(root, 'dist/nodes', type, `${type}.html`));

/** Bytes that a form may have; the forms are loaded together with the editor, on any connection. */
const MOST = 130_000;
const MOST_OF: Readonly<Record<string, number>> = { 'pattern-status': 60_000 };

describe('the size of what the editor loads', () => {
  for (const type of types) {
    it(`${type} is small, without the schema library`, () => {
      const bytes = form(type);
      const most = MOST_OF[type] ?? MOST;
      assert.ok(bytes.length < most, `${bytes.length} bytes, ${most} at most: esbuild's analyzeMetafile says what is in it`);
      assert.doesNotMatch(bytes.toString('utf8'), /ZodError|node_modules\/zod/);
    });
  }

  it('keeps the engine in a script of its own, once, and so that people can read it', () => {
    const scripts = readdirSync(path.join(root, 'resources')).sort();
    const own = types.filter((type) => existsSync(path.join(root, 'nodes', type, 'form/index.ts')));
    assert.deepEqual(scripts, [...own, 'rehearsal'].map((name) => `${name}.js`).sort());
    const script = readFileSync(path.join(root, 'resources/pattern-status.js'), 'utf8');
    for (const part of ['function compileStatus(', 'function parseRule(', 'function showTryOut(']) {
      assert.equal(script.split(part).length - 1, 1, part);
      assert.ok(!form('pattern-status').includes(part), `${part} in the form`);
    }
    for (const name of scripts) assert.doesNotMatch(readFileSync(path.join(root, 'resources', name), 'utf8'), /ZodError|node_modules\/zod/, name);
  });
});
