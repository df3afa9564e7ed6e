/** The line under the node: what is raised, or why nothing can be, and what else is to be known about it. */
import type { Realm } from '../ecdm/realms';
import type { Line } from '../runtime/status-line';
import type { Counters } from './cep';
import type { MissingEvents } from './missing-events';

/** What the line tells of. */
export interface RuleLook {
  readonly realm: Realm;
  readonly counters: Counters;
  readonly missing: MissingEvents;
  /** Names of the events that are of another kind than when the rule was deployed. */
  readonly otherKind: readonly string[];
  /** Names of the other events that it waits for before it decides anything. */
  readonly awaited: readonly string[];
  /** Whether the journal keeps what is told. */
  readonly history: string;
}
type Words = (key: string, parameters?: Record<string, unknown>) => string;

/** @param words texts of the node */
export function ruleLine(look: RuleLook, words: Words): Line {
  return withHistory(look, withDoubts(look, inRealm(look, stateOf(look), words), words), words);
}

function stateOf({ counters: { keys, raised, waiting }, missing }: RuleLook): Line {
  if (raised > 0) return ['raised', 'status.raised', { count: raised }];
  if (missing.any) return ['waiting', 'status.missing', { names: missing.list.map(({ name }) => name).join(', ') }];
  if (keys > 0) return ['working', 'status.keys', { count: keys }];
  return waiting > 0 ? ['waiting', 'status.waiting'] : ['idle', 'status.idle'];
}

function inRealm({ realm }: RuleLook, line: Line, words: Words): Line {
  const [look, key, parameters] = line;
  return realm === 'real' ? line : [look, `status.in.${realm}`, { line: words(key, parameters) }];
}

function withDoubts({ missing, otherKind, awaited }: RuleLook, line: Line, words: Words): Line {
  const others = otherKind.join(', ');
  if (others !== '') return beside(line, 'status.otherKind', { names: others }, words);
  const unwired = missing.unwiredList.map(({ name }) => name).join(', ');
  if (unwired !== '') return beside(line, 'status.unwired', { names: unwired }, words);
  return awaited.length === 0 ? line : beside(line, 'status.awaits', { names: awaited.join(', ') }, words);
}

function withHistory({ history }: RuleLook, line: Line, words: Words): Line {
  return history === 'kept' ? line : beside(line, `status.history.${history}`, {}, words);
}

/** What is raised stays red; what else there is is said beside it. */
function beside([look, key, parameters]: Line, also: string, more: Record<string, unknown>, words: Words): Line {
  return [look === 'raised' ? look : 'waiting', also, { line: words(key, parameters), ...more }];
}
