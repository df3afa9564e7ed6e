/** The expert's choice: a path of the server that leads to Datastreams. */
import { StaError } from './errors';
import { versionOf } from './links';

export interface StreamPath {
  /** Relative to the service root, such as `Things(1)/Datastreams`. */
  path: string;
  /** Text of its `$filter`. */
  filter: string;
  /** Leads to one entity, not to a set. */
  single: boolean;
}

const LONGEST = 2000;
const SEGMENT = /^[A-Za-z]{1,60}(?:\((?:-?\d{1,20}|'(?:[^'/()]|''|%[0-9A-Fa-f]{2}){1,300}')\))?$/;
const TO_STREAMS = /^(?:Multi)?Datastreams?(?:\(.*\))?$/;

/**
 * Reads what a person wrote or pasted: a whole address of the server or only its end; `/Observations` at the end means
 * the Datastream that they belong to. Of the options only `$filter` counts.
 * @throws StaError `bad-path` where it does not lead to Datastreams
 */
export function parsePath(text: string): StreamPath {
  const wrong = (): StaError =>
    new StaError('config', 'bad-path', `"${text.slice(0, 100)}" does not lead to Datastreams`);
  if (text.length > LONGEST) throw wrong();
  const at = text.indexOf('?');
  const path = afterVersion((at < 0 ? text : text.slice(0, at)).trim());
  const filter = at < 0 ? '' : (new URLSearchParams(text.slice(at + 1)).get('$filter') ?? '').trim();
  if (path === '') return { path: 'Datastreams', filter, single: false };
  const segments = path.split('/');
  if (segments.at(-1) === 'Observations') segments.pop();
  const last = segments.at(-1) ?? '';
  if (segments.length > 6 || !segments.every((segment) => SEGMENT.test(segment)) || !TO_STREAMS.test(last))
    throw wrong();
  return { path: segments.join('/'), filter, single: last.endsWith(')') || !last.includes('streams') };
}

function afterVersion(path: string): string {
  const version = versionOf(`/${path}`);
  const from = version === undefined ? path : path.slice(path.lastIndexOf(version) + version.length);
  return from.replace(/^\/+|\/+$/g, '');
}
