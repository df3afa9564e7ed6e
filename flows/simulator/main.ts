#!/usr/bin/env node
/** `npm run simulator`: the simulated SensorThings server on its own. */
import { parseArgs } from 'node:util';
import { addCircle, PERSONALITIES, startSimulator, type PersonalityName } from './index';

const HELP = `A simulated SensorThings server (loopback only; everything in it is SIMULATED).

Usage: npm run simulator -- [options]

  --port N           HTTP port (default 8080)
  --mqtt-port N      MQTT port (default 18830)
  --like NAME        habits of a server: ${Object.keys(PERSONALITIES).join(', ')} (default frost)
  --speed N          simulated seconds per second of the demo city (default 60; 1 = real time)
  --seed N           another seed gives another city (default 1)
  --history N        minutes of readings that are there at the start (default 60)
  --datastreams N    instead of the demo city, N thermometers in a disc around Trang (up to 1,000,000)
  --observations N   readings of each of them (default 10)

What goes wrong:
  --delay MS         milliseconds before every answer
  --storm SHARE      share of requests (0 to 1) that fail, with --status N (default 503) and --retry-after S
  --drop SHARE       share of MQTT notices that are lost
  --duplicate SHARE  share of MQTT notices that come twice
  --disorder         MQTT notices change places
  --silent           MQTT is connected, but nothing comes
  --cut S            cuts off all connections every S seconds
  --help             this text

What it does not do: batch requests, GeoJSON and CSV formats, JSON Patch, most extensions of FROST, exact overlaps of lines
and polygons (points in polygons are exact), users and rights, MQTT over WebSocket, MQTT 5. What is stored is gone when
the process ends.
`;

const OPTIONS = {
  port: { type: 'string', default: '8080' },
  'mqtt-port': { type: 'string', default: '18830' },
  like: { type: 'string', default: 'frost' },
  speed: { type: 'string', default: '60' },
  seed: { type: 'string', default: '1' },
  history: { type: 'string', default: '60' },
  datastreams: { type: 'string', default: '0' },
  observations: { type: 'string', default: '10' },
  delay: { type: 'string', default: '0' },
  storm: { type: 'string', default: '0' },
  status: { type: 'string', default: '503' },
  'retry-after': { type: 'string' },
  drop: { type: 'string', default: '0' },
  duplicate: { type: 'string', default: '0' },
  disorder: { type: 'boolean', default: false },
  silent: { type: 'boolean', default: false },
  cut: { type: 'string', default: '0' },
  help: { type: 'boolean', default: false },
} as const;

function isPersonality(name: string): name is PersonalityName {
  return Object.hasOwn(PERSONALITIES, name);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const number = (name: keyof typeof values, most: number): number => {
    const value = Number(values[name]);
    if (!(value >= 0 && value <= most)) throw new Error(`--${name} must be a number from 0 to ${most}`);
    return value;
  };
  if (!isPersonality(values.like)) {
    throw new Error(`--like must be one of: ${Object.keys(PERSONALITIES).join(', ')}`);
  }
  const datastreams = number('datastreams', 1_000_000);
  const simulator = await startSimulator({
    port: number('port', 65_535),
    mqttPort: number('mqtt-port', 65_535),
    speed: number('speed', 36_000),
    seed: number('seed', 4_000_000_000),
    history: number('history', 10_000),
    city: datastreams === 0,
    personality: values.like,
  });
  if (datastreams > 0) {
    addCircle(simulator.store, { datastreams, observations: number('observations', 5000), end: Date.now() });
  }
  Object.assign(simulator.faults.http, { delay: number('delay', 600_000), storm: number('storm', 1) });
  Object.assign(simulator.faults.http, { status: number('status', 599), retryAfter: values['retry-after'] });
  const { disorder, silent } = values;
  Object.assign(simulator.faults.mqtt, {
    drop: number('drop', 1),
    duplicate: number('duplicate', 1),
    disorder,
    silent,
  });
  const cut = number('cut', 86_400);
  if (cut > 0) setInterval(() => simulator.disconnect('hard'), cut * 1000).unref();
  const what = datastreams > 0 ? `${datastreams} thermometers` : `city of ${simulator.city.things.length} Things`;
  process.stdout.write(`SIMULATED ${what}, as ${values.like}\n`);
  process.stdout.write(
    `SensorThings  ${simulator.url}\nMQTT          ${simulator.mqttUrl || 'none'}\nCtrl-C stops it.\n`,
  );
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
