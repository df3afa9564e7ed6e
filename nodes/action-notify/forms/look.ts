/** Colours, signs and safe texts that the forms share. Colour is never alone: the words say the same. */
import type { ActionEvent } from '../../ecdm/action';
import type { Severity, StatusState } from '../../ecdm/status';

const SEVERITY_COLOURS: Record<Severity, string> = {
  warning: '#946200',
  minor: '#c05621',
  major: '#c0392b',
  critical: '#8e0038',
};

/** Readable on white and on a map, in line with the words; grey where nobody knows, blue where it is over. */
export function colourOf(state: StatusState, severity: Severity): string {
  if (state === 'nodata') return '#5f6b7a';
  return state === 'cleared' || state === 'pending' ? '#2b6cb0' : SEVERITY_COLOURS[severity];
}

/** A Font Awesome sign of the map. */
export function iconOf(state: StatusState): string {
  if (state === 'nodata') return 'fa-question-circle';
  return state === 'cleared' ? 'fa-check-circle' : 'fa-exclamation-triangle';
}

/**
 * Text that stays text where a dashboard, a mail program or a table formatter would take a tag for one: "<" before a
 * letter becomes "‹". "a < b" stays as it is.
 */
export function noMarkup(text: string): string {
  return text.replace(/<(?=[a-z!/?])/gi, '‹');
}

/** Text as it stands between the tags of HTML, or in an attribute in double quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The text of a notice and what is to be done. */
export function bodyOf({ text, instruction }: Pick<ActionEvent, 'text' | 'instruction'>, between: string): string {
  return instruction === undefined ? text : `${text}${between}${instruction}`;
}

const FOR_MAP: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '"': '”',
  "'": '’',
  '`': '’',
  '&': '＆',
  '\\': '/',
};

/** The worldmap puts names and values into HTML, attributes and script calls as they are: nothing of that may be in them. */
export function forMap(text: string, limit = 300): string {
  return text
    .replace(/[<>"'`&\\]/g, (sign) => FOR_MAP[sign] ?? '')
    .replace(/\$\{/g, '(')
    .slice(0, limit);
}
