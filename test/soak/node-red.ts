/**
 * A real Node-RED in a process of its own, so that it can be killed: sensorthings-in, behind it a slow function node
 * that writes every id to a file before it is done. Arguments: user directory, server address, file.
 */
import { appendFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { startEmbedded } from '../support/embedded';
import { StallWatch } from '../support/measure';
import { sleep } from '../support/node-red';

/** Milliseconds that the function node takes for a message. */
const SLOW = 20;

/** Milliseconds between two reports. */
const REPORTS_EVERY = 1000;

async function main(): Promise<void> {
  const [userDir, url, file] = process.argv.slice(2) as [string, string, string];
  // the flow is deployed anew with the same ids; what the nodes have kept stays
  await rm(path.join(userDir, 'flows.json'), { force: true });
  const keep = (payload: unknown): void => {
    const list = (Array.isArray(payload) ? payload : [payload]) as { id: string; change?: string }[];
    const lines = list.map(
      ({ id, change }) => `${id.slice(id.lastIndexOf('|') + 1)} ${Date.now()} ${change ?? 'new'}\n`,
    );
    if (lines.length > 0) appendFileSync(file, lines.join(''));
  };
  const embedded = await startEmbedded({ userDir, settings: { functionGlobalContext: { keep } } });
  await embedded.deploy([
    { id: 'server', type: 'sensorthings-server', version: 1, url },
    { id: 'in', type: 'sensorthings-in', version: 2, server: 'server', choose: 'rule', rule: {}, mode: 'hybrid', recheck: '20 s', interval: '5 s', emit: 'batch', wires: [['slow'], ['problems']] }, // prettier-ignore
    { id: 'slow', type: 'function', func: `global.get('keep')(msg.payload); setTimeout(() => node.done(), ${SLOW});`, wires: [[]] }, // prettier-ignore
    { id: 'problems', type: 'test-sink', wires: [] },
  ]);
  process.on('message', (message: unknown) => {
    if (message === 'stop') void embedded.stop().then(() => process.exit(0));
  });
  process.send!({ ready: true });
  const stalls = new StallWatch();
  // a report is late where the machine has no time for this process, or none for its disk
  const probe = await open(path.join(userDir, 'probe'), 'a');
  for (;;) {
    await sleep(REPORTS_EVERY);
    await probe.write('.');
    await probe.datasync();
    const problems = embedded.payloads('problems').flat() as { code: string }[];
    process.send!({
      heap: process.memoryUsage().heapUsed,
      status: embedded.statuses.get('in')?.text ?? '',
      problems: [...new Set(problems.map(({ code }) => code))],
      errors: embedded.complaints.filter(({ level }) => level <= 20).map(({ text }) => text),
      stall: Math.round(stalls.worst),
    });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
