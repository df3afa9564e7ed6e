/** What is wrong with an event, in words, before it is deployed. */
import type { EventDefinition } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { isTimeZone } from '../../ecdm/time';
import { CompiledCondition, DefinitionError } from '../engine/condition';
import { engineText, isTextKey } from '../engine/text';
import { assumed } from '../environment';
import { looksLikeCondition } from './rows';
import type { Translate } from './sentence';

/** @param language of the reasons that the engine itself gives */
export function faultsOf(saved: EventDefinition, t: Translate, language: string): string[] {
  const event = assumed(saved);
  // a flow may have been written by hand
  const raw = event as EventDefinition | null | undefined;
  if (typeof raw?.name !== 'string' || !looksLikeCondition(raw.when)) return [t('invalid.shape')];
  const faults: string[] = [];
  if (event.name.trim() === '') faults.push(t('invalid.name'));
  for (const [key, text] of durations(event)) {
    if (text !== undefined && parseDuration(text) === undefined) faults.push(t('invalid.duration', { label: t(`label.${key}`), text }));
  }
  if (event.aggregate !== undefined && (parseDuration(event.aggregate.over) ?? 0) <= 0) faults.push(t('invalid.over'));
  const open = unfilled(event.when);
  if (open !== undefined) faults.push(t(`invalid.${open}`));
  else {
    const reason = compileFault(event, language);
    if (reason !== undefined) faults.push(t('invalid.condition', { reason }));
  }
  return faults;
}

function durations({ for: lasting, gap, lateness, aggregate }: EventDefinition): [string, string | undefined][] {
  return [
    ['lasting', lasting],
    ['gapAfter', gap?.after],
    ['lateness', lateness],
    ['step', aggregate?.step],
  ];
}

/** The first field that is still empty or not a number. */
function unfilled(when: EventDefinition['when']): string | undefined {
  if ('of' in when) return (Array.isArray(when.of) ? when.of : [when.of]).map(unfilled).find((one) => one !== undefined);
  switch (when.op) {
    case 'time':
      if (!CLOCK.test(when.from) || !CLOCK.test(when.to)) return 'clock';
      return when.zone === undefined || isTimeZone(when.zone) ? undefined : 'zone';
    case 'in':
      return when.values.length > 0 ? undefined : 'limit';
    case 'between':
    case 'outside':
      if (!Number.isFinite(when.low) || !Number.isFinite(when.high)) return 'limits';
      return isLimitOrNone(when.margin) ? undefined : 'clear';
    case '=':
    case '!=':
      return when.value === '' ? 'limit' : undefined;
    default:
      if (!Number.isFinite(when.value)) return 'limit';
      return isLimitOrNone(when.clear) ? undefined : 'clear';
  }
}

const isLimitOrNone = (value: unknown): boolean => value === undefined || Number.isFinite(value);

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

function compileFault(event: EventDefinition, language: string): string | undefined {
  try {
    new CompiledCondition(event.when);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof DefinitionError && isTextKey(thrown.key)) return engineText(language, thrown.key, thrown.parameters);
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
