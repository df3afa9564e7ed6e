/** Texts of all nodes: what every language must have in common. That the keys agree is checked by the build. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const NODES = path.resolve(__dirname, '../../../nodes');

function localeFiles(): string[] {
  const folders = fs.readdirSync(NODES).map((name) => path.join(NODES, name, 'locales'));
  return folders.flatMap((folder) => {
    const files = fs.existsSync(folder) ? (fs.readdirSync(folder, { recursive: true }) as string[]) : [];
    return files.filter((file) => /en-US.*\.json$/.test(file)).map((file) => path.join(folder, file));
  });
}

function texts(file: string): Map<string, string> {
  const all = new Map<string, string>();
  const walk = (node: unknown, key: string): void => {
    if (typeof node === 'string') all.set(key, node);
    else for (const [name, child] of Object.entries(node as object)) walk(child, `${key}.${name}`);
  };
  walk(JSON.parse(fs.readFileSync(file, 'utf8')), '');
  return all;
}

/** Node-RED writes parameters as `__name__` (not `{{name}}`, as i18next does by itself). */
function parameters(text: string): string[] {
  return [...new Set(text.match(/__\w+?__/g))].sort();
}

describe('locales', () => {
  for (const file of localeFiles()) {
    it(`use the same parameters in every language: ${path.relative(NODES, file)}`, () => {
      const [english, thai] = [texts(file), texts(file.replaceAll('en-US', 'th'))];
      for (const [key, text] of english) {
        assert.deepEqual(parameters(thai.get(key) ?? ''), parameters(text), key);
        assert.notEqual(text.trim(), '', key);
      }
    });
  }

  it('writes parameters of the shared texts as Node-RED reads them', () => {
    for (const language of ['en-US', 'th']) {
      const shared = fs.readFileSync(path.join(NODES, 'editor/locales', `${language}.json`), 'utf8');
      assert.doesNotMatch(shared, /\{\{/);
    }
  });
});
