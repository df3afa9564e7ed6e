/**
 * What a flow may send to a node by mistake or out of malice. Each piece is made anew for every use, because some
 * nodes change what they get. A node must survive all of it; what it cannot use it names in a problem or an error.
 */
import { makeObservation } from '../../nodes/ecdm/observation';

export interface Nonsense {
  name: string;
  make(): unknown;
  /**
   * `refused`: no node can make sense of it, so each must say so. `survived`: some nodes may use it (a reading without
   * a place, for instance), so only the survival is asked for.
   */
  fate: 'refused' | 'survived';
  /** For an item with one wrong field: which one, such as `reading.time`. Nodes that live by it must refuse it. */
  field?: string;
}

const TIME = Date.UTC(2026, 0, 1);

/** A reading that every node which takes readings accepts. */
export function goodReading(more: object = {}): Record<string, unknown> {
  return {
    ...makeObservation({
      id: 'server|1|1',
      datastream: 'server|1',
      property: 'PM2.5',
      time: TIME,
      value: 12,
      unit: 'ug/m3',
      place: [99.61, 7.556],
      thing: 'server|station 1',
    }),
    ...more,
  };
}

/** An event that `pattern-status` accepts. */
export function goodEvent(more: object = {}): Record<string, unknown> {
  return {
    id: `pm25-high|station 1|begin|${TIME}`,
    event: 'pm25-high',
    name: 'PM2.5 high',
    domain: undefined,
    key: 'station 1',
    keyName: 'Station 1',
    stream: 'pm25-high|server|1',
    property: 'PM2.5',
    time: TIME,
    timeEnd: undefined,
    place: [99.61, 7.556],
    zones: undefined,
    value: 120,
    unit: 'ug/m3',
    kind: 'begin',
    source: ['server|1|1'],
    ...more,
  };
}

/** A status that `action-notify` and `actuator-out` accept. */
export function goodStatus(more: object = {}): Record<string, unknown> {
  const time = new Date(TIME).toISOString();
  return {
    statusId: `air|station 1|${time}`,
    revision: 1,
    status: 'air',
    name: 'Air pollution',
    key: 'station 1',
    keyName: 'Station 1',
    state: 'raised',
    severity: 'major',
    since: time,
    updated: time,
    count: 1,
    evidence: [],
    reason: 'PM2.5 at Station 1 is 120 ug/m3, above the limit of 90 ug/m3.',
    flags: [],
    ...more,
  };
}

function circularObject(): unknown {
  const one: Record<string, unknown> = { name: 'circle' };
  one['self'] = one;
  one['list'] = [one, [one]];
  return one;
}

function nested(depth: number): unknown {
  let inner: unknown = 1;
  for (let i = 0; i < depth; i++) inner = i % 2 === 0 ? { inner } : [inner];
  return { inner };
}

function throwing(): unknown {
  const fail = (): never => {
    throw new Error('a getter that throws');
  };
  const one = {};
  for (const key of ['id', 'datastream', 'event', 'status', 'statusId', 'time', 'value', 'payload', 'toJSON']) {
    Object.defineProperty(one, key, { get: fail, enumerable: true });
  }
  return one;
}

/** Throws at whatever is done with it, a question for its prototype included. */
function trap(): unknown {
  const fail = (): never => {
    throw new Error('a trap of a proxy');
  };
  return new Proxy(
    {},
    { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail, set: fail },
  );
}

const json = (text: string): unknown => JSON.parse(text);
const refused = (name: string, make: () => unknown): Nonsense => ({ name, make, fate: 'refused' });
const survived = (name: string, make: () => unknown): Nonsense => ({ name, make, fate: 'survived' });

/** Payloads that are no item at all. */
const values: Nonsense[] = [
  refused('undefined', () => undefined),
  refused('null', () => null),
  refused('NaN', () => NaN),
  refused('Infinity', () => Infinity),
  refused('zero', () => 0),
  refused('true', () => true),
  refused('an empty text', () => ''),
  refused('a word', () => 'hello'),
  refused('half of a JSON text', () => '{"datastream": "d", "val'),
  refused('a text of 10 MB', () => 'x'.repeat(10_000_000)),
  refused('markup', () => '<script>alert(1)</script>{{constructor.constructor("x")()}}'),
  refused('a big integer', () => 10n ** 30n),
  refused('a symbol', () => Symbol('nonsense')),
  refused('a function', () => () => 'called'),
  refused('a class', () => class Payload {}),
  refused('a date', () => new Date(NaN)),
  refused('a buffer', () => Buffer.alloc(100_000, 7)),
  refused('numbers of a typed array', () => new Float64Array([1, NaN, Infinity])),
  refused('a map', () => new Map([['datastream', 'd']])),
  refused('a regular expression', () => /(a+)+$/),
  refused('an error', () => new Error('payload')),
  refused('a promise that fails', () => {
    const promise = Promise.reject(new Error('payload'));
    promise.catch(() => undefined);
    return promise;
  }),
];

/** Objects that are no item, or a hostile one. */
const objects: Nonsense[] = [
  refused('an empty object', () => ({})),
  refused('an object without a prototype', () => Object.create(null) as unknown),
  refused('prototype keys', () =>
    json('{"__proto__": {"datastream": "d"}, "constructor": {"prototype": {"polluted": 1}}}'),
  ),
  refused('a circle', circularObject),
  refused('a circle in an array', () => [circularObject()]),
  refused('100,000 levels', () => nested(100_000)),
  refused('getters that throw', throwing),
  refused('getters that throw, in an array', () => [throwing()]),
  refused('a trap', trap),
  refused('a trap in an array', () => [trap()]),
  refused('a frozen empty object', () => Object.freeze({})),
  refused('an array in an array', () => [[goodReading()], [[goodEvent()]]]),
  refused('a wild mix', () => [null, undefined, NaN, 'x', 7, Symbol('x'), () => 1, 1n, new Date(0)]),
  refused('100,000 times nothing', () => new Array(100_000).fill(null)),
  survived('an empty array', () => []),
  survived('an array with holes', () => new Array(1000)),
  survived('a reading that is its own place', () => {
    const one = goodReading();
    one['place'] = one;
    one['meta'] = one;
    return one;
  }),
  survived('a frozen reading', () => Object.freeze(goodReading())),
  survived('a frozen array of frozen readings', () => Object.freeze([Object.freeze(goodReading())])),
  survived('a frozen event', () => Object.freeze(goodEvent())),
  survived('a frozen status', () => Object.freeze(goodStatus())),
];

/** What stands in a field where something else is expected. */
const wrong: [string, () => unknown][] = [
  ['nothing', () => undefined],
  ['null', () => null],
  ['NaN', () => NaN],
  ['Infinity', () => Infinity],
  ['-1', () => -1],
  ['1e300', () => 1e300],
  ['a text of a number', () => '12'],
  ['an empty text', () => ''],
  ['a text of 1 MB', () => 'y'.repeat(1_000_000)],
  ['__proto__', () => '__proto__'],
  ['constructor', () => 'constructor'],
  ['true', () => true],
  ['an object', () => ({ a: 1 })],
  ['an array', () => [1, [2]]],
  ['a symbol', () => Symbol('field')],
  ['a big integer', () => 5n],
  ['a circle', circularObject],
  ['a trap', trap],
];

/** Fields that hold texts: any text will do for some node. */
const TEXTS = [
  'id',
  'datastream',
  'property',
  'unit',
  'thing',
  'event',
  'key',
  'stream',
  'statusId',
  'status',
  'reason',
];
const IS_TEXT = ['a text of a number', 'an empty text', 'a text of 1 MB', '__proto__', 'constructor'];

/** True where a value is wrong in a field for every node that looks at the field. */
function isWrong(field: string, name: string): boolean {
  // -1 ms is the last moment of 1969
  if (field === 'time') return name !== '-1';
  // null is a reading without a value, which sources do send
  if (field === 'value') return !['null', '-1', '1e300'].includes(name);
  return !(TEXTS.includes(field) && IS_TEXT.includes(name));
}

function withWrong(what: string, good: (more: object) => object, list: readonly string[]): Nonsense[] {
  // each with an identity of its own: what has been seen before may be left out in silence
  let serial = 0;
  return list.flatMap((field) =>
    wrong.map(([name, value]) => ({
      ...survived(`${what} with ${name} as ${field}`, () => good({ id: `nonsense ${++serial}`, [field]: value() })),
      ...(isWrong(field, name) ? { field: `${what}.${field}` } : {}),
    })),
  );
}

const fields: Nonsense[] = [
  ...withWrong('reading', goodReading, [
    'id',
    'datastream',
    'property',
    'time',
    'value',
    'unit',
    'place',
    'thing',
    'zones',
    'quality',
    'meta',
  ]),
  ...withWrong('event', goodEvent, [
    'id',
    'event',
    'key',
    'stream',
    'time',
    'kind',
    'value',
    'unit',
    'place',
    'zones',
    'source',
  ]),
  ...withWrong('status', goodStatus, [
    'statusId',
    'revision',
    'status',
    'key',
    'state',
    'severity',
    'since',
    'reason',
    'evidence',
    'zones',
  ]),
  ...[[0, 500], [NaN, 7], ['99', '7'], [], [99], [1e308, -1e308]].map((place) => ({
    ...survived(`a reading at ${JSON.stringify(place)}`, () => goodReading({ place })),
    field: 'reading.place',
  })),
  { ...survived('a reading of the year 9999', () => goodReading({ time: Date.UTC(9999, 0) })), field: 'reading.time' },
  { ...survived('an event of the year 9999', () => goodEvent({ time: Date.UTC(9999, 0) })), field: 'event.time' },
  survived('a status of the year 9999', () => goodStatus({ since: '9999-01-01T00:00:00Z', updated: '+275761-01-01' })),
  { ...survived('a reading from before our era', () => goodReading({ time: -8.64e15 })), field: 'reading.time' },
];

export const nonsense: readonly Nonsense[] = [...values, ...objects, ...fields];

/** What may stand in `msg.city` instead of a City. */
export const nonsenseCities: readonly { name: string; make(): unknown }[] = [
  ...wrong.map(([name, make]) => ({ name, make })),
  { name: 'a word', make: () => 'live' },
  { name: 'wrong kinds', make: () => ({ mode: 7, clock: 'now', roster: 'all', ticket: {} }) },
  { name: 'a clock of NaN', make: () => ({ mode: 'live', clock: { source: 's', time: NaN } }) },
  { name: 'a clock of the year 9999', make: () => ({ mode: 'live', clock: { source: 's', time: Date.UTC(9999, 0) } }) },
  { name: 'a clock without a source', make: () => ({ mode: 'replay', clock: { time: TIME } }) },
  {
    name: 'a clock of __proto__',
    make: () => ({ mode: 'replay', clock: { source: '__proto__', time: TIME, events: 'x' } }),
  },
  {
    name: 'a roster of nonsense',
    make: () => ({ mode: 'live', roster: [null, 5, {}, { datastream: 5 }, circularObject()] }),
  },
  { name: 'a roster with traps', make: () => ({ mode: 'live', roster: [trap(), throwing()] }) },
  {
    name: 'a roster of 100,000',
    make: () => ({ mode: 'live', roster: new Array(100_000).fill({ datastream: 'd', property: 'p' }) }),
  },
  { name: 'a roster in a circle', make: () => ({ mode: 'live', roster: [circularObject()], clock: circularObject() }) },
  { name: 'prototype keys', make: () => json('{"__proto__": {"mode": "replay"}, "mode": "constructor"}') },
  { name: 'getters that throw', make: throwing },
];
