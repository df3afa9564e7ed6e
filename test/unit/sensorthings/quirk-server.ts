/** A simulated server with one habit of the quirk table, a few readings in it, and the client that reads them all. */
import assert from 'node:assert/strict';
import { type Personality, type Simulator, startSimulator } from '../../../flows/simulator';
import type { Observation } from '../../../nodes/ecdm/observation';
import type { Problem } from '../../../nodes/ecdm/problem';
import { Connection } from '../../../nodes/sensorthings-server/client/connection';
import type { StreamInfo } from '../../../nodes/sensorthings-server/client/datastream';
import type { DecodeOptions } from '../../../nodes/sensorthings-server/client/decode';
import { walksOf } from '../../../nodes/sensorthings-in/server-reader';

export const START = Date.parse('2026-11-20T00:00:00Z');
export const MINUTE = 60_000;
/** Readings of the first Datastream; the second has as many of other values at the same times. */
export const VALUES = [10.5, 11, 12.25, 13, 14, 15, 16];

export interface QuirkOptions {
  personality?: Partial<Personality>;
  ids?: 'long' | 'string' | 'uuid';
  /** More of the first Datastream and its Thing. */
  datastream?: object;
  thing?: object;
  decode?: DecodeOptions;
  nameFrom?: string;
  results?: readonly unknown[];
}

export class QuirkServer {
  readonly problems: Problem[] = [];
  readonly connection: Connection;

  private constructor(
    readonly simulator: Simulator,
    private readonly options: QuirkOptions,
    /** As the server knows them. */
    readonly keys: readonly (string | number)[],
  ) {
    this.connection = new Connection({
      url: simulator.url,
      auth: { type: 'none' },
      zone: options.decode?.zone,
      nameFrom: options.nameFrom,
    });
  }

  static async start(options: QuirkOptions = {}): Promise<QuirkServer> {
    const { personality, ids } = options;
    const simulator = await startSimulator({
      city: false,
      speed: 0,
      ids,
      personality: { mqtt: false, ...personality },
    });
    const { store } = simulator;
    const location = {
      name: 'place',
      description: 'x',
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates: [99.61, 7.55] },
    };
    const thing = store.create('Things', {
      name: 'station',
      description: 'x',
      Locations: [location],
      ...options.thing,
    });
    const keys: (string | number)[] = [];
    for (const more of [options.datastream, undefined]) {
      const stream = store.create('Datastreams', {
        name: `stream ${keys.length + 1}`,
        description: 'x',
        unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
        observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
        Thing: { '@iot.id': thing.id },
        ObservedProperty: { name: 'Temperature', definition: 'http://x/t', description: 'x' },
        Sensor: { name: 's', description: 'x', encodingType: 'text/plain', metadata: 'x' },
        ...more,
      });
      keys.push(stream.id);
    }
    const results = options.results ?? VALUES;
    results.forEach((result, i) => {
      const phenomenonTime = new Date(START + i * MINUTE).toISOString();
      for (const [n, id] of keys.entries()) {
        const value = n === 0 ? result : -1000 - i;
        store.create('Observations', { phenomenonTime, result: value, Datastream: { '@iot.id': id } });
      }
    });
    return new QuirkServer(simulator, options, keys);
  }

  /** Requests of the client so far, decoded. */
  get asked(): string[] {
    return this.simulator.log.map((line) => decodeURIComponent(line.replaceAll('+', ' ')));
  }

  async stream(): Promise<StreamInfo> {
    const metadata = await this.connection.metadata();
    // ids may have any order
    return (await metadata.list(undefined, 10)).find(({ name }) => name === 'stream 1')!;
  }

  /** All readings of the first Datastream, in pages of `page` rows. */
  async read(page = 3, from = START): Promise<Observation[]> {
    const facts = await this.connection.facts();
    const decode: DecodeOptions = {
      told: new Set(),
      onProblem: (problem) => this.problems.push(problem),
      ...this.options.decode,
    };
    const walks = walksOf(this.connection, facts, decode);
    const found = new Map<string, Observation>();
    for await (const list of walks.pages([await this.stream()], { from, page })) {
      for (const observation of list) found.set(observation.id, observation);
    }
    return [...found.values()];
  }

  async close(): Promise<void> {
    this.connection.close();
    await this.simulator.close();
  }
}

/** Pages of three, so that the few readings fill some. */
export const PAGE = { defaultTop: 3, maxTop: 3, keyset: false };

export const values = (list: readonly Observation[]): unknown[] => list.map(({ value }) => value);

interface QuirkServers {
  serve(options: QuirkOptions): Promise<QuirkServer>;
  /** All readings come, of the right Datastream, with their times, in their order. */
  readsAll(options: QuirkOptions): Promise<QuirkServer>;
}

/** Servers for the tests of one `describe`, closed after each of them. */
export function quirkServers(): QuirkServers {
  const open: QuirkServer[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close();
  });
  const serve = async (options: QuirkOptions): Promise<QuirkServer> => {
    const server = await QuirkServer.start(options);
    open.push(server);
    return server;
  };
  const readsAll = async (options: QuirkOptions): Promise<QuirkServer> => {
    const server = await serve(options);
    const list = await server.read();
    assert.deepEqual(values(list), VALUES);
    assert.deepEqual(
      list.map(({ time }) => time),
      VALUES.map((_, i) => START + i * MINUTE),
    );
    assert.deepEqual(server.problems, []);
    return server;
  };
  return { serve, readsAll };
}
