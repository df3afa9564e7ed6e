/** Which Datastreams a node reads, as its form saved it. */
import { savedKey } from '../sensorthings-server/client/datastream';
import { isBroken, readRule, type Rule, type RuleZone, zoneNamed } from '../sensorthings-server/client/rule';

export type Choice = { by: 'list'; keys: string[] } | { by: 'rule'; rule: Rule } | { by: 'path'; path: string };

/** Datastreams that are read one by one or in groups: more of them are read together, where the server allows that. */
export const MOST_STREAMS = 2000;
/** Datastreams of a rule or path that are read together, where nothing is said; and at most. */
const USUAL_MOST = 20_000;
const MOST_TOGETHER = 100_000;

/** @param zone the one that the rule names; a rule whose zone is not there means nothing rather than everything */
export function readChoice(config: Readonly<Record<string, unknown>>, zone?: RuleZone): Choice {
  switch (config['choose']) {
    case 'rule':
      return isBroken(config['rule']) || (zoneNamed(config['rule']) !== undefined && !zone)
        ? { by: 'list', keys: [] }
        : { by: 'rule', rule: readRule(config['rule'], zone) };
    case 'path':
      return { by: 'path', path: typeof config['path'] === 'string' ? config['path'] : '' };
    default: {
      const streams = Array.isArray(config['streams']) ? (config['streams'] as unknown[]) : [];
      const keys = streams.map((item) => savedKey((item as { key?: unknown } | null)?.key));
      return { by: 'list', keys: [...new Set(keys.filter((key) => key !== undefined))].slice(0, MOST_STREAMS) };
    }
  }
}

/** How many Datastreams of a rule or path are read, as the form saved it. */
export function mostOf(saved: unknown): number {
  const most = Math.floor(Number(saved === '' ? NaN : (saved ?? NaN)));
  return most >= 1 ? Math.min(most, MOST_TOGETHER) : USUAL_MOST;
}
