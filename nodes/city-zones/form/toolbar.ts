/** The buttons above and below the map: everything that the keys do, for those who point. */
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { LIMITS } from '../zones/model';
import type { MapEditor } from './map-editor';
import type { Kind } from './pen';
import { readTypedPoint } from './typed-point';

export interface Toolbar {
  root: HTMLElement;
  /** Shows which tools can be used now. */
  refresh(): void;
  /** As if the button of the sensors were pressed. */
  showSensors(): void;
}

const KINDS: readonly (readonly [Kind, string])[] = [
  ['area', 'square-o'],
  ['circle', 'circle-o'],
  ['corridor', 'road'],
  ['hole', 'dot-circle-o'],
  ['part', 'clone'],
];

/** @param sensors shows or hides the sensors */
export function toolbar(map: MapEditor, t: Translate, sensors: (on: boolean) => void): Toolbar {
  const button = (key: string, icon: string, act: () => void, worded = false): HTMLButtonElement => {
    const label = t(`tool.${key}`);
    const made = make('button', {
      type: 'button',
      class: 'red-ui-button red-ui-button-small',
      id: `city-zones-${key}`,
    });
    if (worded) made.append(make('i', { class: `fa fa-${icon}`, 'aria-hidden': 'true' }), ` ${label}`);
    else {
      made.append(make('i', { class: `fa fa-${icon}`, 'aria-hidden': 'true' }));
      made.title = label;
      made.setAttribute('aria-label', label);
    }
    made.addEventListener('click', act);
    return made;
  };
  const kinds = KINDS.map(([kind, icon]) => {
    const made = button(kind, icon, () => {
      if (map.pen?.kind === kind) map.cancel();
      else map.start(kind);
      map.root.focus({ preventScroll: true });
    }, true); // prettier-ignore
    return { kind, made };
  });
  const width = make('input', {
    type: 'number',
    class: 'city-number',
    min: '0.1',
    max: String(LIMITS.width),
    step: 'any',
    id: 'city-zones-width',
    'aria-label': t('label.corridorWidth'),
  });
  width.value = String(map.width);
  width.addEventListener('change', () => {
    const metres = Number(width.value);
    if (metres > 0 && metres <= LIMITS.width) map.width = metres;
    width.value = String(map.width);
  });
  const typed = make('input', {
    type: 'text',
    class: 'city-coordinate',
    id: 'city-zones-typed',
    placeholder: t('placeholder.typed'),
    'aria-label': t('label.typed'),
    title: t('label.typed'),
  });
  typed.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    // Enter would close the form
    event.preventDefault();
    // as on the map: Enter once more finishes
    if (typed.value.trim() === '') return map.finish();
    const place = readTypedPoint(typed.value);
    typed.setAttribute('aria-invalid', String(!place));
    typed.classList.toggle('input-error', !place);
    if (!place) return map.host.say(t('invalid.typed'));
    typed.value = '';
    map.putTyped(place);
  });
  const finish = button('finish', 'check', () => map.finish(), true);
  const cancel = button('cancel', 'times', () => map.cancel(), true);
  const undo = button('undo', 'undo', () => map.draft.undo());
  const redo = button('redo', 'repeat', () => map.draft.redo());
  const insert = button('insert', 'plus-square-o', () => map.insert());
  const remove = button('removePoint', 'minus-square-o', () => map.remove());
  const carry = button('carry', 'arrows', () => {
    map.carry(!map.carrying);
    map.root.focus({ preventScroll: true });
  });
  const pressed = (made: HTMLElement, on: boolean): void => {
    made.setAttribute('aria-pressed', String(on));
    made.classList.toggle('selected', on);
  };
  const snapping = button('snap', 'magnet', () => {
    map.snapping = !map.snapping;
    refresh();
  });
  const points = button('sensors', 'rss', () => {
    const on = points.getAttribute('aria-pressed') !== 'true';
    pressed(points, on);
    sensors(on);
  });
  pressed(points, false);
  const zoomed = [
    button('nearer', 'search-plus', () => map.nearer()),
    button('farther', 'search-minus', () => map.nearer(1 / 1.5)),
    button('all', 'arrows-alt', () => map.fit()),
  ];
  const root = make(
    'div',
    { role: 'toolbar', 'aria-label': t('tool.label') },
    make(
      'div',
      { class: 'city-bar city-map-tools' },
      ...kinds.map(({ made }) => made),
      width,
      t('length.unit'),
      typed,
      finish,
      cancel,
    ),
    make('div', { class: 'city-bar city-map-tools' }, undo, redo, insert, remove, carry, snapping, points, ...zoomed),
  );

  function refresh(): void {
    const { pen, draft, point } = map;
    const used = document.activeElement;
    const type = draft.zone?.shape.type;
    const isArea = type === 'Polygon' || type === 'MultiPolygon';
    for (const { kind, made } of kinds) {
      pressed(made, pen?.kind === kind);
      made.disabled = (kind === 'hole' || kind === 'part') && !isArea;
    }
    finish.disabled = !pen?.isEnough;
    cancel.disabled = !pen && !map.carrying;
    undo.disabled = !draft.canUndo;
    redo.disabled = !draft.canRedo;
    insert.disabled = remove.disabled = !point || type === 'Circle';
    carry.disabled = !draft.zone;
    pressed(carry, map.carrying);
    pressed(snapping, map.snapping);
    // a button that has done all that it can do would drop the keyboard: it goes on at the map
    if (used instanceof HTMLButtonElement && used.disabled && root.contains(used))
      map.root.focus({ preventScroll: true });
  }
  refresh();
  return { root, refresh, showSensors: () => points.click() };
}
