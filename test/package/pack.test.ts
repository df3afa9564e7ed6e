/**
 * The packed product: what is in the tarball, and that it works when a stranger installs it into an empty user directory:
 * every node type loads, example 01 is imported, and a status rises and clears from nothing but the package.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../support/free-port';

const root = path.resolve(__dirname, '../../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, any>;
const nodeRed = process.env['CITY_NODE_RED'] ?? path.join(root, 'node_modules/node-red');

interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string; size: number }[];
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(path.join(file.parentPath, file.name)).size, 0);
}

async function until<T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what}: not within ${seconds} s${last instanceof Error ? ` (${last.message})` : ''}`);
}

describe('the packed product', function () {
  this.timeout(300_000);
  const userDir = mkdtempSync(path.join(os.tmpdir(), 'city-events-pack-'));
  let packed: Packed;
  let child: ChildProcess | undefined;
  let log = '';

  before(() => {
    // built already: the scripts of packing would build again
    const out = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', userDir], { cwd: root, encoding: 'utf8' });
    const list = JSON.parse(out) as Packed[] | Record<string, Packed>;
    packed = (Array.isArray(list) ? list[0] : Object.values(list)[0])!;
  });

  after(async () => {
    if (child !== undefined && child.exitCode === null) {
      const ended = new Promise((resolve) => child!.once('exit', resolve));
      child.kill('SIGTERM');
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
      child.kill('SIGKILL');
    }
    rmSync(userDir, { recursive: true, force: true });
  });

  it('holds what is needed and nothing else', () => {
    const files = packed.files.map((file) => file.path);
    for (const wanted of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/bin/city-events.js', 'resources/pattern-status.js', 'resources/city-zones.js']) {
      assert.ok(files.includes(wanted), `${wanted} is missing`);
    }
    for (const [type, file] of Object.entries(manifest['node-red'].nodes as Record<string, string>)) {
      const folder = path.posix.dirname(file);
      for (const wanted of [file, `${folder}/${type}.html`, `${folder}/locales/en-US/${type}.json`, `${folder}/locales/th/${type}.html`]) {
        assert.ok(files.includes(wanted), `${wanted} is missing`);
      }
    }
    assert.ok(files.some((file) => /^examples\/01 - .*\.json$/.test(file)), 'example 01 is missing');
    const allowed = /^(dist\/(nodes|bin)\/|resources\/|examples\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$|docs\/)/;
    assert.deepEqual(files.filter((file) => !allowed.test(file)), []);
    assert.deepEqual(files.filter((file) => /\.tsbuildinfo$|\.test\.|simulator|\.ts$/.test(file)), []);
    assert.ok(packed.unpackedSize < 6_400_000, `${packed.unpackedSize} bytes`);
  });

  it('holds nothing that only a form runs, and all that its files ask each other for', () => {
    const files = new Set(packed.files.map((file) => file.path));
    assert.deepEqual([...files].filter((file) => /^dist\/nodes\/(?:editor|[^/]+\/(?:form|editing|try-out))\//.test(file)), []);
    let asked = 0;
    for (const file of [...files].filter((name) => name.endsWith('.js') && name.startsWith('dist/'))) {
      for (const [, wanted] of read(file).matchAll(/\brequire\("(\.[^"]+)"\)/g)) {
        const found = path.posix.join(path.posix.dirname(file), wanted!);
        assert.ok([found, `${found}.js`, `${found}/index.js`].some((name) => files.has(name)), `${file} asks for ${wanted}`);
        asked++;
      }
    }
    assert.ok(asked > 500, `${asked} files asked for`);
  });

  it('can be read: scripts with their comments, and every function is found in its source by the map beside it', () => {
    let found = 0;
    let comments = 0;
    for (const { path: file } of packed.files.filter((one) => one.path.endsWith('.js.map'))) {
      const map = JSON.parse(read(file)) as SourceMapPayload;
      // the script says the same and has the comments: the source itself would double the package
      const source = read(path.posix.join(path.posix.dirname(file), map.sources[0]!)).split('\n');
      const places = new SourceMap(map);
      const script = read(file.slice(0, -'.map'.length)).split('\n');
      comments += script.filter((line) => /^\s*(?:\/\*\*|\/\/) /.test(line)).length;
      script.forEach((line, n) => {
        const name = /^ *(?:async )?(function [\w$]+)\(/.exec(line)?.[1];
        if (name === undefined) return;
        const place = places.findEntry(n, line.indexOf(name)) as { originalLine: number };
        assert.ok(source[place.originalLine]?.includes(name), `${file}: ${name} at line ${place.originalLine + 1}`);
        found++;
      });
    }
    assert.ok(found > 1000 && comments > 2000, `${found} functions, ${comments} comments`);
  });

  it('installs, loads every node, and example 01 raises and clears a status', async () => {
    writeFileSync(path.join(userDir, 'package.json'), JSON.stringify({ name: 'empty', version: '0.0.0', private: true }));
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', `./${packed.filename}`], {
      cwd: userDir,
      stdio: 'pipe',
    });
    const installed = bytesIn(path.join(userDir, 'node_modules'));
    assert.ok(installed < 30_000_000, `${installed} bytes with what the package needs`);
    const port = await freePort();
    writeFileSync(
      path.join(userDir, 'settings.js'),
      `module.exports = { uiHost: '127.0.0.1', uiPort: ${port}, flowFile: 'flows.json', credentialSecret: 'x', telemetry: { enabled: false },
        logging: { console: { level: 'info' } } };`,
    );
    child = spawn(process.execPath, [path.join(nodeRed, 'red.js'), '--userDir', userDir], { cwd: userDir });
    child.stdout!.on('data', (data) => (log += data));
    child.stderr!.on('data', (data) => (log += data));
    const address = `http://127.0.0.1:${port}`;

    const sets = await until('the editor answers', 60, async () => {
      const answer = await fetch(`${address}/nodes`, { headers: { accept: 'application/json' } });
      return (await answer.json()) as { module: string; types: string[]; enabled: boolean; loaded?: boolean; err?: string }[];
    });
    const ours = sets.filter((set) => set.module === manifest['name']);
    assert.deepEqual(
      ours.flatMap((set) => set.types).sort(),
      Object.keys(manifest['node-red'].nodes as object).sort(),
    );
    for (const set of ours) assert.ok(set.enabled && set.err === undefined, JSON.stringify(set));

    const name = readdirSync(path.join(userDir, 'node_modules', manifest['name'], 'examples')).find((file) => file.startsWith('01 - '))!;
    const example = JSON.parse(readFileSync(path.join(userDir, 'node_modules', manifest['name'], 'examples', name), 'utf8')) as Record<string, any>[];
    // the statuses are read from a file that a stock node writes, as a user of the palette could do
    const spool = path.join(userDir, 'statuses.ndjson');
    const tab = example.find((node) => node['type'] === 'tab')!;
    const pattern = example.find((node) => node['type'] === 'pattern-status')!;
    pattern['wires'][0].push('spool-fn');
    example.push(
      { id: 'spool-fn', type: 'json', z: tab['id'], action: 'str', property: 'payload', pretty: false, x: 900, y: 900, wires: [['spool']] },
      { id: 'spool', type: 'file', z: tab['id'], filename: spool, filenameType: 'str', appendNewline: true, createDir: false, overwriteFile: 'false', encoding: 'none', x: 900, y: 960, wires: [[]] },
    );
    const deployed = await fetch(`${address}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'Node-RED-Deployment-Type': 'full' },
      body: JSON.stringify(example),
    });
    assert.equal(deployed.status, 204, await deployed.text());

    const seen = (): { state: string; statusId: string; reason: string; simulated?: boolean }[] =>
      readFileSync(spool, 'utf8').trim().split('\n').filter(Boolean).flatMap((line) => JSON.parse(line));
    const cleared = await until('a status rises and clears', 150, () => {
      const statuses = seen();
      const end = statuses.find((status) => status.state === 'cleared');
      return Promise.resolve(end && statuses.some((status) => status.state === 'raised' && status.statusId === end.statusId) ? statuses : undefined);
    }).catch((error: Error) => assert.fail(`${error.message}\n${log}`));
    for (const status of cleared) {
      assert.equal(status.simulated, true);
      assert.ok(status.reason.length > 20, status.reason);
    }
    assert.ok(!/error/i.test(log.replace(/.*\[info\].*/g, '')), log);
  });
});
