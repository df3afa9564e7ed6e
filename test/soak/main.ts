/**
 * The soak: 1,000 Datastreams, 200 Observations a second, written over HTTP's way and over MQTT (with the raw echo), 5 %
 * of the notices lost, some twice, out of order; connections cut cleanly, hard and without a word, the server restarted,
 * Node-RED killed with SIGKILL in the middle and started again. At the end what was emitted is what is stored.
 *
 *   npm run test:soak                      three minutes
 *   npm run test:soak -- --minutes 30      longer; --seed N for another course of events
 */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { connect, type MqttClient } from 'mqtt';
import { startSimulator, type Simulator } from '../../flows/simulator';
import { randomFrom } from '../../flows/simulator/faults';
import { sleep, waitFor } from '../support/node-red';

const STREAMS = 1000;
const PER_SECOND = 200;
/** Milliseconds between two lots of Observations. */
const STEP = 50;
/** Milliseconds that everything may take to arrive after the last Observation was stored. */
const QUIET = 90_000;
/**
 * What was emitted so shortly before the kill may not have been noted as taken: it may come twice. On a busy machine as
 * much longer as the reports of Node-RED, for which it writes to the disk too, were late at the time.
 */
const UNSAVED = 1000;
/** Milliseconds between two reports of Node-RED, and how many of them say how busy the machine was at the kill. */
const [REPORTS_EVERY, REPORTS] = [1000, 5];

interface Stats {
  heap: number;
  status: string;
  problems: string[];
  errors: string[];
  stall: number;
}

interface Emitted {
  id: string;
  at: number;
  change: string;
}

class Soak {
  private child: ChildProcess | undefined;
  private writer: MqttClient | undefined;
  private readonly updated = new Set<string>();
  private readonly problems = new Set<string>();
  private readonly errors = new Set<string>();
  private heap = 0;
  private stall = 0;
  private killedAt = 0;
  /** How late at most, in milliseconds, the last reports before the kill were. */
  private late = 0;
  private reported: number[] = [];
  private status = '';
  private written = 0;

  constructor(
    private readonly simulator: Simulator,
    private readonly userDir: string,
    private readonly random: () => number,
    private readonly ms: number,
  ) {}

  private get file(): string {
    return path.join(this.userDir, 'emitted.txt');
  }

  async run(): Promise<void> {
    this.fill();
    const { faults } = this.simulator;
    Object.assign(faults.mqtt, { drop: 0.05, duplicate: 0.05, disorder: true, echo: true });
    await this.startNodeRed();
    // a Datastream begins with its newest reading: the first look comes before the first of them
    await waitFor('the first look', () => /^(live|simulated)/.test(this.status));
    this.openWriter();
    const end = performance.now() + this.ms;
    const trouble = this.trouble(end);
    const kill = this.killInTheMiddle();
    while (performance.now() < end) {
      const began = performance.now();
      for (let i = (PER_SECOND * STEP) / 1000; i > 0; i--) this.write();
      await sleep(Math.max(0, STEP - (performance.now() - began)));
    }
    await Promise.all([trouble, kill]);
    this.writer?.end(true);
    const stored = (): Set<string> =>
      new Set([...this.simulator.store.all('Observations')].map(({ id }) => String(id)));
    const whole = stored();
    const began = performance.now();
    await waitFor('the rest', () => new Set(this.emitted().map(({ id }) => id)).size >= whole.size, QUIET).catch(
      () => undefined,
    );
    console.log(`settled ${Math.round((performance.now() - began) / 1000)} s after the last Observation`);
    // what should not come has its chance, too
    await sleep(25_000);
    this.judge(stored());
    await this.stopNodeRed();
  }

  private fill(): void {
    const { store } = this.simulator;
    const text = { description: 'soak', encodingType: 'application/geo+json' };
    const location = { type: 'Point', coordinates: [99.6, 7.5] };
    const ObservedProperty = { '@iot.id': store.create('ObservedProperties', { name: 'PM2.5', definition: 'x', description: 'x' }).id }; // prettier-ignore
    const Sensor = { '@iot.id': store.create('Sensors', { name: 's', description: 's', encodingType: 'x', metadata: 'x' }).id }; // prettier-ignore
    for (let i = 1; i <= STREAMS; i++) {
      const thing = store.create('Things', { name: `T${i}`, description: 'x', Locations: [{ name: 'here', ...text, location }] }); // prettier-ignore
      const unitOfMeasurement = { name: 'x', symbol: 'ug/m3', definition: 'ucum:ug/m3' };
      store.create('Datastreams', { '@iot.id': i, name: `D${i}`, description: 'x', unitOfMeasurement, observationType: 'x', Thing: { '@iot.id': thing.id }, ObservedProperty, Sensor }); // prettier-ignore
    }
  }

  private openWriter(): void {
    this.writer = connect(this.simulator.mqttUrl, { reconnectPeriod: 500, queueQoSZero: false });
    this.writer.on('error', () => undefined);
  }

  /** Half of them over MQTT, which is echoed; now and then one is changed, now and then one comes late. */
  private write(): void {
    const { simulator, random } = this;
    const stream = 1 + Math.floor(random() * STREAMS);
    const time = Date.now() - (random() < 0.02 ? Math.floor(random() * 20_000) : 0);
    const result = Math.round(random() * 1000) / 10;
    this.written++;
    if (random() < 0.5 && this.writer?.connected) {
      const body = JSON.stringify({ phenomenonTime: new Date(time).toISOString(), result });
      this.writer.publish(`v1.1/Datastreams(${stream})/Observations`, body);
      return;
    }
    const entity = simulator.post(stream, result, time);
    if (random() < 0.005) {
      simulator.store.update(entity, { result: result + 1000 });
      this.updated.add(String(entity.id));
    }
  }

  private async trouble(end: number): Promise<void> {
    const { simulator, random } = this;
    let n = 0;
    while (performance.now() < end - 10_000) {
      await sleep(4000 + random() * 8000);
      const kind = ['clean', 'hard', 'restart', 'hard', 'clean', 'frozen'][n++ % 6]!;
      console.log(`${this.clock()} ${kind}; before it: ${this.status}`);
      if (kind === 'restart') await simulator.restart(500 + random() * 3000);
      else simulator.disconnect(kind as 'clean' | 'hard' | 'frozen');
    }
  }

  private async killInTheMiddle(): Promise<void> {
    await sleep(this.ms / 2);
    this.killedAt = Date.now();
    const times = [...this.reported, this.killedAt];
    this.late = Math.max(0, ...times.slice(1).map((time, i) => time - times[i]! - REPORTS_EVERY));
    console.log(`${this.clock()} kill -9 of Node-RED`);
    const gone = new Promise<void>((resolve) => this.child!.once('exit', () => resolve()));
    this.child!.kill('SIGKILL');
    await gone;
    await sleep(3000);
    await this.startNodeRed();
  }

  private async startNodeRed(): Promise<void> {
    const script = path.join(__dirname, 'node-red.js');
    const child = fork(script, [this.userDir, this.simulator.url, this.file], { stdio: 'inherit' });
    this.child = child;
    let ready = false;
    child.on('message', (message: Partial<Stats> & { ready?: boolean }) => {
      if (message.ready) ready = true;
      else this.note(message as Stats);
    });
    await waitFor('Node-RED', () => ready, 120_000);
    console.log(`${this.clock()} Node-RED runs`);
  }

  private note({ heap, status, problems, errors, stall }: Stats): void {
    this.heap = Math.max(this.heap, heap);
    this.stall = Math.max(this.stall, stall);
    this.status = status;
    this.reported = [...this.reported, Date.now()].slice(-REPORTS);
    for (const code of problems) this.problems.add(code);
    for (const text of errors) this.errors.add(text);
  }

  private async stopNodeRed(): Promise<void> {
    const child = this.child!;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.send('stop');
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await gone;
    clearTimeout(timer);
  }

  private emitted(): Emitted[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').split('\n');
    return lines
      .filter((line) => line !== '')
      .map((line) => {
        const [id, at, change] = line.split(' ') as [string, string, string];
        return { id, at: Number(at), change };
      });
  }

  private judge(stored: ReadonlySet<string>): void {
    const emitted = this.emitted();
    const first = new Map<string, number>();
    const repeats: Emitted[] = [];
    const updates = new Set<string>();
    for (const item of emitted) {
      if (item.change === 'update') updates.add(item.id);
      else if (first.has(item.id)) repeats.push(item);
      else first.set(item.id, item.at);
    }
    const inOneLife = repeats.filter(({ id, at }) => at < this.killedAt === first.get(id)! < this.killedAt);
    const overTheKill = repeats.filter((item) => !inOneLife.includes(item));
    const old = overTheKill.filter(({ id }) => first.get(id)! < this.killedAt - UNSAVED - this.late);
    const missing = [...stored].filter((id) => !first.has(id));
    const strange = [...first.keys()].filter((id) => !stored.has(id));
    const wrongUpdates = [...updates].filter((id) => !this.updated.has(id));
    console.log(`stored ${stored.size} of ${this.written} written, emitted ${first.size}, changed ${this.updated.size}, told as changed ${updates.size}`); // prettier-ignore
    console.log(`heap at most ${Math.round(this.heap / 1e6)} MB, longest stall ${this.stall} ms, problems told: ${[...this.problems].join(' ') || 'none'}`); // prettier-ignore
    console.log(
      `came twice over the kill (emitted in the last ${UNSAVED + this.late} ms before it, not yet noted): ${overTheKill.length}`,
    );
    check('most of what was written is stored', stored.size > this.written * 0.9);
    check('nothing is lost', missing.length === 0, missing);
    check('nothing is emitted that is not stored', strange.length === 0, strange);
    check('nothing comes twice in the life of a process', inOneLife.length === 0, inOneLife);
    check('over the kill only what was not yet noted as taken comes again', old.length === 0, old);
    check('nothing is told as changed that was not', wrongUpdates.length === 0, wrongUpdates);
    check('no error was logged', this.errors.size === 0, [...this.errors]);
  }

  private readonly begun = performance.now();
  private clock(): string {
    return `${String(Math.round((performance.now() - this.begun) / 1000)).padStart(4)} s`;
  }
}

let passed = 0;
let failed = 0;
function check(what: string, good: boolean, evidence: readonly unknown[] = []): void {
  if (good) passed++;
  else failed++;
  console.log(`${good ? '  ✔' : '  ✘'} ${what}`);
  if (!good) console.log(`    ${evidence.length}: ${JSON.stringify(evidence.slice(0, 10))}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '3' }, seed: { type: 'string', default: '1' } } }); // prettier-ignore
  const minutes = Number(values.minutes);
  if (!(minutes >= 0.5 && minutes <= 10_000)) throw new Error('--minutes must be a number from 0.5 to 10000');
  const userDir = await mkdtemp(path.join(os.tmpdir(), 'city-soak-'));
  const simulator = await startSimulator({ city: false, speed: 0, history: 0, observationsPerDatastream: 1_000_000 });
  try {
    await new Soak(simulator, userDir, randomFrom(Number(values.seed)), minutes * 60_000).run();
  } finally {
    await simulator.close();
    await rm(userDir, { recursive: true, force: true });
  }
}

main()
  .catch((error: unknown) => {
    failed++;
    console.error(error);
  })
  .finally(() => {
    console.log(`\n${passed} passed, ${failed} failed`);
    process.exit(failed > 0 ? 1 : 0);
  });
