/** What the map of the form does with shapes, without a browser. */
import assert from 'node:assert/strict';
import { Draft } from '../../nodes/city-zones/form/draft';
import {
  addHole,
  addPart,
  chainsOf,
  countPoints,
  insertPoint,
  movePoint,
  moveShape,
  removePoint,
  removeRing,
} from '../../nodes/city-zones/form/shape-edit';
import { snap } from '../../nodes/city-zones/form/snap';
import { tilesOf } from '../../nodes/city-zones/form/tiles';
import { tilesFault } from '../../nodes/city-zones/form/tiles-fault';
import { treeOrder } from '../../nodes/city-zones/form/tree';
import { importGeoJson } from '../../nodes/city-zones/zones/geojson';
import type { PolygonGeometry, Position, ZoneShape } from '../../nodes/city-zones/zones/model';
import { PreparedPolygon } from '../../nodes/city-zones/zones/prepared-polygon';
import { untangle } from '../../nodes/city-zones/zones/untangle';
import { fitView, toPixels } from '../../nodes/editor/streams/map-view';

const square: PolygonGeometry = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
      [0, 0],
    ],
  ],
};
const first = { part: 0, ring: 0, index: 0 };

describe('shapes that are edited', () => {
  it('moves, inserts and removes points, and leaves what was before untouched', () => {
    const before = structuredClone(square);
    const moved = movePoint(square, first, [-1, -1]) as PolygonGeometry;
    // the ring stays closed when its first point moves
    assert.deepEqual(
      [moved.coordinates[0]![0], moved.coordinates[0]!.at(-1)],
      [
        [-1, -1],
        [-1, -1],
      ],
    );
    const more = insertPoint(square, { ...first, index: 3 }) as PolygonGeometry;
    assert.deepEqual(more.coordinates[0]![4], [0, 2]);
    assert.equal(countPoints(removePoint(square, first)!), 3);
    assert.equal(removePoint(removePoint(square, first)!, first), undefined);
    assert.deepEqual(square, before);
  });

  it('cuts holes only where there is something, adds parts, and takes both away again', () => {
    const hole: Position[] = [
      [1, 1],
      [2, 1],
      [2, 2],
    ];
    assert.equal(
      addHole(square, [
        [9, 9],
        [9, 8],
        [8, 8],
      ]),
      undefined,
    );
    const holed = addHole(square, hole)!;
    assert.deepEqual(
      chainsOf(holed).map(({ ring, points }) => [ring, points.length]),
      [
        [0, 4],
        [1, 3],
      ],
    );
    const two = addPart(holed, [
      [10, 10],
      [11, 10],
      [11, 11],
    ]);
    assert.equal(two.type, 'MultiPolygon');
    assert.deepEqual(removeRing(two, 1, 0), holed);
    assert.deepEqual(removeRing(holed, 0, 1), square);
    assert.equal(removeRing(square, 0, 0), undefined);
    // a hole with too few points left goes as a whole
    assert.deepEqual(removePoint(holed, { part: 0, ring: 1, index: 0 }), square);
  });

  it('moves circles and corridors as wholes and knows how few points they need', () => {
    const circle: ZoneShape = { type: 'Circle', center: [1, 2], radius: 5 };
    const line: ZoneShape = {
      type: 'Corridor',
      line: [
        [0, 0],
        [1, 1],
      ],
      width: 20,
    };
    assert.deepEqual(moveShape(circle, 1, -1), { ...circle, center: [2, 1] });
    assert.deepEqual(moveShape(line, 1, 1), {
      ...line,
      line: [
        [1, 1],
        [2, 2],
      ],
    });
    assert.equal(removePoint(line, first), undefined);
    assert.equal(removePoint(circle, first), undefined);
    assert.deepEqual(insertPoint(line, { ...first, index: 1 }), {
      ...line,
      line: [
        [0, 0],
        [1, 1],
        [1.5, 1.5],
      ],
    });
  });

  it('catches corners before borders, and nothing that is far', () => {
    const view = fitView(400, 400, [
      [0, 0],
      [4, 4],
    ]);
    const [x] = toPixels(view, [0, 0]);
    const degree = toPixels(view, [1, 0])[0] - x;
    const near = (pixels: number): number => pixels / degree;
    const to = (position: Readonly<Position>): [number, number] => toPixels(view, position);
    assert.deepEqual(snap(square.coordinates, to, [4 + near(6), near(3)]), [4, 0]);
    const [lon, lat] = snap(square.coordinates, to, [4 + near(5), 2])!;
    assert.ok(Math.abs(lon - 4) < 1e-9 && Math.abs(lat - 2) < 1e-9);
    assert.equal(snap(square.coordinates, to, [4 + near(20), 2]), undefined);
  });

  it('takes steps back and does them again; typing in one field is one step', () => {
    const draft = new Draft([{ id: 'a', name: 'A', level: 'zone', shape: square }]);
    for (const name of ['B', 'Be', 'Bel']) {
      draft.mark('name a');
      draft.zones[0]!.name = name;
    }
    draft.mark();
    draft.reshape('a', moveShape(square, 1, 0));
    draft.undo();
    assert.deepEqual([draft.zones[0]!.name, draft.zones[0]!.shape], ['Bel', square]);
    draft.undo();
    assert.equal(draft.zones[0]!.name, 'A');
    assert.equal(draft.canUndo, false);
    draft.redo();
    draft.redo();
    assert.deepEqual(draft.zones[0]!.shape, moveShape(square, 1, 0));
  });

  it('gives the parts of a removed zone to what it was a part of', () => {
    const zone = (id: string, parent?: string) => ({
      id,
      name: id,
      level: 'zone',
      shape: square,
      ...(parent === undefined ? {} : { parent }),
    });
    const draft = new Draft([zone('city'), zone('district', 'city'), zone('site', 'district')]);
    draft.remove(draft.zones[1]!);
    assert.equal(draft.zones[1]!.parent, 'city');
  });

  it('orders zones as a tree, each once, loops too', () => {
    const zones = [
      { id: 'b', parent: 'a' },
      { id: 'a' },
      { id: 'c', parent: 'b' },
      { id: 'x', parent: 'y' },
      { id: 'y', parent: 'x' },
    ];
    assert.deepEqual(
      treeOrder(zones).map(({ zone, depth }) => `${depth}${zone.id}`),
      ['0a', '1b', '2c', '0x', '0y'],
    );
  });

  it('asks for the tiles that cover the view, few of them, and refuses addresses that are none', () => {
    const view = fitView(450, 360, [
      [99.5, 7.5],
      [99.7, 7.6],
    ]);
    const tiles = tilesOf('https://t.example/{z}/{x}/{y}.png', view);
    assert.ok(tiles.length >= 2 && tiles.length <= 20, String(tiles.length));
    // the place of tile numbers is that of the OpenStreetMap wiki: Trang lies in 12/3180../1961..
    assert.ok(tiles.every(({ url }) => /^https:\/\/t\.example\/\d+\/\d+\/\d+\.png$/.test(url)));
    assert.ok(Math.min(...tiles.map(({ x }) => x)) <= 0 && Math.max(...tiles.map(({ x, width }) => x + width)) >= 450);
    assert.ok(
      Math.min(...tiles.map(({ y }) => y)) <= 0 && Math.max(...tiles.map(({ y, height }) => y + height)) >= 360,
    );
    assert.equal(tilesFault(''), undefined);
    assert.equal(tilesFault('ftp://x/{z}/{x}/{y}'), 'tilesAddress');
    assert.equal(tilesFault('https://x/{z}/{x}.png'), 'tilesPlaces');
  });
});

describe('outlines that cross themselves', () => {
  it('encloses the same by the even-odd rule after it was taken apart', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    let apart = 0;
    for (let round = 0; round < 300; round++) {
      const points = Array.from({ length: 4 + Math.floor(random() * 5) }, (): Position => [
        Math.round(random() * 1e4) / 1e3,
        Math.round(random() * 1e4) / 1e3,
      ]);
      const ring = [...points, points[0]!];
      const made = untangle([ring]);
      if (!made) continue;
      apart++;
      const whole = new PreparedPolygon([ring]);
      const parts = made.polygons.map((rings) => new PreparedPolygon(rings));
      for (let i = 0; i < 200; i++) {
        const [x, y] = [random() * 10, random() * 10];
        assert.equal(
          parts.filter((part) => part.contains(x, y)).length,
          whole.contains(x, y) ? 1 : 0,
          JSON.stringify(ring),
        );
      }
    }
    assert.ok(apart > 200, String(apart));
  });

  it('leaves alone what does not cross, and what is no polygon', () => {
    assert.equal(untangle(square.coordinates), undefined);
    for (const raw of [
      null,
      [],
      [[]],
      [[1, 2]],
      'x',
      [
        [
          [0, 0],
          [1, 'a'],
          [1, 1],
          [0, 0],
        ],
      ],
    ])
      assert.equal(untangle(raw), undefined);
    // over the 180° meridian the edges only seem to cross
    const over = {
      type: 'Polygon',
      coordinates: [
        [
          [179, 0],
          [-179, 0],
          [-179, 1],
          [179, 1],
          [179, 0],
        ],
      ],
    };
    assert.deepEqual(importGeoJson(over).problems, []);
  });
});
