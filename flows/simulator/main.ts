#!/usr/bin/env node
/** `npm run simulator`: the simulated SensorThings server on its own. */
import { parseArgs } from 'node:util';
import { startSimulator } from './index';

const HELP = `A simulated SensorThings server with the demo city (loopback only; everything in it is SIMULATED).

Usage: npm run simulator -- [options]

  --port N        HTTP port (default 8080)
  --mqtt-port N   MQTT port (default 18830)
  --speed N       simulated seconds per second (default 60; 1 = real time)
  --seed N        another seed gives another city (default 1)
  --history N     minutes of readings that are there at the start (default 60)
  --help          this text
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      'mqtt-port': { type: 'string', default: '18830' },
      speed: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      history: { type: 'string', default: '60' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const number = (name: 'port' | 'mqtt-port' | 'speed' | 'seed' | 'history', most: number): number => {
    const value = Number(values[name]);
    if (!(value >= 0 && value <= most)) throw new Error(`--${name} must be a number from 0 to ${most}`);
    return value;
  };
  const simulator = await startSimulator({
    port: number('port', 65_535),
    mqttPort: number('mqtt-port', 65_535),
    speed: number('speed', 36_000),
    seed: number('seed', 4_000_000_000),
    history: number('history', 10_000),
  });
  process.stdout.write(`SIMULATED city of ${simulator.city.things.length} Things\n`);
  process.stdout.write(`SensorThings  ${simulator.url}\nMQTT          ${simulator.mqttUrl}\nCtrl-C stops it.\n`);
  const stop = (): void => {
    simulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException;
  process.stderr.write(
    code === 'EADDRINUSE'
      ? `${message}\nThe port is taken: choose another with --port or --mqtt-port.\n`
      : `${message}\n`,
  );
  process.exitCode = 1;
});
