/** The part of the form that is about CAP, with a draft as it would be. */
import { sampleStatus } from '../../ecdm/status-fields';
import { durationField } from '../../editor/duration-field';
import type { AllTexts } from '../../editor/notice-texts';
import type { Translate } from '../../editor/texts';
import { readSettings } from '../settings';
import { faultsOf } from '../cap/alert';
import { compose } from '../cap/compose';
import { readCapSettings } from '../cap/settings';
import { capText } from '../cap/texts';
import { toXml } from '../cap/xml';

const FIELDS = [
  'capSender', 'capSenderName', 'capKind', 'capScope', 'capRestriction', 'capAddresses', 'capCategory', 'capEvent',
  'capExpires', 'capRadius', 'capContact', 'capWeb', 'timeZone', 'language',
] as const; // prettier-ignore
const FIRST: Partial<Record<(typeof FIELDS)[number], string>> = {
  capKind: 'Test', capScope: 'Public', capCategory: 'Other', capExpires: '12 h', capRadius: '1',
}; // prettier-ignore

const valueOf = (id: string): string => String($(`#node-input-${id}`).val() ?? '');

/** @returns draws the draft anew */
export function capForm(t: Translate, texts: () => AllTexts): () => void {
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
      texts: texts(),
    };
    const settings = readSettings(config);
    const cap = readCapSettings(config, settings);
    const { alert } = compose(cap, sampleStatus('raised'), 'Alert', [], 'live', Date.now());
    document.getElementById('action-notify-cap-xml')!.textContent = toXml(alert);
    const faults = faultsOf(alert).map(({ key, where }) => capText(settings.language, `fault.${key}`, { where }));
    document.getElementById('action-notify-cap-faults')!.textContent = [...new Set(faults)].join('; ');
  };
  $(box).on('input change', 'input, select', show);
  return show;
}
