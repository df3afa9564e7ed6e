/** The map by mouse, pen or finger. */
import type { Position } from '../zones/model';
import type { MapEditor } from './map-editor';
import type { PointAt } from './shape-edit';

/** What lies under the hand. */
export interface Target {
  point?: PointAt;
  /** The point before a gap that a point can be put into. */
  between?: PointAt;
  rim?: true;
  zone?: string;
}

/** A click is not a drag, even with an unsteady hand. */
const UNSTEADY = 4;

interface Hold {
  target: Target;
  x: number;
  y: number;
  place: Position;
  moved: boolean;
}

export function onPointer(root: SVGElement, map: MapEditor): void {
  let hold: Hold | undefined;
  const at = (event: MouseEvent): [number, number] => {
    const { left, top } = root.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };

  root.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    map.useKeys(false);
    const [x, y] = at(event);
    hold = { target: map.targetAt(event.target as Element), x, y, place: map.placeAt(x, y), moved: false };
    // a selection of the page's text must not begin; the keys belong to the map from now on
    event.preventDefault();
    root.focus({ preventScroll: true });
  });

  root.addEventListener('pointermove', (event) => {
    const [x, y] = at(event);
    map.hover(map.placeAt(x, y));
    if (!hold || (!hold.moved && Math.hypot(x - hold.x, y - hold.y) < UNSTEADY)) return;
    if (!hold.moved) {
      root.setPointerCapture(event.pointerId);
      begin(hold, map);
    }
    hold.moved = true;
    drag(hold, x, y, map);
  });

  root.addEventListener('pointerup', (event) => {
    const held = hold;
    hold = undefined;
    if (!held) return;
    if (held.moved) map.dropped();
    else click(held, map, event.target as Element);
  });
  root.addEventListener('pointercancel', () => (hold = undefined));
  root.addEventListener('pointerleave', () => map.hover(undefined));
  root.addEventListener('dblclick', (event) => {
    event.preventDefault();
    if (map.pen?.isEnough) map.finish();
  });
  root.addEventListener('contextmenu', (event) => {
    const { point } = map.targetAt(event.target as Element);
    if (!point) return;
    event.preventDefault();
    map.remove(point);
  });
  root.addEventListener(
    'wheel',
    (event) => {
      // the form scrolls with the wheel; with the control key the map zooms
      if (!event.ctrlKey) return;
      event.preventDefault();
      map.nearer(event.deltaY < 0 ? 1.25 : 0.8, ...at(event));
    },
    { passive: false },
  );
}

/** A new point is there as soon as the gap is dragged. */
function begin(hold: Hold, map: MapEditor): void {
  map.draft.rest();
  const { between } = hold.target;
  if (map.pen || !between) return;
  map.insert(between, hold.place);
  hold.target = { point: { ...between, index: between.index + 1 } };
}

function drag(hold: Hold, x: number, y: number, map: MapEditor): void {
  const place = map.placeAt(x, y);
  const { target } = hold;
  if (!map.pen && target.point) map.dragPoint(target.point, place);
  else if (!map.pen && target.rim) map.dragRim(place);
  else if (!map.pen && map.carrying && target.zone === map.draft.chosen) {
    map.dragZone(place[0] - hold.place[0], place[1] - hold.place[1]);
    hold.place = place;
  } else {
    map.panBy(hold.x - x, hold.y - y);
    [hold.x, hold.y] = [x, y];
  }
}

function click({ target, place }: Hold, map: MapEditor, element: Element): void {
  if (map.pen) {
    const closes = (element as SVGElement).dataset['first'] !== undefined && map.pen.isEnough;
    if (closes) map.finish();
    else map.put(place);
  } else if (target.between) map.insert(target.between);
  else if (target.point) map.choosePoint(target.point);
  else if (!target.rim) {
    map.choosePoint(undefined);
    map.choose(target.zone);
  }
}
