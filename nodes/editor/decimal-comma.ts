/**
 * Browsers drop the comma that is typed or pasted into a field of numbers where it is no decimal sign of theirs, so that
 * "5,5" becomes 55. In all forms of this pack it is taken for the decimal sign, or refused in words.
 */
const FIELDS = '.city-form input[type="number"]';
/** A number as a whole; three digits behind a comma may be thousands. */
const DECIMAL = /^\s*[+-]?\d*,(?!\d{3}\s*$)\d+\s*$/;

/** @param refusal what to tell where it is not clear what a comma means */
export function takeCommas(refusal: () => string): void {
  let asking = false;
  document.addEventListener(
    'beforeinput',
    (event) => {
      const field = event.target;
      if (asking || !(field instanceof HTMLInputElement) || !field.matches(FIELDS)) return;
      const text = written(event);
      if (!text.includes(',')) return;
      event.preventDefault();
      asking = true;
      const isTaken = isDecimal(field) && (text === ',' ? typed(field) : pasted(field, text));
      asking = false;
      if (!isTaken) refuse(field, refusal());
    },
    true,
  );
}

const written = ({ data, dataTransfer }: InputEvent): string => data ?? dataTransfer?.getData('text/plain') ?? '';

const isDecimal = ({ step }: HTMLInputElement): boolean => step === 'any' || Number(step) % 1 !== 0;

/** The browser's own decimal sign may be a comma or a point: the other one is only asked for where it drops the comma. */
function typed(field: HTMLInputElement): boolean {
  if (field.value.includes('.')) return false;
  let taken = field.validity.badInput;
  const seen = (): void => {
    taken = true;
  };
  field.addEventListener('input', seen, { once: true });
  document.execCommand('insertText', false, ',');
  field.removeEventListener('input', seen);
  return taken || document.execCommand('insertText', false, '.');
}

/** In place of all that stands in the field: a value of a script has a point in every language. */
function pasted(field: HTMLInputElement, text: string): boolean {
  if (!DECIMAL.test(text)) return false;
  field.value = text
    .trim()
    .replace(',', '.')
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.');
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

function refuse(field: HTMLInputElement, words: string): void {
  field.setCustomValidity(words);
  field.reportValidity();
  for (const type of ['input', 'blur']) field.addEventListener(type, () => field.setCustomValidity(''), { once: true });
}
