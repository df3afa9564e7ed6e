/** What the columns of open data are called, in the languages we have met. Compared without case and accents. */

export type Role =
  | 'time' | 'date' | 'clock' | 'end' | 'lat' | 'lon' | 'value' | 'unit' | 'property' | 'thing' | 'name' | 'quality'
  | 'geometry';

/** Earlier words are stronger. A column matches when its whole name, or a word of it, is in the list. */
export const WORDS: Readonly<Record<Role, readonly string[]>> = {
  time: [
    'phenomenontime', 'datetime', 'timestamp', 'dateobserved', 'observedat', 'observationtime', 'measuredat', 'time',
    'time local', 'local time', 'date time', 'datetime utc', 'date utc', 'utc', 'zeitstempel', 'messzeit', 'datum uhrzeit',
    'zeitpunkt', 'zeit', 'horodatage', 'date heure', 'วันที่เวลา', 'วันเวลา', 'เวลา', 'ts', 'epoch', 'unixtime',
    'resulttime', 'created at', 'recorded at', 'received at', 'date',
  ],
  date: ['date', 'datum', 'day', 'tag', 'วันที่', 'jour'],
  clock: ['time', 'hour', 'uhrzeit', 'zeit', 'heure', 'เวลา', 'clock'],
  end: ['end', 'endtime', 'end time', 'until', 'ende', 'fin', 'สิ้นสุด'],
  lat: ['lat', 'latitude', 'breite', 'breitengrad', 'y', 'ละติจูด'],
  lon: ['lon', 'lng', 'long', 'longitude', 'länge', 'langengrad', 'längengrad', 'x', 'ลองจิจูด'],
  value: ['value', 'result', 'reading', 'measurement value', 'wert', 'messwert', 'valeur', 'mesure', 'ค่า', 'ค่าที่วัดได้', 'val'],
  unit: ['unit', 'units', 'uom', 'unitname', 'unitcode', 'unitofmeasurement', 'einheit', 'unité', 'unite', 'หน่วย'],
  property: [
    'observedproperty', 'property', 'parameter', 'parametername', 'variable', 'pollutant', 'value type', 'species',
    'quantity', 'measurand', 'messgröße', 'messgrosse', 'komponente', 'schadstoff', 'polluant', 'grandeur', 'paramètre',
    'พารามิเตอร์', 'ตัวแปร', 'ชนิด', 'kind', 'type',
  ],
  thing: [
    'station', 'stationid', 'station id', 'station code', 'stationreference', 'thing', 'thing id', 'device', 'device id',
    'deviceid', 'deveui', 'sensor id', 'monitor', 'site', 'site id', 'location', 'location id', 'locationid', 'count point',
    'sensor', 'messstelle', 'standort', 'stationscode', 'stazione', 'capteur', 'lieu', 'สถานี', 'รหัสสถานี', 'จุดตรวจวัด',
    'อุปกรณ์', 'room', 'raum', 'zimmer', 'ห้อง', 'node', 'entity', 'id', 'name',
  ],
  name: ['station name', 'stationname', 'location name', 'site name', 'name', 'label', 'ชื่อสถานี', 'ชื่อ', 'nom', 'bezeichnung'],
  quality: ['quality', 'qualitycode', 'qc', 'flag', 'qualität', 'qualitaet', 'qualité', 'qualite', 'คุณภาพ', 'validity'],
  geometry: ['geometry', 'geom', 'wkt', 'the geom', 'location geometry', 'point', 'coordinates'],
};

/** Words at the end of a header that are units. */
export const UNIT_SUFFIXES: Readonly<Record<string, string>> = {
  ugm3: 'ug/m3', 'µgm3': 'ug/m3', 'μgm3': 'ug/m3', mgm3: 'mg/m3', gm3: 'g/m3', ngm3: 'ng/m3', ppb: '[ppb]', ppm: '[ppm]', pct: '%',
  percent: '%', c: 'Cel', degc: 'Cel', celsius: 'Cel', f: '[degF]', degf: '[degF]', k: 'K', kelvin: 'K', hpa: 'hPa',
  pa: 'Pa', kpa: 'kPa', mbar: 'mbar', mm: 'mm', cm: 'cm', m: 'm', km: 'km', ms: 'm/s', mps: 'm/s', kmh: 'km/h',
  kph: 'km/h', mph: '[mi_i]/h', dba: 'dB(A)', db: 'dB', deg: 'deg', lux: 'lx', lx: 'lx', w: 'W', kw: 'kW', kwh: 'kW.h',
  v: 'V', mv: 'mV', a: 'A', ma: 'mA', hz: 'Hz', l: 'L', lpm: 'L/min', m3s: 'm3/s', wm2: 'W/m2', mmh: 'mm/h',
};

/** Names of properties as people write them. */
export const PROPERTY_NAMES: Readonly<Record<string, string>> = {
  pm25: 'PM2.5', 'pm2 5': 'PM2.5', 'pm2.5': 'PM2.5', p2: 'PM2.5', 'ฝุ่น 2.5': 'PM2.5', pm10: 'PM10', 'pm10.0': 'PM10',
  p1: 'PM10', pm1: 'PM1', 'pm1.0': 'PM1', 'pm0.1': 'PM0.1', so2: 'SO2', 'ซัลเฟอร์ไดออกไซด์': 'SO2',
  'ไนโตรเจนไดออกไซด์': 'NO2', 'คาร์บอนมอนอกไซด์': 'CO', 'คาร์บอนไดออกไซด์': 'CO2', 'โอโซน': 'O3', 'แอมโมเนีย': 'NH3',
  no2: 'NO2', no: 'NO', nox: 'NOx', co: 'CO', co2: 'CO2', o3: 'O3', ozone: 'O3', nh3: 'NH3', h2s: 'H2S',
  temp: 'temperature', temperature: 'temperature', temperatur: 'temperature', temperatura: 'temperature',
  'อุณหภูมิ': 'temperature', rh: 'humidity', humidity: 'humidity', hum: 'humidity', luftfeuchte: 'humidity', luftfeuchtigkeit: 'humidity',
  feuchte: 'humidity', feuchtigkeit: 'humidity',
  'ความชื้น': 'humidity', 'ความชื้นสัมพัทธ์': 'humidity', pres: 'pressure', pressure: 'pressure',
  'ความกดอากาศ': 'pressure', 'ความเร็วลม': 'wind speed', luftdruck: 'pressure', dewp: 'dew point',
  rain: 'rain', rainfall: 'rain', 'ฝน': 'rain', 'ปริมาณฝน': 'rain', 'น้ำฝน': 'rain', 'ปริมาณน้ำฝน': 'rain', niederschlag: 'rain', pluie: 'rain',
  'rain 1h': 'rain', 'snow 1h': 'snow', wind: 'wind speed', 'wind speed': 'wind speed', windspeed: 'wind speed',
  laeq: 'LAeq', leq: 'LAeq', noise: 'noise', 'ระดับเสียง': 'noise', laerm: 'noise', bruit: 'noise',
  waterlevel: 'water level', 'water level': 'water level', 'ระดับน้ำ': 'water level', wasserstand: 'water level',
  'traffic volume': 'traffic volume', count: 'count', clouds: 'cloud cover',
};

/** Words around the name of a property that say nothing more: "ค่าฝุ่น PM2.5", "CO concentration". */
export const FILLERS: ReadonlySet<string> = new Set([
  'ค่า', 'ปริมาณ', 'ฝุ่น', 'ค่าฝุ่น', 'ปริมาณฝุ่น', 'ฝุ่นละออง', 'ปริมาณฝุ่นละออง', 'ฝุ่นละอองขนาด', 'ความเข้มข้น', 'ก๊าซ', 'ปริมาณก๊าซ', 'แก๊ส',
  'rel.', 'relative', 'dust', 'conc', 'concentration', 'level', 'value', 'reading', 'feinstaub', 'konzentration', 'wert',
]);

/** What flags say of a reading. */
export const QUALITY_WORDS: Readonly<Record<string, 'good' | 'suspect' | 'bad' | 'missing'>> = {
  good: 'good', valid: 'good', ok: 'good', verified: 'good', validated: 'good', checked: 'good', 'gültig': 'good',
  'valide': 'good', estimated: 'suspect', suspect: 'suspect', questionable: 'suspect', uncertain: 'suspect',
  bad: 'bad', invalid: 'bad', rejected: 'bad', error: 'bad', 'ungültig': 'bad', missing: 'missing', absent: 'missing',
};

/** Numbers that loggers write for "no value". */
export const NUMBER_MARKS: ReadonlySet<number> = new Set([-200, -999, -999.9, -9999, -99999, -99.9, 9999, 99999, -32768]);

/** Small figures as plain ones: NO₂ is NO2. Not NFKC for all, which takes Thai letters apart. */
const plainFigures = (text: string): string => text.replace(/[₀-₉⁰¹²³⁴-⁹]/g, (figure) => figure.normalize('NFKC'));

/** Parts of a path such as `sensor.pm2.5`: a dot between two figures is a part of a name. */
export function pathParts(header: string): string[] {
  const parts = plainFigures(header).split(/(?<!\d)\.|\.(?!\d)/);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Words of a header: "windSpeed_ms" is wind, speed, ms; "ฝุ่นPM2,5" is ฝุ่น, pm2.5. */
export function wordsOf(header: string): string[] {
  return plainFigures(header)
    .replace(/([a-z\d])([A-Z])(?=[a-z])/g, '$1 $2')
    .replace(/(?<=[\u0e00-\u0e7f])(?=[A-Za-z\d])|(?<=[A-Za-z\d])(?=[\u0e00-\u0e7f])/g, ' ')
    .replace(/(?<=\d),(?=\d)/g, '.')
    .toLowerCase()
    .split(/[\s_\-/:()[\],]+/)
    .filter((word) => word !== '');
}

/** How well a header suits a role: 0 is not at all, larger is better. */
export function suits(header: string, role: Role): number {
  const words = wordsOf(pathParts(header).at(-1) ?? header);
  const spaced = words.join(' ');
  const glued = words.join('');
  const list = WORDS[role];
  let best = 0;
  list.forEach((word, i) => {
    const strength = list.length - i;
    if (spaced === word || glued === word) best = Math.max(best, 1000 + strength);
    else if (word.length > 2 && words.includes(word)) best = Math.max(best, strength);
  });
  return best;
}
