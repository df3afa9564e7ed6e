/**
 * Texts with {{place holders}} for notices, topics and addresses. There is nothing to evaluate: a place holder is one of
 * a fixed list of names, what is put in is never looked at again, and an unknown name stays visible so that somebody
 * sees it. Text from sensors is data: control characters are taken out, the length is bounded.
 */
import { nearest } from './nearest';

/** What a text may ask for; {@link TemplateFields} may leave any of them out. */
export const PLACEHOLDERS = [
  'headline',
  'text',
  'name',
  'key',
  'keyName',
  'state',
  'severity',
  'since',
  'until',
  'updated',
  'duration',
  'reason',
  'value',
  'unit',
  'zones',
  'count',
  'place',
  'domain',
  'event',
  'mode',
  'statusId',
  'revision',
  'commandId',
  'actuator',
  'callback',
] as const;

/** Values by place holder. A Map, so that no name can reach a prototype. */
export type TemplateFields = ReadonlyMap<string, string>;

/** Longest result. */
export const TEXT_LIMIT = 5000;
/** Longest value of one field. */
const FIELD_LIMIT = 2000;
/** Longest template that is read. */
const TEMPLATE_LIMIT = 5000;

const KNOWN: ReadonlySet<string> = new Set(PLACEHOLDERS);

export interface TemplateMistake {
  code: 'unknown' | 'unclosed' | 'too-long';
  /** The place holder, as it was written (at most 60 characters). */
  found: string;
  /** Where it begins, counted from 0. */
  at: number;
  /** What was probably meant. */
  meant?: string;
}

type Part = string | { name: string; raw: string; at: number; closed: boolean };

/** Cuts a template at its place holders; one pass, no backtracking. */
function parts(template: string): Part[] {
  const list: Part[] = [];
  let from = 0;
  for (;;) {
    const open = template.indexOf('{{', from);
    if (open < 0) break;
    if (open > from) list.push(template.slice(from, open));
    const close = template.indexOf('}}', open + 2);
    if (close < 0) {
      list.push({ name: '', raw: template.slice(open), at: open, closed: false });
      return list;
    }
    const raw = template.slice(open, close + 2);
    list.push({ name: raw.slice(2, -2).trim(), raw, at: open, closed: true });
    from = close + 2;
  }
  if (from < template.length) list.push(template.slice(from));
  return list;
}

// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Halves of a character that was cut in two cannot be encoded: they become the sign for "not a character". */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Keeps lines and tabs, takes out all other control characters and the marks that turn the direction of writing. */
export function plainText(text: string, limit = FIELD_LIMIT): string {
  const clean = wellFormed(text.slice(0, limit)).replace(UNSEEN, '');
  return text.length > limit ? `${clean}…` : clean;
}

/** As {@link plainText}, in one line: for subjects, topics and headlines. */
export function oneLine(text: string, limit = 200): string {
  return plainText(text.replace(/\s+/g, ' ').trim(), limit);
}

/**
 * Fills a template. An unknown place holder, or one that nothing is known for, stays visible (unknown) or is left empty
 * (known, but not part of these fields).
 * @param encode applied to every value, not to the template: for addresses and topics
 */
export function fillTemplate(
  template: string,
  fields: TemplateFields,
  encode: (value: string) => string = (value) => value,
  limit = TEXT_LIMIT,
): string {
  let out = '';
  for (const part of parts(template.slice(0, TEMPLATE_LIMIT))) {
    if (typeof part === 'string') out += part;
    else if (!part.closed || !KNOWN.has(part.name)) out += part.raw;
    else out += encode(plainText(fields.get(part.name) ?? ''));
    if (out.length > limit) return `${out.slice(0, limit - 1)}…`;
  }
  return out;
}

/** The place holders that a template uses and that exist. */
export function usedPlaceholders(template: string): string[] {
  const names = parts(template.slice(0, TEMPLATE_LIMIT)).map((part) => (typeof part === 'string' ? '' : part.name));
  return [...new Set(names.filter((name) => KNOWN.has(name)))];
}

/** What is wrong with a template: unknown and unclosed place holders, a text that is too long. At most ten. */
export function checkTemplate(template: string): TemplateMistake[] {
  const mistakes: TemplateMistake[] = [];
  if (template.length > TEMPLATE_LIMIT) mistakes.push({ code: 'too-long', found: '', at: TEMPLATE_LIMIT });
  for (const part of parts(template.slice(0, TEMPLATE_LIMIT))) {
    if (typeof part === 'string' || (part.closed && KNOWN.has(part.name))) continue;
    if (mistakes.length >= 10) break;
    const mistake: TemplateMistake = {
      code: part.closed ? 'unknown' : 'unclosed',
      found: oneLine(part.raw, 60),
      at: part.at,
    };
    const meant = part.closed ? nearest(part.name, KNOWN) : undefined;
    if (meant !== undefined) mistake.meant = `{{${meant}}}`;
    mistakes.push(mistake);
  }
  return mistakes;
}
