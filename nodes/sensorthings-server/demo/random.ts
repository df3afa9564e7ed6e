/**
 * Random numbers that depend on nothing but their arguments: the same seed, stream and time give the same reading,
 * in any order of asking.
 */

/** A 32-bit hash of numbers (murmur3's mixing), as a number in [0, 1). */
export function random(...parts: readonly number[]): number {
  let h = 0x9747b28c;
  for (const part of parts) {
    // both halves, so that epoch milliseconds count in full
    h = mix(h, part | 0);
    h = mix(h, Math.floor(part / 4_294_967_296) | 0);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return (h >>> 0) / 4_294_967_296;
}

function mix(hash: number, part: number): number {
  let k = Math.imul(part, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** White noise of about the normal distribution, standard deviation 1. */
export function gauss(...parts: readonly number[]): number {
  return (random(1, ...parts) + random(2, ...parts) + random(3, ...parts) - 1.5) * 2;
}

/** Noise in [-1, 1] that changes slowly: smooth between random values at multiples of `period`. */
export function drift(time: number, period: number, ...parts: readonly number[]): number {
  const slot = Math.floor(time / period);
  const f = time / period - slot;
  const s = f * f * (3 - 2 * f);
  const a = random(slot, ...parts) * 2 - 1;
  const b = random(slot + 1, ...parts) * 2 - 1;
  return a + (b - a) * s;
}
