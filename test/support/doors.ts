/**
 * Loaded into a worker before its own code: tells its parent of everything that would leave the thread or change the disk.
 * A door that is used is told as `{ door, what }`, and opens all the same.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import promises from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { parentPort } from 'node:worker_threads';

type Any = Record<string, (...args: unknown[]) => unknown>;

function watch(module: unknown, name: string, door: string, isDoor: (args: unknown[]) => boolean = () => true): void {
  const of = module as Any;
  const was = of[name]!;
  of[name] = function (this: unknown, ...args: unknown[]) {
    if (isDoor(args))
      parentPort?.postMessage({
        door: `${door}.${name}`,
        what: typeof args[0] === 'string' ? args[0] : typeof args[0],
      });
    return was.apply(this, args);
  };
}

const writes = (args: unknown[]): boolean => /[wa+]/.test(typeof args[1] === 'string' ? args[1] : 'r');
const CHANGES = ['writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'rename', 'rm', 'rmdir', 'unlink', 'copyFile', 'truncate', 'symlink']; // prettier-ignore

for (const name of CHANGES) {
  watch(promises, name, 'fs');
  watch(fs, name, 'fs');
  watch(fs, `${name}Sync`, 'fs');
}
for (const [module, name] of [[promises, 'open'], [fs, 'open'], [fs, 'openSync']] as const) watch(module, name, 'fs', writes); // prettier-ignore
watch(fs, 'createWriteStream', 'fs');
watch(net.Socket.prototype, 'connect', 'net');
watch(net.Server.prototype, 'listen', 'net');
watch(dgram.Socket.prototype, 'send', 'udp');
for (const module of [http, https]) for (const name of ['request', 'get']) watch(module, name, 'http');
for (const name of ['lookup', 'resolve']) watch(dns, name, 'dns');
for (const name of ['spawn', 'fork', 'exec', 'execFile', 'spawnSync', 'execSync']) watch(childProcess, name, 'process');
watch(globalThis, 'fetch', 'http');
