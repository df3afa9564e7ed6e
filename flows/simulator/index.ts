/**
 * A simulated SensorThings server for the demo city, the tests and the benches: HTTP on node:http, MQTT on aedes,
 * loopback only. It behaves as FROST does; personalities give it the habits of other servers, faults make it ill.
 *
 * What it does not do: batch requests, GeoJSON and CSV formats, JSON Patch, extensions of FROST beyond `$select=distinct:`
 * and parts of fields, exact overlaps of lines and polygons (points in polygons are exact), `st_relate/touches/overlaps/crosses`,
 * `geo.length`, users and rights, MQTT over WebSocket, MQTT 5 (requests over MQTT and `type` of version 2.0),
 * FeatureTypes and SWE Common beyond Quantity and DataRecord. What is stored is gone when the process ends.
 */
import type { AddressInfo, Server, Socket } from 'node:net';
import type { ServerOptions as TlsOptions } from 'node:https';
import type { DemoCity } from '../../nodes/sensorthings-server/demo';
import { createGate, type Auth, type Gate } from './auth';
import { noFaults, randomFrom, type Faults } from './faults';
import { createHttp, type HttpContext } from './http';
import { createMqtt, type MqttSide } from './mqtt';
import { personalityOf, type Personality, type PersonalityName } from './personalities';
import { insert, seedCity } from './seed';
import { Store, type Entity, type StoreOptions } from './store';

export type { Auth } from './auth';
export type { Faults } from './faults';
export { PERSONALITIES, type Personality, type PersonalityName } from './personalities';
export { addCircle, type CircleOptions } from './seed';
export { Store } from './store';

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
  /** The name of a server to behave like, or single switches over FROST. */
  personality?: PersonalityName | Partial<Personality>;
  prefix?: string;
  /** Beginning of MQTT topics that devices of the city use beside the SensorThings ones, such as "demo/". */
  devices?: string;
  /** `false` for a server without the demo city: what is in it, a test puts there. */
  city?: boolean;
  /** A store to go on with, for the restart of a server in another process or with other switches. */
  store?: Store;
  /** Certificate and key (and `ca`, `requestCert`) for https and mqtts. */
  tls?: TlsOptions;
}

export interface Simulator {
  /** Service root, with the version that the personality has. */
  readonly url: string;
  readonly mqttUrl: string;
  readonly store: Store;
  readonly city: DemoCity;
  /** Switches that may be changed while it runs. */
  readonly faults: Faults;
  readonly personality: Personality;
  readonly gate: Gate;
  /** Address that gives out tokens where `auth.oauth2` is set. */
  readonly tokenUrl: string;
  /** Requests of the clients, the last 1,000. */
  readonly log: readonly string[];
  readonly mqtt: MqttSide | undefined;
  /** Simulated time, epoch milliseconds. */
  now(): number;
  /** Stores an Observation and tells the subscribers; also while it is stopped, as a database that another writes to. */
  post(datastream: number | string, result: unknown, time?: number): Entity;
  /** Ends HTTP and MQTT and forgets all subscriptions; the store is kept. */
  stop(): Promise<void>;
  /** Serves again on the same ports. */
  resume(): Promise<void>;
  /** Stops for so many milliseconds (default 0). */
  restart(down?: number): Promise<void>;
  /** Cuts off all connections of HTTP and MQTT. */
  disconnect(how?: 'clean' | 'hard' | 'frozen'): void;
  close(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { seed = 1, speed = 60, history = 60, prefix = '/FROST-Server', tls, auth } = options;
  const start = options.start ?? Date.now();
  const began = performance.now();
  const now = (): number => start + (performance.now() - began) * speed;
  const store = options.store ?? new Store(options);
  const withCity = options.city !== false && !options.store;
  const city = seedCity(withCity ? store : new Store(), seed);
  if (withCity) for (const reading of city.history(history, start)) insert(store, reading);

  const faults = noFaults();
  const personality = personalityOf(options.personality);
  const sides: Sides = new Sides({
    context: {
      store,
      faults,
      personality,
      gate: createGate(auth),
      prefix,
      tls,
      log: [],
      random: randomFrom(seed),
      mqttUrl: (): string | undefined => sides.mqttUrl || undefined,
    },
    devices: options.devices,
    port: options.port ?? 0,
    mqttPort: personality.mqtt ? (options.mqttPort ?? 0) : false,
  });
  await sides.open();

  let last = start;
  const tick = (): void => {
    const time = now();
    for (const reading of city.readingsAt(last, time)) insert(store, reading);
    last = time;
  };
  const timer = speed > 0 && withCity ? setInterval(tick, Math.max(50, Math.min(1000, 60_000 / speed / 4))) : undefined;
  const { gate, log } = sides.context;
  return {
    get url() {
      return sides.url;
    },
    get mqttUrl() {
      return sides.mqttUrl;
    },
    get tokenUrl() {
      return `${new URL(sides.url).origin}/token`;
    },
    get mqtt() {
      return sides.mqtt;
    },
    store,
    city,
    faults,
    personality,
    gate,
    log,
    now,
    post: (datastream, result, time = now()) =>
      store.create('Observations', {
        phenomenonTime: new Date(time).toISOString(),
        result,
        Datastream: { '@iot.id': datastream },
      }),
    stop: () => sides.close(),
    resume: () => sides.open(),
    async restart(down = 0) {
      await sides.close();
      await new Promise((done) => setTimeout(done, down));
      await sides.open();
    },
    disconnect: (how) => sides.disconnect(how),
    async close() {
      clearInterval(timer);
      await sides.close();
    },
  };
}

interface SidesOptions {
  context: HttpContext;
  devices?: string;
  port: number;
  mqttPort: number | false;
}

/** HTTP and MQTT of one server, which may stop and go on where they were. */
class Sides {
  url = '';
  mqttUrl = '';
  mqtt: MqttSide | undefined;
  readonly context: HttpContext;
  private http: Server | undefined;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly options: SidesOptions) {
    this.context = options.context;
  }

  async open(): Promise<void> {
    if (this.http) return;
    const { options, context } = this;
    const { personality, tls, prefix } = context;
    const root = (): string => personality.serviceRootUrl ?? this.url.slice(0, this.url.lastIndexOf('/'));
    try {
      if (options.mqttPort !== false) {
        this.mqtt = await createMqtt({ ...context, root, devices: options.devices });
        options.mqttPort = await listen(this.mqtt.server, options.mqttPort);
        this.mqttUrl = `${tls ? 'mqtts' : 'mqtt'}://127.0.0.1:${options.mqttPort}`;
      }
      this.http = createHttp(context);
      this.http.on('connection', (socket) => {
        this.sockets.add(socket);
        socket.on('close', () => this.sockets.delete(socket));
      });
      options.port = await listen(this.http, options.port);
      const version = personality.versions.includes('v2.0') ? 'v2.0' : personality.versions.at(-1);
      this.url = `${tls ? 'https' : 'http'}://127.0.0.1:${options.port}${prefix}/${version}`;
    } catch (thrown) {
      this.http = undefined;
      await this.mqtt?.close();
      this.mqtt = undefined;
      throw thrown;
    }
  }

  disconnect(how?: 'clean' | 'hard' | 'frozen'): void {
    this.mqtt?.disconnectAll(how);
    for (const socket of this.sockets) {
      if (how === 'clean') socket.end();
      else if (how === 'frozen') socket.pause();
      else socket.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    const { http, mqtt } = this;
    this.http = this.mqtt = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (http) await new Promise<void>((done) => http.close(() => done()));
    await mqtt?.close();
  }
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
