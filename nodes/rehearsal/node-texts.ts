/** The texts of nodes where no Node-RED hands them out: a node says the same in a rehearsal. */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { languageOf, textTable, type Say, type Texts } from '../ecdm/text-table';

/** What stands before the key of a text of another node. */
const PACK = '@ecdm/node-red-city-events/';

const tables = new Map<string, Say>();

function textsOf(type: string, language: string): Texts {
  const file = path.join(__dirname, '..', type, 'locales', language, `${type}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Texts;
}

function tableOf(type: string): Say {
  let table = tables.get(type);
  if (table === undefined) tables.set(type, (table = textTable(textsOf(type, 'en-US'), textsOf(type, 'th'))));
  return table;
}

/**
 * The function `RED._` of a node.
 * @param type whose texts are meant where the key names no other node
 */
export function textsFor(
  type: string,
  language: string,
): (key: string, parameters?: Record<string, unknown>) => string {
  const lang = languageOf(language);
  return (key, parameters) => {
    const other = key.startsWith(PACK);
    const at = key.indexOf(':');
    const owner = other && at > 0 ? key.slice(PACK.length, at) : type;
    return tableOf(owner)(lang, other && at > 0 ? key.slice(at + 1) : key, fillable(parameters));
  };
}

function fillable(parameters: Record<string, unknown> | undefined): Record<string, string | number> | undefined {
  if (parameters === undefined) return undefined;
  const filled: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(parameters)) {
    filled[name] = typeof value === 'number' ? value : typeof value === 'string' ? value : JSON.stringify(value ?? '');
  }
  return filled;
}
