/** What is wrong with a shape as it is edited; codes of the sentences `finding.*`. */
import { Findings, type Finding, polygonsOf, type Zone, type ZoneShape } from '../zones/model';
import { cleanPolygon, findCrossing, place } from '../zones/rings';

/** Shapes are never changed in place. */
const known = new WeakMap<ZoneShape, Finding[]>();

export function shapeFaults({ shape, name }: Pick<Zone, 'shape' | 'name'>): Finding[] {
  let found = known.get(shape);
  if (found) return found;
  const problems = new Findings();
  if (shape.type === 'Polygon' || shape.type === 'MultiPolygon') {
    for (const rings of polygonsOf(shape)) {
      cleanPolygon(rings, { zone: name, swap: false, problems, repaired: new Findings() });
      const crossing = findCrossing(rings);
      if (crossing === 'unknown') problems.add('notChecked', name);
      else if (crossing) problems.add('selfCrossing', name, place(crossing));
    }
  }
  found = problems.all();
  known.set(shape, found);
  return found;
}

/** Turns rings that a moved point has left the wrong way round; a shape that cannot be cleaned stays as it is. */
export function tidy(shape: ZoneShape): ZoneShape {
  if (shape.type === 'Circle' || shape.type === 'Corridor') return shape;
  const polygons = polygonsOf(shape).map((rings) => {
    const context = { zone: '', swap: false, problems: new Findings(), repaired: new Findings() };
    const clean = cleanPolygon(rings, context);
    return clean && context.problems.list.length === 0 ? clean : rings;
  });
  return shape.type === 'Polygon'
    ? { type: 'Polygon', coordinates: polygons[0]! }
    : { type: 'MultiPolygon', coordinates: polygons };
}
