/**
 * Kills a Node-RED under load at random moments, with a signal that leaves it no last word, and then looks whether every
 * status reached whom it was meant for, under one id and one number, whether each command and its end is in the journal and
 * none was carried out under two ids, and whether the journal is whole.
 *   node dist/test/crash/main.js [--kills 20] [--lanes 2] [--summary FILE]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { hasSqlite } from '../../nodes/city-journal/store/sqlite/sqlite-store';
import { startActuators, type Actuators } from './actuators';
import { judge, type Verdict } from './verdict';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    lanes: { type: 'string', default: '2' },
    summary: { type: 'string' },
  },
});
const KILLS = Number(values.kills);
const LANES = Number(values.lanes);
/** A kill comes at most so long after everything runs, in milliseconds. */
const LIVES_AT_MOST = 2500;
/** One in so many is killed while it is still starting. */
const EARLY = 5;
const STARTS_WITHIN = 120_000;

interface Lane extends Verdict {
  kills: number;
  early: number;
}

async function main(): Promise<void> {
  if (!hasSqlite()) {
    console.log(`SKIPPED: this Node (${process.version}) has no SQLite`);
    return;
  }
  const start = Date.now();
  const shares = Array.from({ length: LANES }, (_, lane) => Math.ceil((KILLS - lane) / LANES));
  const lanes = await Promise.all(shares.map(runLane));
  const sum = (field: 'kills' | 'early' | 'transitions' | 'messages' | 'again' | 'commands' | 'carried'): number =>
    lanes.reduce((all, lane) => all + lane[field], 0);
  const faults = lanes.flatMap((lane) => lane.faults);
  const summary = {
    kills: sum('kills'), whileStarting: sum('early'), transitions: sum('transitions'), messages: sum('messages'),
    sentAgain: sum('again'),
    commands: sum('commands'), carriedOut: sum('carried'), faults: faults.length, seconds: Math.round((Date.now() - start) / 1000), node: process.version,
  }; // prettier-ignore
  console.log(JSON.stringify(summary));
  for (const fault of faults.slice(0, 20)) console.log(fault);
  if (values.summary !== undefined) writeFileSync(values.summary, `${JSON.stringify(summary, null, 2)}\n`);
  // a load that brings nothing about would prove nothing
  const loaded = summary.kills === KILLS && summary.transitions > 20 * KILLS && summary.carriedOut > 10 * KILLS;
  if (!loaded) console.log('too little happened between the kills');
  const good = faults.length === 0 && loaded;
  console.log(good ? '1 passed, 0 failed' : '0 passed, 1 failed');
  process.exitCode = good ? 0 : 1;
}

async function runLane(kills: number): Promise<Lane> {
  const userDir = mkdtempSync(path.join(os.tmpdir(), 'city-crash-'));
  const actuators = await startActuators();
  let early = 0;
  for (let kill = 0; kill < kills; kill++) if (await liveAndDie(userDir, actuators)) early++;
  const child = start(userDir, actuators);
  await up(child);
  await delay(2000);
  child.send('rest');
  await once(child, 'message');
  child.send('end');
  await once(child, 'exit');
  actuators.close();
  const verdict = await judge(userDir, actuators.carried);
  if (verdict.faults.length === 0) rmSync(userDir, { recursive: true, force: true });
  else console.log(`kept for a look: ${userDir}`);
  return { ...verdict, kills, early };
}

/** @returns whether it died before everything ran */
async function liveAndDie(userDir: string, actuators: Actuators): Promise<boolean> {
  const child = start(userDir, actuators);
  const ended = once(child, 'exit');
  const isEarly = Math.random() < 1 / EARLY;
  if (isEarly) await delay(Math.random() * LIVES_AT_MOST);
  else {
    await up(child);
    await delay(Math.random() * LIVES_AT_MOST);
  }
  child.kill('SIGKILL');
  await ended;
  return isEarly;
}

function start(userDir: string, { url }: Actuators): ChildProcess {
  return fork(path.join(__dirname, 'child.js'), [userDir, url], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

async function up(child: ChildProcess): Promise<void> {
  const late = AbortSignal.timeout(STARTS_WITHIN);
  await Promise.race([
    once(child, 'message', { signal: late }),
    once(child, 'exit').then(() => Promise.reject(new Error('Node-RED ended by itself'))),
  ]);
}

void main();
