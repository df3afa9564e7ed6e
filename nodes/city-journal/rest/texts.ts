/** Sentences of the web interface, in the language that the request prefers. */
import { languageOf, textTable, type Language } from '../../ecdm/text-table';
import english from './locales/en-US.json';
import thai from './locales/th.json';

export const say = textTable(english, thai);

/**
 * The language of an answer by the header Accept-Language (RFC 9110, 12.5.4), as far as there are texts.
 * @param otherwise of the domain, where the request does not say one that we have
 */
export function preferredLanguage(header: string | undefined, otherwise: string | undefined): Language {
  let best: Language | undefined;
  let most = 0;
  for (const part of (header ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const q = parameters
      .map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1])
      .find((value) => value !== undefined);
    const weight = q === undefined ? 1 : Number(q);
    const known = /^(?:th|en)(?:-|$)/.test(tag);
    if (known && weight > most) [best, most] = [languageOf(tag), weight];
  }
  return best ?? languageOf(otherwise);
}
