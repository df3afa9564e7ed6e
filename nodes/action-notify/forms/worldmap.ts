/** Things on a map as node-red-contrib-web-worldmap takes them, one message each, taken off again when cleared. */
import type { Mode } from '../../ecdm/city';
import { middleOf } from '../../ecdm/hull';
import { makeProblem } from '../../ecdm/problem';
import type { Place } from '../../ecdm/observation';
import type { Status } from '../../ecdm/status';
import { modeText, newestValue, severityText, stateText, timeText } from '../../ecdm/status-fields';
import { momentText, numberText, text } from '../../ecdm/text';
import { unitLabel } from '../../ecdm/units';
import type { NotifySettings } from '../settings';
import type { Entry, Picture, OutMessage, Report } from './form';
import { colourOf, forMap, iconOf } from './look';

/** Names that are remembered, so that two keys of one name do not share a sign. The oldest is forgotten. */
const MOST_NAMES = 5000;

type LatLon = [number, number];

export class WorldmapForm implements Picture {
  private readonly names = new Map<string, string>();

  constructor(
    private readonly settings: Pick<NotifySettings, 'language' | 'timeZone'>,
    private readonly report: Report,
  ) {}

  take(entries: readonly Entry[]): OutMessage[] {
    return entries.flatMap((entry) => {
      const thing =
        entry.kind === 'status'
          ? this.status(entry.status, entry)
          : entry.kind === 'event'
            ? this.event(entry)
            : this.observation(entry);
      return thing === undefined ? [] : { topic: 'worldmap', payload: thing };
    });
  }

  private status(status: Status, { wanted, mode }: Extract<Entry, { kind: 'status' }>): object | undefined {
    if (status.state === 'pending') return undefined;
    const what = this.apart(status.name, mode);
    const name = this.name(what, status.keyName ?? status.key, `${status.status}|${status.key}`);
    const layer = forMap(status.name, 100);
    if (status.state === 'cleared' || !wanted) return { name, layer, deleted: true };
    const area = areaOf(status.area);
    const place = status.place ?? newestValue(status)?.place ?? centre(status) ?? middle(area);
    if (place === undefined) return this.noPlace(name, status);
    const { language, timeZone } = this.settings;
    const mark = modeText(language, mode, status.simulated === true);
    const words = `${severityText(language, status.severity)}, ${stateText(language, status.state)}`;
    const colour = colourOf(status.state, status.severity);
    return {
      name,
      layer,
      lat: place[1],
      lon: place[0],
      icon: iconOf(status.state),
      iconColor: colour,
      label: forMap(`${mark === '' ? '' : `[${mark}] `}${words}`),
      [text(language, 'table.reason')]: forMap(status.reason),
      [text(language, 'table.since')]: forMap(timeText(language, status.since, timeZone)),
      ...(area === undefined ? {} : { area, color: colour, fillColor: colour, fillOpacity: 0.15 }),
    };
  }

  private event({ event, wanted, mode }: Extract<Entry, { kind: 'event' }>): object | undefined {
    if (!wanted) return undefined;
    const name = this.name(this.apart(event.name, mode), event.keyName ?? event.key, `${event.event}|${event.key}`);
    const layer = forMap(event.name, 100);
    if (event.kind === 'end') return { name, layer, deleted: true };
    if (event.place === undefined) return this.noPlace(name, event);
    const { language, timeZone } = this.settings;
    return {
      name,
      layer,
      lat: event.place[1],
      lon: event.place[0],
      icon: event.kind === 'nodata' ? 'fa-question-circle' : 'fa-bolt',
      iconColor: colourOf(event.kind === 'nodata' ? 'nodata' : 'raised', 'warning'),
      label: forMap(this.value(event.value, event.unit) || text(language, `eventKind.${event.kind}`)),
      [text(language, 'table.since')]: forMap(momentText(language, event.time, timeZone)),
    };
  }

  private observation({ observation: o, mode }: Extract<Entry, { kind: 'observation' }>): object | undefined {
    const where = o.meta?.thing?.name ?? o.thing ?? o.meta?.datastream.name ?? '';
    const name = this.name(this.apart(o.property, mode), where, o.datastream);
    if (o.place === undefined) return this.noPlace(name, o);
    const { language, timeZone } = this.settings;
    return {
      name,
      layer: forMap(o.property, 100),
      lat: o.place[1],
      lon: o.place[0],
      icon: 'fa-circle-o',
      iconColor: '#2b6cb0',
      label: forMap(this.value(o.value, o.unit) || '?'),
      [text(language, 'table.since')]: forMap(momentText(language, o.time, timeZone)),
    };
  }

  /** What is simulated or replayed has a sign of its own: its end takes none off that stands for what is the case. */
  private apart(what: string, mode: Mode): string {
    const mark = modeText(this.settings.language, mode, false);
    return mark === '' ? what : `[${mark}] ${what}`;
  }

  /** The map knows its things by name: readable, and of this identity alone. */
  private name(what: string, where: string, identity: string): string {
    let name = forMap(where === '' ? what : `${what} · ${where}`, 200);
    const owner = this.names.get(name);
    if (owner !== undefined && owner !== identity) name = forMap(`${name} (${identity})`, 400);
    this.names.delete(name);
    this.names.set(name, identity);
    if (this.names.size > MOST_NAMES) this.names.delete(this.names.keys().next().value!);
    return name;
  }

  private noPlace(name: string, item: unknown): undefined {
    const { language } = this.settings;
    this.report(
      makeProblem('map/no-place', text(language, 'item.noPlace', { name }), text(language, 'item.noPlaceHint'), item),
    );
  }

  private value(value: unknown, unit: string | undefined): string {
    if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'boolean') return '';
    const shown = typeof value === 'number' ? numberText(this.settings.language, value) : String(value);
    return `${shown} ${unitLabel(unit)}`.trimEnd();
  }
}

/** The middle of the places of the evidence. */
function centre(status: Status): Place | undefined {
  const places = status.evidence.map((one) => one.place).filter((place) => place !== undefined);
  return places.length === 0 ? undefined : middleOf(places);
}

function middle(area: LatLon[] | undefined): Place | undefined {
  if (area === undefined) return undefined;
  const sum = area.reduce<LatLon>(([a, b], [lat, lon]) => [a + lat, b + lon], [0, 0]);
  return [sum[1] / area.length, sum[0] / area.length];
}

/** Most corners of an area that are drawn. */
const MOST_CORNERS = 1000;

/**
 * The outer ring in the map's order (latitude first); over the antimeridian it goes on past 180 degrees. Two corners would be taken for a rectangle, so
 * three at least.
 */
function areaOf(area: Status['area']): LatLon[] | undefined {
  if (area === undefined) return undefined;
  const polygon = area.type === 'MultiPolygon' ? (area.coordinates as unknown[])[0] : area.coordinates;
  if ((area.type !== 'Polygon' && area.type !== 'MultiPolygon') || !Array.isArray(polygon)) return undefined;
  const ring = (polygon as unknown[])[0];
  if (!Array.isArray(ring) || ring.length < 3 || ring.length > MOST_CORNERS) return undefined;
  const corners: LatLon[] = [];
  for (const corner of ring as unknown[]) {
    if (!Array.isArray(corner)) return undefined;
    const [lon, lat] = corner as unknown[];
    if (typeof lon !== 'number' || typeof lat !== 'number' || Math.abs(lon) > 540 || Math.abs(lat) > 90)
      return undefined;
    corners.push([lat, lon]);
  }
  return corners;
}
