/**
 * FROST-Server and what it runs on, by Maven: the newest release that the Java at hand can run. Where Maven has none as a
 * whole (a war), one from its libraries, behind an HTTP server of our own.
 * CITY_FROST_WAR: a war file to take instead (its name must hold the version).
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Releases, newest first, with the Java and the Tomcat that they need. */
const RELEASES = [
  { version: '2.8.0', java: 21, tomcat: '10.1.34' },
  { version: '2.7.3', java: 21, tomcat: '10.1.34' },
  { version: '2.6.2', java: 21, tomcat: '10.1.34' },
  { version: '2.5.3', java: 21, tomcat: '10.1.34' },
  { version: '2.4.2', java: 17, tomcat: '9.0.98' },
] as const;
/** The newest release whose libraries are published, MQTT and plugins among them. */
const LIBRARIES = { version: '2.0.0', java: 11 } as const;
const GROUP = 'de.fraunhofer.iosb.ilt.FROST-Server';
const NAME = 'FROST-Server.MQTTP';
const JVMS = '/usr/lib/jvm';
/** The project's folder: this file runs from dist/test/frost. */
const ROOT = path.resolve(__dirname, '../../..');
export const HERE = path.join(ROOT, 'test/frost');

export interface Jars {
  version: string;
  /** `undefined`: it is to be run from its libraries. */
  war: string | undefined;
  /** Folder of the other jars. */
  libraries: string;
  /** The `java` that is to be used. */
  java: string;
}

/** Maven is not installed: there is nothing to be had. */
export class NoMaven extends Error {}
/** Maven works, and what it asked says that FROST is not there. */
export class NotPublished extends Error {}

/** @throws NoMaven, NotPublished, or what else has gone wrong */
export async function fetchJars(): Promise<Jars> {
  const javas = await findJavas();
  if (!(await works('mvn', ['-v']))) throw new NoMaven('Maven (mvn) is not installed');
  const own = process.env['CITY_FROST_WAR'];
  const missing: string[] = [];
  for (const release of RELEASES) {
    const java = javas.find(({ major }) => major >= release.java);
    if (!java || (own && !path.basename(own).includes(release.version))) continue;
    const folder = path.join(ROOT, 'node_modules/.cache/city-events-frost', release.version);
    mkdirSync(folder, { recursive: true });
    const war = own ?? path.join(folder, `${NAME}-${release.version}.war`);
    if (!own && !existsSync(war) && !(await fetchWar(release.version, folder))) {
      missing.push(release.version);
      continue;
    }
    const libraries = path.join(folder, 'lib');
    if (!existsSync(libraries) || readdirSync(libraries).length === 0) await fetchLibraries(release.tomcat, libraries);
    return { version: release.version, war, libraries, java: java.path };
  }
  if (own)
    throw new Error(`CITY_FROST_WAR: no version that is known here in "${path.basename(own)}", or no Java for it`);
  const java = javas.find(({ major }) => major >= LIBRARIES.java);
  if (java && missing.length > 0)
    return { version: LIBRARIES.version, war: undefined, libraries: await ownLibraries(), java: java.path };
  throw new Error(`no JDK of at least ${RELEASES.at(-1)!.java} was found`);
}

/** `false` where it is said that there is no such release; anything else that goes wrong is thrown. */
async function fetchWar(version: string, folder: string): Promise<boolean> {
  try {
    await maven('dependency:copy', `-Dartifact=${GROUP}:${NAME}:${version}:war`, `-DoutputDirectory=${folder}`);
    return true;
  } catch (error) {
    const { stdout = '', message } = error as Error & { stdout?: string };
    if (/Could not find artifact|was not found in/.test(stdout)) return false;
    throw new Error(`Maven could not get ${NAME} ${version}: ${firstError(stdout) ?? message}`, { cause: error });
  }
}

/** @throws NotPublished where it is said that they are not there */
async function ownLibraries(): Promise<string> {
  const folder = path.join(ROOT, 'node_modules/.cache/city-events-frost', LIBRARIES.version, 'lib');
  if (existsSync(folder) && readdirSync(folder).length > 0) return folder;
  try {
    await maven(
      'dependency:copy-dependencies',
      '-f',
      path.join(HERE, 'pom-libraries.xml'),
      `-DoutputDirectory=${folder}`,
    );
    return folder;
  } catch (error) {
    const { stdout = '', message } = error as Error & { stdout?: string };
    if (/Could not find artifact|was not found in/.test(stdout)) {
      throw new NotPublished(`${GROUP} ${LIBRARIES.version} is not there: ${firstError(stdout) ?? message}`);
    }
    throw new Error(`Maven could not get ${GROUP} ${LIBRARIES.version}: ${firstError(stdout) ?? message}`, {
      cause: error,
    });
  }
}

async function fetchLibraries(tomcat: string, folder: string): Promise<void> {
  await maven(
    'dependency:copy-dependencies',
    '-f',
    path.join(HERE, 'pom.xml'),
    `-Dtomcat.version=${tomcat}`,
    `-DoutputDirectory=${folder}`,
  );
}

async function maven(...args: string[]): Promise<void> {
  await run('mvn', ['-B', ...args], { timeout: 300_000, maxBuffer: 20_000_000 });
}

function firstError(text: string): string | undefined {
  return text
    .split('\n')
    .find((line) => line.includes('[ERROR]'))
    ?.slice(0, 300);
}

async function works(command: string, args: string[]): Promise<boolean> {
  try {
    await run(command, args);
    return true;
  } catch {
    return false;
  }
}

/** The JDKs of this machine, oldest first: a release runs on the oldest one that is new enough. */
async function findJavas(): Promise<{ path: string; major: number }[]> {
  const homes = existsSync(JVMS) ? readdirSync(JVMS).map((name) => path.join(JVMS, name)) : [];
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, 'java'));
  const first = onPath.find((file) => existsSync(file));
  const home = process.env['JAVA_HOME'];
  const folders = [...(home ? [home] : []), ...homes, ...(first ? [path.resolve(realpathSync(first), '../..')] : [])];
  const found: { path: string; major: number }[] = [];
  for (const folder of new Set(folders)) {
    // the launcher is a source file: a Java that only runs programs will not do
    if (!existsSync(path.join(folder, 'bin/javac'))) continue;
    const java = path.join(folder, 'bin/java');
    const said = await run(java, ['-version']).catch(() => undefined);
    const major = /version "(\d+)/.exec(said?.stderr ?? '')?.[1];
    if (major !== undefined) found.push({ path: java, major: Number(major) });
  }
  return found.sort((a, b) => a.major - b.major);
}
