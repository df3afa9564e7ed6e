import type { NodeConfig } from '../runtime/node-red';

/** Steps from older saved configurations; none yet. */
export const migrations: readonly ((config: NodeConfig) => void)[] = [];
