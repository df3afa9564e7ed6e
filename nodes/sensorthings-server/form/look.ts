/** What a server has, right where its address is typed: properties and units, and Datastreams to look through. */
import {
  type Answer,
  ask,
  faultWords,
  type FoundStream,
  type ServerOf,
  shownStreams,
} from '../../editor/streams/asking';
import { pointMap } from '../../editor/streams/point-map';
import { resultTable } from '../../editor/streams/result-table';
import { translator, type Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';

/** Words of the list and the map, which lie with the node that reads. */
const shared = translator('sensorthings-in');
const PAUSE = 400;
/** Names that are listed before a sentence gets too long. */
const MOST_NAMES = 12;

export interface Look {
  /** Shows what the server has now. */
  show(): Promise<void>;
  hide(): void;
}

export function lookInto(root: HTMLElement, t: Translate, server: ServerOf): Look {
  let asked = 0;
  const words = make('input', { type: 'search', id: 'sta-server-words', placeholder: shared('placeholder.search') });
  const has = make('p', { class: 'city-sentence', role: 'status', 'aria-live': 'polite', id: 'sta-server-has' });
  const map = make('div');
  const table = make('div', {
    class: 'city-scroll',
    tabindex: '0',
    role: 'region',
    'aria-label': shared('label.found'),
  });
  const row = make('div', { class: 'form-row' }, make('label', { for: words.id }, shared('label.search')), ' ', words);
  root.replaceChildren(make('h4', {}, t('look.title')), has, row, map, table);
  const rows = resultTable(table, shared, new Map(), () => undefined);
  const picture = pointMap(map, shared, {
    isChosen: () => false,
    area: () => undefined,
    point: (inside) => rows.mark(inside.map(({ key }) => key)),
  });

  const find = async (): Promise<Answer | undefined> => {
    const number = ++asked;
    const answer = await ask(server, 'find', { rule: { words: words.value } });
    // an older answer may come later
    if (number !== asked) return undefined;
    const items: FoundStream[] = answer.ok ? shownStreams(answer, shared) : [];
    rows.show(items, false);
    picture.show(items, true);
    return answer;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  words.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void find(), PAUSE);
  });
  words.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    // Enter would close the form
    event.preventDefault();
    clearTimeout(timer);
    void find();
  });

  const list = (names: readonly string[], more: boolean): string =>
    names.slice(0, MOST_NAMES).join(', ') + (more || names.length > MOST_NAMES ? ' …' : '');

  return {
    hide() {
      root.hidden = true;
      asked++;
    },
    async show() {
      words.value = '';
      root.hidden = false;
      has.textContent = t('common.loading');
      const [found, properties, units] = await Promise.all([
        find(),
        ask(server, 'suggest', { set: 'ObservedProperties', text: '' }),
        ask(server, 'units', {}),
      ]);
      if (found === undefined) return;
      if (!found.ok) {
        has.className = 'city-sentence city-fault';
        has.textContent = faultWords(found, shared);
        return;
      }
      has.className = 'city-sentence';
      const seen = [...new Set((found.items ?? []).map(({ unit }) => unit).filter((unit) => unit !== ''))].sort();
      const known = units.ok && units.names && units.names.length > 0 ? units.names : seen;
      const number = new Intl.NumberFormat(t('common.language'));
      const count = found.total ?? (found.items ?? []).length;
      const parts = [t(found.total === undefined ? 'look.atLeast' : 'look.count', { count: number.format(count) })];
      if (properties.names && properties.names.length > 0)
        parts.push(t('look.properties', { list: list(properties.names, properties.more === true) }));
      if (known.length > 0) parts.push(t('look.units', { list: list(known, found.total === undefined) }));
      has.textContent = parts.join(' ');
    },
  };
}
