/** The rule as text: printed from the form, read back into it, with every error where it is. */
import { languageOf, type Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { parseRule, printRule, type TextError } from '../cep/language';
import { settingsOf } from '../saved-settings';
import type { Choice } from './event-list';
import { byId } from './fields';
import { tell, type RuleForm } from './rule-form';

export class TextTab {
  private readonly area = byId('pattern-status-text') as HTMLTextAreaElement;
  private broken = false;

  constructor(
    private readonly form: RuleForm,
    private readonly t: Translate,
    private readonly choices: () => readonly Choice[],
    /** A text that could not be read when the form was closed the last time. */
    kept: string,
  ) {
    this.area.addEventListener('input', () => this.read());
    byId('pattern-status-discard').addEventListener('click', () => {
      this.broken = false;
      this.print();
      this.area.focus();
    });
    this.showErrors([]);
    if (kept === '') return;
    this.area.value = kept;
    this.broken = true;
  }

  /** The text that cannot be read, so that it is kept; empty where it can. */
  get unread(): string {
    return this.broken ? this.area.value : '';
  }

  /** Prints the rule of the form; a text that cannot be read stays. */
  enter(): void {
    if (this.broken) this.read();
    else this.print();
  }

  /** @returns whether the text is a rule; else the errors are shown and the keyboard goes to the first one */
  leave(): boolean {
    if (!this.broken) return true;
    byId('pattern-status-errors').querySelector('button')?.focus();
    return false;
  }

  private print(): void {
    const draft = this.form.draft();
    if (draft === undefined) this.area.value = '';
    else {
      const { id: _id, name: _name, domain: _domain, ...parts } = draft;
      this.area.value = printRule(parts, languageOf(this.t), this.choices());
    }
    this.showErrors([]);
    this.form.refresh();
  }

  private read(): void {
    const text = this.area.value;
    if (text.trim() === '') {
      this.broken = false;
      this.form.fill({});
      this.showErrors([]);
      return;
    }
    const { rule, errors } = parseRule(text, languageOf(this.t), this.choices());
    // a rule that can be read but not be run is a rule: the rows show what is wrong with it, too
    this.broken = rule === undefined;
    this.showErrors(errors);
    if (rule === undefined) {
      tell(this.t('sentence.unread', { count: errors.length }), true);
      return;
    }
    // name and id are fields of their own
    const { statusId: _id, name: _name, ...settings } = settingsOf({ ...rule, id: '-', name: '-' });
    this.form.fill(settings);
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
    byId('pattern-status-discard').hidden = !this.broken;
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
