/**
 * Says under a field what Node-RED finds wrong with it, for eyes and ears. Node-RED tells it only to those who point at
 * the field, and calls the field by its fault instead of by its name.
 */
import { make } from './zones/dom';

const PREFIX = /^node-(?:config-)?input-/;

/** @param form in which fields are judged from now on */
export function tellFaults(form: HTMLElement): void {
  // those that are there when a form opens are not called out
  let isUsed = false;
  form.addEventListener('focusin', () => (isUsed = true), { once: true });
  const look = (field: Element): void => {
    if (PREFIX.test(field.id) && field.matches('input, select, textarea')) tell(field as HTMLInputElement, isUsed);
  };
  new MutationObserver((changes) => {
    for (const field of new Set(changes.map(({ target }) => target as Element))) look(field);
  }).observe(form, { subtree: true, attributeFilter: ['class'] });
  // one fault after another is no change for Node-RED
  for (const kind of ['input', 'change'])
    form.addEventListener(kind, ({ target }) => setTimeout(() => look(target as Element)));
}

function tell(field: HTMLInputElement, aloud: boolean): void {
  const judge = judgeOf(field);
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
function judgeOf(field: HTMLInputElement): (() => unknown) | undefined {
  const node = RED.editor.getEditStack().at(-1);
  const { validate, label } = node?._def.defaults[field.id.replace(PREFIX, '')] ?? {};
  if (typeof validate !== 'function') return undefined;
  return () => validate.call(node, field.type === 'checkbox' ? field.checked : field.value, { label });
}
