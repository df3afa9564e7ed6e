/** A real FROST-Server with HTTP and MQTT on 127.0.0.1, over a database of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../support/free-port';
import { ended, installPostgres, startCluster, type Cluster } from './cluster';
import { fetchJars, HERE, type Jars } from './jars';

export interface FrostOptions {
  /** Root of all links (default: the address of the server itself); a proxy in front has another. */
  serviceRootUrl?: string;
  /** MQTT endpoint that the server names (default: its own). */
  mqttEndpoint?: string;
}

export interface Frost {
  readonly version: string;
  /** Service root with version 1.1. */
  readonly url: string;
  readonly mqttUrl: string;
  readonly port: number;
  readonly mqttPort: number;
  /** Runs statements in its database; gives the rows without anything around them. */
  sql(text: string): Promise<string>;
  /** Seconds until it answered. */
  readonly startSeconds: number;
  /** Ends the process, as a restart of the machine would (`SIGKILL`) or in order. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same ports and database. */
  resume(): Promise<void>;
  /** Ends it and takes the database away. */
  close(): Promise<void>;
}

/** Longest start, in seconds: the first one makes the schema. */
const LONGEST_START = 150;

/** @throws NoMaven, NotPublished, or what else has gone wrong */
export async function startFrost(options: FrostOptions = {}): Promise<Frost> {
  const jars = await fetchJars();
  await installPostgres();
  const cluster = await startCluster();
  const [port, mqttPort, websocketPort] = [await freePort(), await freePort(), await freePort()];
  const folder = mkdtempSync(path.join(os.tmpdir(), 'city-events-frost-'));
  const url = `http://127.0.0.1:${port}/FROST-Server/v1.1`;
  const mqttUrl = `mqtt://127.0.0.1:${mqttPort}`;
  const env = settings({ ...options, cluster, port, mqttPort, websocketPort, folder });
  let child: Launched | undefined;
  const kill = (): void => void child?.kill('SIGKILL');
  process.once('exit', kill);
  const resume = async (): Promise<void> => {
    child = launch(jars, port, folder, env);
    await untilReady(child, url);
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child) await ended(child, signal);
    child = undefined;
  };
  const close = async (): Promise<void> => {
    await stop('SIGKILL');
    await cluster.stop();
    process.removeListener('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  const began = performance.now();
  try {
    await resume();
  } catch (error) {
    await close();
    throw error;
  }
  const startSeconds = (performance.now() - began) / 1000;
  return { version: jars.version, url, mqttUrl, port, mqttPort, startSeconds, stop, resume, close, sql: cluster.sql };
}

interface Places extends FrostOptions {
  cluster: Cluster;
  port: number;
  mqttPort: number;
  websocketPort: number;
  folder: string;
}

/** FROST reads its settings from the environment, dots written as underscores. */
function settings(places: Places): NodeJS.ProcessEnv {
  const { cluster, port, mqttPort, websocketPort, folder } = places;
  return {
    ...process.env,
    // its functions of dates count in the zone of the process
    TZ: 'UTC',
    serviceRootUrl: places.serviceRootUrl ?? `http://127.0.0.1:${port}/FROST-Server`,
    plugins_multiDatastream_enable: 'true',
    plugins_actuation_enable: 'true',
    // what a war has in a file of settings
    defaultCount: 'false',
    defaultTop: '100',
    maxTop: '1000',
    maxDataSize: '25000000',
    useAbsoluteNavigationLinks: 'true',
    alwaysOrderbyId: 'true',
    persistence_persistenceManagerImplementationClass:
      'de.fraunhofer.iosb.ilt.frostserver.persistence.pgjooq.PostgresPersistenceManager',
    mqtt_mqttServerImplementationClass: 'de.fraunhofer.iosb.ilt.sensorthingsserver.mqtt.moquette.MoquetteMqttServer',
    persistence_db_driver: 'org.postgresql.Driver',
    persistence_db_url: `jdbc:postgresql://127.0.0.1:${cluster.port}/sensorthings`,
    persistence_db_username: 'frost',
    persistence_db_password: 'frost',
    persistence_autoUpdateDatabase: 'true',
    persistence_idGenerationMode: 'ServerAndClientGenerated',
    bus_busImplementationClass: 'de.fraunhofer.iosb.ilt.frostserver.messagebus.InternalMessageBus',
    mqtt_Enabled: 'true',
    mqtt_Host: '127.0.0.1',
    mqtt_Port: String(mqttPort),
    mqtt_WebsocketPort: String(websocketPort),
    mqtt_exposedEndpoints: places.mqttEndpoint ?? `mqtt://127.0.0.1:${mqttPort}`,
    FROST_LOG_path: folder,
    FROST_LL: 'WARN',
    FROST_LL_io_moquette: 'WARN',
  };
}

type Launched = ChildProcess & { said: string };

function launch(jars: Jars, port: number, folder: string, env: NodeJS.ProcessEnv): Launched {
  const source = jars.war === undefined ? 'Frost.java' : 'Launcher.java';
  const args = ['-Xmx1g', '-cp', path.join(jars.libraries, '*'), path.join(HERE, source)];
  if (jars.war !== undefined) args.push(jars.war);
  const child = spawn(jars.java, [...args, '/FROST-Server', String(port), folder], {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const launched = Object.assign(child, { said: '' });
  const hear = (text: Buffer): void => void (launched.said = `${launched.said}${text.toString()}`.slice(-6000));
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return launched;
}

async function untilReady(child: Launched, url: string): Promise<void> {
  for (let i = 0; i < LONGEST_START * 4; i++) {
    if (child.exitCode !== null) throw new Error(`FROST ended: ${child.said}`);
    const answer = await fetch(`${url}/Things?$top=1`).catch(() => undefined);
    if (answer?.status === 200) return;
    await answer?.text();
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error(`FROST does not answer within ${LONGEST_START} s: ${child.said}`);
}
