import type { Mapping } from '../../ecdm/mapping-schema';
import { isTimeZone } from '../../ecdm/time';

/** The mapping as the form edits it: a plain object, changed at paths that are written in the form itself. */
export type Draft = { [key: string]: unknown };

/** An empty mapping to begin with. @param zone IANA zone of times that say none */
export function emptyDraft(zone: string): Draft {
  return { mapping: 1, time: { columns: [], zone }, values: { layout: 'wide', columns: [] } };
}

/** A mapping that somebody else has written: times that say no zone are taken for those of `zone`, if it names none. */
export function atHome(mapping: Mapping, zone: string): Draft {
  return { ...structuredClone(mapping), time: { zone, ...mapping.time } };
}

/**
 * IANA zone of times that say none, for a new mapping: that of the domain, where all domains that name one agree, else that
 * of whoever sits at the form (the machine of Node-RED is often set to UTC: a container, a small computer).
 */
export function homeZone(domains: readonly { timeZone?: unknown }[], here: string): string {
  const named = new Set(domains.map(({ timeZone }) => timeZone).filter((zone) => isTimeZone(zone)));
  const [only] = named;
  return named.size === 1 && typeof only === 'string' ? only : here;
}

export function getPath(draft: Draft, path: string): unknown {
  let value: unknown = draft;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Draft)[part];
  }
  return value;
}

/** Sets a value, or removes it when it is `undefined`; objects that become empty go too. */
export function setPath(draft: Draft, path: string, value: unknown): void {
  const parts = path.split('.');
  const last = parts.pop()!;
  const owners: Draft[] = [draft];
  for (const [i, part] of parts.entries()) {
    const owner = owners.at(-1)!;
    const next = owner[part];
    if (typeof next !== 'object' || next === null) {
      if (value === undefined) return;
      // "at.0" is a list
      owner[part] = /^\d+$/.test(parts[i + 1] ?? last) ? [] : {};
    }
    owners.push(owner[part] as Draft);
  }
  const owner = owners.at(-1)!;
  if (value !== undefined) {
    owner[last] = value;
    return;
  }
  delete owner[last];
  for (let i = parts.length - 1; i >= 0; i--) {
    // what must be there stays, so that the preview can say what is missing
    if (Object.keys(owners[i + 1]!).length > 0 || ['time', 'values', 'place'].includes(parts[i]!)) return;
    delete owners[i]![parts[i]!];
  }
}

export type Kind = 'text' | 'list' | 'number' | 'boolean' | 'marks' | 'table' | 'points' | 'json';

const lines = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

/** Text of an input to the value in the mapping; `undefined` is "not set". */
export function parseInput(text: string, kind: Kind): unknown {
  if (kind !== 'text' && text.trim() === '') return undefined;
  switch (kind) {
    case 'text':
      // a blank is a thousands sign
      return text === '' ? undefined : text.trim() === '' ? text : text.trim();
    case 'list':
      return text.split(',').map((part) => part.trim()).filter((part) => part !== '');
    case 'number':
      return Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true';
    case 'marks':
      return text.split(',').map((part) => part.trim());
    case 'table':
      return pairs(text, (value) => value);
    case 'points':
      return pairs(text, (value) => {
        const [lat, lon] = value.split(',').map(Number);
        return Number.isFinite(lat) && Number.isFinite(lon) ? [lon, lat] : undefined;
      });
    case 'json':
      try {
        return JSON.parse(text);
      } catch {
        // the check says what is wrong with it
        return text;
      }
  }
}

function pairs(text: string, read: (value: string) => unknown): Draft {
  const table = Object.create(null) as Draft;
  for (const line of lines(text)) {
    const cut = line.lastIndexOf('=');
    if (cut > 0) table[line.slice(0, cut).trim()] = read(line.slice(cut + 1).trim()) ?? null;
  }
  return { ...table };
}

/** Value in the mapping to the text of its input. */
export function showInput(value: unknown, kind: Kind): string {
  if (value === undefined || value === null) return '';
  switch (kind) {
    case 'list':
    case 'marks':
      return Array.isArray(value) ? value.join(', ') : '';
    case 'table':
      return Object.entries(value).map(([key, one]) => `${key} = ${String(one)}`).join('\n');
    case 'points':
      return Object.entries(value as Record<string, number[]>).map(([key, at]) => `${key} = ${at?.[1]}, ${at?.[0]}`).join('\n');
    case 'json':
      return typeof value === 'string' ? value : JSON.stringify(value);
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}

/** Of which kind a field is: where its text comes from. */
export const FIELD_KINDS = ['', 'column', 'template', 'constant'] as const;

export function fieldKind(field: unknown): (typeof FIELD_KINDS)[number] {
  if (typeof field !== 'object' || field === null) return '';
  return FIELD_KINDS.find((kind) => kind !== '' && Object.hasOwn(field, kind)) ?? '';
}

/** What is wrong at first sight; the server says the rest. The key of a text, or nothing. */
export function firstFault(draft: unknown): string | undefined {
  if (typeof draft !== 'object' || draft === null) return 'noMapping';
  const columns = getPath(draft as Draft, 'time.columns');
  if (!Array.isArray(columns) || columns.length === 0) return 'noTime';
  const values = getPath(draft as Draft, 'values.columns');
  const wide = getPath(draft as Draft, 'values.layout') === 'wide';
  if (wide && (!Array.isArray(values) || values.length === 0)) return 'noValues';
  if (wide && (values as Draft[]).some((c) => !c?.['column'] || !c['property'])) return 'noProperty';
  if (!wide && (!getPath(draft as Draft, 'values.value') || !getPath(draft as Draft, 'values.property'))) return 'noValues';
  return undefined;
}
