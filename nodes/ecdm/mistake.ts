import english from './locales/check.en-US.json';
import thai from './locales/check.th.json';
import { pathText } from './path-text';
import { textTable, type TextParameters } from './text-table';

/** Something that is wrong in a definition or a mapping: where, what, and how to mend it. */
export interface Mistake {
  /** Place in the file, such as `events[2].when.unit`; empty for the whole file. */
  path: string;
  message: string;
  hint: string;
  /** The definition can be run all the same; it only may not mean what it says. */
  warning?: true;
}

/** Most mistakes that are told at once. */
export const MOST_MISTAKES = 200;

/** A sentence of the check: not among the texts of all, since no form needs it. */
export const checkText = textTable(english, thai);

/** Collects mistakes, in the language of the reader. */
export class Mistakes {
  readonly list: Mistake[] = [];
  readonly warnings: Mistake[] = [];

  constructor(readonly language: string | undefined) {}

  /**
   * @param key of the message, such as `max`
   * @param hint key of a hint that other messages give too, such as `near`; else the message's own
   */
  add(path: readonly PropertyKey[], key: keyof typeof english, parameters?: TextParameters, hint?: keyof typeof english.hint): void {
    const advice = hint === undefined ? `${key}.hint` : `hint.${hint}`;
    this.put(path, checkText(this.language, `${key}.message`, parameters), checkText(this.language, advice, parameters));
  }

  /** Something that can be run, and that nobody means. */
  warn(path: readonly PropertyKey[], key: keyof typeof english, parameters?: TextParameters): void {
    if (this.warnings.length >= MOST_MISTAKES) return;
    const [message, hint] = [`${key}.message`, `${key}.hint`].map((one) => checkText(this.language, one, parameters));
    this.warnings.push({ path: pathText(path), message: message!, hint: hint!, warning: true });
  }

  /** A mistake whose sentences are made elsewhere. */
  put(path: readonly PropertyKey[], message: string, hint: string): void {
    if (this.list.length < MOST_MISTAKES) this.list.push({ path: pathText(path), message, hint });
  }
}
