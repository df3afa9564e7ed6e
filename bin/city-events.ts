#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { main } from './lib/main';

function version(): string {
  // dist/bin/city-events.js lies two folders below the package
  const file = path.resolve(__dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

// a reader that has seen enough (head) closes the pipe: that is no error
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

void main(
  process.argv.slice(2),
  { out: (text) => void process.stdout.write(text), err: (text) => void process.stderr.write(text) },
  version(),
).then((code) => {
  // not process.exit: what was written to a pipe must still get through
  process.exitCode = code;
});
