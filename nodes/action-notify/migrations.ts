import type { NodeConfig } from '../runtime/node-red';
import { PLAIN } from './defaults';

/** Steps from older saved configurations; step 0 leads from version 1 to 2. */
export const migrations: readonly ((config: NodeConfig) => void)[] = [
  // there was no grouping, no flood and nobody's quiet hours: it stays so until somebody chooses otherwise
  (config) => {
    Object.assign(config, {
      ...PLAIN,
      html: false,
      drill: 'real',
      journal: '',
      recipients: [],
      maintenance: [],
      families: [],
      ...config,
    });
  },
];
