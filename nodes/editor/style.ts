import css from './style.css';

/** Puts the rules that all forms of this pack share into the page, once; each form's root has the class `city-form`. */
export function ensureStyle(): void {
  if (document.getElementById('city-events-style') !== null) return;
  const style = document.createElement('style');
  style.id = 'city-events-style';
  style.textContent = css;
  document.head.append(style);
}
