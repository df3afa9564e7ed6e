import { SEVERITIES } from '../ecdm/status';
import { isTimeZone } from '../ecdm/time';
import { durationField } from '../editor/duration-field';
import { statusChoices, stateBoxes, ticked } from '../editor/status-choices';
import { ensureStyle } from '../editor/style';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { fillSelect } from '../editor/zones/dom';
import { mistakesIn, startTexts, textsField, type AllTexts } from '../editor/notice-texts';

const t = translator('action-notify');
const valid = validators(t);
const STATES = ['pending', 'raised', 'updated', 'nodata', 'cleared'] as const;

interface NotifyForm {
  name: string;
  action: string;
  form: string;
  on: string[];
  statuses: string[];
  minSeverity: string;
  texts: AllTexts;
  language: string;
}

const valueOf = (id: string): string => String($(`#node-input-${id}`).val() ?? '');
/** What is being edited; taken over when the form is saved. */
let texts: AllTexts = {};

RED.nodes.registerType('action-notify', {
  category: 'city-events',
  color: '#D29BC0',
  icon: 'action-notify.svg',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    domain: { value: '', type: 'ecdm-domain', required: false, label: t('label.domain') },
    action: { value: 'notify', label: t('label.action') },
    form: { value: 'event', label: t('label.form') },
    chart: { value: 'step', label: t('label.chart') },
    rows: { value: 100, label: t('label.rows'), validate: valid.number('label.rows', 1, 500) },
    keepCleared: { value: '10 min', label: t('label.keepCleared'), validate: valid.duration('label.keepCleared') },
    highlight: { value: '', label: t('label.highlight') },
    to: { value: '', label: t('label.to'), validate: reasons(checkReceivers) },
    channel: { value: '', label: t('label.channel') },
    statuses: { value: [], label: t('label.statuses') },
    minSeverity: { value: 'warning', label: t('label.minSeverity') },
    on: { value: ['raised', 'cleared'], label: t('label.on'), validate: reasons(checkOn) },
    texts: { value: startTexts(), label: t('label.texts'), validate: reasons(checkTexts) },
    language: { value: '', label: t('label.language') },
    timeZone: { value: '', label: t('label.timeZone'), validate: reasons(checkZone) },
  },
  inputs: 1,
  outputs: 2,
  paletteLabel: t('title'),
  label(this: NotifyForm) {
    return this.name || t('title');
  },
  labelStyle(this: NotifyForm) {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels: (output: number) => t(output === 0 ? 'output.notices' : 'output.problems'),
  oneditprepare(this: NotifyForm) {
    ensureStyle();
    texts = structuredClone(this.texts ?? {});
    const severity = document.getElementById('node-input-minSeverity') as HTMLSelectElement;
    fillSelect(
      severity,
      SEVERITIES.map((one) => [one, t(`severity.${one}`)]),
      this.minSeverity || 'warning',
    );
    stateBoxes('action-notify-on', STATES, this.on, (state) => t(`state.${state}`));
    statusChoices('action-notify-statuses', this.statuses);
    durationField($('#node-input-keepCleared'), t, t('label.keepCleared'));
    const field = textsField(texts, t, this.language || 'en-US', () => valueOf('timeZone'));
    $('#node-input-timeZone').on('input', () => field.show());
    $('#node-input-action, #node-input-form').on('change', showRows);
    showRows();
  },
  oneditsave(this: NotifyForm) {
    this.on = ticked('action-notify-on');
    this.statuses = ticked('action-notify-statuses');
    this.texts = texts;
  },
});

/** Shows what the chosen form of the output needs, and a sentence about it. */
function showRows(): void {
  const dashboard = valueOf('action') === 'createDashboard';
  const form = dashboard ? 'createDashboard' : valueOf('form');
  document.getElementById('action-notify-form-row')!.hidden = dashboard;
  document.getElementById('action-notify-form-hint')!.textContent = t(`hint.${form}`);
  for (const row of document.querySelectorAll<HTMLElement>('.city-form [data-shown-for]')) {
    row.hidden = !row.dataset['shownFor']!.split(' ').includes(form);
  }
}

function checkOn(this: NotifyForm, on: unknown): true | string {
  return (Array.isArray(on) && on.length > 0) || t('invalid.on');
}

function checkTexts(value: unknown): true | string {
  return mistakesIn(value, t)[0] ?? true;
}

function checkZone(zone: unknown): true | string {
  return zone === '' || zone === undefined || isTimeZone(zone) || t('invalid.timeZone');
}

function checkReceivers(this: NotifyForm, to: unknown): true | string {
  if (this.form !== 'mail' || typeof to !== 'string' || to.trim() === '') return true;
  const all = to.split(',').map((one) => one.trim());
  return all.every((one) => /^[^\s@]+@[^\s@]+$/.test(one) || one.startsWith('${')) || t('invalid.to');
}
