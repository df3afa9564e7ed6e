import { takeCommas } from './decimal-comma';
import css from './style.css';
import type { Translate } from './texts';

/**
 * Puts what all forms of this pack share into the page, once: their looks, each form's root has the class `city-form`,
 * and how a comma in a number is taken.
 */
export function ensureForm(t: Translate): void {
  if (addStyle('city-events-style', css)) takeCommas(() => t('common.comma'));
}

/**
 * Puts the rules of one form into the page, once.
 * @returns false where they were there already
 */
export function addStyle(id: string, rules: string): boolean {
  if (document.getElementById(id) !== null) return false;
  const style = document.createElement('style');
  style.id = id;
  style.textContent = rules;
  document.head.append(style);
  return true;
}
