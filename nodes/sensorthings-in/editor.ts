import { durationField } from '../editor/duration-field';
import { ensureStyle } from '../editor/style';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { type ChosenStream, streamPicker } from './form/stream-picker';

const t = translator('sensorthings-in');
const check = validators(t);

interface InForm {
  name: string;
  choose: string;
  streams: ChosenStream[];
  properties: string;
  mode: string;
  /** The choice as it is edited; becomes `streams` when the form is saved. */
  draft?: Map<string, ChosenStream>;
}

const byId = (id: string): HTMLElement => document.getElementById(id)!;
const valueOf = (name: string): string => String($(`#node-input-${name}`).val() ?? '');

RED.nodes.registerType('sensorthings-in', {
  category: 'city-events',
  color: '#9FC6E0',
  icon: 'sensorthings-in.svg',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    server: { value: '', type: 'sensorthings-server', required: true, label: t('label.server') },
    choose: { value: 'all', label: t('label.choose') },
    streams: { value: [], label: t('label.streams'), validate: reasons(checkStreams) },
    properties: { value: '', label: t('label.properties'), validate: reasons(checkProperties) },
    mode: { value: 'auto', label: t('label.mode') },
    interval: { value: '1 min', label: t('label.interval'), validate: check.duration('label.interval') },
    history: { value: '', label: t('label.history'), validate: check.duration('label.history', true) },
    emit: { value: 'batch', label: t('label.emit') },
    sentinels: { value: '', label: t('label.sentinels'), validate: reasons(checkSentinels) },
  },
  inputs: 0,
  outputs: 2,
  paletteLabel: t('title'),
  label(this: InForm) {
    return this.name || t('title');
  },
  labelStyle(this: InForm) {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels: (output: number) => t(output === 0 ? 'output.observations' : 'output.problems'),
  oneditprepare(this: InForm) {
    ensureStyle();
    const draft = (this.draft = new Map((this.streams ?? []).map((stream) => [stream.key, stream] as const)));
    durationField($('#node-input-interval'), t, t('label.interval'));
    durationField($('#node-input-history'), t, t('label.history'));
    streamPicker(byId('sta-in-list'), t, draft, () => valueOf('server'));
    const show = (): void => {
      const choose = valueOf('choose');
      byId('sta-in-list').hidden = choose !== 'list';
      byId('sta-in-properties').hidden = choose !== 'property';
      byId('sta-in-interval').hidden = valueOf('mode') === 'live';
      byId('sta-in-mode-hint').textContent = t(`hint.${valueOf('mode') || 'auto'}`);
    };
    $('#node-input-choose, #node-input-mode').on('change', show);
    show();
  },
  oneditsave(this: InForm) {
    this.streams = [...(this.draft?.values() ?? [])];
    delete this.draft;
  },
  oneditcancel(this: InForm) {
    delete this.draft;
  },
});

function checkStreams(this: InForm, streams: unknown): true | string {
  if (this.choose !== 'list') return true;
  return (Array.isArray(streams) && streams.length > 0) || t('invalid.streams');
}

function checkProperties(this: InForm, value: unknown): true | string {
  return this.choose !== 'property' || check.required('label.properties')(value);
}

function checkSentinels(value: unknown): true | string {
  const parts = (typeof value === 'string' ? value : '').split(/[,;]/);
  const wrong = parts.find((part) => part.trim() !== '' && !Number.isFinite(Number(part)));
  return wrong === undefined || t('invalid.sentinels', { value: wrong.trim() });
}
