/** Lengths of time that the form takes, and to which is kept whatever a flow holds. */
import { parseDuration } from '../ecdm/duration';

/** Shortest and longest, as people write them. */
export const LENGTHS = {
  interval: ['1 s', '7 d'],
  history: ['0 s', '7 d'],
  overlap: ['0 s', '7 d'],
  recheck: ['2 s', '7 d'],
} as const;

/** Reads one that was saved. @param usual where there is none @returns milliseconds */
export function lengthOf(name: keyof typeof LENGTHS, saved: unknown, usual: number): number {
  const [low, high] = LENGTHS[name];
  return Math.min(Math.max(parseDuration(saved) ?? usual, parseDuration(low)!), parseDuration(high)!);
}
