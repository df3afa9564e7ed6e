import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';

export interface CoordinateField {
  input: HTMLInputElement;
  /** Shows the number as it is now. */
  show: () => void;
}

/**
 * A number field that writes when it is left or Enter is pressed, and says when a number cannot be.
 * @param value the number as it is now
 */
export function coordinateField(
  t: Translate,
  label: string,
  value: () => number,
  low: number,
  high: number,
  write: (n: number) => void,
): CoordinateField {
  const input = make('input', { type: 'text', inputmode: 'decimal', class: 'city-coordinate', 'aria-label': label });
  const judge = (n: number): boolean => {
    const good = Number.isFinite(n) && n >= low && n <= high;
    input.setAttribute('aria-invalid', String(!good));
    input.classList.toggle('input-error', !good);
    input.title = good ? '' : t('invalid.range', { low, high });
    return good;
  };
  const show = (): void => {
    input.value = String(value());
    judge(value());
  };
  const take = (): void => {
    const n = input.value.trim() === '' ? NaN : Number(input.value.trim().replace(',', '.'));
    if (judge(n) && n !== value()) write(n);
  };
  show();
  input.addEventListener('change', take);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    // Enter would close the form
    event.preventDefault();
    take();
  });
  return { input, show };
}

/** Makes a field of a table that shows it anew with all the others. */
export type MakeField = (
  label: string,
  value: () => number,
  low: number,
  high: number,
  write: (n: number) => void,
) => HTMLInputElement;
