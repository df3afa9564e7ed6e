/** Objects in objects that a definition may have: far more than any rule can be compiled with. */
export const DEEPEST_JSON = 200;

/** True for a value with more levels than `limit`; asked before recursion looks at it, so without recursion itself. */
export function deeperThan(value: unknown, limit: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? (Object.values(one) as unknown[]) : []));
  }
  return false;
}
