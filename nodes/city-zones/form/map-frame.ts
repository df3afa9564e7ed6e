/** The part of the earth that a map shows. */
import { fitView, pan, toPixels, toPlace, type View, zoom } from '../../editor/streams/map-view';
import type { Position } from '../zones/model';
import { svg } from './paint';

const HEIGHT = 360;
const FACTOR = 1.5;
/** Pixels at the rim in which a place counts as not seen. */
const RIM = 10;

export abstract class MapFrame {
  readonly root = svg('svg', { class: 'city-map city-zone-map', tabindex: 0, role: 'application' });
  view: View = fitView(600, HEIGHT, []);
  private waiting = false;

  /** What lies on the map now. */
  protected abstract scene(): readonly Element[];

  get centre(): Position {
    return [this.view.lon, this.view.lat];
  }

  placeAt(x: number, y: number): Position {
    return toPlace(this.view, x, y);
  }

  nearer(factor = FACTOR, x?: number, y?: number): void {
    this.look(zoom(this.view, factor, x, y));
  }

  panBy(dx: number, dy: number): void {
    this.look(pan(this.view, dx, dy));
  }

  /** Draws once per frame, however often it is asked for. */
  paint(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.paintNow();
    });
  }

  /** All these places in the middle. */
  protected lookAt(places: readonly Position[]): void {
    this.look(fitView(this.measure(), HEIGHT, places));
  }

  /** A place in the middle, unless it is seen already. */
  protected show(place: Readonly<Position>): void {
    if (!this.isSeen(place)) this.look({ ...this.view, lon: place[0], lat: place[1] });
  }

  protected isSeen(place: Readonly<Position>): boolean {
    const [x, y] = toPixels(this.view, place);
    return x > RIM && y > RIM && x < this.view.width - RIM && y < this.view.height - RIM;
  }

  private look(view: View): void {
    this.view = view;
    this.paint();
  }

  private measure(): number {
    return Math.max(280, this.root.parentElement?.clientWidth ?? 0);
  }

  private paintNow(): void {
    const { view, root } = this;
    view.width = this.measure();
    root.setAttribute('viewBox', `0 0 ${view.width} ${HEIGHT}`);
    root.setAttribute('width', String(view.width));
    root.setAttribute('height', String(HEIGHT));
    root.replaceChildren(...this.scene());
  }
}
