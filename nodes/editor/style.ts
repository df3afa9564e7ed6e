import { takeCommas } from './decimal-comma';
import { tellFaults } from './field-faults';
import { keepFocus } from './keep-focus';
import css from './style.css';
import type { Translate } from './texts';

/**
 * Gives a form what all forms of this pack share. Once in a page: their looks, each form's root has the class
 * `city-form`, and how a comma in a number is taken. For each form: its faults are told, and it keeps the keyboard.
 */
export function ensureForm(t: Translate): void {
  if (addStyle('city-events-style', css)) takeCommas(() => t('common.comma'));
  for (const form of document.querySelectorAll<HTMLElement>('.city-form:not([data-kept])')) {
    form.dataset['kept'] = 'yes';
    tellFaults(form);
    keepFocus(form);
  }
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
