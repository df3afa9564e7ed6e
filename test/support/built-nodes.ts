/** The node types that have been built, with a configuration under which each one works. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { FlowNode } from './helper';
import { nodeFile, projectRoot } from './node-red';
import { goodEvent, goodReading, goodStatus } from './nonsense';

const folder = path.join(projectRoot, 'dist', 'nodes');

/** All node types of the pack that can be loaded, in alphabetical order. */
export function builtTypes(): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(form(name)) && existsSync(nodeFile(name)))
    .sort();
}

const form = (type: string): string => path.join(folder, type, `${type}.html`);

/** What the form's literal `registerType` says; 0 for configuration nodes. */
function literal(type: string, property: 'inputs' | 'outputs'): number {
  const found = new RegExp(`^\\s*${property}: (\\d)`, 'm').exec(readFileSync(form(type), 'utf8'));
  return found === null ? 0 : Number(found[1]);
}

export const inputsOf = (type: string): number => literal(type, 'inputs');
export const outputsOf = (type: string): number => literal(type, 'outputs');

const ring = [[99, 7], [100, 7], [100, 8], [99, 8], [99, 7]]; // prettier-ignore

/**
 * Configuration nodes that the others refer to, as far as they have been built.
 * @param server address of the SensorThings server
 */
export function configNodes(server = 'demo:'): FlowNode[] {
  const all: FlowNode[] = [
    { id: 'the-server', type: 'sensorthings-server', version: 1, url: server, demoSpeed: '60' },
    {
      id: 'the-zones',
      type: 'city-zones',
      name: 'Trang',
      version: 1,
      zones: [{ id: 'trang', name: 'Trang', level: 'city', geometry: { type: 'Polygon', coordinates: [ring] } }],
    },
    { id: 'the-domain', type: 'ecdm-domain', name: 'Air', version: 1, timeZone: 'Asia/Bangkok', sampling: '1 min' },
  ];
  const types = new Set(builtTypes());
  return all.filter(({ type }) => types.has(type));
}

interface WorkingNode {
  /** Makes an item that leads to a message on output 1. */
  good(): unknown;
  /** Fields of items without which the node cannot do its work: what is wrong there it must say. */
  refuses?: readonly string[];
  [property: string]: unknown;
}

const mapping = {
  mapping: 1,
  time: { columns: ['time'] },
  thing: { column: 'station' },
  values: { layout: 'wide', columns: [{ column: 'v', property: 'level', unit: 'm' }] },
};

/** Each revision of a status is answered once. */
let revision = 0;
const events = [
  { id: 'high', name: 'PM2.5 high', when: { op: '>', value: 90, unit: 'ug/m3' }, emit: 'state' },
  {
    id: 'average',
    name: 'PM2.5 of the city',
    aggregate: { method: 'average', over: '1 h', scope: 'city' },
    when: { op: '>', value: 90, unit: 'ug/m3' },
    emit: 'state',
  },
];

const working: Record<string, WorkingNode> = {
  'to-observation': { mapping, mode: 'live', good: () => ({ time: '2026-01-05T09:00:00Z', station: 'a', v: 2 }) },
  'sensorthings-in': {
    server: 'the-server',
    choose: 'all',
    mode: 'auto',
    interval: '1 s',
    emit: 'batch',
    good: goodReading,
  },
  'pattern-status': {
    name: 'Air',
    rule: { op: 'event', event: 'pm25-high' },
    good: () => goodEvent({ id: `e${++revision}`, key: `station ${revision}`, stream: `s${revision}` }),
    refuses: ['event.event', 'event.key', 'event.time', 'event.kind'],
  },
  'action-notify': {
    on: ['raised'],
    good: () => goodStatus({ statusId: `n${++revision}` }),
    refuses: ['status.statusId', 'status.state', 'status.revision'],
  },
  // what is simulated is told, but nothing is sent
  'actuator-out': {
    name: 'sign',
    via: 'http',
    url: 'http://127.0.0.1:9/',
    payloads: { raised: 'ON' },
    good: () => goodStatus({ revision: ++revision, simulated: true }),
    refuses: ['status.statusId', 'status.state', 'status.revision'],
  },
  'spatial-filter': {
    zones: 'the-zones',
    keep: 'inside',
    choose: 'all',
    noPlace: 'problem',
    good: goodReading,
    refuses: ['reading.datastream', 'reading.time', 'reading.place'],
  },
  'ecdm-event': {
    domain: 'the-domain',
    events,
    good: goodReading,
    refuses: ['reading.datastream', 'reading.time', 'reading.value'],
  },
};

/** A configuration under which a node works, with an item that it takes. */
export function workingNode(type: string): WorkingNode {
  return working[type] ?? { good: goodReading };
}

export { goodEvent, goodStatus };
