import type { NodeConfig } from '../runtime/node-red';

/** Steps from older saved configurations; step 0 leads from version 1 to 2. */
export const migrations: readonly ((config: NodeConfig) => void)[] = [
  // rules instead of "all" and "these properties"; the mode that does everything has a name of its own
  (config) => {
    if (config['choose'] !== 'list') {
      const { choose, properties } = config;
      const names = choose === 'property' && typeof properties === 'string' ? properties.split(/[,;\n]/) : [];
      config['rule'] = { property: names.map((name) => name.trim()).filter((name) => name !== '') };
      config['choose'] = 'rule';
    }
    delete config['properties'];
    if (config['mode'] !== 'live' && config['mode'] !== 'poll') config['mode'] = 'hybrid';
  },
];
