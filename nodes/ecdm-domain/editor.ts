import { isTimeZone, parseTime } from '../ecdm/time';
import { AGGREGATE_METHODS } from '../ecdm-event/editing/choices';
import { durationField } from '../editor/duration-field';
import { ensureForm } from '../editor/style';
import { translator } from '../editor/texts';
import { reasons, type Validator, validators } from '../editor/validators';
import { fillSelect, make } from '../editor/zones/dom';

const t = translator('ecdm-domain');
const check = validators(t);

interface DomainForm {
  name: string;
  method: string;
  zones: string[];
  timeZone: string;
}

const byId = (id: string): HTMLElement => document.getElementById(id)!;
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

function checkTime(key: 'from' | 'to'): Validator {
  return reasons((value) => isEmpty(value) || parseTime(value) !== undefined || t(`invalid.${key}`));
}

RED.nodes.registerType('ecdm-domain', {
  category: 'config',
  color: '#F3C37A',
  icon: 'ecdm-domain.svg',
  defaults: {
    name: { value: '', label: t('label.name'), validate: check.required('label.name') },
    version: { value: 1 },
    description: { value: '', label: t('label.description') },
    timeZone: {
      value: 'auto',
      label: t('label.timeZone'),
      validate: reasons((value) => isEmpty(value) || value === 'auto' || isTimeZone(value) || t('invalid.timeZone')),
    },
    language: { value: 'auto', label: t('label.language') },
    sampling: { value: '', label: t('label.sampling'), validate: check.duration('label.sampling', true) },
    method: { value: 'average', label: t('label.method') },
    zones: { value: [], label: t('label.zones') },
    from: { value: '', label: t('label.from'), validate: checkTime('from') },
    to: { value: '', label: t('label.to'), validate: checkTime('to') },
  },
  paletteLabel: t('title'),
  label(this: DomainForm) {
    return this.name || t('title');
  },
  oneditprepare(this: DomainForm) {
    ensureForm(t);
    durationField($('#node-config-input-sampling'), t, t('label.sampling'));
    const method = byId('node-config-input-method') as HTMLSelectElement;
    fillSelect(
      method,
      AGGREGATE_METHODS.map((one) => [one, t(`method.${one}`)] as const),
      this.method || 'average',
    );
    const zones = ['auto', ...Intl.supportedValuesOf('timeZone')];
    byId('ecdm-domain-time-zones').replaceChildren(...zones.map((value) => make('option', { value })));
    (byId('ecdm-domain-zones') as HTMLInputElement).value = Array.isArray(this.zones) ? this.zones.join(', ') : '';
  },
  oneditsave(this: DomainForm) {
    const text = (byId('ecdm-domain-zones') as HTMLInputElement).value;
    this.zones = text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
  },
});
