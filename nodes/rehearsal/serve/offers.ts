/** Which history there is for a node: what the sources remember, the servers they read, and the simulated city. */
import type { NodeConfig, RuntimeApi } from '../../runtime/node-red';
import type { Offer, Offers, OffersRequest, SavedNode } from '../contract';
import { spanOf } from '../history/ring';
import { asHistorySource, type HistorySource } from '../history/source';
import { say } from './texts';
import { asError } from '../../runtime/input';
import { LARGEST_FILE } from './uploads';

const SOURCES: ReadonlySet<string> = new Set(['sensorthings-in', 'to-observation']);
/** Sources that are looked at; a form shows a list of them. */
const MOST_SOURCES = 50;

/** All nodes of the flow that runs, as they were saved. */
export function deployedNodes(RED: RuntimeApi): SavedNode[] {
  const nodes: SavedNode[] = [];
  RED.nodes.eachNode(({ credentials: _, ...config }: NodeConfig) => void nodes.push(config));
  return nodes;
}

/** @param before ids of the sources whose readings come to the node: they are offered first */
export async function offersFor(
  RED: RuntimeApi,
  { node, language }: OffersRequest,
  deployed: readonly SavedNode[],
  before: ReadonlySet<string>,
): Promise<Offers> {
  const rank = ({ id }: SavedNode): number => (before.has(id) ? 0 : 1);
  const sources = deployed.filter(({ type }) => SOURCES.has(type)).sort((a, b) => rank(a) - rank(b));
  const lists = await Promise.all(
    sources.slice(0, MOST_SOURCES).map((config) => {
      const source = asHistorySource(RED.nodes.getNode(config.id));
      return source === undefined ? Promise.resolve([]) : ofSource(config, source, language);
    }),
  );
  return {
    offers: [...lists.flat(), { history: { from: 'demo' }, name: say(language, 'demo') }],
    deployed: deployed.some(({ id, type }) => id === node.id && type === node.type),
    uploadLimit: LARGEST_FILE,
  };
}

async function ofSource(config: SavedNode, source: HistorySource, language: string): Promise<Offer[]> {
  const { id, type } = config;
  const name = typeof config['name'] === 'string' && config['name'] !== '' ? config['name'] : type;
  const offers: Offer[] = [{ history: { from: 'remembered', source: id }, name }];
  const [remembered] = offers as [Offer];
  if (source.remembered === undefined) remembered.fault = say(language, 'remembersNothing');
  else {
    await source.remembered.flush();
    try {
      const { bytes, since, until } = await spanOf(source.remembered.folder);
      Object.assign(remembered, { bytes, since, until });
      if (since === undefined) remembered.fault = say(language, 'nothingYet');
    } catch (thrown) {
      // the other offers are as good as before
      remembered.fault = say(language, 'unreadable', { reason: asError(thrown).message });
    }
  }
  if (source.server) offers.push({ history: { from: 'server', source: id }, name });
  return offers;
}
