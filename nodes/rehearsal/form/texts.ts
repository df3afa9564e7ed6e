/** The sentences of the tab; times and numbers as its reader writes them. */
import { durationText, momentText, numberText } from '../../ecdm/words';
import { textTable, type LazyParameters } from '../../ecdm/text-table';
import { toUcum, unitLabel } from '../../ecdm/units';
import type { Episode, Note } from '../contract';
import { noteText } from '../texts';
import english from './locales/en-US.json';
import thai from './locales/th.json';

const table = textTable(english, thai);
const HOUR = 3_600_000;

export class Texts {
  constructor(
    readonly language: string,
    /** IANA zone of the times that are shown. */
    readonly zone: string,
  ) {}

  /** A text of the locale files beside this one. */
  readonly say = (key: string, parameters?: LazyParameters): string => table(this.language, key, parameters);

  time(at: number): string {
    return momentText(this.language, at, this.zone);
  }
  length(ms: number): string {
    return durationText(this.language, ms);
  }
  /** At most one digit after the point: enough for counts per week and for hours. */
  number(value: number): string {
    return numberText(this.language, Math.round(value * 10) / 10);
  }
  hours(ms: number): string {
    return this.number(ms / HOUR);
  }
  value(value: number, unit?: string): string {
    const label = unit ? unitLabel(toUcum(unit)) || unit : '';
    return label === '' ? numberText(this.language, value) : `${numberText(this.language, value)} ${label}`;
  }

  /** What the data cannot say. */
  note(note: Note): string {
    return noteText(this.language, note);
  }

  /** From when to when an episode was. */
  span({ since, until }: Pick<Episode, 'since' | 'until'>): string {
    const from = this.time(since);
    if (until === undefined) return this.say('detail.open', { from });
    if (until === since) return this.say('detail.point', { from });
    return this.say('detail.span', { from, to: this.time(until), length: this.length(until - since) });
  }
}
