/** Checks a definition as a whole: its shape, its references and, where a compiler is given, its patterns. */
import { ReferenceCheck } from './check-references';
import { checkShape } from './check-shape';
import { DEFINITION_VERSION, definitionSchema, type Definition, type StatusDefinition } from './definition';
import { mappingSchema, type Mapping } from './mapping-schema';
import { Mistakes, MOST_MISTAKES, type Mistake } from './mistake';
import { withStandIns } from './stand-ins';
import { statusInputs } from './status-loops';

export interface CheckOptions {
  /** Of the mistakes: "en-US" (default) or "th". */
  language?: string;
  /**
   * What the pattern compiler says of a status, with paths inside the status (`when.of[1]`). It is handed in, so that
   * the model does not depend on the engine.
   */
  compileStatus?: (status: StatusDefinition, definition: Definition) => Mistake[];
}

export interface Checked {
  /** There when there is no mistake. */
  definition?: Definition;
  mistakes: Mistake[];
  /** What can be run, and is hardly meant so. */
  warnings: Mistake[];
}

/** Explains every mistake of a definition with its path. */
export function checkDefinition(json: unknown, options: CheckOptions = {}): Checked {
  const version = (json as { ecdm?: unknown } | null | undefined)?.ecdm;
  if (typeof version === 'number' && version > DEFINITION_VERSION) {
    const newer = new Mistakes(options.language);
    newer.add(['ecdm'], 'newer', { version, newest: DEFINITION_VERSION });
    return { mistakes: newer.list, warnings: [] };
  }
  const { value, mistakes: ofForm } = checkShape(definitionSchema, json, options.language);
  const patched = value === undefined ? withStandIns(json, ofForm) : undefined;
  const definition = value ?? patched?.definition;
  if (definition === undefined) return { mistakes: ofForm, warnings: [] };
  const { list, warnings } = new ReferenceCheck(definition, options.language).run();
  const isReal = ({ path }: Mistake): boolean => patched?.isReal(path) ?? true;
  const told = [...list, ...compiled(definition, options, list, patched?.vague)].filter(isReal);
  const mistakes = [...ofForm, ...told].slice(0, MOST_MISTAKES);
  return { ...(mistakes.length === 0 ? { definition } : {}), mistakes, warnings: warnings.filter(isReal) };
}

/**
 * What the compiler says beside the mistakes that were told.
 * @param vague statuses that look at one of these cannot be judged
 */
function compiled(
  definition: Definition,
  { compileStatus }: CheckOptions,
  mistakes: readonly Mistake[],
  vague: ReadonlySet<string> = new Set(),
): Mistake[] {
  if (compileStatus === undefined) return [];
  const told = new Set(mistakes.map(({ path }) => path));
  return definition.statuses.flatMap((status, i) => {
    if ([...statusInputs(status)].some((id) => vague.has(id))) return [];
    const found = compileStatus(status, definition);
    const inFile = found.map((m) => ({ ...m, path: `statuses[${i}]${m.path === '' ? '' : `.${m.path}`}` }));
    // what is missing for the check is missing for the compiler, too
    return inFile.filter(({ path }) => !told.has(path));
  });
}

/** Explains every mistake of a mapping. */
export function checkMapping(json: unknown, language?: string): { mapping?: Mapping; mistakes: Mistake[] } {
  const { value, mistakes } = checkShape(mappingSchema, json, language);
  return value === undefined ? { mistakes } : { mapping: value, mistakes };
}
