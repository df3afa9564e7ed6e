/** A status that is raised again and again is one that flaps: its coming and going is told once, until it is steady. */
export interface FlappingLimits {
  /** So many raises ... */
  readonly raises: number;
  /** ... within such a time. */
  readonly within: number;
  /** How long nothing may have changed until it is told as it is. */
  readonly steady: number;
}

export const DEFAULT_FLAPPING: FlappingLimits = { raises: 5, within: 30 * 60_000, steady: 15 * 60_000 };

/**
 * Takes note of a raise.
 * @param raises the last ones of the key; never more than are needed
 * @returns true where it is one too many
 */
export function noteRaise(raises: number[], t: number, { raises: most, within }: FlappingLimits): boolean {
  raises.push(t);
  while (raises.length > most || raises[0]! < t - within) raises.shift();
  return raises.length >= most;
}
