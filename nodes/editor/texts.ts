/** Name of the pack: the first part of the addresses of its texts and resources. */
export const PACKAGE = '@ecdm/node-red-city-events';

export type Translate = (key: string, parameters?: Record<string, unknown>) => string;

/**
 * The language that the form is in, for sentences of pure code. `RED.i18n.lang()` names only languages that Node-RED
 * itself is translated to, and Thai is none of them.
 */
export const languageOf = (t: Translate): string => t('common.language');

/** Texts of one node's locale file; keys that all nodes share begin with `common.`. */
export function translator(type: string): Translate {
  return (key, parameters) => RED._(`${PACKAGE}/${type}:${key}`, parameters) as string;
}
