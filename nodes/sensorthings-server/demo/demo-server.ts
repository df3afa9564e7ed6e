/** The server address `demo:`: the demo city on its own clock, without sockets. */
import type { Found } from '../client/discovery';
import type { StreamInfo } from '../client/datastream';
import { demoCity, DEMO_ROOT, type DemoCity, type DemoDatastream } from './index';

/** What a person writes as the address. */
export function isDemo(url: unknown): boolean {
  return typeof url === 'string' && url.trim().toLowerCase().startsWith('demo:');
}

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

  search(words: string, limit: number): Found[] {
    const terms = words.toLowerCase().split(/\s+/);
    const now = this.now();
    const found: Found[] = [];
    for (const stream of this.city.datastreams) {
      const all = `${stream.name} ${stream.property.name} ${stream.thing.name}`.toLowerCase();
      if (found.length >= limit || !terms.every((term) => all.includes(term))) continue;
      const latest = this.city.latest(stream.id, now);
      found.push({
        key: String(stream.id),
        name: stream.name,
        property: stream.property.name,
        unit: stream.unit.symbol,
        thing: stream.thing.name,
        value: latest?.value,
        time: latest?.time,
      });
    }
    return found;
  }
}

function infoOf(stream: DemoDatastream): StreamInfo {
  const id = `${DEMO_ROOT}|${stream.id}`;
  return {
    key: String(stream.id),
    id,
    name: stream.name,
    property: stream.property.name,
    unit: stream.ucum,
    thing: `${DEMO_ROOT}|${stream.thing.id}`,
    thingName: stream.thing.name,
    place: stream.thing.place,
    numeric: true,
    meta: { datastream: { id }, interval: stream.interval },
    newest: undefined,
  };
}
