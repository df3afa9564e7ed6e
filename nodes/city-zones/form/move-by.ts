/** Moves a whole zone by so many metres. */
import { METRES_PER_DEGREE } from '../../ecdm/sphere';
import type { Translate } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { LIMITS, type ZoneShape } from '../zones/model';
import type { MakeField } from './coordinate-field';
import { chainsOf, moveShape } from './shape-edit';

type Side = 'north' | 'east';

/**
 * @param shape the shape as it is now
 * @param set takes it as it is then
 */
export function moveByBar(
  t: Translate,
  number: MakeField,
  shape: () => ZoneShape,
  set: (shape: ZoneShape) => void,
): HTMLElement {
  const metres: Record<Side, number> = { north: 0, east: 0 };
  const field = (side: Side): HTMLElement => {
    const label = t(`label.${side}`);
    const input = number(label, () => metres[side], -LIMITS.radius, LIMITS.radius, (n) => (metres[side] = n)); // prettier-ignore
    input.dataset['focus'] = side;
    return make('label', { class: 'city-side' }, `${label} `, input);
  };
  const go = make('button', { type: 'button', class: 'red-ui-button', 'data-focus': 'moveBy' }, t('button.moveBy'));
  go.addEventListener('click', () => {
    const { north, east } = metres;
    if (north === 0 && east === 0) return;
    const now = shape();
    set(moveShape(now, east / METRES_PER_DEGREE / shrinkOf(now), north / METRES_PER_DEGREE));
  });
  const words = make('span', {}, t('details.moveBy'));
  return make('div', { class: 'city-bar city-sides' }, words, field('north'), field('east'), go);
}

/** How long a degree of longitude is where the shape begins: 1 at the equator. */
function shrinkOf(shape: ZoneShape): number {
  const lat = chainsOf(shape)[0]?.points[0]?.[1] ?? 0;
  return Math.max(0.01, Math.cos((lat * Math.PI) / 180));
}
