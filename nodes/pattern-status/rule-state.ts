import type { Realm } from '../ecdm/realms';
import type { Inspection } from './cep';
import type { MissingEvent } from './missing-events';

/** What a rule remembers of one realm. */
export interface RealmState extends Inspection {
  realm: Realm;
  /** What came and was no event, so that the engine never saw it. */
  refused: number;
  /** Names of the events that it waits for before it decides anything: no source says how far they have come. */
  awaited: string[];
  /** Those that it remembers anything of; the city's own is always among them. */
  realms: Realm[];
}

/** Answer of the admin request for the state of a running rule. */
export interface RuleState extends RealmState {
  /** The rule that runs, as a sentence. */
  reading: string;
  /** Events of the rule that no node of the flows defines, and of which none has come. */
  missing: MissingEvent[];
  /** Statuses of the rule that no wire leads here from, and of which none has come. */
  unwired: MissingEvent[];
  /** IANA zone of its domain, where it has one. */
  timeZone: string | null;
}

const REALMS: ReadonlySet<unknown> = new Set<Realm>(['real', 'simulated', 'replay']);

export const isRealm = (value: unknown): value is Realm => REALMS.has(value);
