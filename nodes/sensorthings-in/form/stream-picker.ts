/** The list of Datastreams to tick: search, property, unit, Thing, last value and its age. */
import { askServer, describeServer, type ServerAnswer } from '../../editor/server-request';
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';

/** A chosen Datastream, with enough words to recognise it without the server. */
export interface ChosenStream {
  key: string;
  name: string;
  property: string;
  unit: string;
  thing: string;
}

interface FoundStream extends ChosenStream {
  value?: string | number | boolean | null;
  time?: number;
}

export function streamPicker(
  root: HTMLElement,
  t: Translate,
  chosen: Map<string, ChosenStream>,
  server: () => string,
): void {
  const search = make('input', {
    type: 'search',
    placeholder: t('placeholder.search'),
    'aria-label': t('label.search'),
  });
  const button = make('button', { type: 'button', class: 'red-ui-button' }, t('button.search'));
  const count = make('span', { class: 'city-count', role: 'status', 'aria-live': 'polite' });
  const note = make('p', { class: 'city-sentence', role: 'status' });
  const body = make('tbody');
  const heads = ['chosen', 'name', 'property', 'unit', 'thing', 'value', 'age'];
  const head = make('tr', {}, ...heads.map((name) => make('th', { scope: 'col' }, t(`column.${name}`))));
  const table = make('table', { class: 'city-streams' }, make('thead', {}, head), body);
  root.replaceChildren(
    make('div', { class: 'city-bar' }, search, button, count),
    note,
    make('div', { class: 'city-scroll form-row' }, table),
  );

  const showCount = (): void => {
    count.textContent = t('hint.chosen', { count: chosen.size });
  };
  const line = (stream: FoundStream, now: number): HTMLElement => {
    const box = make('input', { type: 'checkbox', class: 'city-check', 'aria-label': stream.name });
    box.checked = chosen.has(stream.key);
    box.addEventListener('change', () => {
      const { key, name, property, unit, thing } = stream;
      if (box.checked) chosen.set(key, { key, name, property, unit, thing });
      else chosen.delete(key);
      showCount();
    });
    const value = stream.value === undefined || stream.value === null ? '' : String(stream.value).slice(0, 30);
    const cells = [stream.name, stream.property, stream.unit, stream.thing, value, age(stream.time, now, t)];
    return make('tr', {}, make('td', {}, box), ...cells.map((cell) => make('td', {}, cell)));
  };
  const showChosen = (): void => body.replaceChildren(...[...chosen.values()].map((stream) => line(stream, NaN)));

  const run = async (): Promise<void> => {
    const description = describeServer(server());
    if (!description) {
      note.hidden = false;
      note.textContent = t('hint.noServer');
      return;
    }
    button.disabled = true;
    note.hidden = false;
    note.className = 'city-sentence';
    note.textContent = t('common.loading');
    const answer = await askServer('find', { ...description, rule: { words: search.value } });
    button.disabled = false;
    if (!answer.ok) {
      note.className = 'city-sentence city-fault';
      note.textContent = faultOf(answer, t);
      return;
    }
    const items = answer['items'] as FoundStream[];
    note.hidden = items.length > 0 && answer['next'] === undefined;
    note.textContent = items.length === 0 ? t('hint.nothing') : t('hint.more', { count: items.length });
    // what is chosen and was not found stays in sight, at the top
    const rest = [...chosen.values()].filter(({ key }) => !items.some((item) => item.key === key));
    body.replaceChildren(...[...rest, ...items].map((stream) => line(stream, Number(answer['now']))));
  };
  button.addEventListener('click', () => void run());
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    // Enter would close the form
    event.preventDefault();
    void run();
  });
  note.hidden = true;
  showChosen();
  showCount();
}

/** The words of the server's own form: the same troubles have the same sentences. */
function faultOf(answer: ServerAnswer, t: Translate): string {
  const key = `reason.${answer.code ?? 'network'}.hint`;
  const words = t(key);
  const known = words !== key && !words.endsWith(key);
  return `${known ? words : t('reason.network.hint')} (${answer.message ?? ''})`;
}

function age(time: number | undefined, now: number, t: Translate): string {
  const seconds = time === undefined ? NaN : Math.max(0, (now - time) / 1000);
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 90) return t('age.s', { n: Math.round(seconds) });
  if (seconds < 5400) return t('age.min', { n: Math.round(seconds / 60) });
  if (seconds < 172_800) return t('age.h', { n: Math.round(seconds / 3600) });
  return t('age.d', { n: Math.round(seconds / 86_400) });
}
