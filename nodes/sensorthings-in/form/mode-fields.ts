/** How readings come: only the fields that matter for the mode are shown. */
import type { Translate } from '../../editor/texts';

/** The modes in which a part of the form matters. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'sta-in-interval': ['hybrid', 'poll'],
  'sta-in-threshold': ['poll'],
  'sta-in-history': ['hybrid', 'poll'],
  'sta-in-replay': ['replay'],
  'sta-in-updates': ['hybrid', 'live', 'poll'],
  'sta-in-overlap': ['hybrid', 'poll'],
  'sta-in-recheck': ['hybrid'],
};

/** A time as the browser's own field writes it; any other (with an offset, from the environment) stays a text. */
const OF_BROWSER = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/;

export function modeFields(t: Translate, threshold: { op: string; value: string | number } | null | undefined): void {
  const mode = (): string => String($('#node-input-mode').val() ?? 'hybrid');
  const show = (): void => {
    for (const [id, modes] of Object.entries(PARTS)) document.getElementById(id)!.hidden = !modes.includes(mode());
    document.getElementById('sta-in-mode-hint')!.textContent = t(`hint.${mode()}`);
  };
  $('#sta-in-threshold-op').val(threshold?.op ?? 'gt');
  $('#sta-in-threshold-value').val(threshold?.value ?? '');
  $('#node-input-mode').on('change', show);
  show();
}

/** Lets times that the browser's field cannot show be seen and changed as texts. */
export function timeFields(times: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(times)) {
    if (typeof value !== 'string' || value === '' || OF_BROWSER.test(value)) continue;
    $(`#node-input-${name}`).attr('type', 'text').val(value);
  }
}
