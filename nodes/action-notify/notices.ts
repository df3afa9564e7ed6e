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
import type { NotifySettings, Texts } from './settings';

export interface RenderedTexts {
  headline: string;
  text: string;
  instruction?: string;
}

/** Fills the three texts for one status in one language; the preview of the form calls this too. */
export function renderTexts(
  texts: Texts | undefined,
  status: Status,
  language: string,
  timeZone: string | undefined,
  mode: Mode = 'live',
): RenderedTexts {
  const fields = statusFields(status, language, timeZone, mode);
  const template = texts?.headline || word(language, 'notice.headline');
  const mark = modeText(language, mode, status.simulated === true);
  // nobody may take a simulation for real: the mark is put in front where the text itself does not carry it
  const marked = mark !== '' && !usedPlaceholders(template).includes('mode') ? `[${mark}] ${template}` : template;
  const headline = oneLine(fillTemplate(marked, fields));
  fields.set('headline', headline);
  const body = fillTemplate(texts?.text || word(language, 'notice.text'), fields);
  fields.set('text', body);
  const instruction = texts?.instruction ? fillTemplate(texts.instruction, fields) : undefined;
  return instruction === undefined ? { headline, text: body } : { headline, text: body, instruction };
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

/** The notice for a status; `undefined` where its state is none to tell. */
export function makeNotice(settings: NotifySettings, status: Status, mode: Mode): ActionEvent | undefined {
  if (!settings.on.has(status.state)) return undefined;
  const languages: ActionEvent['languages'] = {};
  for (const [language, texts] of settings.texts) {
    if (language === '__proto__') continue;
    languages[language] = renderTexts(texts, status, language, settings.timeZone, mode);
  }
  const main = Object.hasOwn(languages, settings.language)
    ? languages[settings.language]!
    : renderTexts(settings.texts.get(settings.language), status, settings.language, settings.timeZone, mode);
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
  // a replay is no more real than a simulation
  if (status.simulated === true || isUnreal(mode)) notice.simulated = true;
  return notice;
}

/** Counts a status as seen; false where this revision, or a newer one, has been seen before. */
export function isFresh(revisions: Revisions, status: Status): boolean {
  return revisions.isNew(status.statusId, status.revision);
}
