// Builds (--fast) only where a source is newer than what was built, for commands that are called again and again.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
// written after the compiler has run: the last thing that a build makes
const built = path.join(root, 'dist/nodes/ecdm/schemas');

function newest(folder) {
  const names = readdirSync(folder, { recursive: true });
  return names.reduce((latest, name) => Math.max(latest, statSync(path.join(folder, name)).mtimeMs), 0);
}

const sources = ['nodes', 'bin', 'flows'].map((folder) => newest(path.join(root, folder)));
const fresh = existsSync(built) && newest(built) > Math.max(...sources, statSync(path.join(root, 'tsconfig.json')).mtimeMs);
if (!fresh) {
  const { status } = spawnSync(process.execPath, [path.join(root, '.config/build.mjs'), '--fast'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
