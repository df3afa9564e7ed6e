import { importGeoJson } from '../city-zones/zones/geojson';
import { Findings, LIMITS, type Finding, type Zone } from '../city-zones/zones/model';
import { readZones } from '../city-zones/zones/read-zones';
import { fromWorldmap, mapNames, type DrawnShape } from '../city-zones/zones/worldmap';

/** What a message about zones has done. */
export interface Taken {
  changed: boolean;
  problems: readonly Finding[];
}

/** Levels of zones that people draw on a map. */
const DRAWN_LEVEL = 'drawn';

/**
 * The zones of a filter: those of its configuration, and those that came by message. One that came takes the place of
 * the configured one with its id, and gives it back when it is removed.
 */
export class RunTimeZones {
  private readonly came = new Map<string, Zone>();

  /** @param width metres that a line drawn on a map gets */
  constructor(
    private readonly fixed: readonly Zone[],
    private readonly width: number,
  ) {}

  /** All zones that count now. */
  all(): Zone[] {
    return [...this.fixed.filter(({ id }) => !this.came.has(id)), ...this.came.values()];
  }

  /** Those that came by message: what is kept over a restart. */
  dump(): Zone[] {
    return [...this.came.values()];
  }

  restore(kept: unknown): void {
    for (const zone of readZones(kept).zones) this.came.set(zone.id, zone);
  }

  /**
   * Takes zones in any of the forms that are understood: GeoJSON (object or text), zones as they are saved, shapes of
   * the worldmap; `{ remove: id or ids }` takes them away.
   * @param action `replace`: those that came before are forgotten; `clear`: all of them; otherwise they are added
   */
  take(payload: unknown, action: unknown): Taken {
    if (action === 'clear' || payload === null) return this.clear();
    const removed = idsToRemove(payload, action);
    if (removed) return this.remove(removed);
    const list = Array.isArray(payload) ? (payload as unknown[]) : [payload];
    const known = mapNames(this.all());
    const drawn = list.map((one) => fromWorldmap(one, this.width, (name) => known.get(name)?.shape));
    if (drawn.length > 0 && drawn.every((one) => one !== undefined)) return this.takeDrawn(drawn, action);
    if (list.length > 0 && list.every(isSaved)) {
      const { zones, problems } = readZones(list);
      return this.put(zones, problems, action);
    }
    const { zones, problems } = importGeoJson(payload);
    return this.put(zones, problems, action);
  }

  private clear(): Taken {
    const changed = this.came.size > 0;
    this.came.clear();
    return { changed, problems: [] };
  }

  private remove(ids: readonly string[]): Taken {
    const problems = new Findings();
    let changed = false;
    for (const id of ids) {
      if (this.came.delete(id)) changed = true;
      else problems.add('zoneUnknown', id);
    }
    return { changed, problems: problems.all() };
  }

  private put(zones: readonly Zone[], found: readonly Finding[], action: unknown): Taken {
    const problems = new Findings();
    // the parent of a zone that comes alone is among those that are here
    const here = new Set(this.all().map(({ id }) => id));
    for (const { code, zone, params } of found) {
      if (code !== 'parentMissing' || !here.has(String(params['parent']))) problems.add(code, zone, params);
    }
    const replace = action === 'replace';
    // a message of which nothing can be used must not empty the list
    if (replace && (zones.length > 0 || found.length === 0)) this.came.clear();
    for (const zone of zones) {
      if (this.came.size >= LIMITS.zones && !this.came.has(zone.id)) {
        problems.add('tooManyZones', zone.name, { limit: LIMITS.zones });
        break;
      }
      this.came.set(zone.id, zone);
    }
    return { changed: zones.length > 0 || replace, problems: problems.all() };
  }

  /** A shape has a name on the map: one that is known there is that zone, any other is a new one. */
  private takeDrawn(drawn: readonly DrawnShape[], action: unknown): Taken {
    const known = mapNames(this.all());
    const gone: string[] = [];
    const raw: object[] = [];
    for (const { name, shape } of drawn) {
      const zone = known.get(name);
      if (shape) raw.push({ ...(zone ?? { id: name, name, level: DRAWN_LEVEL }), shape });
      else gone.push(zone?.id ?? name);
    }
    const removed = gone.length > 0 ? this.remove(gone) : { changed: false, problems: [] };
    if (raw.length === 0) return removed;
    const { zones, problems } = readZones(raw);
    const put = this.put(zones, problems, action);
    return { changed: put.changed || removed.changed, problems: [...removed.problems, ...put.problems] };
  }
}

/** A zone as it is saved, now or by the first version; a Feature of GeoJSON has a type. */
function isSaved(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && ('shape' in raw || ('geometry' in raw && !('type' in raw)));
}

function idsToRemove(payload: unknown, action: unknown): string[] | undefined {
  const raw = action === 'remove' ? payload : (Object(payload) as Record<string, unknown>)['remove'];
  if (raw === undefined) return undefined;
  const list = Array.isArray(raw) ? (raw as unknown[]) : [raw];
  return list.map((one) => String(typeof one === 'object' && one !== null ? (one as { id?: unknown }).id : one));
}

/** What people do on the worldmap that is about no zone. */
const MAP_EVENTS: ReadonlySet<unknown> = new Set([
  ...['disconnect', 'bounds', 'click', 'clickgeo', 'move', 'point', 'layer', 'addlayer', 'dellayer'],
  ...['openPopup', 'closePopup', 'button', 'feedback', 'file', 'delete'],
]);

/** True for a message of the worldmap's input node that says nothing to a filter. */
export function isMapEvent(payload: unknown): boolean {
  if (typeof payload !== 'object' || payload === null) return false;
  return MAP_EVENTS.has((payload as Record<string, unknown>)['action']) && !('datastream' in payload);
}

/** True for a message of the worldmap's input node about a shape, whatever its topic. */
export function isDrawing(payload: unknown): boolean {
  if (typeof payload !== 'object' || payload === null) return false;
  const { action, name } = payload as Record<string, unknown>;
  return (action === 'draw' || action === 'drawdelete') && typeof name === 'string';
}
