/**
 * A Node-RED that is killed: a source that never rests, a rule with a journal, a sink that writes each status to a file as
 * it comes, a rule behind the rule, somebody who tells people, and two actuators: one may order again what may have
 * arrived, the other may not. Told by a message to let the source rest, and by another to end in order.
 *   node dist/test/crash/child.js USERDIR ADDRESS
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Status } from '../../nodes/ecdm/status';
import { startEmbedded, type Embedded } from '../support/embedded';

const [, , userDir = '', actuators = ''] = process.argv;
const KEYS = 40;
const EVERY_MS = 20;
/** Nothing has come for so long: nothing is on its way any more. */
const QUIET = 4000;
const run = Date.now().toString(36);
let rests = false;
let events = 0;

/** Some events of now, as an ecdm-event sends them; each key begins and ends at random. */
function source(): object | undefined {
  if (rests) return undefined;
  const time = Date.now();
  const payload = Array.from({ length: 5 }, () => {
    const key = `s${Math.floor(Math.random() * KEYS)}`;
    const kind = Math.random() < 0.5 ? 'begin' : 'end';
    const id = `${run}|${++events}`;
    return {
      id,
      event: 'pm',
      name: 'PM',
      key,
      stream: `pm|${key}`,
      time,
      value: 120,
      unit: 'ug/m3',
      kind,
      source: [id],
    };
  });
  return { payload, city: { mode: 'live', clock: { source: 'crash', time, events: ['pm'] } } };
}

const ORDERERS = ['order-again', 'order-once'];
/** What is told to an actuator: which transition it answers. */
const ORDER = '{"statusId":"{{statusId}}","revision":{{revision}},"commandId":"{{commandId}}"}';

let heard = Date.now();

function sink({ payload }: { payload: Status | Status[] }): void {
  const lines = [payload].flat().map(({ statusId, revision, state, updated, severity, until }) => {
    return `${JSON.stringify({ statusId, revision, state, updated, severity, until })}\n`;
  });
  heard = Date.now();
  appendFileSync(path.join(userDir, 'sink.ndjson'), lines.join(''));
}

const flow = [
  { id: 'tab', type: 'tab', label: 'crash' },
  { id: 'journal', type: 'city-journal', version: 1, name: 'crash', store: 'sqlite', days: 365, megabytes: 1000 },
  { id: 'tick', type: 'inject', z: 'tab', once: true, onceDelay: '0.1', repeat: String(EVERY_MS / 1000), props: [], wires: [['source']] },
  { id: 'source', type: 'function', z: 'tab', func: `return global.get('source')();`, outputs: 1, wires: [['rule']] },
  {
    id: 'rule', type: 'pattern-status', z: 'tab', version: 1, name: 'Haze', statusId: 'haze', per: 'station', severity: 'major',
    rule: { op: 'event', event: 'pm' }, lateness: '0 ms', flapping: 'off', journal: 'journal',
    wires: [['sink', 'behind', 'tell', 'order-again', 'order-once'], []],
  },
  {
    id: 'behind', type: 'pattern-status', z: 'tab', version: 1, name: 'Alarm', statusId: 'alarm', per: 'station', severity: 'major',
    rule: { op: 'event', event: 'haze' }, lateness: '0 ms', flapping: 'off', journal: 'journal', wires: [['sink'], []],
  },
  { id: 'tell', type: 'action-notify', z: 'tab', version: 2, name: 'Tell', journal: 'journal', on: ['raised', 'cleared'], form: 'event', wires: [[], []] },
  ...ORDERERS.map((id) => ({
    id, type: 'actuator-out', z: 'tab', version: 2, name: id.slice(6), journal: 'journal', via: 'http', method: 'PUT', url: `${actuators}/${id.slice(6)}/{{key}}`,
    payloads: { raised: ORDER, cleared: ORDER }, confirm: 'accepted', within: '5 s', validFor: '10 min', retries: 0,
    again: id === 'order-again', wires: [[], []],
  })),
  { id: 'sink', type: 'function', z: 'tab', func: `global.get('sink')(msg);`, outputs: 0, wires: [] },
]; // prettier-ignore

/** Nothing is on its way any more, neither to the sink nor to an actuator. */
function tellWhenQuiet(embedded: Embedded): void {
  const isOpen = (id: string): boolean => (embedded.node(id)['openOrders'] as () => number)() > 0;
  const timer = setInterval(() => {
    if (Date.now() - heard <= QUIET || ORDERERS.some(isOpen)) return;
    clearInterval(timer);
    process.send?.('quiet');
  }, 100);
}

async function main(): Promise<void> {
  writeFileSync(path.join(userDir, 'flows.json'), JSON.stringify(flow));
  const embedded = await startEmbedded({ userDir, settings: { functionGlobalContext: { source, sink } } });
  process.on('message', (order) => {
    rests = true;
    if (order === 'rest') tellWhenQuiet(embedded);
    if (order === 'end') void embedded.stop().then(() => process.exit(0));
  });
  process.send?.('up');
}

void main();
