/** The server address `demo:`: the demo city on its own clock, without sockets. */
import type { StreamInfo } from '../client/datastream';
import { StaError } from '../client/errors';
import type { Query } from '../client/door';
import type { FoundPage } from '../client/find-page';
import type { Choices } from '../client/suggest';
import { parsePath } from '../client/path';
import { fits } from '../client/rule';
import { demoCity, DEMO_ROOT, type DemoCity, type DemoDatastream } from './index';

/** What a person writes as the address. */
export function isDemo(url: unknown): boolean {
  return typeof url === 'string' && url.trim().toLowerCase().startsWith('demo:');
}

/** Rows of a page in the form. */
const PAGE = 100;

export class DemoServer {
  readonly kind = 'demo';
  readonly city: DemoCity;
  private readonly began = performance.now();
  private readonly start: number;

  /** @param speed simulated seconds per second; 1 is real time */
  constructor(
    readonly speed: number,
    seed: number,
    start = Date.now(),
  ) {
    this.city = demoCity({ seed });
    this.start = start;
  }

  /** Simulated time: from now onward, faster or not. */
  now(): number {
    return this.start + (performance.now() - this.began) * this.speed;
  }

  streams(): StreamInfo[] {
    return this.city.datastreams.map((stream) => infoOf(stream));
  }

  /** The Datastreams that an expert's path leads to. */
  streamsAt(path: string): StreamInfo[] {
    const at = parsePath(path);
    const all = this.streams();
    if (at.filter === '' && at.path === 'Datastreams') return all;
    const [, set, key] = /^(Datastreams|Things)\((\d+)\)(?:\/Datastreams)?$/.exec(at.path) ?? [];
    if (set === undefined || at.filter !== '') {
      throw new StaError('config', 'bad-path', 'the demo city knows Datastreams(1) and Things(1)/Datastreams only');
    }
    return all.filter((stream) => (set === 'Things' ? stream.thing === `${DEMO_ROOT}|${key}` : stream.key === key));
  }

  /** A page of Datastreams with their latest values. */
  find({ rule, path }: Query, skip: number): FoundPage {
    if (rule.filter !== '') throw new StaError('config', 'refused', 'the demo city knows no $filter');
    const now = this.now();
    const all = this.streamsAt(path).filter((stream) => fits(stream, rule));
    const items = all.slice(skip, skip + PAGE).map((info) => {
      const latest = this.city.latest(Number(info.key), now);
      const { key, name, property, place } = info;
      const unit = info.meta.unit?.symbol ?? '';
      return {
        key,
        name,
        property,
        unit,
        thing: info.thingName ?? '',
        place,
        value: latest?.value,
        time: latest?.time,
      };
    });
    const next = skip + items.length;
    return { items, next: next < all.length ? next : undefined, total: all.length, here: [] };
  }

  suggest(set: 'ObservedProperties' | 'Things', text: string): Choices {
    const all = this.streams().map((stream) => (set === 'Things' ? (stream.thingName ?? '') : stream.property));
    const names = [...new Set(all)].filter((name) => name.toLowerCase().includes(text.trim().toLowerCase())).sort();
    return { names, more: false };
  }

  units(): string[] {
    return [...new Set(this.streams().map((stream) => stream.meta.unit?.symbol ?? ''))].sort();
  }
}

function infoOf(stream: DemoDatastream): StreamInfo {
  const id = `${DEMO_ROOT}|${stream.id}`;
  return {
    key: String(stream.id),
    path: `Datastreams(${stream.id})`,
    id,
    name: stream.name,
    property: stream.property.name,
    unit: stream.ucum,
    thing: `${DEMO_ROOT}|${stream.thing.id}`,
    thingName: stream.thing.name,
    place: stream.thing.place,
    numeric: true,
    meta: { datastream: { id }, unit: { symbol: stream.unit.symbol }, interval: stream.interval },
    newest: undefined,
  };
}
