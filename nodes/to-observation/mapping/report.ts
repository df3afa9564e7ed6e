import { makeProblem, type Problem } from '../../ecdm/problem';
import { shownValue } from '../../ecdm/shown';
import { toUcum } from '../../ecdm/units';
import { sentence, type TextKey } from './texts';

/** Collects the problems of one input and bounds them. */
export class Report {
  private left: number;
  private dropped = 0;

  constructor(
    private readonly problems: Problem[],
    private readonly language: string,
    most: number,
  ) {
    this.left = most;
  }

  /** Says what is wrong with the input or with one of its rows. */
  readonly add = (key: TextKey, params: Readonly<Record<string, string | number>>, item: unknown): void => {
    if (this.left-- <= 0) {
      this.dropped++;
      return;
    }
    const [message, hint] = sentence(key, params, this.language);
    this.problems.push(makeProblem(`mapping/${key}`, message, hint, item));
  };

  /** What was found, fit for a sentence of this report. */
  shown(value: unknown): string {
    return shownValue(value, this.language);
  }

  finish(): void {
    if (this.dropped === 0) return;
    const [message, hint] = sentence('more', { count: this.dropped }, this.language);
    this.problems.push(makeProblem('mapping/more', message, hint, null));
  }
}

/** Most unit texts that are remembered. */
const MOST_UNITS = 1000;

/** Units as written and their codes; each that is not understood is said once. */
export class Units {
  private readonly known = new Map<string, string | undefined>();

  code(raw: string | undefined, property: string, report: Report): string | undefined {
    if (raw === undefined || raw.trim() === '') return undefined;
    if (this.known.has(raw)) return this.known.get(raw);
    const code = toUcum(raw);
    if (this.known.size >= MOST_UNITS) this.known.clear();
    this.known.set(raw, code);
    if (code === undefined) report.add('bad-unit', { unit: raw.slice(0, 60), property }, raw);
    return code;
  }
}
