/** Puts what the desk has decided into words: one alarm in the texts of the form, several as a list. */
import type { ActionEvent } from '../../ecdm/action';
import type { Mode } from '../../ecdm/city';
import type { Status } from '../../ecdm/status';
import { severityText, stateText, timeText } from '../../ecdm/status-fields';
import { oneLine, TEXT_LIMIT } from '../../ecdm/template';
import { formatTime } from '../../ecdm/time';
import { clockText, durationText, listText } from '../../ecdm/words';
import { isMarked, makeNotice, markText, type RenderedTexts } from '../notices';
import type { NotifySettings } from '../settings';
import type { Item, Letter } from './letter';
import { Memo } from './memo';
import { deskText } from './texts';

/** Alarms that a list names, and places that a headline names. */
const LISTED = 20;
const PLACES = 3;
const MOST_MEMBERS = 100;

/** What was put into words before. */
export class Words {
  readonly texts = new Memo<RenderedTexts>();
  readonly lines = new Memo<string>();
}

/** The notice for a letter. */
export function wordLetter(letter: Letter, settings: NotifySettings, mode: Mode, words = new Words()): ActionEvent {
  const notice = letter.kind === 'single' ? wordSingle(letter, settings, mode, words) : wordMany(letter, settings, mode, words); // prettier-ignore
  const { id, name, role, address, channel } = letter.recipient;
  if (channel !== undefined) notice.channel = channel;
  if (id !== '') {
    notice.actionId += `|${id}`;
    notice.recipient = { id, name };
    if (role !== '') notice.recipient.role = role;
    if (address !== '') notice.recipient.address = address;
  }
  return notice;
}

function wordSingle(
  { recipient, items: [item], at }: Letter,
  settings: NotifySettings,
  mode: Mode,
  { texts }: Words,
): ActionEvent {
  const { status, occasion } = item!;
  const notice = makeNotice(settings, status, mode, recipient, isFlapping(status, settings), texts);
  addTo(notice, (texts, language) => explain(texts, item!, language), recipient.language);
  if (occasion !== 'news') {
    notice.occasion = occasion;
    // the same revision may be told more than once for such a reason
    notice.actionId += `|${occasion}|${formatTime(at)}`;
  }
  return notice;
}

/** Says in headline and text why it is told, where the status alone does not. */
function explain({ headline, text, instruction, short }: RenderedTexts, item: Item, language: string): RenderedTexts {
  const told = [text];
  let title = headline;
  if (item.holdsBack > 0) {
    title = deskText(language, 'holdsBack', { headline: title, n: item.holdsBack });
    told.push(deskText(language, 'holdsBackText', { n: item.holdsBack }));
  }
  if (item.again) told.push(deskText(language, 'again'));
  title = withOccasion(title, item, language);
  return {
    headline: oneLine(title, 300),
    text: told.join('\n').slice(0, TEXT_LIMIT),
    ...(instruction === undefined ? {} : { instruction }),
    ...(short === undefined ? {} : { short: withOccasion(short, item, language) }),
  };
}

function withOccasion(headline: string, { occasion, was, alone }: Item, language: string): string {
  switch (occasion) {
    case 'news':
      return headline;
    case 'reminder':
      return deskText(language, 'reminder', { headline });
    case 'escalation':
      return deskText(language, 'escalation', {
        headline,
        time: durationText(language, Math.round(alone / 1000) * 1000),
      });
    case 'released':
      return deskText(language, `released.${was ?? 'shelved'}`, { headline });
  }
}

function wordMany(letter: Letter, settings: NotifySettings, mode: Mode, words: Words): ActionEvent {
  const { kind, recipient, items, at } = letter;
  const raised = items.filter(({ status }) => status.state !== 'cleared');
  const worst = (raised[0] ?? items[0])?.status;
  const count = letter.total ?? items.length;
  const simulated =
    items.some(({ status }) => isMarked(status, mode, settings.drill)) || isMarked({}, mode, settings.drill);
  const id = `${kind}|${settings.id}|${recipient.id}|${formatTime(at)}`;
  const notice: ActionEvent = {
    actionId: id,
    action: settings.action,
    statusId: id,
    revision: 1,
    name: '',
    key: '',
    state: raised.length > 0 || kind === 'flood' ? 'raised' : 'cleared',
    severity: worst?.severity ?? 'warning',
    headline: '',
    text: '',
    languages: Object.fromEntries(
      [...settings.texts.keys()].filter((one) => one !== '__proto__').map((one) => [one, { headline: '', text: '' }]),
    ),
    channel: settings.channel,
    time: formatTime(at, recipient.timeZone),
    occasion: kind === 'single' ? 'group' : kind,
    count,
    members: items.slice(0, MOST_MEMBERS).map(({ status: { statusId, revision } }) => ({ statusId, revision })),
  };
  addTo(
    notice,
    (_texts, language) => {
      const mark = markText(
        language,
        { simulated: items.some(({ status }) => status.simulated === true) },
        { mode, drill: settings.drill },
      );
      const title = `${mark === '' ? '' : `[${mark}] `}${headlineOf(letter, count, raised.length, language)}`;
      return { headline: oneLine(title, 300), text: textOf(letter, settings, language, words) };
    },
    recipient.language,
  );
  notice.name = notice.headline;
  if (simulated) notice.simulated = true;
  return notice;
}

/** Applies something to the main texts and to those of each language. */
function addTo(
  notice: ActionEvent,
  change: (texts: RenderedTexts, language: string) => RenderedTexts,
  main: string,
): void {
  for (const [language, texts] of Object.entries(notice.languages))
    notice.languages[language] = change(texts, language);
  Object.assign(notice, change(notice, main));
}

function headlineOf(
  { kind, items, at, from, recipient, zones }: Letter,
  n: number,
  raised: number,
  language: string,
): string {
  const times = { from: clockText(minute(from), recipient.timeZone), to: clockText(minute(at), recipient.timeZone) };
  switch (kind) {
    case 'digest':
      return deskText(language, 'digest', { n, raised, ...times });
    case 'flood':
      return deskText(language, 'flood', { n, ...times, places: counted(zones ?? [], language) });
    case 'flood-over':
      return deskText(language, 'floodOver', { n, raised, ...times });
    default: {
      const names = new Map<string, number>();
      for (const { status } of items) names.set(status.name, (names.get(status.name) ?? 0) + 1);
      const over = items.length - raised;
      const key = over === 0 ? 'group' : raised === 0 ? 'groupOver' : 'groupMixed';
      return deskText(language, key, { n, over, names: counted([...names], language) });
    }
  }
}

const minute = (ms: number): number => Math.floor(ms / 60_000) * 60_000;

/** "Centre (6), Harbour (4) and others (3)". */
function counted(all: readonly (readonly [string, number])[], language: string): string {
  const sorted = [...all].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, PLACES).map(([name, n]) => deskText(language, 'counted', { name, n }));
  const rest = sorted.slice(PLACES).reduce((sum, [, n]) => sum + n, 0);
  if (rest > 0) shown.push(deskText(language, 'others', { n: rest }));
  return listText(language, shown);
}

function textOf({ kind, items, recipient }: Letter, settings: NotifySettings, language: string, words: Words): string {
  const lines = items.slice(0, LISTED).map((item) => line(item, settings, language, recipient.timeZone, words));
  if (items.length > LISTED) lines.push(deskText(language, 'more', { n: items.length - LISTED }));
  if (kind === 'flood') lines.unshift(deskText(language, 'floodText'));
  return lines.join('\n').slice(0, TEXT_LIMIT);
}

function line(
  item: Item,
  settings: NotifySettings,
  language: string,
  timeZone: string | undefined,
  { lines }: Words,
): string {
  const { status, holdsBack } = item;
  let told = lines.get(status, `${language}|${timeZone}`, () =>
    deskText(language, 'line', {
      severity: severityText(language, status.severity),
      name: status.name,
      where: status.keyName ?? status.key,
      state: isFlapping(status, settings) ? deskText(language, 'flapping') : stateText(language, status.state),
      since: timeText(language, status.since, timeZone),
    }),
  );
  if (holdsBack > 0) told = deskText(language, 'holdsBack', { headline: told, n: holdsBack });
  return oneLine(withOccasion(told, item, language), 300);
}

function isFlapping({ flags }: Status, { onlyNew }: NotifySettings): boolean {
  return onlyNew && flags.includes('flapping');
}
