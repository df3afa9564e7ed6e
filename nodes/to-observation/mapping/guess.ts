import { MAPPING_VERSION, USUAL_MISSING } from '../../ecdm/mapping-constants';
import type { Mapping, WideColumn } from '../../ecdm/mapping-schema';
import { toUcum } from '../../ecdm/units';
import { cellText } from './columns';
import { guessInterval, guessTime } from './guess-time';
import { note, type NoteKey } from './texts';
import {
  FILLERS, NUMBER_MARKS, pathParts, PROPERTY_NAMES, QUALITY_WORDS, suits, UNIT_SUFFIXES, WORDS, wordsOf, type Role,
} from './guess-words'; // prettier-ignore
import { readGeoJson, readWkt } from './places';
import { openSample, type Sample, type SampleColumn } from './sample';
import { headerUnit } from './values';

export interface Guess {
  mapping: Mapping;
  /** One sentence for each decision. */
  explanation: string[];
}

type LongValues = Extract<Mapping['values'], { layout: 'long' }>;

export interface GuessOptions {
  language?: string;
  /** The message had a topic, which may name the station. */
  topic?: string;
  /** IANA zone that is taken for times that say none; UTC when left out. */
  zone?: string;
}

/** Proposes a mapping from a sample of the input: by the names of its columns and by what they hold. */
export function guessMapping(input: unknown, options: GuessOptions = {}): Guess {
  const sample = openSample(input);
  return new Guesser(sample ?? { reading: {}, columns: [], rows: 0 }, options).guess();
}

const NUMBER = /^[-+]?[\d ']*\d([.,]\d+)*(e[-+]?\d+)?$/i;
const isNumber = (cell: unknown): boolean =>
  typeof cell === 'number' || (typeof cell === 'string' && NUMBER.test(cell.trim()));

/** A column holds numbers when most of its cells do; a few bad rows do not matter, less so where the name is clear. */
function isNumeric(column: SampleColumn): boolean {
  const least = describe(column.name).unit === undefined ? 0.8 : 0.5;
  const marks = new Set(USUAL_MISSING.map((mark) => mark.toLowerCase()));
  const cells = column.cells.filter((cell) => !marks.has(String(cell).trim().toLowerCase()));
  return cells.length > 0 && cells.filter(isNumber).length >= cells.length * least;
}

/** Switches and contacts: `true`, "ON". Figures are numbers. */
const isYesNo = (cell: unknown): boolean =>
  typeof cell === 'boolean' || (typeof cell === 'string' && /^(?:on|off|true|false|yes|no)$/i.test(cell.trim()));

const isBoolean = ({ cells }: SampleColumn): boolean => cells.length > 0 && cells.every(isYesNo);

/** Readings of relative humidity in percent: a share from 0 to 1 would never be above 1. */
function arePercent({ cells }: SampleColumn): boolean {
  const numbers = cells.map((cell) => Number(String(cell).replace(',', '.')));
  return numbers.every((n) => !(n < 0 || n > 100)) && numbers.some((n) => n > 1);
}

class Guesser {
  private readonly explanation: string[] = [];
  private readonly used = new Set<string>();

  constructor(
    private readonly sample: Sample,
    private readonly options: GuessOptions,
  ) {}

  guess(): Guess {
    const { reading, columns } = this.sample;
    if (columns.length === 0) this.say('noRows');
    if (reading.rows !== undefined) this.say('rows', { path: reading.rows });
    if (reading.explode !== undefined) this.say('explode', { path: reading.explode });
    if (reading.csv?.header === false) this.say('noHeader');
    const time = this.time();
    const place = this.place();
    const quality = this.quality();
    const byTopic = this.byTopic();
    const long = byTopic?.values ?? this.long();
    const { thing, thingName } = byTopic ?? this.thing();
    const interval = this.interval(time, thing, long);
    const values = long ?? this.wide();
    const numbers = this.numbers(values);
    const mapping: Mapping = {
      mapping: MAPPING_VERSION,
      ...reading,
      ...numbers,
      time: interval === undefined ? time : { ...time, interval },
      ...(thing === undefined ? {} : { thing }),
      ...(thingName === undefined ? {} : { thingName }),
      values,
      ...(place === undefined ? {} : { place }),
      ...(quality === undefined ? {} : { quality }),
    };
    return { mapping, explanation: this.explanation };
  }

  private say(key: NoteKey, params: Readonly<Record<string, string>> = {}): void {
    this.explanation.push(note(key, params, this.options.language ?? 'en-US'));
  }

  /** The column that suits a role best, of those that are left and pass the test. */
  private find(role: Role, test: (column: SampleColumn) => boolean = () => true, least = 1): SampleColumn | undefined {
    let best: SampleColumn | undefined;
    let score = least - 1;
    for (const column of this.sample.columns) {
      if (this.used.has(column.name)) continue;
      const suit = suits(column.name, role);
      if (suit > score && test(column)) [best, score] = [column, suit];
    }
    return best;
  }

  private take(column: SampleColumn | undefined): string | undefined {
    if (column !== undefined) this.used.add(column.name);
    return column?.name;
  }

  private time(): Mapping['time'] {
    const guessed = guessTime(this.sample);
    if (guessed === undefined) {
      this.say('noTime');
      return { columns: ['$now'] };
    }
    const { zone } = this.options;
    const time = guessed.naive && zone !== undefined ? { ...guessed.time, zone } : guessed.time;
    for (const column of time.columns) this.used.add(column);
    this.say('time', { column: time.columns.join('" + "'), format: time.format ?? 'ISO 8601' });
    if (guessed.naive) this.say('naive', { zone: zone ?? 'UTC' });
    if (guessed.dayFirst) this.say('dayFirst', { format: time.format ?? '' });
    return time;
  }

  private place(): Mapping['place'] {
    const inRange = (limit: number) => (column: SampleColumn) =>
      isNumeric(column) && column.cells.some((cell) => Math.abs(Number(String(cell).replace(',', '.'))) <= limit);
    const lat = this.find('lat', inRange(90));
    const lon = this.find('lon', (column) => column !== lat && inRange(180)(column));
    if (lat !== undefined && lon !== undefined) {
      this.take(lat);
      this.take(lon);
      this.say('place', { columns: `${lat.name}, ${lon.name}` });
      return { from: 'columns', lat: lat.name, lon: lon.name };
    }
    for (const column of this.sample.columns) {
      const cell = column.cells[0];
      const from = typeof cell === 'string' && readWkt(cell) !== false ? 'wkt' : isGeometry(cell) ? 'geojson' : undefined;
      if (from === undefined) continue;
      this.take(column);
      this.say('place', { columns: column.name });
      return { from, column: column.name };
    }
    this.say('noPlace');
    return undefined;
  }

  private quality(): Mapping['quality'] {
    const column = this.find('quality', (c) => !isNumeric(c) && c.cells.length > 0);
    if (column === undefined) return undefined;
    const table: NonNullable<Mapping['quality']>['table'] = { Good: 'good', Suspect: 'suspect', Bad: 'bad', Missing: 'missing' };
    for (const cell of column.cells) {
      const text = String(cell);
      const known = Object.hasOwn(QUALITY_WORDS, text.toLowerCase()) ? QUALITY_WORDS[text.toLowerCase()] : undefined;
      const said = Object.keys(table).some((word) => word.toLowerCase() === text.toLowerCase());
      if (known !== undefined && !said) table[text] = known;
    }
    this.take(column);
    this.say('quality', { column: column.name });
    return { column: column.name, table };
  }

  /** One reading in each row: a column that names the property beside one that holds the value. */
  private long(): LongValues | undefined {
    const value = this.find('value', isNumeric);
    const property = this.find('property', (c) => c !== value && !isNumeric(c) && c.cells.length > 0);
    if (value === undefined || property === undefined) return undefined;
    this.take(value);
    this.take(property);
    const unit = this.find('unit', (c) => c.cells.length === 0 || !isNumeric(c));
    this.take(unit);
    const names: Record<string, string> = {};
    const units: Record<string, string> = {};
    for (const cell of new Set(property.cells.map((c) => cellText(c) ?? '').slice(0, 200))) {
      const known = describe(cell);
      if (known.property !== cell) names[cell] = known.property;
      if (unit === undefined && known.unit !== undefined) units[cell] = known.unit;
    }
    this.say('long', { property: property.name, value: value.name });
    return {
      layout: 'long',
      property: { column: property.name },
      value: value.name,
      ...(unit === undefined ? {} : { unit: { column: unit.name } }),
      ...(Object.keys(names).length === 0 ? {} : { names }),
      ...(Object.keys(units).length === 0 ? {} : { units }),
    };
  }

  /** One number alone, whose topic says what it is: `home/kitchen/temperature`. */
  private byTopic(): { values: LongValues; thing: Mapping['thing']; thingName: undefined } | undefined {
    const { columns, reading } = this.sample;
    const levels = this.options.topic?.split('/') ?? [];
    const only = columns.length === 1 && reading.format === undefined ? columns[0] : undefined;
    const raw = levels.at(-1) ?? '';
    if (only?.name !== 'value' || !isNumeric(only) || levels.length < 2 || levels.length > 99) return undefined;
    if (levels.at(-2) === '' || known(wordsOf(raw)) === undefined) return undefined;
    const { property, unit } = describe(raw);
    this.take(only);
    const [station, what] = [`$topic.${levels.length - 1}`, `$topic.${levels.length}`];
    this.say('topicLevels', { thing: levels.at(-2)!, property: raw, thingColumn: station, column: what });
    const units = unit ?? (property === 'humidity' && arePercent(only) ? '%' : undefined);
    if (units === undefined) this.say('noUnit', { columns: raw });
    return {
      values: {
        layout: 'long',
        property: { column: what },
        value: only.name,
        ...(property === raw ? {} : { names: { [raw]: property } }),
        ...(units === undefined ? {} : { units: { [raw]: units } }),
      },
      thing: { column: station },
      thingName: undefined,
    };
  }

  private thing(): { thing: Mapping['thing']; thingName: Mapping['thingName'] } {
    // one that says so, else a column of texts that repeat
    const column = this.find('thing', (c) => c.cells.some((cell) => cellText(cell) !== undefined));
    const usable = column !== undefined && (suits(column.name, 'thing') >= 1000 || !isNumeric(column));
    if (usable) {
      this.take(column);
      this.say('thing', { column: column.name });
      const name = this.find('name', (c) => !isNumeric(c), 1000);
      this.take(name);
      return { thing: { column: column.name }, thingName: name === undefined ? undefined : { column: name.name } };
    }
    if (this.options.topic !== undefined && this.options.topic !== '') {
      this.say('topicThing');
      return { thing: { column: '$topic' }, thingName: undefined };
    }
    this.say('noThing');
    return { thing: undefined, thingName: undefined };
  }

  private interval(time: Mapping['time'], thing: Mapping['thing'], long: Mapping['values'] | undefined): string | undefined {
    const byName = (name: string | undefined) => this.sample.columns.find((column) => column.name === name)?.all;
    const times = time.columns.map((name) => byName(name) ?? []);
    const stations = byName(thing?.column);
    const properties = long?.layout === 'long' ? byName(long.property.column) : undefined;
    const texts = (times[0] ?? []).map((cell, i) => (times.length === 1 ? cell : times.map((t) => t[i]).join(' ')));
    const keys = texts.map((_, i) => `${String(stations?.[i])}|${String(properties?.[i])}`);
    const interval = guessInterval({ time }, texts, keys);
    if (interval !== undefined) this.say('interval', { interval });
    return interval;
  }

  /** Several properties in each row: every column of numbers, or of yes and no, that is nothing else. */
  private wide(): Mapping['values'] {
    const columns: WideColumn[] = [];
    const percent: string[] = [];
    for (const column of this.sample.columns) {
      if (this.used.has(column.name) || !(isNumeric(column) || isBoolean(column))) continue;
      if (/^(id|_id|fid|objectid|index|year|month|day|hour)$/i.test(wordsOf(column.name).join(''))) continue;
      const named = describe(column.name);
      // two columns of one property would be one Datastream with two values at a time
      const taken = columns.some(({ property }) => property === named.property);
      const assumed = named.property === 'humidity' && named.unit === undefined && arePercent(column);
      if (assumed) percent.push(column.name);
      columns.push({
        column: column.name,
        ...named,
        ...(assumed ? { unit: '%' } : {}),
        ...(isBoolean(column) ? { type: 'boolean' } : {}),
        ...(taken ? { property: column.name } : {}),
      });
    }
    if (columns.length === 0) {
      this.say('noValue');
      return { layout: 'wide', columns: [{ column: 'value', property: 'value' }] };
    }
    this.say('wide', { columns: columns.map((c) => `${c.column} → ${c.property}${c.unit === undefined ? '' : ` (${c.unit})`}`).join(', ') });
    if (percent.length > 0) this.say('percent', { columns: percent.join(', ') });
    const bare = columns.filter((c) => c.unit === undefined && c.type !== 'boolean').map((c) => c.column);
    if (bare.length > 0) this.say('noUnit', { columns: bare.join(', ') });
    return { layout: 'wide', columns };
  }

  /** Decimal sign and the numbers that stand for "no value". */
  private numbers(values: Mapping['values']): Pick<Mapping, 'decimal' | 'missing'> {
    const names = new Set(values.layout === 'wide' ? values.columns.map((c) => c.column) : [values.value]);
    const cells = this.sample.columns.filter((c) => names.has(c.name)).flatMap((c) => c.cells);
    const texts = cells.filter((cell) => typeof cell === 'string');
    const decimal = texts.some((t) => /^\s*[-+]?\d+,\d+\s*$/.test(t)) && !texts.some((t) => /\d\.\d/.test(t));
    if (decimal) this.say('decimal');
    const marks = [...new Set(cells.map((c) => Number(String(c).replace(',', '.'))).filter((n) => NUMBER_MARKS.has(n)))];
    if (marks.length > 0) this.say('missing', { marks: marks.join(', ') });
    return {
      ...(decimal ? { decimal: ',' as const } : {}),
      ...(marks.length > 0 ? { missing: [...USUAL_MISSING, ...marks] } : {}),
    };
  }
}

const isGeometry = (cell: unknown): boolean =>
  ((typeof cell === 'object' && cell !== null) || (typeof cell === 'string' && cell.startsWith('{'))) && readGeoJson(cell) !== false;

/** Property and unit that a header names: "pm25_ugm3" is PM2.5 in ug/m3, "Temp (°C)" is temperature in Cel. */
export function describe(header: string): { property: string; unit?: string } {
  const inBrackets = headerUnit(header);
  const plain = inBrackets === undefined ? header : withoutUnit(header);
  const words = leafWords(plain);
  const written = inBrackets === undefined ? undefined : (toUcum(inBrackets) ?? inBrackets);
  const [, before, unitAfterIn] = /^(.*\S)\s+in\s+(\S{1,30})$/i.exec(header) ?? [];
  // "Temperatur in °C"; not "vehicles in town"
  const inWords = unitAfterIn === undefined || written !== undefined ? undefined : toUcum(unitAfterIn);
  if (inWords !== undefined) return { property: nameOf(leafWords(before!), before!), unit: inWords };
  for (let tail = Math.min(2, words.length - 1); tail >= 1; tail--) {
    const suffix = words.slice(-tail).join('');
    if (written !== undefined || !Object.hasOwn(UNIT_SUFFIXES, suffix)) continue;
    const raw = UNIT_SUFFIXES[suffix]!;
    return { property: nameOf(words.slice(0, -tail), plain), unit: toUcum(raw) ?? raw };
  }
  const property = nameOf(words, plain);
  return written === undefined ? { property } : { property, unit: written };
}

/** What stands before the unit that {@link headerUnit} found. */
const withoutUnit = (header: string): string =>
  /[)\]]\s*$/.test(header) ? header.replace(/\s*[([].*$/s, '') : header.replace(/\s+\/\s+\S+$/, '');

/** Words of the last part of a path; of `pm25.value` those of the part before, which says what the value is. */
function leafWords(path: string): string[] {
  const parts = pathParts(path);
  const words = wordsOf(parts.at(-1) ?? path);
  const before = parts.length < 2 ? [] : wordsOf(parts.at(-2)!);
  return WORDS.value.includes(words.join(' ')) && known(before) !== undefined ? before : words;
}

/** The property that these words are a known name of. */
function known(words: readonly string[]): string | undefined {
  for (const text of [words.join(' '), words.join('')]) {
    if (Object.hasOwn(PROPERTY_NAMES, text)) return PROPERTY_NAMES[text]!;
  }
  return undefined;
}

function nameOf(words: readonly string[], header: string): string {
  const first = words.findIndex((word) => !FILLERS.has(word));
  const last = words.findLastIndex((word) => !FILLERS.has(word));
  const name = known(words) ?? (first < 0 ? undefined : known(words.slice(first, last + 1)));
  if (name !== undefined) return name;
  return words.length > 0 && words.join(' ') !== header.toLowerCase() ? words.join(' ') : header.trim() || 'value';
}
