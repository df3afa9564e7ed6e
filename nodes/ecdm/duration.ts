/** A length of time as people write it: "30 s", "10 min", "1 h 30 min", "2 d". */
export type Duration = string;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** One or more "number unit" pairs; the pattern is published in the JSON Schema. */
export const DURATION_PATTERN = /^\s*(?:\d+(?:\.\d+)?\s*(?:ms|s|min|h|d)\s*)+$/;

const PAIR = /(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)/g;

/** Longest duration that is accepted: ten years. */
const LONGEST = 3653 * 86_400_000;

/**
 * Reads a duration.
 * @returns milliseconds, or `undefined` where the text is not a duration or is longer than ten years
 */
export function parseDuration(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length > 60 || !DURATION_PATTERN.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(PAIR)) total += Number(number) * (UNITS[unit!] ?? NaN);
  return total <= LONGEST ? Math.round(total) : undefined;
}

const SIZES = [
  { unit: 'd', size: 86_400_000 }, { unit: 'h', size: 3_600_000 }, { unit: 'min', size: 60_000 },
  { unit: 's', size: 1000 }, { unit: 'ms', size: 1 },
] as const; // prettier-ignore

/** Tells a length of time as numbers of units, the largest first; 0 s where there is none. */
export function eachDurationPart(ms: number, tell: (n: number, unit: (typeof SIZES)[number]['unit']) => void): void {
  if (!(ms > 0)) {
    tell(0, 's');
    return;
  }
  let rest = Math.round(ms);
  for (let i = 0; rest > 0; i++) {
    const { unit, size } = SIZES[i]!;
    const n = Math.floor(rest / size);
    if (n > 0) tell(n, unit);
    rest -= n * size;
  }
}

/** Milliseconds as the shortest exact text that {@link parseDuration} reads back, such as "1 h 30 min". */
export function formatDuration(ms: number): Duration {
  const parts: string[] = [];
  eachDurationPart(ms, (n, unit) => parts.push(`${n} ${unit}`));
  return parts.join(' ');
}
