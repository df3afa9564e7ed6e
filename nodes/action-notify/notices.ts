/** From a status to the notice that people get: which ones, once each, in which words. */
import type { ActionEvent } from '../ecdm/action';
import { isUnreal, type Mode } from '../ecdm/city';
import type { CityEvent } from '../ecdm/event';
import type { Revisions } from '../ecdm/revisions';
import { SEVERITIES, type Status, type StatusState } from '../ecdm/status';
import { modeText, statusFields } from '../ecdm/status-fields';
import { fillTemplate, oneLine, usedPlaceholders } from '../ecdm/template';
import { formatTime } from '../ecdm/time';
import { unitLabel } from '../ecdm/units';
import { numberText, word } from '../ecdm/words';
import type { Memo } from './desk/memo';
import { deskText } from './desk/texts';
import type { NotifySettings, Texts } from './settings';

export interface RenderedTexts {
  headline: string;
  text: string;
  instruction?: string;
  short?: string;
}

/** What is not to be taken for real, beside what the message itself says. */
export type Drill = 'real' | 'test' | 'exercise';

export interface RenderOptions {
  mode?: Mode;
  drill?: Drill;
  /** The state in other words. */
  state?: string;
}

/** "SIMULATED", "REPLAY", "TEST", "EXERCISE", or nothing where it is real. */
export function markText(
  language: string,
  status: Pick<Status, 'simulated'>,
  { mode = 'live', drill = 'real' }: RenderOptions,
): string {
  return (
    modeText(language, mode, status.simulated === true) || (drill === 'real' ? '' : word(language, `mode.${drill}`))
  );
}

/** Fills the texts for one status in one language; the preview of the form calls this too. */
export function renderTexts(
  texts: Texts | undefined,
  status: Status,
  language: string,
  timeZone: string | undefined,
  options: RenderOptions = {},
): RenderedTexts {
  const fields = statusFields(status, language, timeZone, options.mode);
  const template = texts?.headline || word(language, 'notice.headline');
  const mark = markText(language, status, options);
  fields.set('mode', mark);
  if (options.state !== undefined) fields.set('state', options.state);
  // nobody may take a simulation for real: the mark is put in front where the text itself does not carry it
  const marked = mark !== '' && !usedPlaceholders(template).includes('mode') ? `[${mark}] ${template}` : template;
  const headline = oneLine(fillTemplate(marked, fields));
  fields.set('headline', headline);
  const body = fillTemplate(texts?.text || word(language, 'notice.text'), fields);
  fields.set('text', body);
  const rendered: RenderedTexts = { headline, text: body };
  if (texts?.instruction) rendered.instruction = fillTemplate(texts.instruction, fields);
  if (texts?.short) {
    const short = oneLine(fillTemplate(texts.short, fields));
    rendered.short = mark === '' || usedPlaceholders(texts.short).includes('mode') ? short : `[${mark}] ${short}`;
  }
  return rendered;
}

const STATE_OF_EVENT: Record<CityEvent['kind'], StatusState> = {
  point: 'raised',
  begin: 'raised',
  end: 'cleared',
  nodata: 'nodata',
};

/** An event as a status of the least severity, so that it can be told in the same words. */
export function statusOfEvent(event: CityEvent, language: string): Status {
  const time = formatTime(event.time);
  const value = typeof event.value === 'number' ? numberText(language, event.value) : event.value;
  const shown =
    typeof value === 'string' || typeof value === 'boolean' ? ` ${value} ${unitLabel(event.unit)}`.trimEnd() : '';
  return {
    statusId: event.id,
    revision: 1,
    status: event.event,
    name: event.name,
    domain: event.domain,
    key: event.key,
    keyName: event.keyName,
    state: STATE_OF_EVENT[event.kind],
    severity: 'warning',
    since: time,
    updated: time,
    until: event.kind === 'end' ? time : undefined,
    place: event.place,
    zones: event.zones,
    count: 1,
    evidence: [
      {
        id: event.id,
        event: event.event,
        name: event.name,
        key: event.key,
        kind: event.kind,
        time,
        value: event.value,
        unit: event.unit,
        place: event.place,
      },
    ],
    reason: `${event.name}${shown} ${word(language, `eventKind.${event.kind}`)}`,
    flags: [],
  };
}

/** Is this one that the node was told to answer? States are another question. */
export function isWanted(settings: NotifySettings, status: Status): boolean {
  if (settings.domain !== undefined && status.domain !== undefined && status.domain !== settings.domain) return false;
  if (SEVERITIES.indexOf(status.severity) < SEVERITIES.indexOf(settings.minSeverity)) return false;
  return settings.statuses.size === 0 || settings.statuses.has(status.status) || settings.statuses.has(status.name);
}

/** Who is told, as far as the texts go. */
export interface Reader {
  language: string;
  timeZone: string | undefined;
}

/** The notice for a status, in all languages that there are texts for; the reader's own is the main one. */
export function makeNotice(
  settings: NotifySettings,
  status: Status,
  mode: Mode,
  reader: Reader,
  flapping: boolean,
  memo: Memo<RenderedTexts>,
): ActionEvent {
  const render = (language: string, texts: Texts | undefined): RenderedTexts => ({
    ...memo.get(status, `${mode}|${language}|${reader.timeZone}|${flapping}`, () =>
      renderTexts(texts, status, language, reader.timeZone, {
        mode,
        drill: settings.drill,
        ...(flapping ? { state: deskText(language, 'flapping') } : {}),
      }),
    ),
  });
  const languages: ActionEvent['languages'] = {};
  for (const [language, texts] of settings.texts)
    if (language !== '__proto__') languages[language] = render(language, texts);
  const main = Object.hasOwn(languages, reader.language)
    ? languages[reader.language]!
    : render(reader.language, settings.texts.get(reader.language));
  const notice: ActionEvent = {
    actionId: `${settings.id}|${status.statusId}|${status.revision}`,
    action: settings.action,
    statusId: status.statusId,
    revision: status.revision,
    name: status.name,
    key: status.key,
    keyName: status.keyName,
    state: status.state,
    severity: status.severity,
    ...main,
    languages,
    channel: settings.channel,
    time: status.state === 'cleared' ? (status.until ?? status.updated) : status.updated,
  };
  if (isMarked(status, mode, settings.drill)) notice.simulated = true;
  return notice;
}

/** A replay is no more real than a simulation, and an exercise is none either. */
export function isMarked(status: Pick<Status, 'simulated'>, mode: Mode, drill: Drill): boolean {
  return status.simulated === true || isUnreal(mode) || drill !== 'real';
}

/** Counts a status as seen; false where this revision, or a newer one, has been seen before. */
export function isFresh(revisions: Revisions, status: Status): boolean {
  return revisions.isNew(status.statusId, status.revision);
}
