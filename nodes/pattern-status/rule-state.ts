import type { Inspection } from './cep';
import type { MissingEvent } from './missing-events';

/** Answer of the admin request for the state of a running rule. */
export interface RuleState extends Inspection {
  /** The rule that runs, as a sentence. */
  reading: string;
  /** Events of the rule that no node of the flows defines, and of which none has come. */
  missing: MissingEvent[];
  /** IANA zone of its domain, where it has one. */
  timeZone: string | null;
}
