import type { NodeConfig } from '../runtime/node-red';

/** Version 2 has shapes that are no GeoJSON (circles, corridors): `geometry` became `shape`, `color` became `colour`. */
function shapes(config: NodeConfig): void {
  const zones = config['zones'];
  if (!Array.isArray(zones)) return;
  config['zones'] = zones.map((zone: unknown) => {
    if (typeof zone !== 'object' || zone === null || Array.isArray(zone)) return zone;
    const { geometry, color, ...kept } = zone as Record<string, unknown>;
    return {
      ...(color === undefined ? {} : { colour: color }),
      ...(geometry === undefined ? {} : { shape: geometry }),
      ...kept,
    };
  });
}

/** Steps from older saved configurations; step 0 leads from version 1 to 2. */
export const migrations: readonly ((config: NodeConfig) => void)[] = [shapes];
