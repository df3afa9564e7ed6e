/**
 * Says under a field what Node-RED finds wrong with it, for eyes and ears. Node-RED tells it only to those who point at
 * the field, and calls the field by its fault instead of by its name.
 */
import type { Translate } from './texts';
import { make } from './zones/dom';

const PREFIX = /^node-(?:config-)?input-/;

/**
 * @param form in which fields are judged from now on
 * @param t for what is missing where it must not
 */
export function tellFaults(form: HTMLElement, t: Translate): void {
  // those that are there when a form opens are not called out
  let isUsed = false;
  form.addEventListener('focusin', () => (isUsed = true), { once: true });
  const look = (field: Element): void => {
    if (PREFIX.test(field.id) && field.matches('input, select, textarea')) tell(field as HTMLInputElement, isUsed, t);
  };
  new MutationObserver((changes) => {
    for (const field of new Set(changes.map(({ target }) => target as Element))) look(field);
  }).observe(form, { subtree: true, attributeFilter: ['class'] });
  // one fault after another is no change for Node-RED
  for (const kind of ['input', 'change'])
    form.addEventListener(kind, ({ target }) => setTimeout(() => look(wholeOf(target as Element))));
}

/** The field that keeps what stands in this one: a length of time is shown in two others. */
function wholeOf(part: Element): Element {
  let one: Element | null = part;
  while (one?.matches('.city-number, .city-unit')) one = one.previousElementSibling;
  return one instanceof HTMLInputElement && one.dataset['duration'] !== undefined ? one : part;
}

function tell(field: HTMLInputElement, aloud: boolean, t: Translate): void {
  const judge = judgeOf(field, t);
  if (judge === undefined) return;
  const id = `${field.id}-fault`;
  const told = document.getElementById(id);
  // a length of time is kept in a hidden field, and shown in two others
  const controls = field.dataset['duration'] === undefined ? [field] : [...partsOf(field)];
  // what a form marks itself it says itself
  const isMarked = controls.some(({ classList }) => classList.contains('city-marked'));
  const said = !isMarked && field.classList.contains('input-error') ? judge() : undefined;
  const fault = typeof said === 'string' ? said : undefined;
  if (fault === told?.textContent) return;
  for (const control of controls) {
    const others = (control.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .filter((one) => one !== '' && one !== id);
    if (fault !== undefined) others.push(id);
    setOrRemove(control, 'aria-describedby', others.join(' '));
    if (!isMarked) setOrRemove(control, 'aria-invalid', fault === undefined ? '' : 'true');
    if (control !== field) control.classList.toggle('input-error', fault !== undefined);
  }
  if (fault === undefined) {
    told?.remove();
    return;
  }
  keepName(field);
  const words = told ?? make('p', { id, class: 'city-hint city-fault' });
  if (aloud) words.setAttribute('role', 'alert');
  words.textContent = fault;
  if (told === null) (field.closest('.form-row') ?? field).after(words);
}

function* partsOf(field: Element): Generator<Element> {
  for (let one = field.nextElementSibling; one?.matches('.city-number, .city-unit'); one = one.nextElementSibling)
    yield one;
}

function setOrRemove(element: Element, name: string, value: string): void {
  if (value === '') element.removeAttribute(name);
  else element.setAttribute(name, value);
}

function keepName(field: HTMLInputElement): void {
  const label = field.labels?.[0];
  if (label === undefined) return;
  label.id ||= `${field.id}-label`;
  field.setAttribute('aria-labelledby', label.id);
}

/** The validator of a field's value as it stands in the form; none where no value of the node is in the field. */
function judgeOf(field: HTMLInputElement, t: Translate): (() => unknown) | undefined {
  const node = RED.editor.getEditStack().at(-1);
  const { validate, label, required } = node?._def.defaults[field.id.replace(PREFIX, '')] ?? {};
  if (typeof validate !== 'function') {
    // such as another node that has to be chosen: Node-RED judges that itself
    const isNone = (): boolean => field.value === '' || field.value === '_ADD_';
    return required === true ? () => !isNone() || t('common.invalid.required', { label }) : undefined;
  }
  return () => validate.call(node, field.type === 'checkbox' ? field.checked : field.value, { label });
}
