const PACKAGE = '@ecdm/node-red-city-events';

export type Translate = (key: string, parameters?: Record<string, unknown>) => string;

/** Texts of one node's locale file; keys that all nodes share begin with `common.`. */
export function translator(type: string): Translate {
  return (key, parameters) => RED._(`${PACKAGE}/${type}:${key}`, parameters) as string;
}
