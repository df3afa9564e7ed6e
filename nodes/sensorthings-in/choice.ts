/** Which Datastreams a node reads, as its form saved it. */
import { savedKey } from '../sensorthings-server/client/datastream';
import { isBroken, readRule, type Rule } from '../sensorthings-server/client/rule';

export type Choice = { by: 'list'; keys: string[] } | { by: 'rule'; rule: Rule } | { by: 'path'; path: string };

/** Datastreams that one node follows at most. */
export const MOST_STREAMS = 2000;

export function readChoice(config: Readonly<Record<string, unknown>>): Choice {
  switch (config['choose']) {
    case 'rule':
      return isBroken(config['rule']) ? { by: 'list', keys: [] } : { by: 'rule', rule: readRule(config['rule']) };
    case 'path':
      return { by: 'path', path: typeof config['path'] === 'string' ? config['path'] : '' };
    default: {
      const streams = Array.isArray(config['streams']) ? (config['streams'] as unknown[]) : [];
      const keys = streams.map((item) => savedKey((item as { key?: unknown } | null)?.key));
      return { by: 'list', keys: [...new Set(keys.filter((key) => key !== undefined))].slice(0, MOST_STREAMS) };
    }
  }
}
