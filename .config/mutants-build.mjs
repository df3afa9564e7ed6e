// Makes plain JavaScript of what the mutants need, without looking at types: the mutants would not pass.
import { cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import esbuild from 'esbuild';

const OUT = '.build/mutants';
const below = async (folder, end) =>
  (await readdir(folder, { recursive: true }))
    .filter((name) => name.endsWith(end))
    .map((name) => path.join(folder, name));
const folders = ['nodes', 'test/properties', 'test/mutation', 'test/support', 'test/unit'];
const sources = (await Promise.all(folders.map((folder) => below(folder, '.ts')))).flat();
await esbuild.build({
  entryPoints: sources,
  outdir: OUT,
  outbase: '.',
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  logLevel: 'error',
});
for (const file of await below('nodes', '.json')) {
  await mkdir(path.dirname(path.join(OUT, file)), { recursive: true });
  await cp(file, path.join(OUT, file));
}
