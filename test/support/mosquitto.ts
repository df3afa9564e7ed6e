/** A real MQTT broker for tests, where Mosquitto is installed. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './free-port';
import { waitFor } from './node-red';

export interface Mosquitto {
  readonly port: number;
  readonly url: string;
  close(): void;
}

export function hasMosquitto(): boolean {
  try {
    // it has no option that only asks: an unknown one ends with its usage
    execFileSync('mosquitto', ['-h'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Where packages put the plugin that can refuse subscriptions: the ACL files of Mosquitto grant them all. */
const PLUGIN = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib', '/usr/local/lib', '/usr/lib64']
  .map((folder) => path.join(folder, 'mosquitto_dynamic_security.so'))
  .find((file) => existsSync(file));

export const canRefuse = PLUGIN !== undefined;

/** @param open pattern of the topics that may be subscribed to; all when left out */
export async function startMosquitto(open?: string): Promise<Mosquitto> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'city-events-mosquitto-'));
  const port = await freePort();
  const { username } = os.userInfo();
  // started by root it would go on as a user who may not read the folder
  const lines = [`user ${username}`, `listener ${port} 127.0.0.1`, 'allow_anonymous true', 'persistence false'];
  if (open !== undefined) {
    const file = path.join(folder, 'rights.json');
    writeFileSync(file, JSON.stringify(rights(open)));
    lines.push(`plugin ${PLUGIN}`, `plugin_opt_config_file ${file}`);
  }
  writeFileSync(path.join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const broker = spawn('mosquitto', ['-c', path.join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  let listens = false;
  const knock = (): void => {
    const socket = net.connect(port, '127.0.0.1', () => {
      listens = true;
      socket.end();
    });
    socket.on('error', () => undefined);
  };
  await waitFor(
    'Mosquitto',
    () => {
      if (!listens) knock();
      return listens;
    },
    10_000,
  );
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    close() {
      broker.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the plugin calls dynamic security: everything but subscriptions outside of a pattern. */
function rights(open: string): object {
  return {
    defaultACLAccess: { publishClientSend: true, publishClientReceive: true, subscribe: false, unsubscribe: true },
    clients: [],
    groups: [{ groupname: 'all', roles: [{ rolename: 'open' }] }],
    roles: [{ rolename: 'open', acls: [{ acltype: 'subscribePattern', topic: open, allow: true }] }],
    anonymousGroup: 'all',
  };
}
