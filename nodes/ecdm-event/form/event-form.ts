/** The form of one event of the list. */
import { AGGREGATE_METHODS, SCOPES } from '../editing/choices';
import type { Aggregate, EventDefinition } from '../../ecdm/definition';
import { languageOf, type Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { faultsOf } from '../editing/check';
import { sentence } from '../editing/sentence';
import { conditionRows } from './condition-rows';
import { button, lengthField, listOf, selectField, textField } from './fields';

/**
 * Shows the form of `event` and writes every change into it.
 * @param known names of properties to choose from
 * @param changed called after every change
 */
export function eventForm(place: HTMLElement, event: EventDefinition, known: readonly string[], t: Translate, changed: () => void): void {
  const words = make('p', { class: 'city-sentence', role: 'status' });
  const faults = make('ul', { class: 'ecdm-event-faults city-fault', 'aria-live': 'polite' });
  let said = '';
  const refresh = (): void => {
    words.textContent = sentence(event, t);
    const list = faultsOf(event, t, languageOf(t));
    // what stays as it is must not be read out at every key
    if (list.join('\n') !== said) faults.replaceChildren(...list.map((one) => make('li', {}, one)));
    said = list.join('\n');
    changed();
  };
  const rows = make('div', {});
  const average = make('div', {});
  const gap = make('div', {});
  const drawAverage = (): void => aggregateFields(average, event, t, refresh, drawAverage);
  const drawGap = (): void => gapFields(gap, event, t, refresh);

  place.replaceChildren(
    words,
    faults,
    textField(
      t('label.eventName'),
      event.name,
      (name) => {
        event.name = name;
        refresh();
      },
      { maxlength: '200' },
    ),
    ...readings(event, known, t, refresh),
    section(t('section.average'), average),
    section(t('section.when'), rows),
    section(
      t('section.how'),
      selectField(
        t('label.emit'),
        [
          ['state', t('option.emit.state')],
          ['point', t('option.emit.point')],
        ],
        event.emit,
        (emit) => {
          event.emit = emit === 'point' ? 'point' : 'state';
          drawGap();
          refresh();
        },
      ),
      lengthField(t, t('label.lasting'), event.for, (time) => {
        setOrDelete(event, 'for', time);
        refresh();
      }),
      gap,
      lengthField(t, t('label.lateness'), event.lateness, (time) => {
        setOrDelete(event, 'lateness', time);
        refresh();
      }),
      make('p', { class: 'city-hint' }, t('hint.lateness')),
    ),
  );
  conditionRows(rows, event.when, t, (when) => {
    event.when = when;
    refresh();
  });
  drawAverage();
  drawGap();
  refresh();
}

function section(title: string, ...children: HTMLElement[]): HTMLElement {
  return make('fieldset', {}, make('legend', {}, title), ...children);
}

/** Empty settings are left out of the definition, so that it stays small and round-trips. */
function setOrDelete<T extends object, K extends keyof T>(object: T, key: K, value: T[K] | undefined): void {
  if (value === undefined || value === '') delete object[key];
  else object[key] = value;
}

// ---- which readings

function readings(event: EventDefinition, known: readonly string[], t: Translate, refresh: () => void): HTMLElement[] {
  const set = (key: 'properties' | 'things' | 'datastreams') => (text: string) => {
    const observe = { ...event.observe };
    const list = listOf(text);
    setOrDelete(observe, key, list.length > 0 ? list : undefined);
    setOrDelete(event, 'observe', Object.keys(observe).length > 0 ? observe : undefined);
    refresh();
  };
  const show = (key: 'properties' | 'things' | 'datastreams'): string => (event.observe?.[key] ?? []).join(', ');
  const properties = textField(t('label.properties'), show('properties'), set('properties'), { placeholder: t('placeholder.properties') });
  const input = properties.querySelector('input')!;
  const chips = known.map((name) => {
    const chip = button('plus', name, () => {
      input.value = [...new Set([...listOf(input.value), name])].join(', ');
      set('properties')(input.value);
    }, true);
    chip.setAttribute('aria-label', t('button.addProperty', { name }));
    return chip;
  });
  return [
    properties,
    make('div', { class: 'ecdm-event-chips' }, ...chips),
    textField(t('label.things'), show('things'), set('things'), { placeholder: t('placeholder.things') }),
    ...(event.observe?.datastreams === undefined
      ? []
      : [textField(t('label.datastreams'), show('datastreams'), set('datastreams'))]),
  ];
}

// ---- average first

function aggregateFields(place: HTMLElement, event: EventDefinition, t: Translate, refresh: () => void, redraw: () => void): void {
  const { aggregate } = event;
  const methods: [string, string][] = [['', t('option.noAverage')], ...AGGREGATE_METHODS.map((one): [string, string] => [one, t(`method.${one}`)])];
  const method = selectField(t('label.method'), methods, aggregate?.method ?? '', (chosen) => {
    if (chosen === '') delete event.aggregate;
    else event.aggregate = { over: '1 h', scope: 'station', ...event.aggregate, method: chosen as Aggregate['method'] };
    redraw();
    refresh();
  });
  if (aggregate === undefined) {
    place.replaceChildren(method);
    return;
  }
  const wide = aggregate.scope === 'zone' || aggregate.scope === 'city';
  const fields: HTMLElement[] = [
    method,
    lengthField(t, t('label.over'), aggregate.over, (over) => {
      aggregate.over = over ?? '';
      refresh();
    }),
    selectField(t('label.scope'), SCOPES.map((one) => [one, t(`option.scope.${one}`)] as const), aggregate.scope, (scope) => {
      aggregate.scope = scope as Aggregate['scope'];
      if (scope !== 'zone') delete aggregate.level;
      redraw();
      refresh();
    }),
  ];
  if (aggregate.scope === 'zone') {
    fields.push(
      textField(t('label.level'), aggregate.level ?? '', (level) => {
        setOrDelete(aggregate, 'level', level.trim());
        refresh();
      }, { list: 'ecdm-event-levels', placeholder: t('placeholder.level') }),
    );
  }
  if (aggregate.method === 'percentile') fields.push(numberField(aggregate, 'percentile', '50', 0, 100, t, refresh));
  fields.push(
    lengthField(t, t('label.step'), aggregate.step, (step) => {
      setOrDelete(aggregate, 'step', step);
      refresh();
    }),
    make('p', { class: 'city-hint' }, t(wide ? 'hint.stepWide' : 'hint.step')),
    numberField(aggregate, 'minSamples', '1', 1, 100_000, t, refresh),
  );
  place.replaceChildren(...fields);
}

function numberField(
  aggregate: Aggregate,
  key: 'percentile' | 'minSamples',
  placeholder: string,
  low: number,
  high: number,
  t: Translate,
  refresh: () => void,
): HTMLElement {
  const more = { type: 'number', min: String(low), max: String(high), placeholder, class: 'city-number' };
  const value = aggregate[key] === undefined ? '' : String(aggregate[key]);
  return textField(t(`label.${key}`), value, (text) => {
    const number = Number(text);
    const good = text.trim() !== '' && number >= low && number <= high;
    setOrDelete(aggregate, key, good ? (key === 'minSamples' ? Math.round(number) : number) : undefined);
    refresh();
  }, more);
}

// ---- silences

function gapFields(place: HTMLElement, event: EventDefinition, t: Translate, refresh: () => void): void {
  if (event.emit === 'point') {
    place.replaceChildren();
    return;
  }
  const set = (after: string | undefined, then: 'keep' | 'end'): void => {
    // keeping after the usual time is what happens anyway
    if (after === undefined && then === 'keep') delete event.gap;
    else event.gap = after === undefined ? { then } : { after, then };
    refresh();
  };
  place.replaceChildren(
    selectField(
      t('label.gapThen'),
      [
        ['keep', t('option.gap.keep')],
        ['end', t('option.gap.end')],
      ],
      event.gap?.then ?? 'keep',
      (then) => set(event.gap?.after, then === 'end' ? 'end' : 'keep'),
    ),
    lengthField(t, t('label.gapAfter'), event.gap?.after, (after) => set(after, event.gap?.then ?? 'keep')),
    make('p', { class: 'city-hint' }, t('hint.gap')),
  );
}

