/** Where a reading was taken, above all by Things that move. */
import assert from 'node:assert/strict';
import { decodeDatastream, type StreamInfo } from '../../../nodes/sensorthings-server/client/datastream';
import { decodeObservations } from '../../../nodes/sensorthings-server/client/decode';
import { StaError } from '../../../nodes/sensorthings-server/client/errors';
import { isSwapped, placeOf, readGeometry } from '../../../nodes/sensorthings-server/client/model/geometry';
import { placeOfLocations } from '../../../nodes/sensorthings-server/client/model/location';
import { Places } from '../../../nodes/sensorthings-server/client/places';
import { Track, Tracks } from '../../../nodes/sensorthings-server/client/tracks';

const ROOT = 'https://city.example/v1.1';
const at = (hour: number): number => Date.UTC(2026, 10, 20, hour);
const iso = (hour: number): string => new Date(at(hour)).toISOString();
const point = (lon: number, lat: number): object => ({ type: 'Point', coordinates: [lon, lat] });

const bus = (more: object = {}): StreamInfo =>
  decodeDatastream(
    {
      '@iot.id': 1,
      name: 'PM2.5 on the bus',
      Thing: {
        '@iot.id': 3,
        name: 'bus',
        properties: { mobile: true },
        Locations: [{ encodingType: 'application/geo+json', location: point(99.6, 7.6) }],
        ...more,
      },
    },
    ROOT,
  )!;

/** A server whose Thing 3 was at longitude `hour` in each hour from 6 to 12. */
class Server {
  readonly asked: string[] = [];
  refusesFilter = false;
  readonly get = (address: string): Promise<unknown> => {
    const url = new URL(address);
    this.asked.push(decodeURIComponent(url.search));
    const filter = url.searchParams.get('$filter');
    if (filter !== null && this.refusesFilter) return Promise.reject(new StaError('config', 'refused', '', 400));
    const [, op, text] = /^time (le|gt) (\S+)$/.exec(filter ?? '') ?? [];
    const limit = Date.parse(text ?? '');
    let hours = [6, 7, 8, 9, 10, 11, 12].filter((hour) =>
      op === 'le' ? at(hour) <= limit : op === 'gt' ? at(hour) > limit : true,
    );
    if (url.searchParams.get('$orderby') === 'time desc') hours = hours.reverse();
    const top = Number(url.searchParams.get('$top'));
    return Promise.resolve({
      value: hours.slice(0, top).map((hour) => ({ time: iso(hour), Locations: [{ location: point(hour, 7.5) }] })),
    });
  };
}

const page = (...hours: number[]): { value: object[] } => ({
  value: hours.map((hour) => ({ '@iot.id': hour, phenomenonTime: iso(hour), result: hour })),
});

describe('places of Things that move', () => {
  const now = (): number => at(24);

  it('come from the HistoricalLocation of the time, with few requests', async () => {
    const server = new Server();
    const places = new Places(new Tracks(server.get, ROOT, undefined, now));
    const stream = bus();
    assert.equal(stream.moving, true);
    for (const answer of [page(7.5, 8, 8.9), page(9.5, 11.5), page(13)]) {
      await places.prepare([stream], answer);
      for (const { place, value, meta } of decodeObservations(answer, stream, { places })) {
        const hour = Math.min(12, Math.floor(value as number));
        assert.deepEqual(place, [hour, 7.5], `at ${String(value)}`);
        assert.equal(meta!.placeFrom, 'historical');
      }
    }
    assert.equal(server.asked.length, 2, 'the position at the beginning, and all moves since');
    assert.match(server.asked[0]!, /\$orderby=time desc&\$top=50&\$expand=Locations\(/);
  });

  it('is that of the Thing before its first HistoricalLocation', async () => {
    const places = new Places(new Tracks(new Server().get, ROOT, undefined, now));
    await places.prepare([bus()], page(5));
    const [early] = decodeObservations(page(5), bus(), { places });
    assert.deepEqual([early!.place, early!.meta!.placeFrom], [[99.6, 7.6], 'thing']);
  });

  it('reads what is new when time goes on', async () => {
    const server = new Server();
    let clock = at(9.5);
    const tracks = new Tracks(server.get, ROOT, undefined, () => clock);
    await tracks.read('Things(3)', at(8), at(9));
    assert.equal(server.asked.length, 2);
    await tracks.read('Things(3)', at(9), at(9.4));
    assert.equal(server.asked.length, 2, 'known already');
    clock = at(12.5);
    await tracks.read('Things(3)', at(12), at(12.1));
    assert.equal(server.asked.length, 4);
    assert.deepEqual(tracks.of('Things(3)')!.at(at(12)), [12, 7.5]);
    assert.deepEqual(tracks.of('Things(3)')!.at(at(8.5)), [8, 7.5], 'what was known is kept');
  });

  it('works with servers that refuse the filter, and with those that have no such thing', async () => {
    const server = new Server();
    server.refusesFilter = true;
    const tracks = new Tracks(server.get, ROOT, undefined, now);
    await tracks.read('Things(3)', at(8), at(9));
    assert.deepEqual(tracks.of('Things(3)')!.at(at(8.5)), [8, 7.5]);
    let asked = 0;
    const none = new Tracks(
      () => {
        asked++;
        return Promise.reject(new StaError('config', 'not-found', '', 404));
      },
      ROOT,
      undefined,
      now,
    );
    const places = new Places(none);
    await places.prepare([bus()], page(8));
    await places.prepare([bus()], page(9));
    assert.equal(asked, 2, 'not asked again for a while');
    assert.deepEqual(decodeObservations(page(8), bus(), { places })[0]!.place, [99.6, 7.6]);
    const away = new Tracks(() => Promise.reject(new StaError('transient', 'network', '')), ROOT);
    await assert.rejects(new Places(away).prepare([bus()], page(8)), StaError);
  });

  it('asks nothing for Things that stay', async () => {
    const server = new Server();
    const places = new Places(new Tracks(server.get, ROOT, undefined, now));
    const stays = bus({ properties: { mobile: false } });
    await places.prepare([stays], page(8));
    assert.equal(server.asked.length, 0);
    assert.deepEqual(decodeObservations(page(8), stays, { places })[0]!.place, [99.6, 7.6]);
  });

  it('prefers the FeatureOfInterest, but not the copy of a Location that the Thing has left', async () => {
    const places = new Places(new Tracks(new Server().get, ROOT, undefined, now));
    const stream = bus();
    const reading = (lon: number, lat: number): object => ({
      value: [
        { id: 1, phenomenonTime: iso(9), result: 1, FeatureOfInterest: { '@iot.id': 5, feature: point(lon, lat) } },
      ],
    });
    await places.prepare([stream], page(9));
    const [own] = decodeObservations(reading(50, 7), stream, { places });
    assert.deepEqual([own!.place, own!.meta!.placeFrom], [[50, 7], 'foi']);
    const [copy] = decodeObservations(reading(6, 7.5), stream, { places });
    assert.deepEqual([copy!.place, copy!.meta!.placeFrom], [[9, 7.5], 'historical']);
    const [current] = decodeObservations(reading(99.6, 7.6), stream, { places });
    assert.deepEqual(current!.place, [9, 7.5], 'the Location of today is a copy, too');
  });

  it('takes a Datastream for sampled when it has had more than one FeatureOfInterest', () => {
    const places = new Places(new Tracks(new Server().get, ROOT, undefined, now));
    const boat = bus({ properties: {} });
    const reading = (id: number): object => ({
      phenomenonTime: iso(9),
      result: 1,
      FeatureOfInterest: { id, feature: point(id, 1) },
    });
    assert.equal(places.isSampled(boat), false);
    decodeObservations(reading(1), boat, { places });
    assert.equal(places.isSampled(boat), false);
    decodeObservations(reading(2), boat, { places });
    assert.equal(places.isSampled(boat), true);
    for (let i = 0; i < 20; i++) decodeObservations(reading(2), boat, { places });
    assert.equal(places.isSampled(boat), false, 'only the last twenty count');
  });

  it('keeps a bounded way, the newest part of it', () => {
    const track = new Track();
    track.add(
      Array.from({ length: 5000 }, (_, i) => [i, [i / 100, 0]] as const),
      0,
      5000,
    );
    assert.deepEqual(track.at(4999), [49.99, 0]);
    assert.equal(track.at(2999), undefined);
    assert.equal(track.covers(2999, 4000), false);
    assert.equal(track.covers(3000, 4000), true);
  });
});

describe('geometries', () => {
  const cases: [string, unknown, unknown][] = [
    ['a point with height', { type: 'Point', coordinates: [1, 2, 3.8] }, [1, 2, 3.8]],
    ['a Feature', { type: 'Feature', geometry: point(1, 2) }, [1, 2]],
    ['a Feature in a text', JSON.stringify({ type: 'Feature', geometry: point(1, 2) }), [1, 2]],
    ['a FeatureCollection', { type: 'FeatureCollection', features: [{ geometry: point(1, 2) }] }, [1, 2]],
    ['JSON-FG', { type: 'Feature', geometry: null, place: point(1, 2) }, [1, 2]],
    [
      'JSON-FG in another system',
      {
        geometry: point(1, 2),
        place: point(400_000, 5_000_000),
        coordRefSys: 'http://www.opengis.net/def/crs/EPSG/0/25832',
      },
      [1, 2],
    ],
    ['GeoPose', { position: { lat: 48.8584, lon: 2.2945, h: 300.5 }, quaternion: {} }, [2.2945, 48.8584, 300.5]],
    ['a line', { type: 'LineString', coordinates: [[0, 0], [2, 4]] }, [1, 2]], // prettier-ignore
    ['an L-shaped area: its centroid', { type: 'Polygon', coordinates: [[[0, 0], [4, 0], [4, 2], [2, 2], [2, 4], [0, 4], [0, 0]]] }, [5 / 3, 5 / 3]], // prettier-ignore
    ['the largest of several areas', { type: 'MultiPolygon', coordinates: [[[[9, 9], [9.1, 9], [9, 9.1]]], [[[0, 0], [2, 0], [2, 2], [0, 2]]]] }, [1, 1]], // prettier-ignore
    ['a GeometryCollection', { type: 'GeometryCollection', geometries: [{}, point(1, 2)] }, [1, 2]],
    ['WKT', 'POINT(9.9937 53.5511)', [9.9937, 53.5511]],
    ['WKT with height', 'POINT Z (1 2 3)', [1, 2, 3]],
    ['WKT with measure', 'POINTM(1 2 3)', [1, 2]],
    ['EWKT', 'SRID=4326;point( 1   2 )', [1, 2]],
    ['GeoSPARQL', '<http://www.opengis.net/def/crs/OGC/1.3/CRS84> Point(1 2)', [1, 2]],
    ['a WKT area', 'POLYGON((0 0, 2 0, 2 2, 0 2, 0 0),(0.1 0.1,0.2 0.1,0.2 0.2,0.1 0.1))', [1, 1]],
    ['WKT points', 'MULTIPOINT((0 0),(2 4))', [1, 2]],
    ['nothing', {}, undefined],
    ['an empty text', 'POINT EMPTY', undefined],
    ['WKT in another system', 'SRID=32647;POINT(500000 800000)', undefined],
    ['WKT that is cut', 'POLYGON((0 0, 2 0', undefined],
    ['no earth', { type: 'Point', coordinates: [7, 500] }, undefined],
    ['an address', 'Main Street 1', undefined],
    ['a cycle of texts', '{"geometry":"{}"}', undefined],
  ];
  for (const [name, raw, wanted] of cases) {
    it(`reads ${name}`, () => {
      const place = placeOf(raw);
      if (!Array.isArray(wanted)) return assert.equal(place, wanted);
      assert.equal(place?.length, wanted.length);
      place.forEach((n, i) => assert.ok(Math.abs(n - (wanted[i] as number)) < 1e-9, `${place.join()}`));
    });
  }

  it('notices latitude before longitude', () => {
    assert.equal(isSwapped({ type: 'Point', coordinates: [7.5, 99.6] }), true);
    assert.equal(isSwapped({ type: 'Point', coordinates: [99.6, 7.5] }), false);
    assert.deepEqual(bus({ Locations: [{ location: point(7.5, 99.6) }] }).notes, [{ code: 'place-swapped', what: '' }]);
  });

  it('takes of several Locations GeoJSON, then a point, then the smallest area', () => {
    const area = (size: number): object => ({ type: 'Polygon', coordinates: [[[0, 0], [size, 0], [size, size], [0, size]]] }); // prettier-ignore
    const geo = 'application/geo+json';
    const pick = (...list: object[]): unknown => placeOfLocations(list)?.place;
    assert.deepEqual(
      pick({ encodingType: 'text/plain', location: 'POINT(5 5)' }, { encodingType: geo, location: area(4) }),
      [2, 2],
    );
    assert.deepEqual(
      pick({ encodingType: geo, location: area(4) }, { encodingType: geo, location: point(3, 3) }),
      [3, 3],
    );
    assert.deepEqual(pick({ encodingType: geo, location: area(4) }, { encodingType: geo, location: area(2) }), [1, 1]);
    assert.deepEqual(pick({ encodingType: geo, location: {} }, { encodingType: geo, location: point(3, 3) }), [3, 3]);
    assert.equal(readGeometry({})?.kind, undefined);
  });
});
