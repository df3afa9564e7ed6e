/** What came out: the sentence, what the data cannot say, the numbers, the time line with the readings, and the parts below. */
import { showTabs } from '../../editor/tabs';
import { make } from '../../editor/zones/dom';
import type { RehearsalResult, Series } from '../contract';
import { rowsOf, type EpisodeRow } from '../view/rows';
import type { Scale } from '../view/scale';
import { chart, seriesName } from './chart';
import { compareTable, problemList } from './compare-table';
import { episodeDetail } from './episode-detail';
import { EpisodeTable } from './episode-table';
import { choiceOf } from './table';
import type { Texts } from './texts';
import { NAMES, saidOf, timeLine } from './time-line';
import { whereView } from './where-view';

const NARROWEST = 420;

export class ResultView {
  readonly element = make('div', {});
  private readonly rows: readonly EpisodeRow[];
  private chosen: EpisodeRow | undefined;
  /** Of the one key that is shown; all of them else. */
  private key = '';
  private readonly picture = make('div', {});
  private readonly detail = make('div', {});
  private readonly heard = make('p', { class: 'city-heard', 'aria-live': 'polite' });
  private readonly table: EpisodeTable;
  private readonly where = make('div', { id: 'city-rehearse-panel-where' });
  private series: Series | undefined;

  constructor(
    private readonly job: string,
    private readonly result: RehearsalResult,
    private readonly texts: Texts,
    private readonly curve: HTMLElement,
  ) {
    this.rows = rowsOf(result);
    this.series = result.series[0];
    this.table = new EpisodeTable(result, this.rows, texts, (row) => this.choose(row));
  }

  /** Draws all of it, when it is in the page: drawings are as wide as their place. @param tab which part to open */
  draw(tab?: 'curve'): void {
    const { say } = this.texts;
    const { result } = this;
    const span =
      result.from === undefined || result.to === undefined
        ? say('result.nothing')
        : say('result.span', {
            n: this.texts.number(result.readings),
            from: this.texts.time(result.from),
            to: this.texts.time(result.to),
          });
    const bar = make('div', { class: 'city-tabs', id: 'city-rehearse-parts' });
    const episodes = make('div', { id: 'city-rehearse-panel-episodes' }, this.table.element);
    this.element.replaceChildren(
      make(
        'p',
        { class: 'city-sentence city-rehearse-sentence', role: 'status' },
        make('strong', {}, say('result.simulated')),
        ' ',
        result.sentence,
      ),
      make('p', { class: 'city-count' }, span),
      ...this.notes(),
      compareTable(result, this.texts),
      ...problemList(result, this.texts),
      this.tools(),
      this.picture,
      this.detail,
      this.heard,
      bar,
      episodes,
      this.where,
      this.curve,
    );
    const open = showTabs(bar, say('tab.label'), [
      { id: 'episodes', label: say('tab.episodes'), panel: episodes },
      {
        id: 'where',
        label: say('tab.where'),
        panel: this.where,
        enter: () => this.where.replaceChildren(whereView(result, this.width(), this.texts)),
      },
      { id: 'curve', label: say('tab.curve'), panel: this.curve },
    ]);
    if (tab) open(tab);
    this.paint();
  }

  private notes(): HTMLElement[] {
    const { notes } = this.result;
    if (notes.length === 0) return [];
    return [
      make('ul', { class: 'city-rehearse-notes' }, ...notes.map((note) => make('li', {}, this.texts.note(note)))),
    ];
  }

  /** Which key, and which readings. */
  private tools(): HTMLElement {
    const { say } = this.texts;
    const { result, rows } = this;
    const names = new Map<string, string>();
    for (const { key, name } of result.series) names.set(key, name ?? key);
    for (const { episode } of rows) names.set(episode.key, episode.keyName ?? episode.key);
    const keys = choiceOf(say('line.key'), [['', say('line.allKeys')], ...names], (key) => {
      this.key = key;
      const at = result.series.findIndex((one) => one.key === key);
      if (at >= 0) {
        this.series = result.series[at];
        series.select.value = String(at);
      }
      this.paint();
    });
    const series = choiceOf(
      say('chart.series'),
      result.series.map((one, i): [string, string] => [String(i), seriesName(one)]),
      (at) => {
        this.series = result.series[Number(at)];
        this.paint();
      },
    );
    series.element.hidden = result.series.length === 0;
    keys.element.hidden = names.size < 2;
    return make('div', { class: 'city-bar city-rehearse-tools' }, keys.element, series.element);
  }

  private width(): number {
    return Math.max(NARROWEST, this.element.clientWidth - 12);
  }

  private paint(): void {
    const { result, texts, chosen } = this;
    if (result.from === undefined || result.to === undefined) return;
    const scale: Scale = { from: result.from, to: result.to, start: NAMES, end: this.width() - 10 };
    const rows = this.key === '' ? this.rows : this.rows.filter(({ episode }) => episode.key === this.key);
    const hadFocus = this.picture.contains(document.activeElement);
    this.picture.replaceChildren(
      timeLine(result, rows, { texts, scale, chosen, choose: (row) => this.choose(row) }),
      ...(this.series ? [chart(this.series, result, scale, texts)] : []),
    );
    if (hadFocus) this.picture.querySelector<SVGElement>('.city-rehearse-line')?.focus({ preventScroll: true });
  }

  private choose(row: EpisodeRow): void {
    this.chosen = this.chosen === row ? undefined : row;
    const { chosen, texts } = this;
    const own = chosen && this.result.series.find(({ key }) => key === chosen.episode.key);
    if (own) this.series = own;
    this.heard.textContent = chosen ? saidOf(chosen, texts) : '';
    this.detail.replaceChildren(...(chosen ? [episodeDetail(this.job, chosen, texts, () => this.choose(chosen))] : []));
    this.table.show(chosen);
    this.paint();
  }
}
