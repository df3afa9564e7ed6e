import { checkDefinition, checkMapping, type Checked } from '../../nodes/ecdm/check';
import type { Definition, StatusDefinition } from '../../nodes/ecdm/definition';
import type { Mapping } from '../../nodes/ecdm/mapping-schema';
import type { Mistake } from '../../nodes/ecdm/mistake';
import type { Language } from '../../nodes/ecdm/text';
import { compileStatus, DefinitionError } from '../../nodes/pattern-status/cep';
import type { NamedEvent, RuleParts } from '../../nodes/pattern-status/cep/language';
import { CliError, EXIT } from './command';
import { readJson } from './files';
import { nodesOf } from './flow-nodes';
import { fileText } from './texts';

/** What the pattern compiler says of a status. */
function patternMistakes(status: StatusDefinition, definition: Definition, language: string | undefined): Mistake[] {
  const emits = new Map(definition.events.map((event) => [event.id, event.emit]));
  // a status is a state
  for (const { id } of definition.statuses) emits.set(id, 'state');
  try {
    compileStatus(status, { names: (id) => id, emit: (id) => emits.get(id) });
    return [];
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const { message, hint } = error.in(language);
    // Thai sentences have no full stop
    if (language === 'th') return [{ path: error.path, message, hint }];
    return [{ path: error.path, message: sentence(message), hint: sentence(hint) }];
  }
}

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

/** @param language of the mistakes */
export function checkFile(json: unknown, language?: Language): Checked {
  // people hand over what they exported from the editor
  if ((nodesOf(json) ?? []).length > 0) {
    const [message, hint] = [fileText(language, 'flow.message'), fileText(language, 'flow.hint')];
    return { mistakes: [{ path: '', message, hint }], warnings: [] };
  }
  return checkDefinition(json, {
    language,
    compileStatus: (status, definition) => patternMistakes(status, definition, language),
  });
}

/** What the check would say of a rule as a status of the definition, with places inside the rule. */
export function ruleMistakes(rule: RuleParts, definition: Definition, language?: Language): Mistake[] {
  const { mistakes } = checkFile({ ...definition, statuses: [...definition.statuses, asStatus(rule, definition)] }, language);
  const before = `statuses[${definition.statuses.length}].`;
  return mistakes.map((mistake) => ({ ...mistake, path: mistake.path.replace(before, '') }));
}

/** With an id that nothing has. */
function asStatus(rule: RuleParts, definition: Definition): StatusDefinition {
  const taken = new Set(namedEvents(definition).map(({ id }) => id));
  let id = 'rule';
  for (let i = 1; taken.has(id); i++) id = `rule-${i}`;
  return { ...rule, id, name: id };
}

/** What a rule of the definition may name; a status is a state. */
export function namedEvents({ events, statuses }: Definition): NamedEvent[] {
  return [
    ...events.map(({ id, name, emit }) => ({ id, name, emit })),
    ...statuses.map(({ id, name }) => ({ id, name, emit: 'state' as const })),
  ];
}

/** A mistake on one line. */
export function mistakeText(file: string, { path, message, hint }: Mistake): string {
  return `${file}: ${path === '' ? '' : `${path}: `}${message} ${hint}\n`;
}

/** A warning on one line. */
export function warningText(file: string, warning: Mistake, language: string | undefined): string {
  return mistakeText(file, { ...warning, message: fileText(language, 'warning', { message: warning.message }) });
}

/** Reads a definition that must be right. */
export async function readDefinition(file: string, language?: Language): Promise<Definition> {
  const { definition, mistakes } = checkFile(await readJson(file, language), language);
  if (definition === undefined) throw wrong(file, mistakes);
  return definition;
}

/** Reads a mapping that must be right. */
export async function readMapping(file: string, language?: Language): Promise<Mapping> {
  const { mapping, mistakes } = checkMapping(await readJson(file, language), language);
  if (mapping === undefined) throw wrong(file, mistakes);
  return mapping;
}

function wrong(file: string, mistakes: readonly Mistake[]): CliError {
  return new CliError(EXIT.mistakes, mistakes.map((m) => mistakeText(file, m)).join('').trimEnd());
}
