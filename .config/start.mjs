// npm start: the demo city. A simulated SensorThings server and Node-RED with this pack, both on 127.0.0.1 only.
//   PORT=1890 npm start      another port
//   npm start -- --speed 10  ten simulated seconds in a second (60 when left out; 1 is real time)
//   npm start -- --fresh     forgets what was changed in the editor and begins with the demo's own flow
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const HOST = '127.0.0.1';

/** Resolves to true when nobody listens there. */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}

/** Node-RED finds this pack as if it had been installed from the palette: by a link in the user directory. */
async function prepare(userDir, fresh) {
  const scope = path.join(userDir, 'node_modules', '@ecdm');
  await mkdir(scope, { recursive: true });
  const link = path.join(scope, 'node-red-city-events');
  await rm(link, { recursive: true, force: true });
  await symlink(root, link, 'junction');
  const flow = path.join(userDir, 'flows.json');
  if (fresh || !existsSync(flow)) await copyFile(path.join(root, 'flows', 'demo-city.json'), flow);
}

/** Simulated seconds per second. */
function speedOf(args) {
  const at = args.indexOf('--speed');
  if (at < 0) return 60;
  const speed = Number(args[at + 1]);
  if (!(speed >= 0.1 && speed <= 3600)) throw new Error(`--speed ${args[at + 1] ?? ''}: use a number from 0.1 to 3600`);
  return speed;
}

async function main() {
  const port = Number(process.env.PORT ?? 1880);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`PORT=${process.env.PORT} is not a port; use a number from 1 to 65535`);
  }
  if (!(await isFree(port))) {
    throw new Error(
      `port ${port} is in use on ${HOST} (another "npm start", or another Node-RED?).\n` +
        `Stop that program, or choose another port: PORT=${port + 10} npm start`,
    );
  }
  const userDir = process.env.CITY_USER_DIR ?? path.join(root, '.node-red');
  await prepare(userDir, process.argv.includes('--fresh'));

  const speed = speedOf(process.argv);
  const { startSimulator } = require(path.join(root, 'dist/flows/simulator/index.js'));
  const city = await startSimulator({ port: 0, mqttPort: 0, devices: 'demo/', speed });

  const child = spawn(
    process.execPath,
    [path.resolve(root, process.env.CITY_NODE_RED || 'node_modules/node-red', 'red.js'), '--settings', path.join(root, '.config/settings.cjs')],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        PORT: String(port),
        CITY_USER_DIR: userDir,
        CITY_DEMO_URL: city.url,
        CITY_DEMO_MQTT_URL: city.mqttUrl,
        CITY_DEMO_MQTT_PORT: new URL(city.mqttUrl).port,
      },
    },
  );

  // in a terminal Ctrl-C reaches the child too; it takes the second one for the first
  let stopping = false;
  const stop = (signal) => {
    stopping = true;
    child.kill(signal);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  child.on('exit', (code, signal) => {
    city.close().finally(() => process.exit(stopping ? 0 : (code ?? (signal ? 1 : 0))));
  });

  await ready(port, () => child.exitCode === null && child.signalCode === null);
  if (stopping || child.exitCode !== null) return;
  console.log(
    [
      '',
      'The demo city is running. Its readings are SIMULATED.',
      '',
      `  editor      http://${HOST}:${port}/`,
      `  dashboard   http://${HOST}:${port}/ui`,
      `  city        ${city.url} (SensorThings), ${city.mqttUrl} (MQTT)`,
      '',
      `What you change is kept in ${path.relative(root, userDir) || userDir}. "npm start -- --fresh" begins again. Ctrl-C stops.`,
      '',
    ].join('\n'),
  );
}

/** Waits until the editor answers. */
async function ready(port, alive) {
  const end = Date.now() + 60_000;
  while (Date.now() < end && alive()) {
    try {
      const answer = await fetch(`http://${HOST}:${port}/settings`);
      if (answer.ok) return;
    } catch {
      // not yet
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

main().catch((error) => {
  console.error(`\nnpm start: ${error.message}\n`);
  process.exit(1);
});
