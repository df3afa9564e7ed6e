/** Why an episode was: its sentence, and the readings it rests on. */
import { make } from '../../editor/zones/dom';
import { word } from '../../ecdm/words';
import type { ReadingsAnswer } from '../contract';
import type { EpisodeRow } from '../view/rows';
import { get } from './client';
import { button, scroll, tableOf } from './table';
import type { Texts } from './texts';
import { workspaceZones } from './where-view';

/** @param job the rehearsal that the episode is of */
export function episodeDetail(job: string, row: EpisodeRow, texts: Texts, close: () => void): HTMLElement {
  const { say } = texts;
  const { episode, before, change } = row;
  const lines = [texts.span(episode)];
  if (before && texts.span(before) !== texts.span(episode))
    lines.push(say('detail.before', { span: texts.span(before) }));
  if (change !== 'same' && change !== 'only') lines.push(say(`detail.${change}`));
  if (episode.severity)
    lines.push(say('detail.severity', { severity: word(texts.language, `severity.${episode.severity}`) }));
  if (episode.zones?.length) lines.push(say('detail.zones', { zones: zoneNames(episode.zones) }));
  const readings = make('div', { 'aria-live': 'polite' });
  const shut = button('', close);
  shut.title = say('detail.close');
  shut.setAttribute('aria-label', say('detail.close'));
  shut.append(make('i', { class: 'fa fa-times', 'aria-hidden': 'true' }));
  const panel = make(
    'div',
    { class: 'city-rehearse-detail', role: 'region', 'aria-label': say('detail.title') },
    make(
      'div',
      { class: 'city-rehearse-head' },
      make('strong', {}, `${episode.name}, ${episode.keyName ?? episode.key}`),
      shut,
    ),
    ...(episode.reason === undefined ? [] : [make('p', { class: 'city-rehearse-why' }, episode.reason)]),
    make('ul', {}, ...lines.map((line) => make('li', {}, line))),
    readings,
  );
  void fill(readings, job, row, texts);
  return panel;
}

function zoneNames(ids: readonly string[]): string {
  const zones = workspaceZones();
  return ids.map((id) => zones.get(id)?.name ?? id).join(', ');
}

/** Milliseconds after a choice: who goes along the time line by keyboard passes many episodes. */
const PATIENCE = 200;
let last: Promise<unknown> = Promise.resolve();

/** One question at a time, and none about an episode that is no longer shown. */
function inTurn<T>(place: HTMLElement, ask: () => Promise<T>): Promise<T | undefined> {
  const turn = last
    .then(() => new Promise((resolve) => setTimeout(resolve, PATIENCE)))
    .then(() => (place.isConnected ? ask() : undefined));
  last = turn.catch(() => undefined);
  return turn;
}

async function fill(place: HTMLElement, job: string, { of, index }: EpisodeRow, texts: Texts): Promise<void> {
  const { say } = texts;
  try {
    const answer = await inTurn(place, () => get<ReadingsAnswer>('readings', { job, of, episode: index }));
    // another one is shown by now
    if (answer === undefined) return;
    if (answer.readings.length === 0) {
      place.textContent = say('detail.noReadings');
      return;
    }
    const rows = answer.readings.map(({ time, property, name, value, unit }) => [
      texts.time(time),
      [name, property].filter(Boolean).join(': '),
      shown(value, unit, texts),
    ]);
    const title = say('detail.readings');
    place.replaceChildren(
      make('p', { class: 'city-rehearse-title' }, title),
      scroll(title, tableOf(title, [say('chart.time'), say('detail.what'), say('detail.value')], rows)),
      ...(answer.leftOut > 0
        ? [make('p', { class: 'city-count' }, say('detail.more', { n: texts.number(answer.leftOut) }))]
        : []),
    );
  } catch (error) {
    place.replaceChildren(make('p', { class: 'city-fault' }, error instanceof Error ? error.message : String(error)));
  }
}

function shown(value: unknown, unit: string | undefined, texts: Texts): string {
  if (typeof value === 'number') return texts.value(value, unit);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
