/** The map on which zones are drawn and changed: by mouse or finger, and by keyboard. It needs no network. */
import type { Translate } from '../../editor/texts';
import { toPixels, toPlace } from '../../editor/streams/map-view';
import type { Position, Zone, ZoneShape } from '../zones/model';
import { distance } from '../../ecdm/sphere';
import type { Draft } from './draft';
import { MapFrame } from './map-frame';
import { onKeys } from './map-keys';
import { onPointer, type Target } from './map-pointer';
import { outlineWithBox, turnsSeen } from './paint';
import { type Kind, Pen, USUAL_WIDTH } from './pen';
import type { Sensor } from './sensors';
import {
  addHole,
  addPart,
  chainsOf,
  insertPoint,
  movePoint,
  moveShape,
  type PointAt,
  pointOf,
  removePoint,
} from './shape-edit';
import { sceneOf } from './scene';
import { snap } from './snap';

/** Zones whose borders catch a point; those far from the view do not count. */
const MOST_NEIGHBOURS = 500;

export interface MapHost {
  draft: Draft;
  t: Translate;
  /** Address of tiles; empty for none. */
  tiles(): string;
  /** Whom the tiles are from, as their server wants it said. */
  tilesBy(): string;
  /** A new zone with this shape. */
  create(shape: ZoneShape): void;
  /** Something for the line under the map, which is also read aloud. */
  say(text: string): void;
  /** The tools look other: what is drawn, whether a point is chosen. */
  toolsChanged(): void;
}

export class MapEditor extends MapFrame {
  pen: Pen | undefined;
  point: PointAt | undefined;
  snapping = true;
  sensors: readonly Sensor[] = [];
  width = USUAL_WIDTH;
  /** The whole zone follows the arrow keys. */
  carrying = false;
  cursor: Position | undefined;
  byKeys = false;

  constructor(readonly host: MapHost) {
    super();
    this.root.setAttribute('aria-roledescription', host.t('map.role'));
    this.root.setAttribute('aria-describedby', 'city-zones-keys');
    onKeys(this.root, this);
    onPointer(this.root, this);
    this.root.addEventListener('blur', () => this.useKeys(false));
  }

  get draft(): Draft {
    return this.host.draft;
  }

  /** Everything, or one zone, in the middle of the map. */
  fit(zone?: Zone): void {
    const corners = (zone ? [zone] : this.draft.zones).flatMap(({ shape }): Position[] => {
      const { west, south, east, north } = outlineWithBox(shape).box;
      return west <= east ? [[west, south], [east, north]] : []; // prettier-ignore
    });
    const places = zone ? [] : this.sensors.map(({ place }) => place);
    this.lookAt(corners.length > 0 ? corners : places);
  }

  useKeys(on: boolean): void {
    if (this.byKeys === on) return;
    this.byKeys = on;
    this.cursor = undefined;
    this.paint();
  }

  start(kind: Kind): void {
    const { zone } = this.draft;
    if (
      (kind === 'hole' || kind === 'part') &&
      !(zone?.shape.type === 'Polygon' || zone?.shape.type === 'MultiPolygon')
    )
      return this.host.say(this.host.t('map.needsArea'));
    this.pen = new Pen(kind, this.width);
    this.point = undefined;
    this.carrying = false;
    this.host.say(this.host.t(`map.draw.${kind}`));
    this.tools();
  }

  cancel(): void {
    if (this.pen) this.host.say(this.host.t('map.cancelled'));
    this.pen = undefined;
    this.carrying = false;
    this.point = undefined;
    this.cursor = undefined;
    this.tools();
  }

  /** A point of what is drawn, where the hand is. */
  put(place: Readonly<Position>): void {
    this.take(this.snapped(place));
  }

  /** A point that was typed: as it is, of an area where nothing is being drawn yet. */
  putTyped(place: Readonly<Position>): void {
    if (!this.pen) this.start('area');
    this.show(place);
    this.take(place);
  }

  private take(place: Readonly<Position>): void {
    const { pen } = this;
    if (!pen) return;
    const done = pen.add(place);
    const { t } = this.host;
    if (done) return this.finish();
    this.host.say(
      pen.missing > 0 ? t('map.missing', { count: pen.missing }) : t('map.put', { count: pen.points.length }),
    );
    this.tools();
  }

  takeBack(): void {
    this.pen?.takeBack();
    this.tools();
  }

  /** What is drawn becomes a zone, a hole or a part of the chosen zone. */
  finish(): void {
    const { pen } = this;
    const { t } = this.host;
    if (!pen) return;
    if (!pen.isEnough) return this.host.say(t('map.missing', { count: pen.missing }));
    const { zone } = this.draft;
    if (pen.kind === 'hole' || pen.kind === 'part') {
      if (!zone) return this.cancel();
      const shape = pen.kind === 'hole' ? addHole(zone.shape, pen.points) : addPart(zone.shape, pen.points);
      if (!shape) return this.host.say(t('map.holeOutside'));
      this.pen = undefined;
      this.change(shape, undefined, t(`map.made.${pen.kind}`, { zone: zone.name }));
    } else {
      const shape = pen.shape();
      this.pen = undefined;
      if (shape) this.host.create(shape);
    }
    this.cursor = undefined;
    this.tools();
  }

  hover(place: Position | undefined): void {
    if (!this.pen) return;
    this.cursor = place && this.snapped(place);
    this.paint();
  }

  choose(id: string | undefined): void {
    if (id === this.draft.chosen) return;
    this.point = undefined;
    this.carrying = false;
    this.draft.choose(id);
    if (this.draft.zone) this.host.say(this.host.t('map.chosen', { zone: this.draft.zone.name }));
    this.tools();
  }

  choosePoint(at: PointAt | undefined): void {
    this.point = at;
    this.draft.rest();
    this.sayPoint();
    this.tools();
  }

  /** The next or the one before: of all points of the chosen zone. */
  stepPoint(step: 1 | -1): void {
    const { zone } = this.draft;
    if (!zone) return this.host.say(this.host.t('map.noneChosen'));
    const all = chainsOf(zone.shape).flatMap(({ part, ring, points }) =>
      points.map((_, index): PointAt => ({ part, ring, index })),
    );
    const now = all.findIndex((one) => sameAt(one, this.point));
    const next = all[now < 0 ? (step > 0 ? 0 : all.length - 1) : (now + step + all.length) % all.length];
    const place = next && pointOf(zone.shape, next);
    if (place) this.show(place);
    this.choosePoint(next);
  }

  stepZone(step: 1 | -1): void {
    const { zones, chosen } = this.draft;
    if (zones.length === 0) return this.host.say(this.host.t('map.none'));
    const now = zones.findIndex(({ id }) => id === chosen);
    const next = zones[now < 0 ? (step > 0 ? 0 : zones.length - 1) : (now + step + zones.length) % zones.length]!;
    this.choose(next.id);
    const { west, east, south, north } = outlineWithBox(next.shape).box;
    if (!this.isSeen([(west + east) / 2, (south + north) / 2])) this.fit(next);
  }

  /** Moves the chosen point by pixels, not caught by what is near: the keys are for small steps. */
  nudge(dx: number, dy: number): void {
    const { zone } = this.draft;
    if (!zone) return;
    if (this.carrying) {
      const [lon, lat] = toPlace(this.view, this.view.width / 2 + dx, this.view.height / 2 + dy);
      this.change(moveShape(zone.shape, lon - this.view.lon, lat - this.view.lat), `carry ${zone.id}`);
      return this.host.say(this.host.t('map.carried', { zone: zone.name }));
    }
    const place = this.point && pointOf(zone.shape, this.point);
    if (!place || !this.point) return;
    const [x, y] = toPixels(this.view, place);
    this.change(
      movePoint(zone.shape, this.point, this.placeAt(x + dx, y + dy)),
      `nudge ${nameOfPoint(zone, this.point)}`,
    );
    this.sayPoint();
  }

  /** @param point where it was taken hold of */
  dragPoint(at: PointAt, place: Position): void {
    const { zone } = this.draft;
    if (!zone) return;
    this.point = at;
    this.change(movePoint(zone.shape, at, this.snapped(place)), `drag ${nameOfPoint(zone, at)}`);
  }

  dragRim(place: Position): void {
    const { zone } = this.draft;
    if (zone?.shape.type !== 'Circle') return;
    const radius = Math.max(0.1, Math.round(distance(...zone.shape.center, ...place) * 10) / 10);
    this.change({ ...zone.shape, radius }, `rim ${zone.id}`);
  }

  dragZone(lon: number, lat: number): void {
    const { zone } = this.draft;
    if (zone) this.change(moveShape(zone.shape, lon, lat), `move ${zone.id}`);
  }

  /** The hand has let go. */
  dropped(): void {
    this.draft.rest();
    if (this.point) this.sayPoint();
    this.tools();
  }

  insert(at = this.point, place?: Position): void {
    const { zone } = this.draft;
    if (!zone || !at) return this.host.say(this.host.t('map.noPoint'));
    if (zone.shape.type === 'Circle') return this.host.say(this.host.t('map.circleHasOne'));
    this.change(insertPoint(zone.shape, at, place));
    this.choosePoint({ ...at, index: at.index + 1 });
  }

  remove(at = this.point): void {
    const { zone } = this.draft;
    if (!zone || !at) return this.host.say(this.host.t('map.noPoint'));
    const shape = removePoint(zone.shape, at);
    if (!shape) return this.host.say(this.host.t('map.lastPoints'));
    this.point = at.index > 0 ? { ...at, index: at.index - 1 } : at;
    if (!pointOf(shape, this.point)) this.point = undefined;
    this.change(shape, undefined, this.host.t('map.removed'));
    this.tools();
  }

  carry(on: boolean): void {
    const { zone } = this.draft;
    if (!zone) return this.host.say(this.host.t('map.noneChosen'));
    this.carrying = on;
    this.point = undefined;
    this.draft.rest();
    this.host.say(this.host.t(on ? 'map.carry' : 'map.putDown', { zone: zone.name }));
    this.tools();
  }

  /** The zone that is taken hold of at a place of the map. */
  targetAt(element: Element): Target {
    const numbers = (text: string): PointAt => {
      const [part = 0, ring = 0, index = 0] = text.split(',').map(Number);
      return { part, ring, index };
    };
    const { dataset } = element as SVGElement;
    if (dataset['point'] !== undefined) return { point: numbers(dataset['point']) };
    if (dataset['between'] !== undefined) return { between: numbers(dataset['between']) };
    if (dataset['rim'] !== undefined) return { rim: true };
    return dataset['zone'] === undefined ? {} : { zone: dataset['zone'] };
  }

  protected scene(): readonly Element[] {
    const { draft, host } = this;
    this.root.setAttribute('aria-label', host.t('hint.map', { count: draft.zones.length }));
    this.root.classList.toggle('city-map-drawing', this.pen !== undefined);
    return sceneOf(this, host);
  }

  snapped(place: Readonly<Position>): Position {
    const [lon, lat] = place;
    if (!this.snapping) return [lon, lat];
    return snap(this.neighbours(), (position) => toPixels(this.view, position), place) ?? [lon, lat];
  }

  /** The borders of the other zones that are seen. */
  private *neighbours(): Generator<readonly Position[]> {
    let count = 0;
    for (const { id, shape } of this.draft.zones) {
      const changed = !this.pen || this.pen.kind === 'hole' || this.pen.kind === 'part';
      if (id === this.draft.chosen && changed) continue;
      const { box, polygons } = outlineWithBox(shape);
      if (turnsSeen(this.view, box).length === 0 || ++count > MOST_NEIGHBOURS) continue;
      for (const rings of polygons) yield* rings;
    }
  }

  private change(shape: ZoneShape, key?: string, said?: string): void {
    const { zone } = this.draft;
    if (!zone) return;
    this.draft.mark(key);
    this.draft.reshape(zone.id, shape);
    if (said !== undefined) this.host.say(said);
  }

  private sayPoint(): void {
    const { zone } = this.draft;
    const place = zone && this.point && pointOf(zone.shape, this.point);
    if (!zone || !place || !this.point) return;
    const chain = chainsOf(zone.shape).find((c) => c.part === this.point?.part && c.ring === this.point.ring);
    const words = {
      n: this.point.index + 1,
      count: chain?.points.length ?? 0,
      lat: place[1].toFixed(5),
      lon: place[0].toFixed(5),
    };
    this.host.say(this.host.t('map.point', words));
  }

  private tools(): void {
    this.host.toolsChanged();
    this.paint();
  }
}

const sameAt = (a: PointAt, b: PointAt | undefined): boolean =>
  a.part === b?.part && a.ring === b.ring && a.index === b.index;

const nameOfPoint = (zone: Zone, { part, ring, index }: PointAt): string => `${zone.id} ${part},${ring},${index}`;
