/**
 * Browsers drop the comma that is typed or pasted into a field of numbers where it is no decimal sign of theirs, so that
 * "5,5" becomes 55. In all forms of this pack it is taken for the decimal sign, or refused in words.
 */
/** A number as a whole; three digits behind a comma may be thousands. */
const DECIMAL = /^\s*-?\d*,(?!\d{3}\s*$)\d+\s*$/;

/** @param refusal what to tell where it is not clear what a comma means */
export function takeCommas(refusal: () => string): void {
  let asking = false;
  const take = (event: InputEvent): void => {
    const field = event.target as HTMLInputElement;
    const { data } = event;
    if (asking || !data?.includes(',') || !field.matches('.city-form [type=number]')) return;
    event.preventDefault();
    asking = true;
    // a step of a whole number
    if (+field.step % 1 === 0 || !(data === ',' ? typed(field) : pasted(field, data))) {
      field.setCustomValidity(refusal());
      field.reportValidity();
      field.addEventListener('input', () => field.setCustomValidity(''), { once: true });
    }
    asking = false;
  };
  document.addEventListener('beforeinput', take, true);
}

/** The browser's own decimal sign may be a comma or a point: the other one is only asked for where it drops the comma. */
function typed(field: HTMLInputElement): boolean {
  if (field.value.includes('.')) return false;
  let taken = field.validity.badInput;
  field.addEventListener('input', () => (taken = true), { once: true });
  document.execCommand('insertText', false, ',');
  return taken || document.execCommand('insertText', false, '.');
}

/** In place of all that stands in the field: a value of a script has a point in every language. */
function pasted(field: HTMLInputElement, text: string): boolean {
  if (!DECIMAL.test(text)) return false;
  field.value = text.trim().replace(',', '.');
  return field.dispatchEvent(new Event('input', { bubbles: true }));
}
