/** Well-known text of geometries (OGC 06-103r4), as SensorThings 2.0 servers send it, into GeoJSON coordinates. */

export interface Wkt {
  readonly type: string;
  readonly coordinates: unknown[];
}

/** `SRID=4326;` of PostGIS and the reference system that GeoSPARQL puts before the text; others are not WGS84. */
const PREFIX = /^(?:SRID\s*=\s*(\d+)\s*;|<([^>]*)>)?\s*([A-Za-z]+?)\s*(?:(ZM|Z|M)\b)?\s*(EMPTY\b|\()/i;
const WGS84 = /^(?:4326|4979)$|CRS84|EPSG\/\d*\/?4326/;
const KNOWN = /^(?:MULTI)?(?:POINT|LINESTRING|POLYGON)$/i;
/** Signs in which the beginning must lie. */
const BEGINNING = 300;
/** Deepest nesting: a MULTIPOLYGON has three. */
const DEPTH = 4;

/** @returns `undefined` for what is not WKT of a point, line or polygon in WGS84, and for `EMPTY` */
export function readWkt(text: string): Wkt | undefined {
  const match = PREFIX.exec(text.slice(0, BEGINNING));
  if (match === null || !KNOWN.test(match[3]!) || match[5] !== '(') return undefined;
  const system = match[1] ?? match[2];
  if (system !== undefined && !WGS84.test(system)) return undefined;
  const reader = new Reader(text, match[0].length, match[4]?.toUpperCase() === 'M');
  const list = reader.list(1);
  if (list === undefined || !reader.atEnd()) return undefined;
  const type = match[3]!.toUpperCase();
  // one position stands alone in a POINT, and MULTIPOINT may leave out the inner brackets
  return { type, coordinates: type === 'POINT' ? (list[0] as unknown[]) : list };
}

class Reader {
  constructor(
    private readonly text: string,
    private at: number,
    /** The third number is a measure, not a height. */
    private readonly measured: boolean,
  ) {}

  /** What stands between brackets: positions or lists of them; the opening one has been read. */
  list(depth: number): unknown[] | undefined {
    const out: unknown[] = [];
    for (;;) {
      this.blanks();
      const item = this.text[this.at] === '(' ? this.inner(depth) : this.position();
      if (item === undefined) return undefined;
      out.push(item);
      this.blanks();
      const sign = this.text[this.at++];
      if (sign === ')') return out;
      if (sign !== ',') return undefined;
    }
  }

  atEnd(): boolean {
    return /^[\s;]*$/.test(this.text.slice(this.at, this.at + 100)) && this.text.length - this.at <= 100;
  }

  private inner(depth: number): unknown[] | undefined {
    if (depth >= DEPTH) return undefined;
    this.at++;
    const list = this.list(depth + 1);
    // MULTIPOINT((1 2), (3 4)): the inner brackets hold one position
    return list?.length === 1 && typeof (list[0] as unknown[])[0] === 'number' ? (list[0] as unknown[]) : list;
  }

  private position(): number[] | undefined {
    const end = this.text.slice(this.at, this.at + 200).search(/[,()]/);
    if (end <= 0) return undefined;
    const numbers = this.text
      .slice(this.at, this.at + end)
      .trim()
      .split(/\s+/)
      .map(Number);
    this.at += end;
    if (numbers.length < 2 || numbers.length > 4 || !numbers.every(Number.isFinite)) return undefined;
    return numbers.slice(0, this.measured ? 2 : 3);
  }

  private blanks(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }
}
