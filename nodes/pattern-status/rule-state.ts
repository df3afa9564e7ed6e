import type { Inspection } from './cep';

/** Answer of the admin request for the state of a running rule. */
export interface RuleState extends Inspection {
  /** The rule that runs, as a sentence. */
  reading: string;
  /** IANA zone of its domain, where it has one. */
  timeZone: string | null;
}
