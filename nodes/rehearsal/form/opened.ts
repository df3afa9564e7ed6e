/** The tab of one open form: which history, run and progress, and what came out. */
import { onPress, pause } from '../../editor/paused';
import { make } from '../../editor/zones/dom';
import type { CurveSetting, Offers, RehearsalResult } from '../contract';
import { post, Refused } from './client';
import { CurveView } from './curve-view';
import { HistoryChoice } from './history-choice';
import type { Host } from './host';
import { flowOf, timeZoneOf } from './request';
import { ResultView } from './result-view';
import { Run, type Progress } from './run';
import { TestsView } from './tests-view';
import { Texts } from './texts';
import { Sender } from './upload';

export class Opened {
  private readonly texts: Texts;
  private readonly choice: HistoryChoice;
  private readonly start: HTMLButtonElement;
  private readonly cancel: HTMLButtonElement;
  private readonly bar = make('progress', { max: '1' });
  private readonly told = make('p', { class: 'city-rehearse-told', role: 'status' });
  private readonly stale = make('p', { class: 'city-count', role: 'status' });
  private readonly out = make('div', { class: 'city-rehearse-result' });
  private readonly curve: CurveView;
  private readonly tests: TestsView | undefined;
  private readonly sender = new Sender();
  private run: Run | undefined;
  private job: string | undefined;
  /** Which histories there are could not be asked. */
  private isUnasked = false;
  /** The settings that the result is of, as text. */
  private shown: string | undefined;

  constructor(
    private readonly container: HTMLElement,
    private readonly host: Host,
  ) {
    this.texts = new Texts(host.language, timeZoneOf(host.settings()));
    const { say } = this.texts;
    this.choice = new HistoryChoice(this.texts, () => this.say(''));
    const button = (key: string, primary: boolean, act: () => void): HTMLButtonElement => {
      const made = make('button', { type: 'button', class: `red-ui-button${primary ? ' primary' : ''}` }, say(key));
      onPress(made, act);
      return made;
    };
    this.start = button('rehearse.run', true, () => void this.rehearse());
    this.cancel = button('rehearse.cancel', false, () => this.run?.stop());
    this.start.id = 'city-rehearse-run';
    this.cancel.id = 'city-rehearse-cancel';
    this.bar.setAttribute('aria-label', say('progress.label'));
    this.curve = new CurveView(
      host,
      this.texts,
      (curve) => this.rehearse(curve),
      () => this.renew(),
    );
    this.tests = host.tests && new TestsView(host, host.tests, this.texts);
    container.classList.add('city-rehearse');
    container.replaceChildren(
      make(
        'p',
        { class: 'city-rehearse-note' },
        make('strong', {}, say('result.simulated')),
        ' ',
        say('rehearse.note'),
      ),
      this.choice.element,
      make('div', { class: 'city-bar' }, this.start, this.cancel, this.bar),
      this.told,
      this.stale,
      this.out,
      ...(this.tests ? [this.tests.element] : []),
    );
    this.busy(false);
    void this.ask();
  }

  /** The tab is shown again: what has changed meanwhile is said. */
  refresh(): void {
    if (this.isUnasked) void this.ask();
    this.renew();
  }

  private renew(): void {
    const changed = this.shown !== undefined && this.shown !== this.settings();
    this.stale.textContent = changed ? this.texts.say('rehearse.stale') : '';
    this.curve.refresh();
    // what is kept is what the form stands for
    this.tests?.offer(changed ? undefined : this.job);
  }

  /** What a rehearsal is of, as text. */
  private settings(): string {
    return JSON.stringify(flowOf(this.host).node);
  }

  private async ask(): Promise<void> {
    try {
      const offers = await post<Offers>('offers', flowOf(this.host));
      this.choice.show(offers);
      if (this.isUnasked) this.say('');
      this.isUnasked = false;
      if (offers.offers.length === 0) this.say(this.texts.say('rehearse.noOffers'));
    } catch (error) {
      this.isUnasked = true;
      this.say(this.texts.say('rehearse.offersFailed', { reason: this.reasonOf(error) }), true);
    }
  }

  private async rehearse(curve?: { setting: CurveSetting; values: number[] }): Promise<void> {
    const chosen = this.choice.chosen();
    if (typeof chosen === 'string') {
      this.say(chosen, true);
      return;
    }
    this.run?.stop();
    const run = new Run(
      this.host,
      this.sender,
      () => this.container.isConnected,
      (progress) => this.progress(progress),
    );
    this.run = run;
    this.busy(true);
    const settings = this.settings();
    try {
      const finished = await run.start(chosen, curve);
      // a later one has taken its place
      if (this.run !== run) return;
      if (finished === undefined) this.say(this.texts.say('progress.cancelled'));
      else {
        this.shown = settings;
        this.job = finished.job;
        this.show(finished.job, finished.result);
      }
    } catch (error) {
      this.say(this.texts.say('progress.failed', { reason: this.reasonOf(error) }), true);
    }
    this.busy(false);
    this.renew();
  }

  private show(job: string, result: RehearsalResult): void {
    this.say(this.texts.say('progress.done', { n: this.texts.number(result.readings) }));
    this.curve.show(result);
    const view = new ResultView(job, result, this.texts, this.curve.element);
    this.out.replaceChildren(view.element);
    view.draw(result.curve === undefined ? undefined : 'curve');
  }

  private progress({ what, readings, share }: Progress): void {
    if (share === undefined) this.bar.removeAttribute('value');
    else this.bar.value = share;
    const { texts } = this;
    this.say(texts.say(`progress.${what}`, { n: texts.number(readings), share: Math.round((share ?? 0) * 100) }));
  }

  private busy(on: boolean): void {
    pause(this.start, on);
    if (!on && document.activeElement === this.cancel) this.start.focus();
    this.cancel.hidden = this.bar.hidden = !on;
    this.bar.removeAttribute('value');
    this.out.classList.toggle('city-rehearse-old', on);
  }

  private reasonOf(error: unknown): string {
    if (error instanceof Refused && error.status === 0) return this.texts.say('rehearse.unreachable');
    return error instanceof Error ? error.message : String(error);
  }

  private say(text: string, fault = false): void {
    this.told.textContent = text;
    this.told.classList.toggle('city-fault', fault);
  }
}
