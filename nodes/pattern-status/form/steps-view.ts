/** Other severities while a status is raised: after a time, or while something else happens. */
import { SEVERITIES, type Severity } from '../../ecdm/status';
import { make } from '../../editor/zones/dom';
import type { StepSettings } from '../saved-settings';
import { button, choose, lengthInput } from './drawing';
import { mark } from './mark';
import { PatternView, type PatternContext } from './pattern-view';

/** As many as a definition may have. */
const MOST_STEPS = 10;

interface Step {
  severity: Severity;
  after: string;
  /** Asked for, though nothing may be chosen yet. */
  hasWhen: boolean;
  view: PatternView;
  /** What a mark stands at. */
  head: HTMLElement;
  /** Says that it changes nothing, where that is so. */
  hint: HTMLElement;
}

export class StepsView {
  private steps: Step[] = [];

  constructor(
    private readonly place: HTMLElement,
    private readonly context: PatternContext,
    /** The severity that the status begins with. */
    private readonly severity: () => Severity,
  ) {}

  show(steps: readonly StepSettings[]): void {
    // what was saved by hand may be no list, or hold anything
    const list: readonly (StepSettings | null)[] = Array.isArray(steps) ? steps : [];
    this.steps = list.flatMap((step) => (typeof step === 'object' && step !== null ? [this.step(step)] : []));
    this.draw();
  }

  /** Says at each step whether it can ever count: the highest severity does, and the status begins with one. */
  tellUseless(): void {
    const { t } = this.context;
    const base = this.severity();
    for (const { severity, hint } of this.steps) {
      const isUseless = SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(base);
      const said = isUseless ? t('hint.uselessStep', { severity: t(`option.${base}`) }) : '';
      if (hint.textContent !== said) hint.textContent = said;
      hint.hidden = !isUseless;
    }
  }

  values(): StepSettings[] {
    return this.steps.map(({ severity, after, hasWhen, view }) => {
      const when = hasWhen ? view.pattern() : null;
      return { severity, ...(after === '' ? {} : { after }), ...(when === null ? {} : { when }) };
    });
  }

  private step({ severity, after, when }: StepSettings): Step {
    const place = make('div', {});
    const view = new PatternView(place, this.context);
    view.show(when ?? null);
    const hasWhen = when !== undefined && when !== null;
    const hint = make('p', { class: 'city-hint', role: 'status' });
    const step: Step = { severity, after: after ?? '', hasWhen, view, head: make('div', {}), hint };
    return step;
  }

  /** Draws the rows with the events as they can be chosen now. */
  draw(focus?: number): void {
    const { t } = this.context;
    const changed = (): void => this.context.changed();
    const add = button('fa-plus', t('button.addStep'), () => {
      const next = SEVERITIES[Math.min(SEVERITIES.indexOf(this.severity()) + 1, SEVERITIES.length - 1)]!;
      this.steps.push(this.step({ severity: next }));
      this.draw(this.steps.length - 1);
      changed();
    });
    add.disabled = this.steps.length >= MOST_STEPS;
    this.place.replaceChildren(
      ...this.steps.map((step, i) => this.stepView(step, i)),
      make('div', { class: 'city-bar' }, add),
    );
    if (focus === undefined) return;
    const view = this.place.children[Math.min(focus, this.steps.length - 1)] ?? this.place;
    view.querySelector<HTMLElement>(this.steps.length > 0 ? 'select' : 'button')?.focus();
  }

  private stepView(step: Step, i: number): HTMLElement {
    const { t } = this.context;
    const changed = (): void => this.context.changed();
    const label = (key: string): string => t('label.inStep', { label: t(`label.${key}`), n: i + 1 });
    const severity = choose(
      label('severity'),
      SEVERITIES.map((name) => [name, t(`option.${name}`)] as const),
      step.severity,
      (value) => {
        step.severity = value as Severity;
        changed();
      },
    );
    const after = lengthInput(t, t('word.after'), label('after'), step.after, (value) => {
      step.after = value;
      changed();
    });
    const remove = button(
      'fa-times',
      t('button.remove'),
      () => {
        this.steps.splice(i, 1);
        this.draw(i);
        changed();
      },
      { bare: true, label: label('removeStep') },
    );
    const rows = make('div', { class: 'city-bracket' });
    step.view.moveTo(rows);
    rows.hidden = !step.hasWhen;
    const box = make('input', { type: 'checkbox', class: 'city-check' });
    box.checked = step.hasWhen;
    box.addEventListener('change', () => {
      step.hasWhen = box.checked;
      rows.hidden = !box.checked;
      changed();
    });
    box.setAttribute('aria-label', label('stepWhen'));
    step.head = make(
      'div',
      { class: 'city-rule-row' },
      make('span', { class: 'city-row-number' }, t('word.then')),
      make(
        'div',
        { class: 'city-controls' },
        severity,
        after,
        make('label', { class: 'city-check-label' }, box, t('label.stepWhen')),
      ),
      make('span', { class: 'city-tools' }, remove),
    );
    return make(
      'div',
      { class: 'city-step', role: 'group', 'aria-label': t('label.step', { n: i + 1 }) },
      step.head,
      step.hint,
      rows,
    );
  }

  redraw(): void {
    for (const { view } of this.steps) view.draw();
  }

  /** Marks the first thing that is not filled in yet. @returns what it is, in words */
  markMissing(): string | undefined {
    for (const [i, step] of this.steps.entries()) {
      const missing = step.hasWhen
        ? step.view.markMissing(true)
        : step.after === ''
          ? this.context.t('missing.step')
          : undefined;
      if (missing === undefined) continue;
      if (!step.hasWhen) mark(step.head, missing);
      return this.context.t('missing.inStep', { message: missing, n: i + 1 });
    }
    return undefined;
  }

  /** Marks what a refusal is about; `path` is below the step. @returns the message with the number of the step */
  markRefused(index: number, path: string, message: string): string {
    const step = this.steps[index];
    if (step === undefined) return message;
    let said = message;
    if (path.startsWith('when')) said = step.view.markRefused(path.slice('when'.length), message);
    else mark(step.head, message);
    return this.context.t('missing.inStep', { message: said, n: index + 1 });
  }
}
