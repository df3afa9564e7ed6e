/** sensorthings-in in a flow of its own, reading a FROST. */
import { createRequire } from 'node:module';
import type { City } from '../../nodes/ecdm/city';
import type { Observation } from '../../nodes/ecdm/observation';
import { helper, liveNode, loadFlow, type FlowNode } from '../support/helper';
import { nodeRedMain } from '../support/node-red';

/** The helper's runtime has the message hooks but does not hand them to nodes. */
const { hooks } = createRequire(nodeRedMain())('@node-red/util') as { hooks: unknown };
const withHooks = (RED: any): void => {
  RED.hooks = hooks;
};

export interface Reading {
  observations: Observation[];
  /** What each message said of its flow, in order. */
  cities: City[];
  problems: unknown[];
  /** Texts of the status. */
  states: string[];
}

/** Starts the node; what it emits is collected until {@link stopReading}. */
export async function startReading(server: object, config: object): Promise<Reading> {
  const reading: Reading = { observations: [], cities: [], problems: [], states: [] };
  const at = { z: 'tab', x: 1, y: 1 };
  const flow: FlowNode[] = [
    { id: 'tab', type: 'tab' },
    { id: 'server', type: 'sensorthings-server', version: 1, ...server },
    { id: 'in', type: 'sensorthings-in', ...at, version: 2, server: 'server', emit: 'batch', wires: [['out'], ['problems']], ...config }, // prettier-ignore
    { id: 'out', type: 'helper', ...at, wires: [] },
    { id: 'problems', type: 'helper', ...at, wires: [] },
  ];
  await loadFlow([withHooks, 'sensorthings-server', 'sensorthings-in'], flow);
  liveNode('out').on('input', ({ payload, city }: { payload: Observation[]; city: City }) => {
    for (const observation of [payload].flat()) reading.observations.push(observation);
    reading.cities.push(city);
  });
  liveNode('problems').on('input', ({ payload }: { payload: unknown[] }) => reading.problems.push(...payload));
  const node = liveNode('in');
  const status = node['status'] as (state: { text: string }) => void;
  node['status'] = (state: { text: string }) => {
    reading.states.push(state.text);
    status.call(node, state);
  };
  return reading;
}

export async function stopReading(): Promise<void> {
  await helper.unload();
}

/** Ids of Observations on the server, in order. */
export function idsOf(observations: readonly Observation[]): number[] {
  return observations.map(({ id }) => Number(id.slice(id.lastIndexOf('|') + 1))).sort((a, b) => a - b);
}
