/** Which Datastream the Observations of a file belong to, as far as the file itself tells. */
import { bareStream, decodeDatastream, type StreamInfo } from '../../../nodes/sensorthings-server/client/datastream';
import { datastreamKey } from '../../../nodes/sensorthings-server/client/decode';
import { datastreamOf } from '../../../nodes/sensorthings-server/client/links';
import { isRecord, pick, type Raw, records } from '../../../nodes/sensorthings-server/client/tolerant';
import { isNew } from './entity';
import { kindOf } from './kinds';

/** The key that stands for a Datastream which nothing in the file names. */
const UNKNOWN = 'unknown';

export class KnownStreams {
  private readonly streams = new Map<string, StreamInfo>();
  private last: StreamInfo | undefined;
  private count = 0;
  /** ObservedProperties that the file holds beside a MultiDatastream. */
  private properties: readonly Raw[] = [];

  constructor(
    private readonly root: string,
    private readonly nameFrom: string | undefined,
  ) {}

  /** Takes in a Datastream of the file; Observations behind it may belong to it. */
  learn(raw: Raw): StreamInfo | undefined {
    const several =
      pick(raw, 'multiObservationDataTypes') !== undefined && pick(raw, 'ObservedProperties') === undefined;
    const whole = several && this.properties.length > 0 ? { ...raw, ObservedProperties: this.properties } : raw;
    const info = decodeDatastream(isNew(raw) ? { ...whole, id: UNKNOWN } : whole, this.root, {
      nameFrom: this.nameFrom,
    });
    if (!info) return undefined;
    if (!this.streams.has(info.key)) this.count++;
    if (!isNew(raw)) this.streams.set(info.key, info);
    this.last = info;
    return info;
  }

  /** ObservedProperties that were asked for on their own: those of a MultiDatastream in the same file. */
  learnProperties(list: readonly Raw[]): void {
    if (this.properties.length === 0) this.properties = list;
  }

  /** The Datastream that a request, a topic or the link to the next page leads through. */
  around(...addresses: readonly (string | undefined)[]): StreamInfo | undefined {
    for (const address of addresses) {
      const found = datastreamOf(address);
      if (found) return this.byKey(found.set === 'MultiDatastreams' ? `MultiDatastreams(${found.key})` : found.key);
    }
    return undefined;
  }

  /** The Datastream that an Observation or a group names; else the one around it; else the one before it in the file. */
  of(raw: Raw, around: StreamInfo | undefined): StreamInfo {
    const expanded = raw['Datastream'] ?? raw['MultiDatastream'];
    const key = datastreamKey(raw);
    if (isRecord(expanded) && kindOf(expanded) !== undefined && (key === undefined || !this.streams.has(key))) {
      const before = this.last;
      const info = this.learn(expanded);
      this.last = before;
      if (info) return info;
    }
    if (key !== undefined) return this.byKey(key);
    return around ?? this.before(raw) ?? { ...bareStream(this.root, UNKNOWN), name: 'an unknown Datastream' };
  }

  /** An example without an id belongs to what stands before it; else only where the file has one Datastream at all. */
  private before(raw: Raw): StreamInfo | undefined {
    if (!this.last || !(isNew(raw) || this.count === 1)) return undefined;
    const result = pick(raw, 'result');
    const fits = (typeof result === 'object' && result !== null) || this.last.components === undefined;
    return fits ? this.last : undefined;
  }

  private byKey(key: string): StreamInfo {
    return this.streams.get(key) ?? bareStream(this.root, key);
  }
}

/** All Datastreams of an answer, however deep they were expanded; at most so many. */
export function datastreamsIn(body: unknown, hint: string | undefined, most = 10_000): Raw[] {
  const found: Raw[] = [];
  const walk = (raw: unknown, kind: string | undefined, depth: number): void => {
    if (depth > 6 || found.length >= most) return;
    if (Array.isArray(raw)) for (const item of raw as unknown[]) walk(item, kind, depth + 1);
    if (!isRecord(raw)) return;
    const own = kindOf(raw, kind);
    if (own === 'Datastream' || own === 'MultiDatastream') found.push(raw);
    for (const name of ['value', 'Datastreams', 'MultiDatastreams']) {
      if (name in raw) walk(raw[name], name === 'value' ? kind : name.slice(0, -1), depth + 1);
    }
  };
  walk(body, hint, 0);
  return found;
}

/** The ObservedProperties of a page of them. */
export function propertiesIn(body: unknown): Raw[] {
  const list = isRecord(body) ? records(body['value']) : [];
  return list.length > 0 && list.every((one) => kindOf(one) === 'ObservedProperty') ? list : [];
}
