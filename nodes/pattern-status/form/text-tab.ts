/** The rule as text: printed from the form, read back into it, with every error where it is. */
import { languageOf, type Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { parseRule, printRule, type TextError } from '../cep/language';
import { settingsOf, type PatternStatusSettings } from '../saved-settings';
import type { Choice } from './event-list';
import { byId } from './fields';
import { tell, type RuleForm, type Told } from './rule-form';

export class TextTab {
  private readonly area = byId('pattern-status-text') as HTMLTextAreaElement;
  private readonly sentence = byId('pattern-status-panel-text').querySelector<HTMLElement>('[data-sentence]')!;
  private readonly refused = byId('pattern-status-text-refused');
  private broken = false;
  /** Something else stands here than what was printed. */
  private written = false;
  /** What is written here means; the rows are filled with it when one is done with writing. */
  private meant: Partial<PatternStatusSettings> | undefined;
  /** What is written here reads as, by the name that the status has now. */
  private told: () => Told = () => ({ text: '' });

  constructor(
    private readonly form: RuleForm,
    private readonly t: Translate,
    private readonly choices: () => readonly Choice[],
    /** A text that could not be read when the form was closed the last time. */
    kept: string,
  ) {
    this.area.addEventListener('input', () => this.read());
    byId('pattern-status-discard').addEventListener('click', () => {
      this.print();
      this.area.focus();
    });
    this.showErrors([]);
    if (kept === '') return;
    this.area.value = kept;
    this.written = true;
    this.broken = true;
  }

  /** The text that cannot be read, so that it is kept; empty where it can. */
  get unread(): string {
    return this.broken ? this.area.value : '';
  }

  /** Prints the rule of the form; a text that cannot be read stays. Also where events are called something else. */
  enter(): void {
    if (this.written) this.read();
    else this.print();
  }

  /** Fills the rows with what is written here; where that cannot be read, or is nothing, they stay as they were. */
  take(): void {
    const { meant } = this;
    if (!this.broken) this.written = false;
    this.meant = undefined;
    if (meant !== undefined) this.form.fill(meant);
  }

  /** Tells the sentence again: the name of the status is no part of the text. */
  retell(): void {
    tell(this.sentence, this.told());
  }

  /** Says why what needs a rule cannot be seen; the keyboard goes to the first error. */
  refuse(): void {
    this.refused.textContent = this.t('text.refused');
    byId('pattern-status-errors').querySelector('button')?.focus();
  }

  private print(): void {
    const draft = this.form.draft();
    if (draft === undefined) this.area.value = '';
    else {
      const { id: _id, name: _name, domain: _domain, ...parts } = draft;
      this.area.value = printRule(parts, languageOf(this.t), this.choices());
    }
    this.written = false;
    this.broken = false;
    this.meant = undefined;
    this.showErrors([]);
    this.tell(() => this.form.told);
  }

  private read(): void {
    const text = this.area.value;
    this.written = true;
    this.meant = undefined;
    if (text.trim() === '') {
      this.broken = false;
      this.showErrors([]);
      this.tell(() => ({ text: this.t(this.form.draft() === undefined ? 'sentence.none' : 'sentence.unwritten') }));
      return;
    }
    const { rule, errors } = parseRule(text, languageOf(this.t), this.choices());
    // a rule that can be read but not be run is a rule: the rows show what is wrong with it, too
    this.broken = rule === undefined;
    this.showErrors(errors);
    if (rule === undefined) {
      this.tell(() => ({ text: this.t('sentence.unread', { count: errors.length }), fault: true }));
      return;
    }
    // name and id are fields of their own
    const { statusId: _id, name: _name, ...settings } = settingsOf({ ...rule, id: '-', name: '-' });
    this.meant = settings;
    this.tell(() => this.form.toldOf(settings));
  }

  private tell(told: () => Told): void {
    this.told = told;
    this.retell();
  }

  private showErrors(errors: readonly TextError[]): void {
    const items = errors.map((error) => {
      const where = this.t('text.at', { line: error.line, column: error.column });
      const more = error.suggestion === undefined ? '' : ` ${error.suggestion}`;
      const jump = make('button', { type: 'button', class: 'city-jump' }, `${where}: ${error.message}${more}`);
      jump.addEventListener('click', () => this.jump(error));
      return make('li', {}, jump);
    });
    byId('pattern-status-errors').replaceChildren(...items);
    byId('pattern-status-discard').hidden = !this.written;
    this.refused.textContent = '';
    if (errors.length > 0) this.area.setAttribute('aria-invalid', 'true');
    else this.area.removeAttribute('aria-invalid');
  }

  /** Puts the caret to where the error is. */
  private jump({ line, column, length }: TextError): void {
    const before = this.area.value.split('\n').slice(0, line - 1);
    const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    this.area.focus();
    this.area.setSelectionRange(at, at + length);
  }
}
