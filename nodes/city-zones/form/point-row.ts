/** A point of a zone in a row: its coordinates, and what can be done with it. */
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import type { Position, Zone, ZoneShape } from '../zones/model';
import type { MakeField } from './coordinate-field';
import type { MapEditor } from './map-editor';
import { movePoint, type PointAt, pointOf } from './shape-edit';

export interface PointRowHost {
  readonly map: MapEditor;
  readonly t: Translate;
  readonly number: MakeField;
  /** Changes the chosen zone. */
  readonly set: (shape: ZoneShape) => void;
  /** The point has been chosen. */
  readonly chosen: () => void;
}

export function pointRow({ map, t, number, set, chosen }: PointRowHost, zone: Zone, at: PointAt): HTMLElement {
  const { draft } = map;
  const n = at.index + 1;
  const place = (): Position => (draft.zone && pointOf(draft.zone.shape, at)) ?? [NaN, NaN];
  const move = (to: Position): void => {
    map.point = at;
    if (draft.zone) set(movePoint(draft.zone.shape, at, to));
  };
  const lat = number(`${t('label.latitude')} ${n}`, () => place()[1], -90, 90, (to) => move([place()[0], to])); // prettier-ignore
  const lon = number(`${t('label.longitude')} ${n}`, () => place()[0], -360, 360, (to) => move([to, place()[1]])); // prettier-ignore
  lat.dataset['focus'] = `lat${at.index}`;
  lon.dataset['focus'] = `lon${at.index}`;
  const tools = zone.shape.type === 'Circle' ? [] : toolsOf(map, t, at);
  const tr = make('tr', { 'data-index': String(at.index) });
  tr.append(make('td', {}, String(n)), make('td', {}, lat), make('td', {}, lon), make('td', {}, ...tools));
  tr.addEventListener('focusin', () => {
    map.point = at;
    chosen();
    map.paint();
  });
  return tr;
}

/** What can be done with a point of an outline. */
function toolsOf(map: MapEditor, t: Translate, at: PointAt): (HTMLElement | string)[] {
  const tool = (key: string, icon: string, act: () => void): HTMLButtonElement => {
    const label = t(`button.${key}`, { n: at.index + 1 });
    const made = make('button', {
      type: 'button',
      class: 'red-ui-button red-ui-button-small',
      title: label,
      'aria-label': label,
    });
    made.dataset['focus'] = `${key}${at.index}`;
    made.append(make('i', { class: `fa fa-${icon}`, 'aria-hidden': 'true' }));
    made.addEventListener('click', act);
    return made;
  };
  return [tool('insertAfter', 'plus', () => map.insert(at)), ' ', tool('removePoint', 'trash-o', () => map.remove(at))];
}
