/** An event definition as one sentence that people can check. */
import type { Condition, EventDefinition } from '../../ecdm/definition';
import { toUcum, unitLabel } from '../../ecdm/units';
import { typedDurationText } from '../../ecdm/words';

/** Texts of the node's locale file. */
export type Translate = (key: string, parameters?: Record<string, unknown>) => string;

export function sentence(event: EventDefinition, t: Translate): string {
  const what = subject(event, t);
  const parts = [
    t(event.emit === 'point' ? 'sentence.point' : 'sentence.state', {
      name: event.name || t('sentence.noName'),
      when: condition(event.when, what, t, true),
      lasting: event.for ? t('sentence.lasting', { time: length(event.for, t) }) : '',
      end: ending(event.when, t),
    }),
  ];
  if (event.emit === 'state') {
    const then = event.gap?.then === 'end' ? 'end' : 'keep';
    const after = event.gap?.after ? t('sentence.after', { time: length(event.gap.after, t) }) : t('sentence.afterUsual');
    parts.push(t(`sentence.gap.${then}`, { after }));
  }
  return parts.join(' ');
}

/** What is looked at: "PM2.5", "the average of PM2.5 over 1 h, per station". */
function subject(event: EventDefinition, t: Translate): string {
  const { properties = [], things = [] } = event.observe ?? {};
  let what = properties.length === 0 ? t('sentence.anyReading') : properties.join(t('sentence.or'));
  if (things.length > 0) what = t('sentence.at', { what, where: things.join(t('sentence.or')) });
  const { aggregate } = event;
  if (aggregate === undefined) return what;
  return t('sentence.aggregate', {
    method: t(`method.${aggregate.method}`),
    what,
    over: length(aggregate.over, t),
    scope: aggregate.scope === 'zone' && aggregate.level ? t('sentence.level', { level: aggregate.level }) : t(`sentence.scope.${aggregate.scope}`),
  });
}

function condition(when: Condition, what: string, t: Translate, outer = false): string {
  switch (when.op) {
    case 'all':
    case 'any': {
      const list = when.of.map((one) => condition(one, what, t)).join(t(when.op === 'all' ? 'sentence.and' : 'sentence.or'));
      return outer || when.of.length === 1 ? list : `(${list})`;
    }
    case 'not':
      return t('sentence.not', { inner: condition(when.of, what, t) });
    case 'time': {
      const days = when.days === undefined ? '' : t('sentence.days', { days: when.days.map((day) => t(`day.${day}`)).join(', ') });
      return t('sentence.time', { from: when.from, to: when.to, days });
    }
    case 'in':
      return t('sentence.in', { what: named(when.field, what, t), list: when.values.join(', ') });
    case 'between':
    case 'outside':
      return t(`sentence.${when.op}`, {
        what: named(when.field, what, t),
        low: quantity(when.low),
        high: withUnit(when.high, when.unit),
      });
    default:
      return t(`sentence.${KEYS[when.op]}`, { what: named(when.field, what, t), limit: withUnit(when.value, when.unit) });
  }
}

/** Keys of the comparisons: signs cannot be keys everywhere. */
const KEYS = { '>': 'above', '>=': 'atLeast', '<': 'below', '<=': 'atMost', '=': 'equal', '!=': 'notEqual' } as const;

function named(field: string | undefined, what: string, t: Translate): string {
  if (field === undefined || field === '' || field === 'value') return what;
  return field === 'quality' ? t('sentence.quality', { what }) : t('sentence.field', { field: field.replace(/^value\./, ''), what });
}

function ending(when: Condition, t: Translate): string {
  if ('clear' in when && when.clear !== undefined) {
    const down = when.op === '>' || when.op === '>=';
    return t(down ? 'sentence.endBelow' : 'sentence.endAbove', { limit: withUnit(when.clear, when.unit) });
  }
  if ('margin' in when && when.margin !== undefined) return t('sentence.endMargin', { margin: withUnit(when.margin, when.unit) });
  return t('sentence.endPlain');
}

/** A length of time in the language of the form. */
const length = (typed: string, t: Translate): string => typedDurationText(t('common.language'), typed);

function withUnit(value: string | number | boolean, unit: string | undefined): string {
  if (unit === undefined || unit === '') return quantity(value);
  const label = unitLabel(toUcum(unit)) || unit;
  return label === '%' || label === '°' ? `${quantity(value)}${label}` : `${quantity(value)} ${label}`;
}

function quantity(value: string | number | boolean): string {
  return value === '' || (typeof value === 'number' && !Number.isFinite(value)) ? '…' : String(value);
}
