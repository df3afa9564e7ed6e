/** Texts and help of all nodes in all languages. That the keys agree is checked by the build. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const NODES = path.resolve(__dirname, '../../../nodes');

/** Files of all nodes whose path ends so, below `locales`. */
function localeFiles(ending: RegExp): string[] {
  const folders = fs.readdirSync(NODES).map((name) => path.join(NODES, name, 'locales'));
  return folders.flatMap((folder) => {
    const files = fs.existsSync(folder) ? (fs.readdirSync(folder, { recursive: true }) as string[]) : [];
    return files.filter((file) => ending.test(file)).map((file) => path.join(folder, file));
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
  for (const file of localeFiles(/en-US.*\.json$/)) {
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

  for (const file of localeFiles(/\.html$/)) {
    it(`write the help as Node-RED reads it: ${path.relative(NODES, file)}`, () => {
      const lines = fs.readFileSync(file, 'utf8').split('\n');
      for (const section of ['Inputs', 'Outputs', 'Details']) assert.ok(lines.includes(`### ${section}`), section);
      lines.forEach((line, i) => {
        if (!/^\s*: /.test(line)) return;
        // ": name (type) : text", on one line, without a further colon, after an empty line: else it is shown as it stands
        assert.match(line, /^\s*: [^:]+\([^:]+\) : [^:]+$/);
        assert.match(lines[i - 1]!, /^\s*(?:: .*)?$/, `an empty line is needed before: ${line}`);
      });
    });
  }
});
