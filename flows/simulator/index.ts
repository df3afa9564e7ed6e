/**
 * A simulated SensorThings 1.1 server for the demo city and the tests: HTTP on node:http, MQTT on aedes, loopback
 * only. It behaves as FROST does, with faults and the habits of other servers as switches.
 *
 * What it does not do (yet): MultiDatastreams, Tasking, DELETE, batch, CreateObservations, GeoJSON and CSV formats,
 * `$skipFilter` keyset links, arithmetic on intervals, version 2.0.
 */
import type { Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { DemoCity } from '../../nodes/sensorthings-server/demo';
import { type Faults, FROST, noFaults, type Personality } from './faults';
import { type Auth, createHttp } from './http';
import { createMqtt, type MqttSide } from './mqtt';
import { insert, seedCity } from './seed';
import { type Entity, Store, type StoreOptions } from './store';

export type { Faults, Personality } from './faults';

export interface SimulatorOptions extends StoreOptions {
  /** HTTP port (default 0: any free one). */
  port?: number;
  /** MQTT port (default 0: any free one); `false` for a server without MQTT. */
  mqttPort?: number | false;
  /** Simulated seconds per second (default 60); 0 makes no readings by itself. */
  speed?: number;
  seed?: number;
  /** Minutes of readings that are there at the start (default 60). */
  history?: number;
  /** Simulated time of the start, epoch milliseconds (default now). */
  start?: number;
  auth?: Auth;
  personality?: Partial<Personality>;
  prefix?: string;
  /** Beginning of MQTT topics that devices of the city use beside the SensorThings ones, such as "demo/". */
  devices?: string;
  /** A store to go on with, for the restart of a server. */
  store?: Store;
}

export interface Simulator {
  /** Service root, with version 1.1. */
  readonly url: string;
  readonly mqttUrl: string;
  readonly store: Store;
  readonly city: DemoCity;
  /** Switches that may be changed while it runs. */
  readonly faults: Faults;
  readonly personality: Personality;
  /** Requests of the clients, the last 1,000. */
  readonly log: readonly string[];
  readonly mqtt: MqttSide | undefined;
  /** Simulated time, epoch milliseconds. */
  now(): number;
  /** Stores an Observation and tells the subscribers. */
  post(datastream: number, result: unknown, time?: number): Entity;
  close(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { seed = 1, speed = 60, history = 60, prefix = '/FROST-Server' } = options;
  const start = options.start ?? Date.now();
  const began = performance.now();
  const now = (): number => start + (performance.now() - began) * speed;
  const store = options.store ?? new Store(options);
  const city = seedCity(options.store ? new Store() : store, seed);
  if (!options.store) for (const reading of city.history(history, start)) insert(store, reading);

  const faults = noFaults();
  const personality: Personality = { ...FROST, ...options.personality };
  const log: string[] = [];
  let url = '';
  const root = (): string => personality.serviceRootUrl ?? url.slice(0, url.lastIndexOf('/'));
  const mqtt = options.mqttPort === false ? undefined : await createMqtt({ store, faults, auth: options.auth, root, devices: options.devices });
  let mqttUrl = '';
  const context = { store, faults, personality, auth: options.auth, prefix, log, simulated: true };
  const http = createHttp({ ...context, mqttUrl: () => (mqtt ? mqttUrl : undefined) });
  try {
    if (mqtt) mqttUrl = `mqtt://127.0.0.1:${await listen(mqtt.server, options.mqttPort || 0)}`;
    url = `http://127.0.0.1:${await listen(http, options.port ?? 0)}${prefix}/v1.1`;
  } catch (thrown) {
    await mqtt?.close();
    throw thrown;
  }

  let last = start;
  const tick = (): void => {
    const time = now();
    for (const reading of city.readingsAt(last, time)) insert(store, reading);
    last = time;
  };
  const timer = speed > 0 ? setInterval(tick, Math.max(50, Math.min(1000, 60_000 / speed / 4))) : undefined;
  return {
    url,
    mqttUrl,
    store,
    city,
    faults,
    personality,
    log,
    mqtt,
    now,
    post: (datastream, result, time = now()) =>
      store.create('Observations', {
        phenomenonTime: new Date(time).toISOString(),
        result,
        Datastream: { '@iot.id': datastream },
      }),
    async close() {
      clearInterval(timer);
      http.closeAllConnections();
      await new Promise<void>((done) => http.close(() => done()));
      await mqtt?.close();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
