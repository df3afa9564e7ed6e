import type { Pattern, StatusDefinition } from '../ecdm/definition';
import { eventsOf } from '../ecdm/pattern-walk';
import { durationField } from '../editor/duration-field';
import { ensureStyle } from '../editor/style';
import { languageOf, translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { compilePattern } from './cep/compile';
import { DefinitionError } from './cep/errors';
import { describeRule } from './cep/sentence';
import { eventChoices, type Choice } from './form/event-list';
import { showRows } from './form/row-view';
import { fromPattern, toPattern } from './model/rows';

const t = translator('pattern-status');
const valid = validators(t);

interface StatusForm {
  id: string;
  name: string;
  statusId: string;
  domain: string;
  rule: Pattern | null;
  clearWhen: Pattern | null;
  draft?: () => Pattern | null;
}

const DURATIONS = ['for', 'clearAfter', 'updateEvery', 'lateness'] as const;

const byId = (id: string): HTMLElement => document.getElementById(id)!;
const fieldOf = (name: string): string => String($(`#node-input-${name}`).val() ?? '').trim();

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
    per: { value: 'station', label: t('label.per') },
    level: { value: '', label: t('label.level') },
    severity: { value: 'warning', label: t('label.severity') },
    for: { value: '', label: t('label.for'), validate: valid.duration('label.for', true) },
    clearAfter: { value: '', label: t('label.clear'), validate: valid.duration('label.clear', true) },
    clearWhen: { value: null },
    byHand: { value: false, label: t('label.byHand') },
    updateEvery: { value: '', label: t('label.updateEvery'), validate: valid.duration('label.updateEvery', true) },
    lateness: { value: '', label: t('label.lateness'), validate: valid.duration('label.lateness', true) },
  },
  inputs: 1,
  outputs: 2,
  paletteLabel: t('title'),
  label(this: StatusForm) {
    return this.name || t('title');
  },
  labelStyle(this: StatusForm) {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels: (output: number) => t(`output.${['statuses', 'problems'][output]}`),
  oneditprepare: prepare,
  oneditsave(this: StatusForm) {
    this.rule = this.draft?.() ?? null;
    delete this.draft;
  },
  oneditcancel(this: StatusForm) {
    delete this.draft;
  },
});

function prepare(this: StatusForm): void {
  ensureStyle();
  const choices = eventChoices(this.id);
  const json = byId('pattern-status-json') as HTMLTextAreaElement;
  let rows = fromPattern(this.rule ?? null);
  let expert = rows === undefined;

  const draft = (): Pattern | null => (expert ? (parse(json.value).pattern ?? null) : toPattern(rows!));
  this.draft = draft;
  const sentence = (): void => {
    const reason = expert ? parse(json.value).reason : undefined;
    if (reason !== undefined) showSentence(t('invalid.json', { reason }), true);
    else tell(this, draft(), choices);
    byId('pattern-status-level-row').hidden = fieldOf('per') !== 'zone';
  };
  const show = (): void => {
    byId('pattern-status-rows').hidden = expert;
    byId('pattern-status-expert').hidden = !expert;
    byId('pattern-status-switch').textContent = t(expert ? 'button.asRows' : 'button.asText');
    if (!expert) showRows(byId('pattern-status-rows'), rows!, { t, choices, changed: sentence });
    byId('pattern-status-deep').hidden = fromPattern(draft()) !== undefined;
    sentence();
  };
  byId('pattern-status-switch').addEventListener('click', () => {
    const pattern = draft();
    const asRows = fromPattern(pattern);
    if (expert && (asRows === undefined || parse(json.value).reason !== undefined)) {
      show();
      return;
    }
    expert = !expert;
    if (expert) json.value = JSON.stringify(pattern, null, 2);
    else rows = asRows;
    show();
  });
  json.addEventListener('input', sentence);
  if (expert) json.value = JSON.stringify(this.rule, null, 2);
  for (const name of DURATIONS)
    durationField($(`#node-input-${name}`), t, t(`label.${name === 'clearAfter' ? 'clear' : name}`));
  $('#node-input-name, #node-input-per, #node-input-level, #node-input-severity, #node-input-byHand').on(
    'input change',
    sentence,
  );
  $(DURATIONS.map((name) => `#node-input-${name}`).join()).on('change', sentence);
  byId('pattern-status-levels').replaceChildren(
    ...zoneLevels().map((level) => Object.assign(document.createElement('option'), { value: level })),
  );
  show();
}

function parse(value: string): { pattern?: Pattern; reason?: string } {
  try {
    const pattern = JSON.parse(value) as Pattern | null;
    if (pattern !== null && (typeof pattern !== 'object' || typeof pattern.op !== 'string')) return { reason: 'op' };
    return pattern === null ? {} : { pattern };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

/** The sentence that the rule reads as, or what is still missing. */
function tell(node: StatusForm, when: Pattern | null, choices: readonly Choice[]): void {
  if (when === null) {
    showSentence(choices.length === 0 ? t('hint.noEvents') : t('sentence.none'), false);
    return;
  }
  const byId = new Map(choices.map((choice) => [choice.id, choice]));
  const language = languageOf(t);
  try {
    compilePattern(when, (id) => byId.get(id)?.emit);
    showSentence(
      describeRule(definitionNow(node, when), (id) => byId.get(id)?.name ?? id, language),
      false,
    );
  } catch (error) {
    if (!(error instanceof DefinitionError)) {
      showSentence(t('invalid.json', { reason: (error as Error).message }), true);
      return;
    }
    const { message, hint } = error.in(language);
    showSentence(`${message}. ${hint}`, true);
  }
}

function definitionNow(node: StatusForm, when: Pattern): StatusDefinition {
  const level = fieldOf('level');
  const by = fieldOf('per') as StatusDefinition['per']['by'];
  return {
    id: 'now',
    name: fieldOf('name') || t('title'),
    when,
    per: by === 'zone' && level !== '' ? { by, level } : { by },
    severity: fieldOf('severity') as StatusDefinition['severity'],
    for: fieldOf('for') || undefined,
    clear: {
      after: fieldOf('clearAfter') || undefined,
      when: node.clearWhen ?? undefined,
      byHand: $('#node-input-byHand').prop('checked') === true,
    },
  };
}

function showSentence(sentence: string, fault: boolean): void {
  const element = byId('pattern-status-sentence');
  element.textContent = sentence;
  element.classList.toggle('city-fault', fault);
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

function checkRule(this: StatusForm, rule: unknown): true | string {
  const pattern = rule as Pattern | null;
  if (pattern === null || typeof pattern !== 'object') return t('invalid.rule');
  const known = new Map(eventChoices(this.id).map((choice) => [choice.id, choice]));
  try {
    const gone = [...eventsOf(pattern)].filter((id) => !known.has(id));
    if (gone.length > 0) return t('invalid.gone', { ids: gone.slice(0, 5).join(', ') });
    compilePattern(pattern, (id) => known.get(id)?.emit);
    return true;
  } catch (error) {
    if (!(error instanceof DefinitionError)) return t('invalid.json', { reason: (error as Error).message });
    const { message, hint } = error.in(languageOf(t));
    return `${message}. ${hint}`;
  }
}
