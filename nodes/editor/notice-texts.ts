/** The part of the form with the texts: one language at a time, mistakes at once, and what people would read. */
import type { StatusState } from '../ecdm/status';
import { sampleStatus, stateText } from '../ecdm/status-fields';
import { checkTemplate, PLACEHOLDERS } from '../ecdm/template';
import { isTimeZone } from '../ecdm/time';
import { word } from '../ecdm/words';
import { opensByKey } from './acting-choice';
import type { Translate } from './texts';
import { fillSelect } from './zones/dom';
import { CHANNELS, type Channel } from '../action-notify/desk/recipient';
import type { Drill } from '../action-notify/notices';
import { previewOf } from '../action-notify/preview';
import type { Texts } from '../action-notify/settings';

export type AllTexts = Record<string, Texts>;

const FIELDS = ['headline', 'text', 'instruction', 'short'] as const;
const SAMPLES: readonly StatusState[] = ['raised', 'updated', 'nodata', 'cleared'];
/** Of use in an actuator's texts only. */
const NOT_HERE: ReadonlySet<string> = new Set(['commandId', 'actuator', 'callback']);

/** The texts that a new node begins with. */
export function startTexts(): AllTexts {
  return Object.fromEntries(
    ['en-US', 'th'].map((language) => [
      language,
      { headline: word(language, 'notice.headline'), text: word(language, 'notice.text'), instruction: '' },
    ]),
  );
}

/** What is wrong in the texts, in words; at most three. */
export function mistakesIn(texts: unknown, t: Translate): string[] {
  const found: string[] = [];
  if (typeof texts !== 'object' || texts === null) return [t('invalid.texts')];
  for (const [language, entry] of Object.entries(texts as AllTexts)) {
    for (const field of FIELDS) {
      for (const mistake of checkTemplate(String(entry?.[field] ?? ''))) {
        const where = `${t(`label.${field}`)} (${language})`;
        const meant = mistake.meant === undefined ? '' : ` ${t('invalid.meant', { meant: mistake.meant })}`;
        found.push(`${where}: ${t(`invalid.${mistake.code}`, { found: mistake.found })}${meant}`);
      }
    }
  }
  return found.slice(0, 3);
}

const byId = (id: string): HTMLElement => document.getElementById(`action-notify-${id}`)!;
const field = (name: string): HTMLInputElement => byId(name) as HTMLInputElement;

/** What is chosen elsewhere in the form, as far as the preview depends on it. */
export interface Chosen {
  timeZone: () => string;
  drill: () => string;
  action: () => string;
  /** Of the output: with what the preview begins. */
  channel: () => Channel;
}

/**
 * Brings the fields to life.
 * @param texts is changed as people write
 */
export function textsField(texts: AllTexts, t: Translate, start: string, chosen: Chosen): { show(): void } {
  const language = field('language') as unknown as HTMLSelectElement;
  const sample = byId('sample') as HTMLSelectElement;
  const as = byId('as') as HTMLSelectElement;
  const insert = byId('insert') as HTMLSelectElement;
  let focused: HTMLInputElement = field('headline');
  language.value = start in texts ? start : 'en-US';

  const entry = (): Texts => (texts[language.value] ??= { headline: '', text: '', instruction: '' });
  const fill = (): void => {
    for (const name of FIELDS) field(name).value = entry()[name] ?? '';
    fillSelect(
      sample,
      SAMPLES.map((state) => [state, stateText(language.value, state)]),
      sample.value || 'raised',
    );
    show();
  };
  const show = (): void => {
    const zone = isTimeZone(chosen.timeZone()) ? chosen.timeZone() : 'UTC';
    const shown = previewOf(as.value as Channel, entry(), sampleStatus(sample.value as StatusState), {
      language: language.value,
      timeZone: zone,
      drill: chosen.drill() as Drill,
      action: chosen.action() === 'alert' ? 'alert' : 'notify',
    });
    const [title, body] = byId('preview').children;
    title!.textContent = shown.title ?? '';
    body!.textContent = shown.text;
    body!.classList.toggle('city-rule-text', shown.code === true);
    byId('mistakes').textContent = mistakesIn(texts, t).join('\n');
  };
  for (const name of FIELDS) {
    const input = field(name);
    input.addEventListener('focus', () => (focused = input));
    input.addEventListener('input', () => {
      entry()[name] = input.value;
      show();
    });
  }
  const names = PLACEHOLDERS.filter((name) => !NOT_HERE.has(name));
  fillSelect(
    insert,
    [['', t('option.insert')], ...names.map((name) => [name, `${name}: ${t(`field.${name}`)}`] as const)],
    '',
  );
  opensByKey(insert);
  insert.addEventListener('change', () => {
    if (insert.value === '') return;
    focused.setRangeText(`{{${insert.value}}}`, focused.selectionStart ?? 0, focused.selectionEnd ?? 0, 'end');
    insert.value = '';
    focused.dispatchEvent(new Event('input'));
    focused.focus();
  });
  language.addEventListener('change', fill);
  sample.addEventListener('change', show);
  fillSelect(
    as,
    CHANNELS.map((channel) => [channel, t(`channel.${channel}`)]),
    chosen.channel(),
  );
  as.addEventListener('change', show);
  fill();
  return { show };
}
