import type { NodeConfig } from '../runtime/node-red';

/** Steps from older saved configurations; step 0 leads from version 1 to 2. */
export const migrations: readonly ((config: NodeConfig) => void)[] = [];
