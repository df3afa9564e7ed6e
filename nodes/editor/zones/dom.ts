type Child = Node | string;

/** Makes an element: attributes as written in HTML, then its children. Texts are never read as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Fills a select with choices `[value, text]` and chooses one. */
export function fillSelect(
  select: HTMLSelectElement,
  choices: readonly (readonly [string, string])[],
  chosen: string,
): void {
  select.replaceChildren(...choices.map(([value, text]) => make('option', { value }, text)));
  select.value = chosen;
}

let made = 0;

/** A row of a form: a label tied to its field. */
export function row(label: string, field: HTMLElement): HTMLDivElement {
  field.id ||= `city-field-${++made}`;
  return make('div', { class: 'form-row' }, make('label', { for: field.id }, label), ' ', field);
}
