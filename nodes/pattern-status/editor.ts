import { ensureStyle } from '../editor/style';
import { showTabs, type Tab } from '../editor/tabs';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { eventChoices, type Choice } from './form/event-list';
import { byId, fieldOf } from './form/fields';
import { checkSaved } from './form/refusal';
import { RuleForm, unreadable, type StatusNode } from './form/rule-form';
import { stateTab } from './form/state-tab';
import { TextTab } from './form/text-tab';
import { tryOutTab } from './form/try-out-tab';

const t = translator('pattern-status');
const valid = validators(t);

interface EditedNode extends StatusNode {
  form?: RuleForm;
  text?: TextTab;
}

RED.nodes.registerType('pattern-status', {
  category: 'city-events',
  color: '#EFA98A',
  icon: 'pattern-status.svg',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    statusId: { value: '' },
    domain: { value: '', type: 'ecdm-domain', required: false, label: t('label.domain') },
    rule: { value: null, label: t('label.rule'), validate: reasons(checkRule) },
    ruleText: { value: '' },
    per: { value: 'station', label: t('label.per') },
    level: { value: '', label: t('label.level') },
    metres: { value: '', label: t('label.metres'), validate: valid.number('label.metres', 0, 100_000, true) },
    pairing: { value: '', label: t('label.pairing') },
    afterDetection: { value: '', label: t('label.afterDetection') },
    severity: { value: 'warning', label: t('label.severity') },
    steps: { value: [], label: t('label.steps') },
    for: { value: '', label: t('label.for'), validate: valid.duration('label.for', true) },
    clearAfter: { value: '', label: t('label.clearAfter'), validate: valid.duration('label.clearAfter', true) },
    clearWhen: { value: null, label: t('label.clear') },
    byHand: { value: false, label: t('label.byHand') },
    latched: { value: false, label: t('label.latched') },
    notWhile: { value: [], label: t('label.notWhile') },
    remindEvery: { value: '', label: t('label.remindEvery'), validate: valid.duration('label.remindEvery', true) },
    flapping: { value: '', label: t('label.flapping') },
    updateEvery: { value: '', label: t('label.updateEvery'), validate: valid.duration('label.updateEvery', true) },
    lateness: { value: '', label: t('label.lateness'), validate: valid.duration('label.lateness', true) },
  },
  inputs: 1,
  outputs: 2,
  paletteLabel: t('title'),
  label(this: StatusNode) {
    return this.name || t('title');
  },
  labelStyle(this: StatusNode) {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels: (output: number) => t(`output.${['statuses', 'problems'][output]}`),
  oneditprepare: prepare,
  oneditsave(this: EditedNode) {
    const { form, text } = this;
    forget(this);
    if (form === undefined || text === undefined) return;
    for (const [name, value] of Object.entries({ ...form.structured(), ruleText: text.unread }))
      keep(this, name, value);
  },
  oneditcancel(this: EditedNode) {
    forget(this);
  },
});

function forget(node: EditedNode): void {
  delete node.form;
  delete node.text;
}

/** Sets a field where it means something else than before: looking at a rule is no change of it. */
function keep(node: object, name: string, value: unknown): void {
  const fields = node as Record<string, unknown>;
  if (canonical(fields[name]) !== canonical(value)) fields[name] = value;
}

/** The same text for the same value, in whatever order its fields were written; nothing said is nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '""' : `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? '');
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${key}:${canonical(inner)}`)
    .join()}}`;
}

function prepare(this: EditedNode): void {
  ensureStyle();
  let choices: readonly Choice[] = eventChoices(this.id, fieldOf('domain') || this.domain);
  const form = new RuleForm(
    this,
    t,
    () => choices,
    () => undefined,
  );
  const text = new TextTab(form, t, () => choices, this.ruleText || unreadable(this.rule));
  this.form = form;
  this.text = text;
  byId('pattern-status-levels').replaceChildren(
    ...zoneLevels().map((value) => Object.assign(document.createElement('option'), { value })),
  );
  const tabs: Tab[] = [
    { id: 'rule', label: t('tab.rule'), panel: byId('pattern-status-panel-rule') },
    {
      id: 'text',
      label: t('tab.text'),
      panel: byId('pattern-status-panel-text'),
      enter: () => text.enter(),
      leave: () => text.leave(),
    },
    {
      id: 'try',
      label: t('tab.try'),
      panel: byId('pattern-status-panel-try'),
      enter: tryOutTab(
        byId('pattern-status-panel-try'),
        () => form.definition(),
        () => choices,
        t,
      ),
    },
    {
      id: 'state',
      label: t('tab.state'),
      panel: byId('pattern-status-panel-state'),
      enter: stateTab(byId('pattern-status-panel-state'), this.id, t),
    },
  ];
  const open = showTabs(byId('pattern-status-tabs'), t('label.tabs'), tabs);
  if (text.unread !== '') open('text');
  $('#node-input-domain').on('change', () => {
    choices = eventChoices(this.id, fieldOf('domain'));
    form.redraw();
  });
}

/** Levels of all zones that the flows know. */
function zoneLevels(): string[] {
  const levels = new Set<string>();
  RED.nodes.eachConfig((node: any) => {
    if (node.type === 'city-zones' && Array.isArray(node.zones))
      for (const zone of node.zones) if (zone?.level) levels.add(String(zone.level));
  });
  return [...levels].sort();
}

function checkRule(this: StatusNode & Record<string, unknown>): true | string {
  return checkSaved(this, eventChoices(this.id), t);
}
