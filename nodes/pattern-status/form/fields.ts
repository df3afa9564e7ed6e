/** The plain fields of the form: read and filled by the names under which the node saves them. */
import { durationField } from '../../editor/duration-field';
import type { Translate } from '../../editor/texts';
import type { FlappingSettings, PatternStatusSettings } from '../saved-settings';

const DURATIONS = ['for', 'clearAfter', 'remindEvery', 'updateEvery', 'lateness'] as const;
const WORDS = ['per', 'level', 'metres', 'severity', 'pairing', 'afterDetection'] as const;
const BOXES = ['byHand', 'latched'] as const;
const FLAPPING = { in: 'flapIn', steady: 'flapSteady' } as const;
const USUAL_FLAPPING: FlappingSettings = { raises: 5, in: '30 min', steady: '15 min' };

type Values = Partial<Record<keyof PatternStatusSettings, unknown>>;

export const byId = (id: string): HTMLElement => document.getElementById(id)!;
/** What stands in a field that Node-RED saves by itself. */
export const fieldOf = (name: string): string => String($(`#node-input-${name}`).val() ?? '').trim();
const flapping = (name: string): any => $(`#pattern-status-flapping-${name}`);

/** Brings the fields to life. */
export function prepareFields(t: Translate, changed: () => void): void {
  for (const name of DURATIONS) durationField($(`#node-input-${name}`), t, t(`label.${name}`));
  for (const name of ['in', 'steady'] as const) durationField(flapping(name), t, t(`label.${FLAPPING[name]}`));
  flapping('raises').attr('aria-label', t('label.flapRaises'));
  const plain = [...WORDS, ...BOXES, 'name'].map((name) => `#node-input-${name}`);
  $([...plain, '#pattern-status-flapping', '#pattern-status-flapping-raises'].join()).on('input change', changed);
  const lengths = DURATIONS.map((name) => `#node-input-${name}`);
  $([...lengths, '#pattern-status-flapping-in', '#pattern-status-flapping-steady'].join()).on('change', changed);
}

export function fillFields(values: Values): void {
  for (const name of [...WORDS, ...DURATIONS]) {
    if (values[name] !== undefined) $(`#node-input-${name}`).val(values[name]).trigger('show-duration');
  }
  for (const name of BOXES)
    if (values[name] !== undefined) $(`#node-input-${name}`).prop('checked', values[name] === true);
}

/** The fields that Node-RED saves by itself. */
export function readFields(): Values {
  const values: Values = { name: fieldOf('name') };
  for (const name of [...WORDS, ...DURATIONS]) values[name] = fieldOf(name);
  for (const name of BOXES) values[name] = $(`#node-input-${name}`).prop('checked') === true;
  return values;
}

export function fillFlapping(value: unknown): void {
  const own = typeof value === 'object' && value !== null ? (value as FlappingSettings) : undefined;
  $('#pattern-status-flapping').val(own ? 'own' : value === 'off' ? 'off' : '');
  const shown = own ?? USUAL_FLAPPING;
  flapping('raises').val(shown.raises);
  for (const name of ['in', 'steady'] as const) flapping(name).val(shown[name]).trigger('show-duration');
}

export function readFlapping(): PatternStatusSettings['flapping'] {
  const choice = String($('#pattern-status-flapping').val());
  if (choice !== 'own') return choice === 'off' ? 'off' : '';
  return {
    // what it cannot be is not changed, but said
    raises: Number(flapping('raises').val()),
    in: String(flapping('in').val()) || USUAL_FLAPPING.in,
    steady: String(flapping('steady').val()) || USUAL_FLAPPING.steady,
  };
}

/** Only what has a meaning for what is chosen is there. */
export function showWhatCounts(): void {
  byId('pattern-status-level-row').hidden = fieldOf('per') !== 'zone';
  byId('pattern-status-metres-row').hidden = fieldOf('per') !== 'near';
  byId('pattern-status-flapping-row').hidden = $('#pattern-status-flapping').val() !== 'own';
}

/** Fields in which the compiler finds something: by their place in the definition. */
const FIELD_OF: Record<string, string> = {
  'per.by': 'node-input-per',
  per: 'node-input-per',
  'per.level': 'node-input-level',
  'per.metres': 'node-input-metres',
  for: 'node-input-for',
  'clear.after': 'node-input-clearAfter',
  clear: 'node-input-clearAfter',
  'clear.byHand': 'node-input-byHand',
  'clear.latched': 'node-input-latched',
  severity: 'node-input-severity',
  remindEvery: 'node-input-remindEvery',
  updateEvery: 'node-input-updateEvery',
  lateness: 'node-input-lateness',
  pairing: 'node-input-pairing',
  afterDetection: 'node-input-afterDetection',
  notWhile: 'pattern-status-not-while',
  'flapping.in': 'pattern-status-flapping-in',
  'flapping.steady': 'pattern-status-flapping-steady',
  flapping: 'pattern-status-flapping',
};

/** The element of the form that shows a place of the definition which is no pattern. */
export function elementOf(path: string): HTMLElement | undefined {
  const base = path.replace(/\[.*$/, '');
  const id = FIELD_OF[base] ?? FIELD_OF[base.split('.')[0]!];
  const element = id === undefined ? null : document.getElementById(id);
  // a length of time is shown by a field of its own
  return (element?.dataset['duration'] ? document.getElementById(`${id}-number`) : element) ?? undefined;
}
