/** The map by keyboard; the sentence under the map names the keys. */
import type { MapEditor } from './map-editor';

/** Pixels of one key press, and of a small one (with the shift key). */
const STEP = 40;
const SMALL = 8;
/** Pixels that a point or a zone moves. */
const NUDGE = 5;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function onKeys(root: SVGElement, map: MapEditor): void {
  root.addEventListener('keydown', (event) => {
    if (event.altKey || !handle(event, map)) return;
    event.preventDefault();
    // the editor has meanings of its own for arrows, Enter and undo
    event.stopPropagation();
  });
}

/** @returns whether the key means something here */
function handle(event: KeyboardEvent, map: MapEditor): boolean {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return undoKeys(key, event.shiftKey, map);
  const arrow = ARROWS[key];
  if (arrow) return arrows(arrow, event.shiftKey, map);
  const acts: Record<string, () => void> = {
    '+': () => map.nearer(),
    '=': () => map.nearer(),
    '-': () => map.nearer(1 / 1.5),
    '0': () => map.fit(),
    a: () => map.start('area'),
    c: () => map.start('circle'),
    k: () => map.start('corridor'),
    h: () => map.start('hole'),
    n: () => map.stepPoint(event.shiftKey ? -1 : 1),
    z: () => map.stepZone(event.shiftKey ? -1 : 1),
    g: () => map.carry(!map.carrying),
    i: () => map.insert(),
    Insert: () => map.insert(),
    f: () => map.finish(),
  };
  if (!map.pen && (key === 'Delete' || key === 'Backspace')) acts[key] = () => map.remove();
  if (map.pen) {
    acts['Enter'] = acts[' '] = () => putOrFinish(map);
    acts['Backspace'] = () => map.takeBack();
  } else if (map.carrying) acts['Enter'] = acts[' '] = () => map.carry(false);
  if (map.pen || map.point || map.carrying) acts['Escape'] = () => map.cancel();
  const act = acts[key];
  if (!act) return false;
  map.useKeys(true);
  act();
  return true;
}

/** Enter twice at one place finishes. */
function putOrFinish(map: MapEditor): void {
  const { pen } = map;
  const before = pen?.points.length;
  map.put(map.centre);
  if (pen && map.pen === pen && pen.points.length === before && pen.isEnough) map.finish();
}

function arrows([x, y]: readonly [number, number], small: boolean, map: MapEditor): boolean {
  map.useKeys(true);
  if (map.point || map.carrying) {
    const step = small ? 1 : NUDGE;
    map.nudge(x * step, y * step);
  } else {
    const step = small ? SMALL : STEP;
    map.panBy(x * step, y * step);
  }
  return true;
}

export function undoKeys(key: string, shift: boolean, map: MapEditor): boolean {
  if (key === 'z' && !shift) {
    if (map.pen && map.pen.points.length > 0) map.takeBack();
    else map.draft.undo();
  } else if (key === 'y' || (key === 'z' && shift)) map.draft.redo();
  else return false;
  return true;
}
