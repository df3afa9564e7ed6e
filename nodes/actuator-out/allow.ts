/**
 * The addresses that a node may order, whatever the values that fill its template: topics with `+` for a level and `#` at
 * the end, or web addresses with `*` for a part of the path and `**` at its end. Pure.
 */
import { isTopic, topicFits } from './address';

/** Longest list, and longest entry. */
const MOST_ALLOWED = 1000;
const LONGEST = 2000;

/** Reads the list as people write it: one a line. */
export function readAllowed(raw: unknown): string[] {
  const lines = typeof raw === 'string' ? raw.split('\n') : Array.isArray(raw) ? (raw as unknown[]) : [];
  const texts = lines.map((line) => (typeof line === 'string' ? line.trim() : ''));
  return texts.filter((line) => line !== '').slice(0, MOST_ALLOWED);
}

/** Whether an entry can be meant: a topic filter, or an http(s) address without a query. */
export function isAllowEntry(entry: string, via: 'mqtt' | 'http'): boolean {
  if (entry.length > LONGEST || entry.includes('{{')) return false;
  if (via === 'http') return parse(entry) !== undefined && !entry.includes('?');
  const levels = entry.split('/');
  return levels.every(
    (level, at) => level === '+' || (level === '#' && at === levels.length - 1) || level === '' || isTopic(level),
  );
}

/** @param allowed all are, when it is empty */
export function isAllowed(allowed: readonly string[], address: string, via: 'mqtt' | 'http'): boolean {
  if (allowed.length === 0) return true;
  return allowed.some(
    (entry) => isAllowEntry(entry, via) && (via === 'mqtt' ? topicFits(entry, address) : urlFits(entry, address)),
  );
}

/** Compared part by part as they stand in the address: an encoded slash is no slash. */
function urlFits(entry: string, address: string): boolean {
  const want = parse(entry);
  const have = parse(address);
  if (want === undefined || have === undefined || want.origin !== have.origin) return false;
  const parts = want.pathname.split('/');
  const given = have.pathname.split('/');
  for (let at = 0; at < parts.length; at++) {
    if (parts[at] === '**') return at < given.length;
    if (at >= given.length || (parts[at] !== '*' && parts[at] !== given[at])) return false;
    if (parts[at] === '*' && given[at] === '') return false;
  }
  return parts.length === given.length;
}

function parse(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}
