/** Topics, addresses and bodies of commands: values are encoded for the place where they stand. */
import { fillTemplate, plainText, type TemplateFields } from '../ecdm/template';

const ADDRESS_LIMIT = 2000;

/**
 * A value within a topic is one part of a level: it brings no further level and no wildcard. It is never cut: two long keys
 * would become one topic.
 */
function topicPart(value: string): string {
  // eslint-disable-next-line no-control-regex
  return value.replace(/[+#/\u0000]/g, '-');
}

/** The topic, or `undefined` where it is none to publish to. */
export function fillTopic(template: string, fields: TemplateFields): string | undefined {
  // cut off it would be another one, so what is too long is refused instead
  const topic = fillTemplate(template, fields, topicPart, Infinity);
  return isTopic(topic) ? topic : undefined;
}

/** A topic to publish to: not empty, no wildcard, no place holder left. */
export function isTopic(topic: string): boolean {
  // eslint-disable-next-line no-control-regex
  return topic !== '' && topic.length <= ADDRESS_LIMIT && !/[+#\u0000]|\{\{/.test(topic) && !topic.startsWith('$');
}

/** The filter to listen to for answers: a level with a place holder becomes `+`, so that one subscription does for all. */
export function answerFilter(template: string): string {
  return template
    .split('/')
    .map((level) => (level.includes('{{') ? '+' : level))
    .join('/');
}

/** Whether a topic fits a filter with `+` and `#`. */
export function topicFits(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '#') return true;
    if (i >= levels.length || (wanted[i] !== '+' && wanted[i] !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}

/**
 * The address, or `undefined` where it is none: only http and https, no user and password in it, and place holders only
 * behind the host, so that no reading decides where a command goes.
 */
export function fillUrl(template: string, fields: TemplateFields): string | undefined {
  if (!isUrlTemplate(template)) return undefined;
  const filled = fillTemplate(template, fields, pathPart, Infinity);
  const url = filled.length > ADDRESS_LIMIT ? undefined : parseUrl(filled);
  return url?.href.includes('{{') === true ? undefined : url?.href;
}

/** "." and ".." would climb in the path even when encoded. */
function pathPart(value: string): string {
  const encoded = encodeURIComponent(value);
  return /^\.+$/.test(encoded) ? encoded.replaceAll('.', '%252E') : encoded;
}

/** What an address in the form may look like. */
export function isUrlTemplate(template: string): boolean {
  const origin = /^https?:\/\/[^/?#]+/i.exec(template)?.[0];
  return origin !== undefined && !origin.includes('{{') && parseUrl(origin) !== undefined;
}

function parseUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    const web = url.protocol === 'http:' || url.protocol === 'https:';
    return web && url.username === '' && url.password === '' ? url : undefined;
  } catch {
    return undefined;
  }
}

const isJsonTemplate = (template: string): boolean => /^\s*[{[]/.test(template);

/** True for a body that looks like JSON but is none: a place holder must stand within quotes. */
export function isBrokenJson(template: string): boolean {
  return isJsonTemplate(template) && parseJson(template) === undefined;
}

/** The JSON that a text is; `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The body of a command. A template that is JSON is filled within its strings, so that no value can change its shape;
 * a string that is nothing but `{{value}}`, `{{count}}`, `{{revision}}` or `{{duration}}` becomes a number.
 */
export function fillBody(template: string, fields: TemplateFields): string {
  const json = isJsonTemplate(template) ? parseJson(template) : undefined;
  if (json === undefined) return fillTemplate(template, fields);
  return JSON.stringify(fillJson(json, fields));
}

const NUMBER = /^\{\{\s*(value|count|revision|duration)\s*\}\}$/;

function fillJson(json: unknown, fields: TemplateFields): unknown {
  if (typeof json === 'string') {
    const name = NUMBER.exec(json)?.[1];
    const raw = name === undefined ? undefined : fields.get(name);
    if (raw !== undefined && raw.trim() !== '' && Number.isFinite(Number(raw))) return Number(raw);
    return fillTemplate(json, fields, plainText);
  }
  if (Array.isArray(json)) return json.map((one) => fillJson(one, fields));
  if (typeof json !== 'object' || json === null) return json;
  // entries, not assignment: a template may hold any key
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, fillJson(value, fields)]));
}
