/** Flat formats (GeoJSON and CSV of FROST) back into entities: `unitOfMeasurement/name`, `Observations/0/result`. */
import { isRecord, pick, type Raw } from '../../../nodes/sensorthings-server/client/tolerant';

/** Deepest path that is built up, and longest list. */
const DEPTH = 8;
const LONGEST = 10_000;

type Tree = { [key: string]: unknown };

/** Builds objects and lists from the paths of the keys. */
function unflatten(flat: Raw): Raw {
  const tree: Tree = Object.create(null) as Tree;
  for (const [key, value] of Object.entries(flat)) {
    const path = key.split('/').slice(0, DEPTH);
    let at = tree;
    for (const step of path.slice(0, -1)) {
      if (!isRecord(at[step])) at[step] = Object.create(null) as Tree;
      at = at[step] as Tree;
    }
    at[path.at(-1)!] = value;
  }
  return listed(tree) as Raw;
}

/** Objects whose keys are 0, 1, 2 … are lists. */
function listed(raw: unknown): unknown {
  if (!isRecord(raw)) return raw;
  const keys = Object.keys(raw);
  if (keys.length > 0 && keys.length <= LONGEST && keys.every((key, i) => key === String(i))) {
    return keys.map((key) => listed(raw[key]));
  }
  return Object.fromEntries(keys.map((key) => [key, listed(raw[key])]));
}

/** A Feature of `$resultFormat=GeoJSON` as the entity that it was. */
export function fromFeature(feature: Raw): Raw {
  const properties = pick(feature, 'properties');
  const entity: Tree = { ...unflatten(isRecord(properties) ? properties : {}) };
  const geometry = pick(feature, 'geometry');
  if (!isRecord(geometry)) return entity;
  // the geometry is that of the entity itself, or of the first Location that was expanded
  const thing = isRecord(entity['Thing']) ? entity['Thing'] : undefined;
  const locations = entity['Locations'] ?? thing?.['Locations'];
  const first: unknown = Array.isArray(locations) ? (locations as unknown[])[0] : undefined;
  if (isRecord(first)) (first as Tree)['location'] ??= geometry;
  else if (entity['unitOfMeasurement'] ?? entity['Observations'] ?? entity['observationType'])
    entity['observedArea'] ??= geometry;
  else if (entity['result'] !== undefined) entity['FeatureOfInterest'] ??= { feature: geometry };
  else entity['location'] ??= geometry;
  return entity;
}

/** A row of CSV: blank cells are nothing (a blank result is a missing one), JSON in a cell is what it says. */
export function fromCsv(row: Raw): Raw {
  const cells: [string, unknown][] = [];
  for (const [column, cell] of Object.entries(row)) {
    const name = column.trim();
    if (cell !== '' && cell !== null && cell !== undefined) cells.push([name, fromCell(name, cell)]);
    else if (/(?:^|\/)result$/.test(name)) cells.push([name, null]);
  }
  return unflatten(Object.fromEntries(cells));
}

function fromCell(name: string, cell: unknown): unknown {
  if (typeof cell !== 'string') return cell;
  // a table does not tell numbers from texts: an id in digits is a number almost everywhere
  if (/(?:^|\/)(?:@iot\.)?id$/.test(name) && /^-?\d{1,15}$/.test(cell)) return Number(cell);
  if (/^\s*[[{]/.test(cell)) {
    try {
      return JSON.parse(cell) as unknown;
    } catch {
      return cell;
    }
  }
  return cell === 'true' ? true : cell === 'false' ? false : cell;
}
