/**
 * A small city and many requests about it: the same for a real FROST and for the simulator, whose answers must be
 * equal (contract.test.ts), and for the answers of FROST that were recorded (recorded.json).
 */

type Json = Record<string, unknown>;

const place = (lon: number, lat: number): Json => ({ type: 'Point', coordinates: [lon, lat] });
const link = (id: number): Json => ({ '@iot.id': id });
const GEO = 'application/geo+json';
const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
const celsius = { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' };
const none = { name: 'none', symbol: '', definition: '' };
const text = (name: string): Json => ({ name, description: `About ${name}` });

/** What is posted, in this order: [path, body]. Every id is that of the order. */
export const SEED: readonly (readonly [string, unknown])[] = [
  [
    'Things',
    {
      ...text("O'Neil Bridge"),
      properties: { owner: 'city', level: 3, tags: { colour: 'red' } },
      Locations: [{ ...text('Bridge'), encodingType: GEO, location: place(99.6, 7.55) }],
    },
  ],
  [
    'Things',
    {
      ...text('Harbour'),
      properties: { owner: 'port', level: 10 },
      Locations: [{ ...text('Quay'), encodingType: GEO, location: place(99.7, 7.6) }],
    },
  ],
  ['Things', { ...text('Bus 7'), Locations: [{ ...text('Stop A'), encodingType: GEO, location: place(99.62, 7.56) }] }],
  ['Things', { ...text('Nowhere') }],
  ['ObservedProperties', { ...text('Temperature'), definition: 'http://example.org/temperature' }],
  ['ObservedProperties', { ...text('Humidity'), definition: 'http://example.org/humidity' }],
  ['Sensors', { ...text('DHT22'), encodingType: 'application/pdf', metadata: 'http://example.org/dht22.pdf' }],
  ...[1, 2, 3].map(
    (thing) =>
      [
        'Datastreams',
        {
          ...text(`Temperature ${thing}`),
          unitOfMeasurement: celsius,
          observationType: `${OM}OM_Measurement`,
          properties: { thing },
          Thing: link(thing),
          ObservedProperty: link(1),
          Sensor: link(1),
        },
      ] as const,
  ),
  [
    'Datastreams',
    {
      ...text('Anything'),
      unitOfMeasurement: none,
      observationType: `${OM}OM_Observation`,
      Thing: link(1),
      ObservedProperty: link(2),
      Sensor: link(1),
    },
  ],
  [
    'Datastreams',
    {
      ...text('Empty'),
      unitOfMeasurement: none,
      observationType: `${OM}OM_Measurement`,
      Thing: link(2),
      ObservedProperty: link(2),
      Sensor: link(1),
    },
  ],
  [
    'MultiDatastreams',
    {
      ...text('Weather'),
      observationType: `${OM}OM_ComplexObservation`,
      multiObservationDataTypes: [`${OM}OM_Measurement`, `${OM}OM_Measurement`],
      unitOfMeasurements: [celsius, { name: 'percent', symbol: '%', definition: 'ucum:%' }],
      Thing: link(2),
      Sensor: link(1),
      ObservedProperties: [link(1), link(2)],
    },
  ],
  ...Array.from(
    { length: 25 },
    (_, i) =>
      [
        'Datastreams(1)/Observations',
        {
          phenomenonTime: `2025-11-20T${String(i % 24).padStart(2, '0')}:00:00Z`,
          resultTime: `2025-11-20T${String(i % 24).padStart(2, '0')}:00:05.250Z`,
          result: 20 + i / 4,
        },
      ] as const,
  ),
  ...[31, 35, 35.5].map(
    (result, i) =>
      ['Datastreams(2)/Observations', { phenomenonTime: `2025-11-20T0${i}:30:00.125+07:00`, result }] as const,
  ),
  [
    'Datastreams(3)/Observations',
    {
      phenomenonTime: '2025-11-20T01:00:00Z/2025-11-20T02:00:00Z',
      validTime: '2025-11-20T00:00:00Z/2025-11-21T00:00:00Z',
      resultQuality: 'good',
      parameters: { route: 7 },
      result: -4,
    },
  ],
  ...['text', true, false, null, { a: [1, 2] }, [1, 'b'], 42].map(
    (result, i) => ['Datastreams(4)/Observations', { phenomenonTime: `2025-11-20T05:0${i}:00Z`, result }] as const,
  ),
  ...[
    [30.5, 60],
    [31, 61],
  ].map(
    (result, i) => ['MultiDatastreams(1)/Observations', { phenomenonTime: `2025-11-20T06:0${i}:00Z`, result }] as const,
  ),
  ['Actuators', { ...text('Lamp'), encodingType: 'text/plain', metadata: 'none' }],
  [
    'TaskingCapabilities',
    {
      ...text('Switch'),
      taskingParameters: { type: 'DataRecord', field: [{ name: 'on', type: 'Boolean' }] },
      Thing: link(1),
      Actuator: link(1),
    },
  ],
  ['TaskingCapabilities(1)/Tasks', { taskingParameters: { on: true } }],
];

/** Around the bridge and the stop, and not the quay, which its box has; and one with the stop in its hole. */
const BENT = "geography'POLYGON((99.5 7.5,99.75 7.5,99.75 7.52,99.65 7.58,99.65 7.65,99.5 7.65,99.5 7.5))'";
const HOLED = "geography'POLYGON((99.61 7.5,99.75 7.5,99.75 7.65,99.61 7.65,99.61 7.5),(99.615 7.55,99.615 7.57,99.625 7.57,99.625 7.55,99.615 7.55))'"; // prettier-ignore

const FILTERS: Readonly<Record<string, readonly string[]>> = {
  Things: [
    "name eq 'Harbour'",
    "name eq 'O''Neil Bridge'",
    "name ne 'Harbour'",
    "startswith(name,'B')",
    "endswith(name,'r')",
    "substringof('idge',name)",
    "substringof('BUS',toupper(name))",
    'length(name) eq 7',
    "indexof(name,'b') eq 4",
    "concat(name,'!') eq 'Harbour!'",
    "trim(' x ') eq 'x'",
    "properties/owner eq 'city'",
    'properties/level gt 5',
    "properties/tags/colour eq 'red'",
    "not (name eq 'Harbour')",
    "name eq 'Harbour' or id eq 1 and id eq 2",
    "(name eq 'Harbour' or id eq 1) and id eq 1",
    'id gt 1 and id lt 4',
    "Datastreams/unitOfMeasurement/symbol eq '°C'",
    "Datastreams/ObservedProperty/name eq 'Humidity'",
    "st_within(Locations/location,geography'POLYGON((99.5 7.5,99.65 7.5,99.65 7.58,99.5 7.58,99.5 7.5))')",
    "geo.distance(Locations/location,geography'POINT(99.6 7.55)') lt 0.05",
    "st_intersects(Locations/location,geography'POINT(99.7 7.6)')",
    'foo eq 1',
    'name eq',
    "foo('x') eq 1",
    "name eq 'x' )",
    '(((',
    'Datastreams/foo eq 1',
  ],
  Datastreams: [
    "Thing/name eq 'Harbour'",
    "unitOfMeasurement/name eq 'degree Celsius'",
    "ObservedProperty/definition eq 'http://example.org/humidity'",
    'properties/thing eq 2',
    "st_within(Thing/Locations/location,geography'POLYGON((99.5 7.5,99.65 7.5,99.65 7.58,99.5 7.58,99.5 7.5))')",
    'phenomenonTime gt 2025-11-20T00:00:00Z',
    'phenomenonTime lt 2025-11-20T00:30:00Z',
    'Observations/result gt 35',
    `st_intersects(Thing/Locations/location,${BENT})`,
    `(st_intersects(Thing/Locations/location,${BENT}) or st_intersects(Thing/Locations/location,${HOLED}))`,
  ],
  Observations: [
    'result gt 35',
    'result ge 35 and result lt 35.5',
    'result eq 42',
    "result eq 'text'",
    'result add 5 gt 40',
    'result sub 5 gt 30',
    'result mul 2 gt 70',
    'result div 2 gt 17.6',
    'result mod 10 eq 5',
    'round(result) eq 20',
    'floor(result) eq 20',
    'ceiling(result) eq 21',
    'phenomenonTime eq 2025-11-20T05:00:00Z',
    'phenomenonTime gt 2025-11-20T20:00:00Z',
    'phenomenonTime ge 2025-11-20T20:00:00Z',
    'phenomenonTime lt 2025-11-20T01:00:00Z',
    'phenomenonTime le 2025-11-20T01:00:00Z',
    'phenomenonTime gt 2025-11-20T01:30:00Z and phenomenonTime lt 2025-11-20T03:00:00Z',
    'phenomenonTime ge 2025-11-21T03:00:00+07:00',
    'phenomenonTime gt 2025-11-20T01:00:00Z/2025-11-20T02:00:00Z and phenomenonTime le 2025-11-20T03:00:00Z',
    'year(phenomenonTime) eq 2025',
    'hour(phenomenonTime) eq 6',
    'minute(phenomenonTime) eq 4',
    'day(phenomenonTime) eq 19',
    'resultTime gt 2025-11-20T22:00:05Z',
    'resultTime eq null',
    'Datastream/id eq 2',
    'Datastream/id eq 2 or Datastream/id eq 3',
    "Datastream/Thing/name eq 'Harbour' and result gt 31",
    'phenomenonTime gt now()',
    "phenomenonTime gt now() sub duration'P3650D'",
    "st_within(FeatureOfInterest/feature,geography'POLYGON((99.65 7.5,99.75 7.5,99.75 7.65,99.65 7.65,99.65 7.5))')",
    'id gt 30',
    'id ge 30 and id le 32',
    "resultQuality eq 'good'",
    'parameters/route eq 7',
    'validTime gt 2025-11-19T00:00:00Z',
    'result eq true',
  ],
  MultiDatastreams: [
    "tolower(ObservedProperties/name) eq 'humidity'",
    "tolower(ObservedProperty/name) eq 'humidity'",
    "tolower(ObservedProperties/name) eq 'wind'",
    "unitOfMeasurement/symbol eq '°C'",
    "substringof('weath',tolower(name)) or substringof('weath',tolower(ObservedProperties/name))",
    `st_intersects(Thing/Locations/location,${BENT})`,
  ],
  Locations: [
    "st_equals(location,geography'POINT(99.6 7.55)')",
    "st_disjoint(location,geography'POINT(99.6 7.55)')",
    "Things/name eq 'Bus 7'",
  ],
};

/** As the product asks: in an order, because without one each version of FROST has its own. */
const ORDERED: readonly string[] = [
  'not (phenomenonTime ge 2025-11-20T01:30:00Z)',
  'id gt 20 and not (phenomenonTime ge 2025-11-20T01:30:00.000Z)',
  "tolower(Datastream/ObservedProperty/name) eq 'humidity'",
  "tolower(Datastream/ObservedProperties/name) eq 'humidity'",
  "(Datastream/unitOfMeasurement/symbol eq '°C' or Datastream/unitOfMeasurement/name eq '°C') and result gt 31",
  "substringof('bus',tolower(Datastream/Thing/name))",
  `st_within(Datastream/Thing/Locations/location,${BENT})`,
  `st_intersects(Datastream/Thing/Locations/location,${BENT})`,
];

const q = (options: Readonly<Record<string, string>>): string =>
  `?${Object.entries(options)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

/** Requests to read, by path below the root. */
export const REQUESTS: readonly string[] = [
  ...[
    'Things',
    'Locations',
    'HistoricalLocations',
    'Datastreams',
    'MultiDatastreams',
    'Sensors',
    'ObservedProperties',
    'Observations',
    'FeaturesOfInterest',
    'Actuators',
    'TaskingCapabilities',
    'Tasks',
  ],
  ...[
    'Things(1)',
    'Things(99)',
    'Things(1)/name',
    'Things(1)/name/$value',
    'Things(1)/properties',
    'Things(1)/properties/owner',
    'Things(4)/properties',
    'Things/$ref',
    'Things(1)/Datastreams/$ref',
    'Things(1)/foo',
    'Foo',
    'Things(1)/Datastreams(1)',
    'Things(1)/Datastreams(2)',
    "Things('a')",
  ],
  ...[
    'Datastreams(1)/Thing',
    'Datastreams(1)/Thing/Locations',
    'Datastreams(1)/unitOfMeasurement',
    'Datastreams(1)/unitOfMeasurement/name',
    'Datastreams(4)/Observations',
    'Datastreams(5)/Observations',
    'Datastreams(5)',
    'Observations(27)',
    'Observations(29)',
    'Observations(32)',
    'Observations(33)/result',
    'Observations(30)/result/$value',
    'Observations(26)/Datastream',
    'Observations(26)/FeatureOfInterest',
    'MultiDatastreams(1)/Observations',
    'MultiDatastreams(1)/ObservedProperties',
    'Observations(37)/MultiDatastream',
    'FeaturesOfInterest(1)/Observations?$top=2',
    'Tasks(1)/TaskingCapability/Actuator',
  ],
  ...Object.entries(FILTERS).flatMap(([set, filters]) =>
    filters.map((filter) => `${set}${q({ $filter: filter, $select: 'id', $top: '50' })}`),
  ),
  ...['name', 'name desc', 'properties/level desc', 'id desc', 'foo'].map(
    (order) => `Things${q({ $orderby: order, $select: 'id,name' })}`,
  ),
  ...[
    'phenomenonTime desc',
    'phenomenonTime asc,id asc',
    'Datastream/name desc,phenomenonTime desc',
    'resultTime desc',
  ].map((order) => `Observations${q({ $orderby: order, $select: 'id', $top: '12' })}`),
  ...[
    { $top: '2' },
    { $top: '2', $skip: '3' },
    { $top: '0' },
    { $top: '0', $count: 'true' },
    { $count: 'true', $top: '1' },
    { $top: '-1' },
    { $top: 'x' },
    { $skip: '100' },
    { $select: 'name' },
    { $select: 'id' },
    { $select: 'name,Datastreams' },
    { $select: '@iot.id,name' },
    { $foo: '1' },
    { $count: 'true', $filter: 'id gt 1', $top: '1', $skip: '1' },
  ].map((options) => `Things${q(options as unknown as Record<string, string>)}`),
  ...[
    'Datastreams',
    'Datastreams,Locations',
    'Datastreams/ObservedProperty',
    'Datastreams/ObservedProperty,Datastreams/Sensor',
    'Datastreams($top=1)',
    'Datastreams($top=1;$count=true;$select=id)',
    "Datastreams($filter=name eq 'Anything';$select=id,name)",
    'Datastreams($select=id;$expand=Observations($orderby=phenomenonTime desc;$top=1;$select=id,result))',
    'Foo',
    'Locations($select=location)',
  ].map((expand) => `Things${q({ $expand: expand, $select: 'id,name', $top: '3' })}`),
  `Datastreams${q({ $expand: 'Thing($select=id,name;$expand=Locations($select=location)),ObservedProperty($select=name),Sensor', $top: '2' })}`,
  `Observations(26)${q({ $expand: 'Datastream($select=id),FeatureOfInterest($select=feature)' })}`,
  ...['', ',resultTime', ',resultTime,resultQuality'].map(
    (more) =>
      `Datastreams(1)/Observations${q({ $resultFormat: 'dataArray', $select: `id,phenomenonTime,result${more}`, $top: '3', $orderby: 'phenomenonTime asc,id asc' })}`,
  ),
  `Observations${q({ $resultFormat: 'dataArray', $top: '100' })}`,
  `Datastreams(4)/Observations${q({ $resultFormat: 'dataArray', $select: 'phenomenonTime,result' })}`,
  `Datastreams(3)/Observations${q({ $resultFormat: 'dataArray' })}`,
  `Observations${q({ $resultFormat: 'dataArray', $count: 'true', $top: '2', $filter: 'result gt 35' })}`,
  `Observations${q({ $resultFormat: 'nonsense' })}`,
  ...[
    'unitOfMeasurement/symbol,name',
    'unitOfMeasurement/name,unitOfMeasurement/symbol',
    'properties/thing',
    'foo',
    'distinct:unitOfMeasurement/symbol',
    'distinct:unitOfMeasurement/symbol,observationType',
    'id,Thing',
  ].map((fields) => `Datastreams${q({ $select: fields, $top: '20' })}`),
  ...['result desc', 'result desc,id desc', 'result asc', 'phenomenonTime desc,id desc', 'resultTime desc,id asc'].map(
    (order) => `Datastreams(1)/Observations${q({ $orderby: order, $select: 'id,result', $top: '9' })}`,
  ),
  ...['Sensors(1)', 'ObservedProperties(1)', 'Locations(1)', 'HistoricalLocations(1)', 'FeaturesOfInterest(1)'].flatMap(
    (path) =>
      ['Datastreams', 'Things', 'Thing', 'Locations', 'Observations'].map(
        (link) => `${path}/${link}${q({ $select: 'id', $count: 'true' })}`,
      ),
  ),
  // what the product asks
  ...ORDERED.map((filter) => `Observations${q({ $filter: filter, $select: 'id', $orderby: 'id asc', $top: '50' })}`),
  `Observations${q({ $select: 'id', $orderby: 'id desc', $top: '2' })}`,
  `Observations${q({ $resultFormat: 'dataArray', $select: 'id,phenomenonTime,result,resultTime,resultQuality', $filter: 'id gt 20 and not (phenomenonTime ge 2025-11-20T05:03:00.000Z)', $orderby: 'id asc', $top: '1000' })}`,
  `Observations${q({ $expand: 'Datastream($select=id)', $filter: 'id gt 27', $orderby: 'id asc', $top: '3' })}`,
  `Observations${q({ $top: '200', $filter: `phenomenonTime ge 2025-11-20T03:00:00.000Z and tolower(Datastream/ObservedProperty/name) eq 'temperature' and st_intersects(Datastream/Thing/Locations/location,${BENT})`, $orderby: 'phenomenonTime asc,id asc', $resultFormat: 'dataArray' })}`,
  `Datastreams${q({ $filter: "tolower(ObservedProperty/name) eq 'temperature'", $select: 'id', $expand: 'Observations($orderby=phenomenonTime desc;$top=1;$select=id,phenomenonTime,result,resultQuality)', $top: '500' })}`,
  `MultiDatastreams${q({ $filter: "tolower(ObservedProperties/name) eq 'humidity'", $expand: 'Thing($select=id,name),ObservedProperties($select=id,name,definition),Sensor($select=id,name)', $top: '1000' })}`,
  `Datastreams${q({ $expand: 'Thing($select=id,name,description,properties;$expand=Locations($select=id,name,location,encodingType)),ObservedProperty($select=id,name,definition),Sensor($select=id,name)', $top: '1000' })}`,
  `Datastreams${q({ $filter: 'id eq 1 or id eq 2 or id eq 5', $select: 'id', $expand: 'Observations($orderby=phenomenonTime desc;$top=1;$select=id,phenomenonTime,result)', $top: '3' })}`,
  `Observations${q({ $top: '200', $filter: '(Datastream/id eq 1 or Datastream/id eq 2 or Datastream/id eq 3) and phenomenonTime ge 2025-11-20T03:00:00.000Z', $orderby: 'phenomenonTime asc,id asc', $resultFormat: 'dataArray' })}`,
  `Datastreams(3)/Observations${q({ $orderby: 'phenomenonTime desc', $top: '1', $expand: 'FeatureOfInterest($select=id,feature)' })}`,
  `Things(3)/HistoricalLocations${q({ $orderby: 'time desc', $top: '5', $expand: 'Locations($select=id,location,encodingType)', $select: 'id' })}`,
  `Datastreams${q({ $filter: "substringof('temp',tolower(name)) or substringof('temp',tolower(ObservedProperty/name))", $select: 'id', $count: 'true' })}`,
];

/** Collections that are walked from page to page; the rows of all pages must be the same. */
export const WALKS: readonly string[] = [
  `Observations${q({ $top: '7', $select: 'id' })}`,
  `Observations${q({ $top: '7', $select: 'id', $orderby: 'phenomenonTime desc,id asc' })}`,
  `Datastreams(1)/Observations${q({ $top: '7', $select: 'id', $orderby: 'result desc,id asc' })}`,
  `Datastreams(1)/Observations${q({ $top: '4', $select: 'id,result', $orderby: 'phenomenonTime asc,id asc', $filter: 'result gt 21' })}`,
  `Datastreams(1)/Observations${q({ $top: '4', $resultFormat: 'dataArray', $select: 'id,result', $orderby: 'phenomenonTime asc,id asc' })}`,
  `Things${q({ $top: '1', $select: 'id', $orderby: 'name desc' })}`,
];

/** Changes and what they answer: [method, path, body]. They come last, and what is there afterwards is compared too. */
export const CHANGES: readonly (readonly [string, string, unknown?])[] = [
  ['POST', 'Things', { description: 'no name' }],
  ['POST', 'Things', 'no JSON'],
  ['POST', 'Datastreams(99)/Observations', { result: 1 }],
  ['POST', 'Observations', { result: 1 }],
  ['POST', 'Datastreams(1)/Observations', { phenomenonTime: '2025-11-22T00:00:00Z' }],
  [
    'POST',
    'Datastreams',
    {
      ...text('On nothing'),
      unitOfMeasurement: celsius,
      observationType: 'x',
      Thing: link(4),
      ObservedProperty: link(1),
      Sensor: link(1),
      Observations: [],
    },
  ],
  ['POST', 'Datastreams(6)/Observations', { phenomenonTime: '2025-11-22T00:00:00Z', result: 5 }],
  ['POST', 'Observations', { phenomenonTime: '2025-11-22T00:00:00Z', result: 6, Datastream: link(5) }],
  [
    'POST',
    'CreateObservations',
    [
      {
        Datastream: link(5),
        components: ['phenomenonTime', 'result', 'FeatureOfInterest/id'],
        dataArray: [
          ['2025-11-22T01:00:00Z', 7, 1],
          ['2025-11-22T02:00:00Z', 8, 999],
        ],
      },
    ],
  ],
  ['PATCH', 'Things(1)', { description: 'New' }],
  ['PATCH', 'Observations(1)', { result: 99 }],
  ['PATCH', 'Things(99)', { description: 'New' }],
  ['PATCH', 'Things(3)', { Locations: [link(2)] }],
  ['POST', 'Things(2)/Locations', { ...text('Pier'), encodingType: GEO, location: place(99.71, 7.61) }],
  ['PATCH', 'Things(2)', { Locations: [{ ...text('Inside'), encodingType: GEO, location: place(99, 7) }] }],
  ['POST', 'HistoricalLocations', { time: '2001-01-01T00:00:00Z', Thing: link(1), Locations: [link(2)] }],
  ['POST', 'HistoricalLocations', { time: '2099-01-01T00:00:00Z', Thing: link(1), Locations: [link(2)] }],
  ['DELETE', 'Observations(2)'],
  ['DELETE', 'Observations(2)'],
  ['DELETE', 'Datastreams(4)'],
];

/** Read after the changes. */
export const AFTER: readonly string[] = [
  'Things(1)',
  'Observations(1)',
  'Things(1)/Locations?$select=id',
  'Things(2)/Locations?$select=id',
  'Things(2)/HistoricalLocations?$select=id&$expand=Locations($select=id)',
  'Locations(1)/Things?$select=id',
  'Things(3)/Locations',
  'Things(3)/HistoricalLocations?$select=id&$count=true',
  'Datastreams(5)/Observations',
  'Datastreams(5)',
  'Datastreams(1)',
  'Datastreams?$select=id',
  'Observations?$select=id&$top=100',
  'FeaturesOfInterest',
];
