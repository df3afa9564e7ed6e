/**
 * What action-notify costs when thousands of alarms come at once: statuses a second as a ratio to a bare copy of the same
 * statuses (what a second wire costs in Node-RED), and the longest time that it held Node-RED's loop. Run on its own:
 *   node dist/test/bench/notify.js
 * Each line has a floor as a ratio and a ceiling of the stall, which set the exit code: a busy machine slows both sides of
 * the ratio down, and a stall counts only as far as this process had the processor.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CALM, NEW_ON, PLAIN } from '../../nodes/action-notify/defaults';
import { SEVERITIES, type Status } from '../../nodes/ecdm/status';
import { sampleStatus } from '../../nodes/ecdm/status-fields';
import { helper, liveNode, loadFlow } from '../support/helper';
import { StallWatch } from '../support/measure';
import { waitFor } from '../support/node-red';

const ALARMS = 3000;
const RUNS = 3;
const LONGEST_STALL = 20;
const LIMIT = 120_000;

type Choose = (i: number) => Partial<Status>;
const major: Choose = () => ({ severity: 'major' });
const mixed: Choose = (i) => ({ severity: SEVERITIES[i % 4]! });

function status(run: number, i: number, more: Partial<Status>): Status {
  const zone = { id: `z${i % 40}`, name: `Zone ${i % 40}`, level: 'zone' };
  const key = `k${run}-${i}`;
  return { ...sampleStatus('raised'), statusId: `air|${key}|1`, status: 'air', key, zones: [zone], ...more };
}

const alarms = (run: number, choose: Choose, more: Partial<Status> = {}): Status[] =>
  Array.from({ length: ALARMS }, (_, i) => status(run, i, { ...choose(i), ...more }));

const people = (count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${i}`, name: `Person ${i}`, language: i % 2 === 0 ? 'en-US' : 'th', channel: ['mail', 'telegram', 'sms', 'mqtt'][i % 4], address: `a${i}`,
  })); // prettier-ignore

const TEXT = { headline: '{{name}} at {{keyName}}: {{state}}', text: '{{reason}}, since {{since}}', instruction: '' };

interface Line {
  name: string;
  /** Least ratio to a copy. */
  floor: number;
  config: Record<string, unknown>;
  choose: Choose;
  /** One message for each, instead of an array. */
  single?: boolean;
  /** Notices for so many alarms. */
  notices: number;
}

const LINES: Line[] = [
  { name: 'one receiver, told together', floor: 0.05, config: { ...CALM, group: '300 ms' }, choose: major, notices: 1 },
  { name: 'one receiver, told together, one message each', floor: 0.05, config: { ...CALM, group: '1 s' }, choose: major, single: true, notices: 1 },
  { name: 'one receiver, each told by itself', floor: 0.05, config: PLAIN, choose: major, notices: ALARMS },
  { name: '50 recipients, told together', floor: 0.01, config: { ...CALM, group: '1 s', recipients: people(50) }, choose: major, notices: 50 },
  { name: '50 recipients, a quarter of the alarms critical', floor: 0.003, config: { ...CALM, group: '1 s', recipients: people(50) }, choose: mixed, notices: 50 * (1 + ALARMS / 4) },
]; // prettier-ignore

/** Statuses a second that are copied as JSON. */
function copies(): number {
  const all = alarms(0, mixed);
  let best = 0;
  for (let run = 0; run < RUNS * 2; run++) {
    const start = performance.now();
    const kept = all.map((one) => JSON.parse(JSON.stringify(one)) as Status);
    best = Math.max(best, (kept.length * 1000) / (performance.now() - start));
  }
  return best;
}

let runs = 0;

/** Processor time in milliseconds: that others had the machine is not our time. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function measure(line: Line, userDir: string): Promise<{ rate: number; stall: number }> {
  const flow = [
    { id: 'n', type: 'action-notify', version: 2, form: 'event', on: [...NEW_ON], timeZone: 'Asia/Bangkok', texts: { 'en-US': TEXT, th: TEXT }, wires: [['out'], []], ...line.config },
    { id: 'out', type: 'helper' },
  ]; // prettier-ignore
  let rate = 0;
  // of each the best of some runs: other work on the machine only makes it slower
  let stall = Infinity;
  for (let n = 0; n < RUNS; n++) {
    // what one run has told is remembered in its file
    const run = ++runs;
    await loadFlow(['action-notify'], [{ ...flow[0]!, id: `n${run}` } as never, flow[1] as never], { settings: { userDir } }); // prettier-ignore
    let told = 0;
    liveNode('out').on('input', ({ payload, recipient }: { payload: unknown; recipient?: unknown }) => {
      told += Array.isArray(payload) && recipient === undefined ? payload.length : 1;
    });
    const node = liveNode(`n${run}`);
    // making the messages is not the node's time
    const raised = alarms(run, line.choose);
    const cleared = alarms(run, line.choose, { state: 'cleared', revision: 2 });
    const watch = new StallWatch();
    const start = spent();
    if (line.single === true) for (const payload of raised) node.receive({ payload });
    else node.receive({ payload: raised });
    // handing them over is not the node's time
    watch.forgive();
    await waitFor(`the notices of ${line.name} (${line.notices})`, () => told >= line.notices, LIMIT);
    rate = Math.max(rate, (ALARMS * 1000) / (spent() - start));
    node.receive({ payload: cleared });
    await waitFor('the end', () => told >= line.notices + (line.notices > ALARMS / 2 ? line.notices / 2 : 0), LIMIT);
    stall = Math.min(stall, watch.stop());
    await helper.unload();
  }
  return { rate, stall };
}

async function main(): Promise<void> {
  const userDir = mkdtempSync(path.join(os.tmpdir(), 'city-events-bench-'));
  await helper.startServer();
  let failed = false;
  try {
    const copy = copies();
    console.log(`     ${Math.round(copy).toLocaleString('en')} statuses/s: a copy of each as JSON`);
    for (const line of LINES) {
      const { rate, stall } = await measure(line, userDir);
      const ok = rate / copy >= line.floor && stall <= LONGEST_STALL;
      failed ||= !ok;
      console.log(
        `${ok ? 'ok  ' : 'SLOW'} ${(rate / copy).toFixed(3)} of the copies (floor ${line.floor}), ` +
          `${Math.round(rate).toLocaleString('en')} statuses/s, longest stall ${stall.toFixed(0)} ms (at most ${LONGEST_STALL}): ${line.name}`,
      );
    }
  } finally {
    await helper.stopServer();
    rmSync(userDir, { recursive: true, force: true });
  }
  process.exitCode = failed ? 1 : 0;
}

void main();
