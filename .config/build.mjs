// Builds dist/ and resources/ from nodes/. Stops with a non-zero code on any type, lint or layout error.
//   node .config/build.mjs            everything
//   node .config/build.mjs --fast     without looking at types and without lint (for the edit-try loop and the demo)
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import esbuild from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => path.join(root, ...parts);
const fast = process.argv.includes('--fast');
const LANGUAGES = ['en-US', 'th'];

/** A tool from node_modules, run with this very Node. */
function tool(script, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [at('node_modules', script), ...args], { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${script} ${args.join(' ')} found errors`)),
    );
  });
}

/** The node types: the folders that hold a form of their own name. */
async function nodeTypes() {
  const folders = await readdir(at('nodes'), { withFileTypes: true });
  return folders.filter((f) => f.isDirectory() && existsSync(at('nodes', f.name, `${f.name}.html`))).map((f) => f.name);
}

async function json(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${path.relative(root, file)}: ${error.message}`, { cause: error });
  }
}

/**
 * The maps of the package with one place per line. The compiler writes one per word, which is as much as all the code;
 * a stack and a breakpoint name the same line of the same source without them.
 */
async function thinMaps(folder) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.js.map'));
  for (const file of names.map((name) => path.join(folder, name))) {
    const map = await json(file);
    const lines = decode(map.mappings).map((places) => places.slice(0, 1).map((place) => place.slice(0, 4)));
    await writeFile(file, JSON.stringify({ ...map, names: [], mappings: encode(lines) }));
  }
}

/** Styles come into a script as text, without blanks and comments: each form has all that forms share. */
const styles = {
  name: 'styles',
  setup: (build) =>
    build.onLoad({ filter: /\.css$/ }, async ({ path: file }) => ({
      contents: (await esbuild.transform(await readFile(file, 'utf8'), { loader: 'css', minify: true })).code,
      loader: 'text',
    })),
};

/** One .html per node: the form, and the form's behaviour as plain script, so that people and checkers can read it. */
async function form(type) {
  const bundle = await esbuild.build({
    entryPoints: [at('nodes', type, 'editor.ts')],
    bundle: true,
    write: false,
    // wrapped below: what esbuild wraps it indents, which was thousands of bytes of what every editor loads
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    plugins: [styles],
  });
  const script = `"use strict";\n(() => {\n${bundle.outputFiles[0].text.replaceAll('</script', '<\\/script')}})();\n`;
  const template = await readFile(at('nodes', type, `${type}.html`), 'utf8');
  await writeFile(
    at('dist/nodes', type, `${type}.html`),
    `<script type="text/javascript">\n${script}</script>\n\n${template}`,
  );
}

/** The node's own texts, with those that all nodes share under `common`; every language must have every key. */
async function locales(type, common) {
  const keys = {};
  for (const language of LANGUAGES) {
    const from = at('nodes', type, 'locales', language);
    const to = at('dist/nodes', type, 'locales', language);
    await mkdir(to, { recursive: true });
    const texts = { ...(await json(path.join(from, `${type}.json`))), common: common[language] };
    keys[language] = flatKeys(texts);
    await writeFile(path.join(to, `${type}.json`), JSON.stringify(texts, null, 2));
    await cp(path.join(from, `${type}.html`), path.join(to, `${type}.html`));
  }
  sameKeys(type, keys);
}

function flatKeys(texts, prefix = '') {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object' ? flatKeys(value, `${prefix}${key}.`) : [prefix + key],
  );
}

function sameKeys(what, keys) {
  const [first, ...rest] = LANGUAGES;
  for (const language of rest) {
    // Thai says one as it says many
    const missing = keys[first].filter((key) => !keys[language].includes(key) && !key.endsWith('_one'));
    const extra = keys[language].filter((key) => !keys[first].includes(key));
    if (missing.length + extra.length > 0) {
      throw new Error(`${what}: texts differ between ${first} and ${language}: ${[...missing, ...extra].join(', ')}`);
    }
  }
}

/** What is too large for a form's own script: one module per folder that has `form/index.ts`, as people can read it. */
async function resources(types) {
  // the tab "Rehearse" is the same in the forms of several nodes
  const entries = [...types, 'rehearsal'].filter((type) => existsSync(at('nodes', type, 'form/index.ts')));
  await esbuild.build({
    entryPoints: Object.fromEntries(entries.map((type) => [type, at('nodes', type, 'form/index.ts')])),
    outdir: at('resources'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    plugins: [styles],
  });
}

async function schemas() {
  const file = at('dist/nodes/ecdm/schema-export.js');
  if (!existsSync(file)) return;
  const { schemas: list } = createRequire(import.meta.url)(file);
  await mkdir(at('dist/nodes/ecdm/schemas'), { recursive: true });
  for (const [name, schema] of Object.entries(list())) {
    await writeFile(at('dist/nodes/ecdm/schemas', name), `${JSON.stringify(schema, null, 2)}\n`);
  }
}

async function checkManifest(types) {
  const listed = (await json(at('package.json')))['node-red'].nodes;
  const wanted = Object.fromEntries(types.map((type) => [type, `dist/nodes/${type}/${type}.js`]));
  for (const type of new Set([...Object.keys(listed), ...types])) {
    if (listed[type] !== wanted[type])
      throw new Error(`package.json node-red.nodes: ${type} should be ${wanted[type]}`);
  }
}

/**
 * What the compiler makes, without looking at types: in a second instead of half a minute, for the edit-try loop. Forms are
 * among it though nothing loads them from there.
 */
async function transpile() {
  const entryPoints = [];
  for (const folder of ['nodes', 'bin', 'flows', 'test']) {
    for (const name of await readdir(at(folder), { recursive: true })) {
      if (name.includes('node_modules')) continue;
      if (name.endsWith('.ts') && !name.endsWith('.d.ts')) entryPoints.push(at(folder, name));
      else if (/(?:^|[\\/])locales[\\/][^\\/]+\.json$/.test(name)) await cp(at(folder, name), at('dist', folder, name));
    }
  }
  await esbuild.build({
    entryPoints,
    outdir: at('dist'),
    outbase: root,
    format: 'cjs',
    platform: 'node',
    target: 'es2023',
    charset: 'utf8',
    sourcemap: true,
    logLevel: 'warning',
  });
}

async function main() {
  const types = await nodeTypes();
  await rm(at('dist'), { recursive: true, force: true });
  await rm(at('resources'), { recursive: true, force: true });
  if (fast) await transpile();
  else {
    await Promise.all([
      tool('typescript/bin/tsc', '-p', '.'),
      tool('typescript/bin/tsc', '-p', '.config/tsconfig.editor.json'),
    ]);
    await tool('eslint/bin/eslint.js', '-c', '.config/eslint.mjs', '--max-warnings=0', '.');
  }
  await checkManifest(types);
  const common = {};
  for (const language of LANGUAGES) common[language] = await json(at('nodes/editor/locales', `${language}.json`));
  sameKeys('nodes/editor', Object.fromEntries(LANGUAGES.map((l) => [l, flatKeys(common[l])])));
  for (const type of types) {
    await form(type);
    await locales(type, common);
    const icon = at('icons', `${type}.svg`);
    if (existsSync(icon)) await cp(icon, at('dist/nodes', type, 'icons', `${type}.svg`));
  }
  await resources(types);
  await schemas();
  if (!fast) await Promise.all([thinMaps(at('dist/nodes')), thinMaps(at('dist/bin'))]);
}

main().catch((error) => {
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
});
