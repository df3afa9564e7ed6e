/** The whole rule as it stands in the form: filled from what is saved, read, judged, and told as a sentence. */
import type { Pattern, StatusDefinition } from '../../ecdm/definition';
import type { RuleTest } from '../../ecdm/rule-test';
import type { SavedConfig } from '../../ecdm/saved-config';
import type { Severity } from '../../ecdm/status';
import { languageOf, type Translate } from '../../editor/texts';
import { statusChoices, ticked } from '../../editor/status-choices';
import { describeRule } from '../cep/sentence';
import { fromPattern } from '../model/rows';
import { rawDefinition, type PatternStatusSettings, type StepSettings } from '../saved-settings';
import { make } from '../../editor/zones/dom';
import { othersOf, type Choice } from './event-list';
import {
  byId, elementOf, fieldOf, fillFields, fillFlapping, prepareFields, readFields, readFlapping, showWhatCounts,
} from './fields'; // prettier-ignore
import { lastName } from './last-names';
import { mark, unmark } from './mark';
import { noticesOf, showNotices } from './notices';
import { PatternView } from './pattern-view';
import { flapsOftenEnough } from './quick-fault';
import { deepFault, refusalOf } from './refusal';
import { StepsView } from './steps-view';
import { showUnknownLevel } from './zone-level';

/** What the form fills in; the node in the editor has these fields. */
export interface StatusNode extends PatternStatusSettings {
  id: string;
  /** The tab or the subflow in which it is drawn. */
  z: string;
  domain: string;
  /** Text of a rule that could not be read when the form was closed; empty else. */
  ruleText: string;
  /** What the events of the rule were called when it was saved, by id. */
  eventNames?: Record<string, string>;
  tests?: RuleTest[];
}

export class RuleForm {
  private readonly when: PatternView;
  private readonly clear: PatternView;
  private readonly steps: StepsView;
  private complete: StatusDefinition | undefined;
  /** Somebody has asked for an id of its own: the one that it was saved with belongs to another rule, too. */
  private hasOwnId = false;
  /** What the rule reads as, or what is wrong with it. */
  told: Told = { text: '' };
  /** Called after every change. */
  changed: () => void = () => undefined;

  constructor(
    private readonly node: Readonly<StatusNode>,
    private readonly t: Translate,
    private readonly choices: () => readonly Choice[],
  ) {
    const context = { t, choices, changed: () => this.refresh() };
    this.when = new PatternView(byId('pattern-status-rows'), context);
    this.clear = new PatternView(byId('pattern-status-clear'), context);
    this.steps = new StepsView(byId('pattern-status-steps'), context, () => fieldOf('severity') as Severity);
    prepareFields(t, () => this.refresh());
    $('#pattern-status-clear-has, #pattern-status-not-while').on('change', () => this.refresh());
    this.fill(node);
  }

  /** Fills in all but name and domain. */
  fill(saved: Partial<PatternStatusSettings>): void {
    const { pairing, afterDetection } = saved;
    fillFields({
      ...saved,
      // what is usual has no word of its own in the form
      pairing: pairing === 'newest' ? '' : (pairing ?? ''),
      afterDetection: afterDetection === 'fresh' ? '' : (afterDetection ?? ''),
      per: saved.per || 'station',
      severity: saved.severity || 'warning',
    });
    fillFlapping(saved.flapping);
    statusChoices('pattern-status-not-while', saved.notWhile ?? [], this.node.id);
    byId('pattern-status-not-while').querySelector<HTMLElement>('.city-count')!.hidden =
      byId('pattern-status-not-while').querySelector('li') !== null;
    const clearWhen = patternOf(saved.clearWhen);
    $('#pattern-status-clear-has').prop('checked', clearWhen !== null);
    this.when.show(patternOf(saved.rule));
    this.clear.show(clearWhen);
    this.steps.show(saved.steps ?? []);
    this.refresh();
  }

  /** Draws the rows with the events as they can be chosen now. */
  redraw(): void {
    this.when.draw();
    this.clear.draw();
    this.steps.redraw();
    this.refresh();
  }

  /** What Node-RED cannot read from a field by itself, as it is saved. */
  structured(): Pick<PatternStatusSettings, 'rule' | 'clearWhen' | 'notWhile' | 'flapping'> & {
    steps: StepSettings[];
    statusId?: string;
  } {
    return {
      ...(this.hasOwnId ? { statusId: '' } : {}),
      rule: this.when.pattern(),
      clearWhen: this.hasClear ? this.clear.pattern() : null,
      steps: this.steps.values(),
      notWhile: ticked('pattern-status-not-while'),
      flapping: readFlapping(),
    };
  }

  /** The rule that the form stands for, refused or not; `undefined` while something is not filled in. */
  definition(): StatusDefinition | undefined {
    return this.complete;
  }

  /** The rule with all that may be missing in it; `undefined` where no event is chosen. */
  draft(): StatusDefinition | undefined {
    return this.named({ ...readFields(), ...this.structured() });
  }

  /** What a rule would read as that does not stand in the form. */
  toldOf(settings: Partial<PatternStatusSettings>): Told {
    const definition = this.named({ ...settings });
    if (definition === undefined) return { text: this.t('sentence.none') };
    const fault = deepFault({ ...settings, id: definition.id }, this.known(), this.t);
    return fault === undefined ? { text: this.sentence(definition) } : { text: fault, fault: true };
  }

  /** A rule by the name and the id that it has here. */
  private named(values: SavedConfig): StatusDefinition | undefined {
    const { id } = this.node;
    const statusId = this.hasOwnId ? '' : this.node.statusId;
    const raw = rawDefinition({ ...values, id, statusId, name: fieldOf('name') || this.t('title') });
    return raw['when'] === undefined ? undefined : (raw as unknown as StatusDefinition);
  }

  private get hasClear(): boolean {
    return $('#pattern-status-clear-has').prop('checked') === true;
  }

  /** Judges the rule anew, marks what is wrong where it is, and tells the sentence. */
  refresh(): void {
    showWhatCounts();
    showUnknownLevel(this.t);
    byId('pattern-status-clear').hidden = !this.hasClear;
    unmark(byId('pattern-status-panel-rule'));
    this.steps.tellUseless();
    const draft = this.draft();
    const missing = draft && (this.markMissing() ?? this.markFlapping(draft));
    this.complete = missing === undefined ? draft : undefined;
    const fault = missing ?? (draft && this.markRefused(draft));
    if (draft === undefined)
      this.told = { text: this.t(this.choices().length === 0 ? 'hint.noEvents' : 'sentence.none') };
    else if (fault !== undefined) this.told = { text: fault, fault: true };
    else this.told = { text: this.sentence(draft) };
    tell(byId('pattern-status-panel-rule').querySelector<HTMLElement>('[data-sentence]')!, this.told);
    this.tellNotices(draft);
    this.changed();
  }

  private tellNotices(draft: StatusDefinition | undefined): void {
    const others = this.hasOwnId ? [] : othersOf(this.node);
    const twice = others.length === 0 ? [] : [this.t('invalid.twice', { names: others.join(', ') })];
    const notices = this.complete && draft ? noticesOf(draft, this.known(), this.t) : [];
    const button = make(
      'button',
      { type: 'button', class: 'red-ui-button', id: 'pattern-status-own-id' },
      this.t('button.ownId'),
    );
    button.addEventListener('click', () => {
      this.hasOwnId = true;
      this.refresh();
    });
    showNotices(byId('pattern-status-notices'), [...twice, ...notices], twice.length > 0 ? button : undefined);
  }

  private sentence(definition: StatusDefinition): string {
    const known = this.known();
    return describeRule(
      definition,
      (id) => known(id)?.name ?? lastName(id),
      languageOf(this.t),
      (id) => known(id)?.emit,
    );
  }

  private known(): (id: string) => Choice | undefined {
    const choices = new Map(this.choices().map((choice) => [choice.id, choice]));
    return (id) => choices.get(id);
  }

  private markMissing(): string | undefined {
    const found = this.when.markMissing() ?? (this.hasClear ? this.clear.markMissing(true) : undefined);
    if (found !== undefined) return found;
    if (fieldOf('per') === 'near' && !(Number(fieldOf('metres')) > 0)) {
      const message = this.t('missing.metres');
      mark(byId('node-input-metres'), message);
      return message;
    }
    return this.steps.markMissing();
  }

  private markFlapping(definition: StatusDefinition): string | undefined {
    if (flapsOftenEnough(definition)) return undefined;
    const message = this.t('missing.raises');
    const field = byId('pattern-status-flapping-raises');
    mark(field, message);
    field.closest('details')?.setAttribute('open', '');
    return message;
  }

  private markRefused(definition: StatusDefinition): string | undefined {
    const refusal = refusalOf(definition, this.known(), this.t);
    if (refusal === undefined) return undefined;
    const { path, message } = refusal;
    const step = /^steps\[(\d+)\]\.?/.exec(path);
    if (path.startsWith('when')) return this.when.markRefused(path.slice('when'.length), message);
    if (path.startsWith('clear.when')) return this.clear.markRefused(path.slice('clear.when'.length), message);
    if (step) return this.steps.markRefused(Number(step[1]), path.slice(step[0].length), message);
    const element = elementOf(path);
    if (element) mark(element, message);
    element?.closest('details')?.setAttribute('open', '');
    return message;
  }
}

/** A saved pattern; what was saved by hand may be text, or nothing that rows could show. */
function patternOf(saved: unknown): Pattern | null {
  try {
    const pattern: unknown = typeof saved === 'string' && saved.trim() !== '' ? JSON.parse(saved) : saved;
    if (typeof pattern !== 'object' || pattern === null) return null;
    fromPattern(pattern as Pattern);
    return pattern as Pattern;
  } catch {
    return null;
  }
}

/** What was saved as a pattern and is none, as text, so that it is not lost; empty where there is nothing like that. */
export function unreadable(saved: unknown): string {
  if (saved === null || saved === undefined || saved === '' || patternOf(saved) !== null) return '';
  return typeof saved === 'string' ? saved : JSON.stringify(saved, null, 2);
}

/** The sentence that a rule reads as, or what is wrong with it. */
export interface Told {
  text: string;
  fault?: boolean;
}

export function tell(place: HTMLElement, { text, fault = false }: Told): void {
  // what is set anew is read out anew, though it is the same
  if (place.textContent !== text) place.textContent = text;
  place.classList.toggle('city-fault', fault);
}
