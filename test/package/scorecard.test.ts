/**
 * What the flow library's scorecard asks of a package (license, keyword, scoped name, versions, parseable nodes, an
 * example for each node, few dependencies), checked without a network. The rules are the library's, the code is ours.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, any>;
const nodes = manifest['node-red'].nodes as Record<string, string>;

/** Minimal shapes of the syntax tree that acorn gives. */
interface Syntax {
  type: string;
  [field: string]: any;
}
// eslint-disable-next-line @typescript-eslint/no-require-imports
const acorn = require('acorn') as { parse(text: string, options: object): Syntax };

function walk(syntax: unknown, visit: (node: Syntax) => void): void {
  if (Array.isArray(syntax)) for (const child of syntax) walk(child, visit);
  else if (typeof syntax === 'object' && syntax !== null) {
    if (typeof (syntax as Syntax).type === 'string') visit(syntax as Syntax);
    for (const child of Object.values(syntax)) walk(child, visit);
  }
}

/** The literal `RED.nodes.registerType('type', {...})` calls of a node's form, as the library's checker reads them. */
function registrations(file: string): { type: string; properties: Map<string, unknown> }[] {
  const html = readFileSync(file, 'utf8');
  const found: { type: string; properties: Map<string, unknown> }[] = [];
  for (const [, script] of html.matchAll(/<script[^>]*type="text\/javascript"[^>]*>([\s\S]*?)<\/script>/g)) {
    walk(acorn.parse(script!, { ecmaVersion: 2022 }), (node) => {
      if (node.type !== 'CallExpression' || node['callee']?.property?.name !== 'registerType') return;
      const [type, definition] = node['arguments'] as Syntax[];
      if (type?.type !== 'Literal' || definition?.type !== 'ObjectExpression') return;
      const properties = new Map<string, unknown>();
      for (const property of definition['properties'] as Syntax[]) {
        if (property.type !== 'Property') continue;
        const value = property['value'] as Syntax;
        properties.set(String(property['key'].name ?? property['key'].value), value.type === 'Literal' ? value['value'] : value);
      }
      found.push({ type: String(type['value']), properties });
    });
  }
  return found;
}

function examples(folder = path.join(root, 'examples')): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? examples(file) : entry.name.endsWith('.json') ? [file] : [];
  });
}

describe('what the flow library asks', () => {
  it('P01, P03, P04: a licence, where to report, a scoped name', () => {
    assert.equal(manifest['license'], 'Apache-2.0');
    assert.ok(existsSync(path.join(root, 'LICENSE')));
    assert.ok(manifest['repository']?.url && manifest['bugs']?.url);
    assert.match(manifest['name'], /^@[a-z0-9-]+\/[a-z0-9-]+$/);
  });

  it('P05, P06, P07: the keyword, the Node-RED and the Node that it runs on', () => {
    assert.ok(manifest['keywords'].includes('node-red'));
    assert.equal(manifest['node-red'].version, '>=4.1.0');
    assert.equal(manifest['engines'].node, '>=22.9');
  });

  it('D01: at most six dependencies, none native, none with install scripts', () => {
    const names = Object.keys(manifest['dependencies']);
    assert.ok(names.length <= 6, names.join(', '));
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      const folder = path.join(root, 'node_modules', name);
      const dependency = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<string, any>;
      for (const script of ['preinstall', 'install', 'postinstall']) {
        assert.ok(!dependency['scripts']?.[script], `${name} has the script ${script}`);
      }
      assert.ok(!existsSync(path.join(folder, 'binding.gyp')), `${name} is native`);
      Object.keys(dependency['dependencies'] ?? {}).forEach(visit);
    };
    names.forEach(visit);
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) assert.ok(!manifest['scripts'][script], script);
  });

  it('every node has a literal registration with category, colour, icon, inputs and outputs', () => {
    for (const [type, file] of Object.entries(nodes)) {
      const [registered, ...more] = registrations(path.join(root, file.replace(/\.js$/, '.html')));
      assert.ok(registered, `${type}: no literal registerType`);
      assert.equal(more.length, 0, `${type}: more than one registerType`);
      assert.equal(registered.type, type);
      const { properties } = registered;
      if (properties.get('category') === 'config') continue;
      assert.equal(typeof properties.get('category'), 'string', `${type}: category`);
      assert.match(String(properties.get('color')), /^#[0-9A-Fa-f]{6}$/, `${type}: color`);
      const icon = String(properties.get('icon'));
      assert.ok(existsSync(path.join(root, path.dirname(file), 'icons', icon)), `${type}: icon ${icon}`);
      assert.equal(typeof properties.get('inputs'), 'number', `${type}: inputs`);
      assert.equal(typeof properties.get('outputs'), 'number', `${type}: outputs`);
    }
  });

  it('no form makes a false type: data-template-name only for the node itself', () => {
    for (const [type, file] of Object.entries(nodes)) {
      const html = readFileSync(path.join(root, file.replace(/\.js$/, '.html')), 'utf8');
      const names = [...html.matchAll(/<script[^>]+data-template-name=['"]([^'"]+)['"]/g)].map((match) => match[1]);
      assert.deepEqual(names, [type]);
    }
  });

  it('N02: every node that is not a config node is in an example, and every example is a flow', () => {
    const used = new Set<string>();
    for (const file of examples()) {
      const flow = JSON.parse(readFileSync(file, 'utf8')) as { type: string }[];
      assert.ok(Array.isArray(flow), `${path.basename(file)} is not a flow`);
      assert.match(path.basename(file), /^\d\d - .+\.json$/);
      assert.ok(flow.some((node) => node.type === 'comment'), `${path.basename(file)} has no comment node`);
      for (const node of flow) used.add(node.type);
    }
    for (const type of Object.keys(nodes)) assert.ok(used.has(type), `${type} is in no example`);
  });

  it('every node has help in every language, with inputs, outputs and details', () => {
    for (const [type, file] of Object.entries(nodes)) {
      for (const language of ['en-US', 'th']) {
        const help = readFileSync(path.join(root, path.dirname(file), 'locales', language, `${type}.html`), 'utf8');
        assert.match(help, new RegExp(`data-help-name=["']${type}["']`));
        const headings = [...help.matchAll(/^#{2,3} (.+)$/gm)];
        const enough = registrations(path.join(root, file.replace(/\.js$/, '.html')))[0]?.properties.get('category') === 'config' ? 1 : 3;
        assert.ok(headings.length >= enough, `${type} ${language}: ${headings.length} sections`);
      }
    }
  });
});
