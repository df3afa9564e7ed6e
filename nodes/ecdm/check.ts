/** Checks a definition as a whole: its shape, its references and, where a compiler is given, its patterns. */
import { ReferenceCheck } from './check-references';
import { checkShape } from './check-shape';
import { DEFINITION_VERSION, definitionSchema, type Definition, type StatusDefinition } from './definition';
import { mappingSchema, type Mapping } from './mapping-schema';
import { Mistakes, MOST_MISTAKES, type Mistake } from './mistake';

export interface CheckOptions {
  /** Of the mistakes: "en-US" (default) or "th". */
  language?: string;
  /**
   * What the pattern compiler says of a status, with paths inside the status (`when.of[1]`). It is handed in, so that
   * the model does not depend on the engine.
   */
  compileStatus?: (status: StatusDefinition, definition: Definition) => Mistake[];
}

/** Explains every mistake of a definition with its path; `definition` is there when there is none. */
export function checkDefinition(
  json: unknown,
  options: CheckOptions = {},
): { definition?: Definition; mistakes: Mistake[] } {
  const version = (json as { ecdm?: unknown } | null | undefined)?.ecdm;
  if (typeof version === 'number' && version > DEFINITION_VERSION) {
    const newer = new Mistakes(options.language);
    newer.add(['ecdm'], 'newer', { version, newest: DEFINITION_VERSION });
    return { mistakes: newer.list };
  }
  const { value: definition, mistakes } = checkShape(definitionSchema, json, options.language);
  if (definition === undefined) return { mistakes };
  mistakes.push(...new ReferenceCheck(definition, options.language).run());
  const compile = options.compileStatus;
  if (compile !== undefined) {
    const told = new Set(mistakes.map(({ path }) => path));
    definition.statuses.forEach((status, i) => {
      for (const m of compile(status, definition)) {
        const path = `statuses[${i}]${m.path === '' ? '' : `.${m.path}`}`;
        // what is missing for the check is missing for the compiler, too
        if (!told.has(path)) mistakes.push({ ...m, path });
      }
    });
  }
  return mistakes.length === 0 ? { definition, mistakes } : { mistakes: mistakes.slice(0, MOST_MISTAKES) };
}

/** Explains every mistake of a mapping. */
export function checkMapping(json: unknown, language?: string): { mapping?: Mapping; mistakes: Mistake[] } {
  const { value, mistakes } = checkShape(mappingSchema, json, language);
  return value === undefined ? { mistakes } : { mapping: value, mistakes };
}
