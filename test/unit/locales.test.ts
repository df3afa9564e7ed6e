/** Texts and help of all nodes in all languages. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const NODES = path.resolve(__dirname, '../../../nodes');

/** Files below `nodes` and `bin` whose path matches. */
function sourceFiles(wanted: RegExp): string[] {
  const root = path.dirname(NODES);
  return ['nodes', 'bin'].flatMap((folder) =>
    (fs.readdirSync(path.join(root, folder), { recursive: true }) as string[])
      .map((file) => path.join(root, folder, file))
      .filter((file) => wanted.test(file)),
  );
}

/** Files in any `locales` folder whose path ends so. */
function localeFiles(ending: RegExp): string[] {
  return sourceFiles(ending).filter((file) => file.includes(`${path.sep}locales${path.sep}`));
}

/** What is Thai in these is data that is recognised or served, no sentence for a reader. */
const THAI_DATA = [
  'ecdm/gases.ts',
  'ecdm/unit-names.ts',
  'sensorthings-server/demo/zones.ts',
  'to-observation/mapping/guess-words.ts',
];

function texts(file: string): Map<string, string> {
  const all = new Map<string, string>();
  const walk = (node: unknown, key: string): void => {
    if (typeof node === 'string') all.set(key, node);
    else for (const [name, child] of Object.entries(node as object)) walk(child, `${key}.${name}`);
  };
  walk(JSON.parse(fs.readFileSync(file, 'utf8')), '');
  return all;
}

/** Ends the key of the text for one, where it differs from that for many; Thai has none. */
const ONE = '_one';

/** Texts of nodes and of what their forms share; other folders have tables of their own. */
const isOfNodeRed = (file: string): boolean => /locales\/en-US\/|editor\/locales/.test(file.replaceAll(path.sep, '/'));

/** Node-RED writes parameters as `__name__` (not `{{name}}`, as i18next does by itself). */
function parameters(text: string): string[] {
  return [...new Set(text.match(/__\w+?__/g))].sort();
}

describe('locales', () => {
  for (const file of localeFiles(/en-US.*\.json$/)) {
    it(`use the same keys and parameters in every language: ${path.relative(NODES, file)}`, () => {
      const [all, thai] = [texts(file), texts(file.replaceAll('en-US', 'th'))];
      const english = new Map([...all].filter(([key]) => !key.endsWith(ONE)));
      assert.deepEqual([...thai.keys()].sort(), [...english.keys()].sort());
      for (const [key, text] of english) {
        assert.deepEqual(parameters(thai.get(key) ?? ''), parameters(text), key);
        assert.notEqual(text.trim(), '', key);
      }
    });
  }

  it('say nothing twice: of two texts with one key the first would be lost', () => {
    for (const file of localeFiles(/\.json$/)) {
      const raw = fs.readFileSync(file, 'utf8');
      const keys = (node: unknown): number =>
        typeof node === 'object' ? Object.values(node as object).reduce((n: number, one) => n + 1 + keys(one), 0) : 0;
      const written = [...raw.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined);
      assert.equal(written.length, keys(JSON.parse(raw)), path.relative(NODES, file));
    }
  });

  it('say of one what they say of many, in the singular', () => {
    let found = 0;
    for (const file of localeFiles(/en-US.*\.json$/)) {
      const english = texts(file);
      for (const [key, text] of english) {
        if (!key.endsWith(ONE)) continue;
        const many = english.get(key.slice(0, -ONE.length)) ?? '';
        // what Node-RED says is chosen by “count”; the pack's own tables know “n”, too
        const counted = parameters(many).includes('__count__') || isOfNodeRed(file) ? '__count__' : '__n__';
        assert.ok(parameters(many).includes(counted), `${key}: it is chosen by the parameter “count”`);
        assert.deepEqual(new Set([...parameters(text), counted]), new Set(parameters(many)), key);
        assert.notEqual(text, many, key);
        found++;
      }
    }
    assert.ok(found > 10, String(found));
  });

  it('holds every Thai sentence: none stands in the code', () => {
    const found = sourceFiles(/\.ts$/).filter((file) => /\p{Script=Thai}/u.test(fs.readFileSync(file, 'utf8')));
    assert.deepEqual(found.map((file) => path.relative(NODES, file)).sort(), THAI_DATA);
  });

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
