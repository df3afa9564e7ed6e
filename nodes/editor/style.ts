import css from './style.css';

/** Puts the rules that all forms of this pack share into the page, once; each form's root has the class `city-form`. */
export function ensureStyle(): void {
  addStyle('city-events-style', css);
}

/** Puts the rules of one form into the page, once. */
export function addStyle(id: string, rules: string): void {
  if (document.getElementById(id) !== null) return;
  const style = document.createElement('style');
  style.id = id;
  style.textContent = rules;
  document.head.append(style);
}
