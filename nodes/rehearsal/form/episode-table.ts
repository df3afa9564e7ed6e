/** All episodes as a list that can be sorted, filtered and walked through by keyboard. */
import { make } from '../../editor/zones/dom';
import type { RehearsalResult } from '../contract';
import { COLUMNS, lengthOf, sorted, type Column, type EpisodeRow } from '../view/rows';
import { button, choiceOf, scroll } from './table';
import type { Texts } from './texts';

/** Rows on one page. */
const PAGE = 50;

export class EpisodeTable {
  readonly element = make('div', {});
  private by: Column = 'since';
  private down = false;
  private page = 0;
  private onlyChanged = false;
  private chosen: EpisodeRow | undefined;

  constructor(
    private readonly result: RehearsalResult,
    private readonly rows: readonly EpisodeRow[],
    private readonly texts: Texts,
    private readonly choose: (row: EpisodeRow) => void,
  ) {
    this.draw();
  }

  /** Brings the row of an episode to the front. */
  show(chosen: EpisodeRow | undefined): void {
    this.chosen = chosen;
    const at = chosen === undefined ? -1 : this.list().indexOf(chosen);
    if (at >= 0) this.page = Math.floor(at / PAGE);
    const hadFocus = this.element.contains(document.activeElement);
    this.draw();
    if (hadFocus) this.element.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
  }

  private list(): EpisodeRow[] {
    const kept = this.onlyChanged ? this.rows.filter(({ change }) => change !== 'same') : this.rows;
    return sorted(kept, this.by, this.down, this.result.to ?? 0);
  }

  private draw(): void {
    const { say } = this.texts;
    if (this.rows.length === 0) {
      this.element.replaceChildren(make('p', { class: 'city-count' }, say('episodes.none')));
      return;
    }
    const list = this.list();
    this.page = Math.min(this.page, Math.max(0, Math.ceil(list.length / PAGE) - 1));
    const shown = list.slice(this.page * PAGE, (this.page + 1) * PAGE);
    const hasNow = this.result.now !== undefined;
    const columns = COLUMNS.filter((name) => name !== 'change' || hasNow);
    const table = make(
      'table',
      { 'aria-label': say('episodes.label') },
      make('thead', {}, make('tr', {}, ...columns.map((name) => this.head(name)))),
      make('tbody', {}, ...shown.map((row) => this.line(row, columns))),
    );
    table.addEventListener('keydown', (event) => walk(table, event));
    const holder = scroll(say('episodes.label'), table);
    holder.removeAttribute('tabindex');
    this.element.replaceChildren(
      ...(hasNow ? [this.filter()] : []),
      make('p', { class: 'city-count' }, say('episodes.hint')),
      holder,
      ...(list.length > PAGE ? [this.pager(list.length)] : []),
    );
  }

  private filter(): HTMLElement {
    const { say } = this.texts;
    const choices = [['all', say('episodes.filter.all')], ['changed', say('episodes.filter.changed')]] as const; // prettier-ignore
    const { element, select } = choiceOf(say('episodes.show'), choices, (value) => {
      this.onlyChanged = value === 'changed';
      this.page = 0;
      this.draw();
      this.element.querySelector('select')?.focus();
    });
    select.value = this.onlyChanged ? 'changed' : 'all';
    return element;
  }

  private head(name: Column): HTMLElement {
    const isBy = this.by === name;
    const sort = button(this.texts.say(`episodes.${name}`), () => {
      this.down = isBy ? !this.down : name === 'length' || name === 'peak';
      this.by = name;
      this.page = 0;
      this.draw();
      this.element.querySelector<HTMLElement>(`[data-sort="${name}"]`)?.focus();
    });
    sort.className = 'city-rehearse-sort';
    sort.dataset['sort'] = name;
    if (isBy) sort.append(make('i', { class: `fa fa-caret-${this.down ? 'down' : 'up'}`, 'aria-hidden': 'true' }));
    return make('th', { scope: 'col', 'aria-sort': isBy ? (this.down ? 'descending' : 'ascending') : 'none' }, sort);
  }

  private line(row: EpisodeRow, columns: readonly Column[]): HTMLElement {
    const { texts } = this;
    const { episode, change } = row;
    const isChosen = row === this.chosen;
    const pick = button(texts.time(episode.since), () => this.choose(row));
    pick.className = 'city-rehearse-pick';
    pick.setAttribute('aria-pressed', String(isChosen));
    const cells: Record<Column, string | Node> = {
      since: pick,
      length:
        episode.until === episode.since
          ? '–'
          : `${texts.length(lengthOf(episode, this.result.to ?? episode.since))}${episode.until === undefined ? ' …' : ''}`,
      name: episode.name,
      key: episode.keyName ?? episode.key,
      peak: episode.peak === undefined ? '' : texts.value(episode.peak, episode.unit),
      change: make('span', { class: `city-rehearse-change city-rehearse-${change}` }, texts.say(`episodes.${change}`)),
    };
    return make(
      'tr',
      isChosen ? { class: 'city-rehearse-row' } : {},
      ...columns.map((name) => make('td', {}, cells[name])),
    );
  }

  private pager(all: number): HTMLElement {
    const { say } = this.texts;
    const go = (by: number) => (): void => {
      this.page += by;
      this.draw();
    };
    const [back, on] = [button(say('episodes.previous'), go(-1)), button(say('episodes.following'), go(1))];
    const [from, to] = [this.page * PAGE + 1, Math.min(all, (this.page + 1) * PAGE)];
    back.disabled = from === 1;
    on.disabled = to === all;
    return make(
      'div',
      { class: 'city-bar' },
      back,
      on,
      make('span', { class: 'city-count' }, say('episodes.page', { from, to, all })),
    );
  }
}

/** Up and down from one episode to the next. */
function walk(table: HTMLElement, event: KeyboardEvent): void {
  const picks = [...table.querySelectorAll<HTMLElement>('.city-rehearse-pick')];
  const at = picks.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: picks.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  event.stopPropagation();
  picks[Math.min(picks.length - 1, Math.max(0, to))]!.focus();
}
