/** The part of the form that is about CAP; the draft below it is drawn by a script of its own, when it is wanted. */
import { durationField } from '../../editor/duration-field';
import { Resource } from '../../editor/resource';
import type { Translate } from '../../editor/texts';
import type * as Form from './index';

const script = new Resource<typeof Form>('action-notify.js');

const FIELDS = [
  'capSender', 'capSenderName', 'capKind', 'capScope', 'capRestriction', 'capAddresses', 'capCategory', 'capEvent',
  'capExpires', 'capRadius', 'capContact', 'capWeb', 'timeZone', 'language',
] as const; // prettier-ignore
const FIRST: Partial<Record<(typeof FIELDS)[number], string>> = {
  capKind: 'Test', capScope: 'Public', capExpires: '12 h', capRadius: '1',
}; // prettier-ignore

const valueOf = (id: string): string => String($(`#node-input-${id}`).val() ?? '');

/** @returns draws the draft anew */
export function capForm(t: Translate, more: () => Record<string, unknown>): () => void {
  for (const [id, value] of Object.entries(FIRST)) if (valueOf(id) === '') $(`#node-input-${id}`).val(value);
  durationField($('#node-input-capExpires'), t, t('cap.capExpires'));
  const box = document.getElementById('action-notify-cap')!;
  const show = (): void => {
    box.hidden = valueOf('action') !== 'cap';
    if (box.hidden) return;
    const capActual = $('#node-input-capActual').prop('checked') as boolean;
    const config = {
      ...Object.fromEntries(FIELDS.map((id) => [id, valueOf(id)])),
      capActual,
      action: 'cap',
      ...more(),
    };
    const put = (id: string, text: string): void => void (document.getElementById(id)!.textContent = text);
    script.load().then(
      ({ draftOf }) => {
        // the form may be closed by now
        if (!box.isConnected) return;
        const { xml, faults } = draftOf(config);
        put('action-notify-cap-xml', xml);
        put('action-notify-cap-faults', faults.join('; '));
      },
      () => box.isConnected && put('action-notify-cap-faults', t('cap.noScript')),
    );
  };
  $(box).on('input change', 'input, select', show).on('click', 'button', show);
  return show;
}
