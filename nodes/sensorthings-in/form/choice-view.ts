/** Choosing Datastreams: criteria, what fits them on the server as table and map, and the choice as a sentence. */
import type { Translate } from '../../editor/texts';
import { onPress, pause } from '../../editor/paused';
import { make } from '../../editor/zones/dom';
import { type Area, readRule } from '../../sensorthings-server/client/rule';
import {
  type Answer,
  ask,
  faultWords,
  type FoundStream,
  type ServerOf,
  shownStreams,
} from '../../editor/streams/asking';
import { areaFields, type ZoneList } from './area-fields';
import type { Choice } from './choice';
import { isEmpty, savedRule, SIDES, whereFault } from './saved-rule';
import { type Chips, chips } from './chips';
import { pointMap } from '../../editor/streams/point-map';
import { type ChosenStream, resultTable } from '../../editor/streams/result-table';
import { counting, meaning } from './sentence';

export interface ChoiceView {
  /** The server or the kind of choice is another one. */
  restart(): void;
}

/** Nothing that comes after this many rows is shown: a form is no place for a whole city. */
const MOST_SHOWN = 2000;
/** Milliseconds after the last change before the server is asked. */
const PAUSE = 300;

/**
 * @param root an empty element
 * @param choice as it is edited; changed in place
 * @param most Datastreams that the node reads
 * @param list of zones that a rule may mean
 */
export function choiceView(
  root: HTMLElement,
  t: Translate,
  choice: Choice,
  server: ServerOf,
  most: () => number,
  list: ZoneList,
): ChoiceView {
  const { rule } = choice;
  let items: FoundStream[] = [];
  let last: Answer = { ok: true };
  let asked = 0;
  let offered = '';
  const part = (): HTMLDivElement => make('div', { class: 'form-row' });
  const [properties, units, things, area] = [part(), part(), part(), make('div')];
  const words = make('input', { type: 'search', id: 'sta-in-words', placeholder: t('placeholder.search') });
  const filter = make('input', { type: 'text', id: 'sta-in-filter', placeholder: "unitOfMeasurement/name eq 'metre'" });
  const path = make('input', { type: 'text', id: 'sta-in-path', placeholder: 'Things(1)/Datastreams' });
  const labelled = (label: string, field: HTMLElement): HTMLDivElement =>
    make('div', { class: 'form-row' }, make('label', { for: field.id }, t(label)), ' ', field);
  const wordsRow = labelled('label.search', words);
  const filters = make('summary', {}, t('label.filters'));
  const criteria = make('details', {}, filters, properties, units, things, area);
  const filterRow = make(
    'details',
    {},
    make('summary', {}, t('label.expert')),
    labelled('label.filter', filter),
    hint('hint.filter'),
  );
  const pathRow = make('div', {}, labelled('label.path', path), hint('hint.path'));
  const button = make('button', { type: 'button', class: 'red-ui-button', id: 'sta-in-find' }, t('button.find'));
  const only = make('input', { type: 'checkbox', class: 'city-check', id: 'sta-in-only' });
  const onlyRow = make('label', { class: 'city-check-label', for: only.id }, only, t('label.onlyChosen'));
  const sentence = make('p', { class: 'city-sentence', role: 'status', 'aria-live': 'polite', id: 'sta-in-sentence' });
  const [map, table] = [
    make('div'),
    make('div', { class: 'city-scroll', tabindex: '0', role: 'region', 'aria-label': t('label.found') }),
  ];
  const more = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small' }, t('button.more'));
  const count = make('span', { class: 'city-count', role: 'status' });
  root.replaceChildren(
    wordsRow,
    criteria,
    filterRow,
    pathRow,
    make('div', { class: 'city-bar' }, button, onlyRow, count),
    sentence,
    map,
    table,
    make('div', { class: 'city-bar' }, more),
  );

  function hint(key: string): HTMLParagraphElement {
    return make('p', { class: 'city-hint' }, t(key));
  }

  const changed = (): void => later(() => void search());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (run: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE);
  };
  const lists: Record<'property' | 'unit' | 'thing', Chips> = {
    property: chips(properties, t, rule.property, {
      label: t('label.property'),
      id: 'sta-in-property',
      changed,
      typed: (text) => void offer('property', 'ObservedProperties', text),
    }),
    unit: chips(units, t, rule.unit, { label: t('label.unit'), id: 'sta-in-unit', changed }),
    thing: chips(things, t, rule.thing, {
      label: t('label.thing'),
      id: 'sta-in-thing',
      placeholder: t('placeholder.thing'),
      changed,
      typed: (text) => void offer('thing', 'Things', text),
    }),
  };
  const sides = areaFields(area, t, rule, list, () => {
    picture.refresh();
    changed();
  });
  const picture = pointMap(map, t, {
    isChosen: (key) => choice.by === 'list' && choice.chosen.has(key),
    area: () => (choice.by === 'path' || rule.where !== 'box' ? undefined : readRule(rule).area),
    shapes: () => (choice.by === 'path' ? [] : sides.zones().map(({ shape }) => shape)),
    setArea: (box: Area) => {
      if (choice.by === 'path') return;
      rule.where = 'box';
      for (const side of SIDES) rule.area[side] = String(box[side]);
      sides.refresh();
      picture.refresh();
      void search();
    },
    point: (inside) => rows.mark(inside.map(({ key }) => key)),
  });
  const rows = resultTable(table, t, choice.chosen, () => {
    picture.refresh();
    tell();
  });

  /** Names to choose from, for what is typed. */
  async function offer(list: 'property' | 'thing', set: string, text: string): Promise<void> {
    const answer = await ask(server, 'suggest', { set, text });
    if (answer.ok && answer.names) lists[list].offer(answer.names);
  }

  /** Properties and units to choose from: once for each server. */
  async function offerAll(): Promise<void> {
    const mark = JSON.stringify(server() ?? '');
    if (mark === offered) return;
    offered = mark;
    void offer('property', 'ObservedProperties', '');
    const answer = await ask(server, 'units', {});
    if (answer.ok && answer.names && answer.names.length > 0) lists.unit.offer(answer.names);
  }

  function query(): object {
    if (choice.by === 'path') return { path: choice.path };
    const { filter: own, ...shared } = savedRule(rule);
    const zones = sides.zones();
    return {
      rule: choice.by === 'rule' ? { ...shared, filter: own } : { ...shared, words: words.value },
      ...(zones.length > 0 ? { zones } : {}),
    };
  }

  function atWork(on: boolean): void {
    for (const one of [button, more]) pause(one, on);
  }

  /** Asks the server: the first page anew, or the next one. */
  async function search(skip = 0): Promise<void> {
    clearTimeout(timer);
    const number = ++asked;
    const fault = choice.by === 'path' ? undefined : whereFault(rule, () => sides.zones().length > 0);
    if (fault !== undefined) {
      // an answer that is still on its way is not waited for any more
      atWork(false);
      return say(t(`invalid.area.${fault}`), true);
    }
    atWork(true);
    if (skip === 0) say(t('common.loading'), false);
    const answer = await ask(server, 'find', { ...query(), skip });
    // an older answer may come later
    if (number !== asked) return;
    atWork(false);
    if (answer.ok && skip === 0) void offerAll();
    if (answer.ok) {
      const found = shownStreams(answer, t);
      items = skip === 0 ? found : [...items, ...found];
      last =
        skip === 0
          ? answer
          : { ...answer, total: last.total ?? (answer.next === undefined ? items.length : undefined) };
      if (skip === 0 && lists) offerUnits(found);
    } else {
      if (skip === 0) items = [];
      last = answer;
    }
    show(skip === 0);
  }

  /** Units of what was found, where the server cannot list its own. */
  function offerUnits(found: readonly FoundStream[]): void {
    const names = new Set(found.map(({ unit }) => unit).filter((unit) => unit !== ''));
    const input = root.querySelector('#sta-in-unit-choices');
    if (input?.childElementCount === 0) lists.unit.offer([...names].sort());
  }

  function show(fit: boolean): void {
    const ticks = choice.by === 'list';
    const asLine = (stream: ChosenStream): FoundStream => ({ ...stream, value: null, shown: '', age: '' });
    const missing = [...choice.chosen.values()].filter(({ key }) => !items.some((item) => item.key === key));
    const known = items.filter(({ key }) => choice.chosen.has(key));
    const rest = missing.map(asLine);
    // what is chosen and was not found stays in sight
    const list = !ticks ? items : only.checked ? [...known, ...rest] : [...items, ...rest];
    rows.show(list, ticks);
    // without an answer there is nothing to be seen; where nothing fits an area can still be drawn
    map.hidden = !last.ok;
    picture.show(items, fit);
    const wasAtMore = document.activeElement === more;
    more.hidden = last.next === undefined || items.length >= MOST_SHOWN;
    // with the last page the button goes: the keyboard goes on at what it has brought
    if (wasAtMore && more.hidden) table.focus({ preventScroll: true });
    tell();
  }

  function tell(): void {
    if (!last.ok) return say(faultWords(last, t), last.code !== 'none-chosen');
    const found = counting(last, items.length, most(), t);
    if (choice.by === 'list') {
      count.textContent = found;
      say(meaning(choice, t, sides.zones()), false);
    } else {
      const shown = items.length > 0 && last.next !== undefined ? t('hint.shown', { count: items.length }) : '';
      count.textContent = shown;
      say(`${meaning(choice, t, sides.zones())} ${found}`, false);
    }
  }

  function say(text: string, wrong: boolean): void {
    sentence.textContent = text;
    sentence.className = wrong ? 'city-sentence city-fault' : 'city-sentence';
  }

  function restart(): void {
    wordsRow.hidden = onlyRow.hidden = choice.by !== 'list';
    criteria.hidden = choice.by === 'path';
    // for a rule they are the matter itself, for a list a help
    filters.hidden = choice.by === 'rule';
    criteria.open = choice.by === 'rule' || !isEmpty(rule);
    filterRow.hidden = choice.by !== 'rule';
    filterRow.open ||= rule.filter !== '';
    pathRow.hidden = choice.by !== 'path';
    count.textContent = '';
    void search();
  }

  words.addEventListener('input', changed);
  filter.value = rule.filter;
  filter.addEventListener('change', () => {
    rule.filter = filter.value;
    void search();
  });
  path.value = choice.path;
  path.addEventListener('change', () => {
    choice.path = path.value;
    void search();
  });
  for (const field of [words, filter, path]) {
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      // Enter would close the form
      event.preventDefault();
      rule.filter = filter.value;
      choice.path = path.value;
      void search();
    });
  }
  only.addEventListener('change', () => show(false));
  onPress(button, () => void search());
  onPress(more, () => void search(last.next ?? 0));
  return { restart };
}
