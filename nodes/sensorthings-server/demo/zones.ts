/**
 * The zones of the demo city: invented shapes around the real town of Trang, Thailand. They are marked as a
 * demonstration and follow no administrative border.
 */

export interface DemoZoneProperties {
  id: string;
  name: string;
  /** The name in the language `th`. */
  name_th: string;
  level: 'city' | 'district' | 'zone';
  /** Id of the zone one level up. */
  parent?: string;
}

export interface DemoZoneFeature {
  type: 'Feature';
  id: string;
  properties: DemoZoneProperties;
  geometry: { type: 'Polygon'; coordinates: [number, number][][] };
}

export interface DemoZones {
  type: 'FeatureCollection';
  name: string;
  features: DemoZoneFeature[];
}

function zone(properties: DemoZoneProperties, ring: [number, number][]): DemoZoneFeature {
  return {
    type: 'Feature',
    id: properties.id,
    properties,
    geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]!]] },
  };
}

/** City > district > zone, as GeoJSON. A new object with every call, so that nobody can change another's. */
export function demoZones(): DemoZones {
  return {
    type: 'FeatureCollection',
    name: 'Demo city (simulated)',
    features: [
      zone({ id: 'city', name: 'Trang (demo)', name_th: 'ตรัง (สาธิต)', level: 'city' }, [
        [99.54, 7.495],
        [99.68, 7.495],
        [99.68, 7.615],
        [99.54, 7.615],
      ]),
      zone({ id: 'district-inner', name: 'Inner town', name_th: 'เขตเมืองชั้นใน', level: 'district', parent: 'city' }, [
        [99.57, 7.535],
        [99.68, 7.535],
        [99.68, 7.615],
        [99.57, 7.615],
      ]),
      zone({ id: 'district-river', name: 'Riverside', name_th: 'เขตริมแม่น้ำ', level: 'district', parent: 'city' }, [
        [99.54, 7.495],
        [99.68, 7.495],
        [99.68, 7.535],
        [99.57, 7.535],
        [99.57, 7.615],
        [99.54, 7.615],
      ]),
      zone({ id: 'zone-centre', name: 'Centre', name_th: 'ใจกลางเมือง', level: 'zone', parent: 'district-inner' }, [
        [99.59, 7.538],
        [99.628, 7.538],
        [99.634, 7.556],
        [99.626, 7.573],
        [99.59, 7.573],
      ]),
      zone(
        {
          id: 'zone-north-east',
          name: 'North-east',
          name_th: 'ตะวันออกเฉียงเหนือ',
          level: 'zone',
          parent: 'district-inner',
        },
        [
          [99.63, 7.574],
          [99.678, 7.574],
          [99.678, 7.612],
          [99.63, 7.612],
        ],
      ),
      zone(
        {
          id: 'zone-north-west',
          name: 'North-west',
          name_th: 'ตะวันตกเฉียงเหนือ',
          level: 'zone',
          parent: 'district-inner',
        },
        [
          [99.573, 7.577],
          [99.622, 7.577],
          [99.622, 7.612],
          [99.573, 7.612],
        ],
      ),
      zone({ id: 'zone-south', name: 'South', name_th: 'ฝั่งใต้', level: 'zone', parent: 'district-river' }, [
        [99.605, 7.5],
        [99.672, 7.5],
        [99.672, 7.532],
        [99.605, 7.532],
      ]),
      zone({ id: 'zone-harbour', name: 'Harbour', name_th: 'ท่าเรือ', level: 'zone', parent: 'district-river' }, [
        [99.543, 7.5],
        [99.598, 7.5],
        [99.598, 7.53],
        [99.567, 7.533],
        [99.543, 7.56],
      ]),
    ],
  };
}
