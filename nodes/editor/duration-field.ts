import { parseDuration } from '../ecdm/duration';
import type { Translate } from './texts';

const UNITS = ['s', 'min', 'h', 'd'] as const;
const SIZE: Record<(typeof UNITS)[number], number> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
/** Stands for what a field of numbers shows, but does not tell. */
const NO_NUMBER = '?';

/**
 * Puts a number and a choice of unit in place of a text input that holds a duration such as "10 min". The input itself
 * stays in the form, hidden, and keeps the text, so that Node-RED saves and validates it as always.
 * An empty number is an empty duration.
 * @param input the text input (jQuery)
 * @param label what the duration is, for screen readers
 */
export function durationField(input: any, t: Translate, label: string): void {
  const element = input[0] as HTMLInputElement | undefined;
  if (element === undefined || element.dataset['duration'] !== undefined) return;
  element.dataset['duration'] = 'yes';

  const number = $('<input type="number" min="0" step="any" class="city-number">').attr(
    'aria-label',
    t('common.durationValue', { label }),
  );
  const unit = $('<select class="city-unit">').attr('aria-label', t('common.durationUnit', { label }));
  for (const name of UNITS)
    unit.append(
      $('<option>')
        .val(name)
        .text(t(`common.unit.${name}`)),
    );

  const show = (): void => {
    const text = String(input.val() ?? '').trim();
    const ms = parseDuration(text);
    if (text === '') {
      number.val('');
      return;
    }
    if (ms === undefined) {
      // what was typed and is no length of time is there to be mended: the fault names it
      const [, typed, its] = /^(\S+) (s|min|h|d)$/.exec(text) ?? [];
      if (typed !== undefined) number.val(typed);
      if (its !== undefined) unit.val(its);
      return;
    }
    // the unit that people wrote wins; a composed duration is shown in the largest unit that divides it
    const written = /^[\d.]+\s*(s|min|h|d)$/.exec(text)?.[1];
    const fit = written ?? [...UNITS].reverse().find((name) => ms % SIZE[name] === 0) ?? 's';
    unit.val(fit);
    number.val(ms / SIZE[fit as keyof typeof SIZE]);
  };
  const keep = (): void => {
    // what is written there and is no number, such as "5e", must not pass for an empty field
    const isNone = (number[0] as HTMLInputElement).validity.badInput;
    const value = isNone ? NO_NUMBER : String(number.val()).trim();
    input.val(value === '' ? '' : `${value} ${unit.val()}`);
    // as if somebody had typed it
    element.dispatchEvent(new Event('change', { bubbles: true }));
  };
  number.on('input change', keep);
  unit.on('change', keep);
  input.hide().on('show-duration', show);
  if (element.id !== '') {
    number.attr('id', `${element.id}-number`);
    $(`label[for="${element.id}"]`).attr('for', `${element.id}-number`);
  }
  unit.val(element.dataset['unit'] ?? 'min');
  input.after(unit).after(number);
  show();
}
