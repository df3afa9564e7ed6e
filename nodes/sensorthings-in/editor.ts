import { durationField } from '../editor/duration-field';
import { addStyle, ensureForm } from '../editor/style';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { zonesOf } from '../editor/zones/zones-of';
import { migrate } from '../runtime/migrate';
import { chosenServer } from '../editor/streams/asking';
import { zoneNamed } from '../sensorthings-server/client/rule';
import { type Choice, openChoice } from './form/choice';
import { areaFault, savedRule } from './form/saved-rule';
import { choiceView } from './form/choice-view';
import { modeFields, timeFields } from './form/mode-fields';
import type { ChosenStream } from '../editor/streams/result-table';
import css from '../editor/streams/style.css';
import { mostOf } from './choice';
import { LENGTHS } from './lengths';
import { migrations } from './migrations';

const t = translator('sensorthings-in');
const check = validators(t);

interface InForm {
  name: string;
  version: number;
  server: string;
  zones: string;
  choose: string;
  rule: Record<string, unknown>;
  streams: ChosenStream[];
  path: string;
  properties?: string;
  mode: string;
  from: string;
  to: string;
  threshold: { op: string; value: string | number } | null;
  /** The choice as it is edited; becomes `choose`, `rule`, `streams` and `path` when the form is saved. */
  draft?: Choice;
}

const VERSION = migrations.length + 1;
const byId = (id: string): HTMLElement => document.getElementById(id)!;
const valueOf = (name: string): string => String($(`#node-input-${name}`).val() ?? '');

RED.nodes.registerType('sensorthings-in', {
  category: 'city-events',
  color: '#9FC6E0',
  icon: 'sensorthings-in.svg',
  defaults: {
    name: { value: '' },
    version: { value: VERSION },
    server: { value: '', type: 'sensorthings-server', required: true, label: t('label.server'), validate: reasons(checkServer) },
    choose: { value: 'rule', label: t('label.choose') },
    zones: { value: '', type: 'city-zones', required: false, label: t('label.zones') },
    rule: { value: {}, label: t('label.area'), validate: reasons(checkRule) },
    streams: { value: [], label: t('label.streams'), validate: reasons(checkStreams) },
    path: { value: '', label: t('label.path') },
    // of version 1: the editor throws away what is not named here, and a deploy would, before the form is opened
    properties: { value: '' },
    mode: { value: 'hybrid', label: t('label.mode') },
    interval: { value: '1 min', label: t('label.interval'), validate: check.duration('label.interval', false, LENGTHS.interval) },
    history: { value: '', label: t('label.history'), validate: check.duration('label.history', true, LENGTHS.history) },
    from: { value: '', label: t('label.from'), validate: reasons(checkFrom) },
    to: { value: '', label: t('label.to'), validate: reasons(checkTo) },
    speed: { value: '', label: t('label.speed'), validate: check.number('label.speed', 0.001, 1_000_000, true) },
    threshold: { value: null },
    emit: { value: 'batch', label: t('label.emit') },
    updates: { value: 'emit', label: t('label.updates') },
    records: { value: 'split', label: t('label.records') },
    overlap: { value: '', label: t('label.overlap'), validate: check.duration('label.overlap', true, LENGTHS.overlap) },
    recheck: { value: '', label: t('label.recheck'), validate: check.duration('label.recheck', true, LENGTHS.recheck) },
    most: { value: '', label: t('label.most'), validate: check.number('label.most', 1, 100_000, true) },
    sentinels: { value: '', label: t('label.sentinels'), validate: reasons(checkSentinels) },
    remember: {
      value: '',
      label: t('common.remember.label'),
      validate: check.number('common.remember.label', 0, 2000, true),
    },
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
    ensureForm(t);
    addStyle('city-streams-style', css);
    const { version, choose, rule, streams, path, properties, mode } = this;
    const saved = migrate({ version, choose, rule, streams, path, properties, mode }, migrations as never[]);
    const draft = (this.draft = openChoice(saved));
    // fields of the form are filled from the node before this: a migrated one is shown as it will be saved
    $('#node-input-choose').val(draft.by);
    $('#node-input-mode').val(saved.mode);
    for (const name of ['interval', 'history', 'overlap', 'recheck']) {
      durationField($(`#node-input-${name}`), t, t(`label.${name}`));
    }
    // settings that came later are not in older flows: shown as what happens without them
    for (const [name, value] of [
      ['updates', 'emit'],
      ['records', 'record'],
    ] as const) {
      if ($(`#node-input-${name}`).val() === null) $(`#node-input-${name}`).val(value);
    }
    modeFields(t, this.threshold);
    timeFields({ from: this.from, to: this.to });
    const view = choiceView(
      byId('sta-in-choice'),
      t,
      draft,
      chosenServer(() => valueOf('server')),
      () => mostOf(valueOf('most')),
      { row: byId('sta-in-zones'), id: () => valueOf('zones') },
    );
    $('#node-input-choose').on('change', () => {
      const by = valueOf('choose');
      if (by === draft.by) return;
      draft.by = by as Choice['by'];
      view.restart();
    });
    let server = valueOf('server');
    $('#node-input-server').on('change', () => {
      if (valueOf('server') === server) return;
      server = valueOf('server');
      view.restart();
    });
    // the form slides in: what is measured now would be wrong
    setTimeout(() => view.restart(), 0);
  },
  oneditsave(this: InForm) {
    const { draft } = this;
    if (draft) {
      this.rule = savedRule(draft.rule);
      // a list that nothing is chosen of is not held on to
      if (zoneNamed(this.rule) === undefined) $('#node-input-zones').val('_ADD_');
      this.streams = [...draft.chosen.values()];
      this.path = draft.path.trim();
    }
    delete this.draft;
    delete this.properties;
    this.version = VERSION;
    const value = String($('#sta-in-threshold-value').val() ?? '').trim();
    this.threshold =
      value === '' || valueOf('mode') !== 'poll'
        ? null
        : { op: String($('#sta-in-threshold-op').val()), value: Number(value) };
  },
  oneditcancel(this: InForm) {
    delete this.draft;
  },
});

function checkStreams(this: InForm, streams: unknown): true | string {
  if (this.choose !== 'list') return true;
  return (Array.isArray(streams) && streams.length > 0) || t('invalid.streams');
}

/** Node-RED does not look for a node itself where there is a validator, nor whether it is one that can be used. */
function checkServer(id: unknown): true | string {
  const server = RED.nodes.node(id);
  if (!server) return t('common.invalid.required', { label: t('label.server') });
  return server.valid !== false || t('invalid.server');
}

function checkRule(this: InForm, rule: unknown): true | string {
  if (this.choose !== 'rule') return true;
  const zone = zoneNamed(rule);
  if (zone !== undefined && !zonesOf(this.zones).some(({ id }) => id === zone)) return t('invalid.area.zoneGone');
  const area = (rule as { area?: Record<string, unknown> } | null)?.area;
  if (!area) return true;
  const fault = areaFault(area);
  return fault === undefined || t(`invalid.area.${fault}`);
}

const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

function checkTime(value: unknown): boolean {
  return typeof value === 'string' && (TIME.test(value.trim()) || /^\$[{(]/.test(value));
}

function checkFrom(this: InForm, from: unknown): true | string {
  return this.mode !== 'replay' || checkTime(from) || t('invalid.time', { label: t('label.from') });
}

function checkTo(this: InForm, to: unknown): true | string {
  if (this.mode !== 'replay' || to === '' || to === undefined) return true;
  if (!checkTime(to)) return t('invalid.time', { label: t('label.to') });
  const naive = (text: unknown): boolean => typeof text === 'string' && /^\d{4}-\d\d-\d\d(T[\d:.]+)?$/.test(text);
  // only times of the same kind can be compared as texts
  return !(naive(this.from) && naive(to) && (to as string) <= this.from) || t('invalid.range');
}

function checkSentinels(value: unknown): true | string {
  const parts = (typeof value === 'string' ? value : '').split(/[,;]/);
  const wrong = parts.find((part) => part.trim() !== '' && !Number.isFinite(Number(part)));
  return wrong === undefined || t('invalid.sentinels', { value: wrong.trim() });
}
