/** The rows of one pattern in the form: drawn, kept in step with what is chosen, marked where something is wrong. */
import type { Pattern } from '../../ecdm/definition';
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { numbered } from '../model/row-edit';
import { missingIn, placeOf, type Missing, type Place } from '../model/row-faults';
import { fromPattern, newGroup, toPattern, type Origins, type Row, type RowGroup } from '../model/rows';
import type { Drawing } from './drawing';
import type { Choice } from './event-list';
import { mark } from './mark';
import { groupView, together } from './row-view';

export interface PatternContext {
  t: Translate;
  choices(): readonly Choice[];
  /** Called after every change. */
  changed(): void;
}

export class PatternView {
  private rule: RowGroup = newGroup();
  private readonly views = new Map<Row | RowGroup, Map<string, HTMLElement>>();
  private readonly rows = make('div', {});
  /** Says what moved where to people who hear the form. */
  private readonly said = make('p', { class: 'city-heard', role: 'status' });

  constructor(
    place: HTMLElement,
    private readonly context: PatternContext,
  ) {
    this.moveTo(place);
  }

  /** Puts the rows into another element. */
  moveTo(place: HTMLElement): void {
    place.replaceChildren(this.rows, this.said);
  }

  /** Shows a pattern; one empty row where there is none. */
  show(pattern: Pattern | null): void {
    this.rule = fromPattern(pattern);
    this.draw();
  }

  /** @returns `null` where no event is chosen */
  pattern(origins?: Origins): Pattern | null {
    return toPattern(this.rule, origins);
  }

  /** Draws the same rows with the events as they can be chosen now. */
  draw(): void {
    this.views.clear();
    const waiting: (() => void)[] = [];
    const drawing: Drawing = {
      t: this.context.t,
      rule: this.rule,
      choices: this.context.choices(),
      numbers: numbered(this.rule),
      changed: () => this.context.changed(),
      redraw: (at, part) => this.redraw(at, part),
      onEvents: (act) => void waiting.push(act),
      eventsChanged: () => {
        for (const act of waiting) act();
        this.context.changed();
      },
      part: (owner, name, element) => {
        let parts = this.views.get(owner);
        if (parts === undefined) this.views.set(owner, (parts = new Map<string, HTMLElement>()));
        parts.set(name, element);
        return element;
      },
    };
    const order = make('div', { class: 'city-bar city-together' }, ...together(this.rule, this.rule, drawing));
    this.rows.replaceChildren(order, ...groupView(this.rule, this.rule, drawing));
  }

  private redraw(at: Row | RowGroup | undefined, part = 'must'): void {
    const before = at && numbered(this.rule).get(at as Row);
    this.draw();
    this.context.changed();
    const parts = this.views.get(at ?? this.rule);
    // at the very end a row can only go back, and the only one that is left can neither go nor be removed
    for (const name of [parts?.has(part) ? part : 'must', 'down', 'up', 'event', 'must', 'addRow']) {
      const control = focusable(parts?.get(name));
      control?.focus();
      if (control !== undefined) break;
    }
    this.said.textContent = part === 'up' || part === 'down' ? this.context.t('said.moved', { n: before }) : '';
  }

  // ---- faults

  /**
   * Marks the first row in which something is not filled in yet, or does not exist any more.
   * @param needed there must be an event
   * @returns what is the first of it, in words
   */
  markMissing(needed = false): string | undefined {
    const known = new Set(this.context.choices().map(({ id }) => id));
    const found = missingIn(this.rule, { known, needed });
    const [first] = found;
    if (first === undefined) return undefined;
    const say = ({ missing }: Missing): string => this.context.t(`missing.${missing}`);
    // each is said right under the row: the first of them is said last
    for (const one of found.filter(({ at }) => at === first.at).reverse()) this.markAt(one, say(one));
    return this.numberedMessage(first, say(first));
  }

  /**
   * Marks the row that a refusal is about.
   * @param path below the pattern
   * @returns the message with the number of the row
   */
  markRefused(path: string, message: string): string {
    const origins: Origins = new Map();
    const pattern = this.pattern(origins);
    if (pattern === null) return message;
    const place = placeOf(this.rule, pattern, origins, path);
    this.markAt(place, message);
    return this.numberedMessage(place, message);
  }

  private numberedMessage({ at }: Place, message: string): string {
    const n = numbered(this.rule).get(at as Row);
    return n === undefined ? message : this.context.t('missing.inRow', { message, n });
  }

  private markAt({ at, part, index }: Place, message: string): void {
    const parts = this.views.get(at);
    const wanted = parts?.get(part === 'where' ? `where${index ?? 0}` : part);
    // where the very control is not there (the order of a single row) it is said at the row
    const element =
      wanted ?? parts?.get('event') ?? parts?.get('must') ?? this.rows.querySelector<HTMLElement>('.city-controls');
    if (element) mark(element, message);
  }
}

/** What the keyboard can go to: the control itself, or the first one in it. */
function focusable(element: HTMLElement | undefined): HTMLElement | undefined {
  const usable = 'select:enabled, button:enabled, input:enabled:not([style*="display: none"])';
  if (element?.matches(usable)) return element;
  return element?.querySelector<HTMLElement>(usable) ?? undefined;
}
