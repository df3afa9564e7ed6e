/** What an `actuator-out` node offers to others: people take it over and give it back, whoever lets them (REST, a board). */
import type { Hold, HoldFault } from './hold';

export interface Actuator {
  readonly name: string;
  /** Who holds what at this time. */
  holds(): Hold[];
  /** Orders that wait or are to be seen to be done. */
  readonly open: number;
  /**
   * Does what a person asks for: `{act: 'hold', who, why, until, address?}` or `{act: 'release', who, address?}`. Whoever
   * calls has made sure that `who` is who it says.
   * @returns why it is refused; `undefined` where it is done
   */
  act(raw: unknown): HoldFault | undefined;
}

/** The actuator of a node, or `undefined` where the node is none (or does not exist any more). */
export function asActuator(node: unknown): Actuator | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { type, actuator } = node as { type?: unknown; actuator?: Actuator };
  return type === 'actuator-out' && typeof actuator === 'object' ? actuator : undefined;
}
