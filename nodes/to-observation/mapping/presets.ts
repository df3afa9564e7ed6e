import { MAPPING_VERSION, USUAL_MISSING } from '../../ecdm/mapping-constants';
import type { Mapping } from '../../ecdm/mapping-schema';

export interface Preset {
  /** Also the key of its label in the locale files. */
  id: string;
  mapping: Mapping;
  /** A few lines as the source sends them, to try the mapping on. */
  sample: string;
}

const v = MAPPING_VERSION;

/** Mappings for sources that many cities have. */
export const PRESETS: readonly Preset[] = [
  {
    id: 'mqtt-json',
    mapping: {
      mapping: v,
      format: 'json',
      time: { columns: ['$now'] },
      thing: { column: '$topic' },
      values: {
        layout: 'wide',
        columns: [
          { column: 'temperature', property: 'temperature', unit: 'Cel' },
          { column: 'humidity', property: 'humidity', unit: '%' },
        ],
      },
    },
    sample: '{"temperature": 31.4, "humidity": 68}',
  },
  {
    id: 'frost-csv',
    mapping: {
      mapping: v,
      format: 'csv',
      time: { columns: ['phenomenonTime'] },
      thing: { column: 'Datastream/Thing/name' },
      values: {
        layout: 'long',
        property: { column: 'Datastream/ObservedProperty/name' },
        value: 'result',
        unit: { column: 'Datastream/unitOfMeasurement/symbol' },
      },
    },
    sample:
      'phenomenonTime,result,Datastream/Thing/name,Datastream/ObservedProperty/name,Datastream/unitOfMeasurement/symbol\n' +
      '2026-01-05T08:00:00Z,41.5,Station 12,PM2.5,µg/m³\n',
  },
  {
    id: 'openaq-csv',
    mapping: {
      mapping: v,
      format: 'csv',
      time: { columns: ['datetime'] },
      thing: { column: 'location_id' },
      thingName: { column: 'location' },
      values: {
        layout: 'long',
        property: { column: 'parameter' },
        value: 'value',
        unit: { column: 'units' },
        names: { pm25: 'PM2.5', pm10: 'PM10', no2: 'NO2', so2: 'SO2', o3: 'O3', co: 'CO' },
      },
      place: { from: 'columns', lat: 'lat', lon: 'lon' },
      missing: [...USUAL_MISSING, -999, -9999],
    },
    sample:
      'location_id,sensors_id,location,datetime,lat,lon,parameter,units,value\n' +
      '225567,1671871,Si Phum,2026-01-05T08:00:00+07:00,18.7909,98.9881,pm25,µg/m³,41.5\n',
  },
  {
    id: 'sensor-community',
    mapping: {
      mapping: v,
      format: 'json',
      explode: 'sensordatavalues',
      time: { columns: ['timestamp'], zone: 'UTC' },
      thing: { column: 'location.id' },
      values: {
        layout: 'long',
        property: { column: 'sensordatavalues.value_type' },
        value: 'sensordatavalues.value',
        names: { P1: 'PM10', P2: 'PM2.5', P0: 'PM1', noise_LAeq: 'LAeq' },
        units: { P1: 'ug/m3', P2: 'ug/m3', P0: 'ug/m3', temperature: 'Cel', humidity: '%', pressure: 'Pa', noise_LAeq: 'dB(A)' },
      },
      place: { from: 'columns', lat: 'location.latitude', lon: 'location.longitude' },
    },
    sample: JSON.stringify([
      {
        id: 24_681_012,
        timestamp: '2026-01-05 08:00:00',
        location: { id: 6120, latitude: '48.778', longitude: '9.236', altitude: '248.9', country: 'DE' },
        sensor: { id: 92, sensor_type: { name: 'SDS011' } },
        sensordatavalues: [
          { value_type: 'P1', value: '12.30' },
          { value_type: 'P2', value: '6.05' },
        ],
      },
    ]),
  },
  {
    id: 'uk-ea',
    mapping: {
      mapping: v,
      format: 'json',
      rows: 'items',
      time: { columns: ['dateTime'] },
      thing: { column: 'measure.stationReference' },
      thingName: { column: 'measure.label' },
      values: {
        layout: 'long',
        property: { column: 'measure.parameterName' },
        value: 'value',
        unit: { column: 'measure.unitName' },
      },
    },
    sample: JSON.stringify({
      items: [
        {
          dateTime: '2026-01-05T08:00:00Z',
          measure: { label: 'Hebden Bridge', parameterName: 'Water Level', stationReference: 'L1515', unitName: 'mASD' },
          value: 0.289,
        },
      ],
    }),
  },
  {
    id: 'geojson',
    mapping: {
      mapping: v,
      format: 'json',
      rows: 'features',
      time: { columns: ['properties.time'] },
      thing: { column: 'properties.station' },
      values: { layout: 'wide', columns: [{ column: 'properties.value', property: 'value' }] },
      place: { from: 'geojson', column: 'geometry' },
    },
    sample: JSON.stringify({
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [99.611, 7.556] },
          properties: { station: 'T1', time: '2026-01-05T08:00:00+07:00', value: 12 },
        },
      ],
    }),
  },
  {
    id: 'ngsi-ld',
    mapping: {
      mapping: v,
      format: 'json',
      time: { columns: ['pm25.observedAt'] },
      thing: { column: 'id' },
      values: { layout: 'wide', columns: [{ column: 'pm25.value', property: 'PM2.5', unit: 'ug/m3' }] },
      place: { from: 'geojson', column: 'location.value' },
    },
    sample: JSON.stringify([
      {
        id: 'urn:ngsi-ld:AirQualityObserved:T1',
        type: 'AirQualityObserved',
        pm25: { type: 'Property', value: 41.5, unitCode: 'GQ', observedAt: '2026-01-05T08:00:00Z' },
        location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [99.611, 7.556] } },
      },
    ]),
  },
];
