/** Marks a control of the form as wrong, with the reason beside it, for eyes and ears alike. */
import { make } from '../../editor/zones/dom';

const MARK = 'city-marked';
let made = 0;

/** Says at a control (or a group of controls) what is wrong with it. */
export function mark(element: HTMLElement, message: string): void {
  const id = `city-fault-${++made}`;
  for (const control of controlsOf(element)) {
    control.setAttribute('aria-invalid', 'true');
    control.setAttribute('aria-describedby', id);
    control.classList.add(MARK);
  }
  const row = element.closest('.city-rule-row, .city-bar, .form-row') ?? element;
  row.after(make('p', { id, class: 'city-fault city-row-fault' }, message));
}

/** Takes all marks below an element away. */
export function unmark(below: HTMLElement): void {
  for (const control of below.querySelectorAll(`.${MARK}`)) {
    control.removeAttribute('aria-invalid');
    control.removeAttribute('aria-describedby');
    control.classList.remove(MARK);
  }
  for (const message of below.querySelectorAll('.city-row-fault')) message.remove();
}

function controlsOf(element: HTMLElement): Element[] {
  const controls = 'input, select, textarea';
  return element.matches(controls) ? [element] : [...element.querySelectorAll(controls)];
}
