/**
 * Applies the steps that a saved configuration has not seen: step 0 leads from version 1 to 2, and so on.
 * A configuration without a version is version 1. One of a later version than this program knows is left as it is.
 * Used by the runtime at every start and by the editor when a form opens; `config` itself is not changed.
 */
export function migrate<C extends { version?: number }>(config: C, steps: readonly ((config: C) => void)[]): C {
  const from = typeof config.version === 'number' && config.version >= 1 ? Math.floor(config.version) : 1;
  if (from > steps.length) return config;
  const copy = structuredClone(config);
  for (let version = from; version <= steps.length; version++) {
    steps[version - 1]!(copy);
    copy.version = version + 1;
  }
  return copy;
}
