/** What the node of the form says, made episodes: one listener for each kind of node. */
import type { CityEvent } from '../ecdm/event';
import type { Status } from '../ecdm/status';
import { parseTime } from '../ecdm/time';
import type { ZoneRef } from '../ecdm/zone';
import type { NodeMessage } from '../runtime/node-red';
import type { Episode } from './contract';
import { worse, type Tally } from './tally';

export interface Listener {
  /** A message has come out of output 1. */
  heard(message: NodeMessage): void;
  /** What came in has been worked on. */
  after?(batch: readonly unknown[]): void;
}

const itemsOf = ({ payload }: NodeMessage): unknown[] => (Array.isArray(payload) ? (payload as unknown[]) : [payload]);

/** Events with begin and end are episodes; between its gap and its next word a state goes on, and is not known. */
export class EventListener implements Listener {
  /** @param say the sentence that says why */
  constructor(
    private readonly tally: Tally,
    private readonly say: (event: CityEvent) => string,
  ) {}

  heard(message: NodeMessage): void {
    for (const item of itemsOf(message)) this.one(item as CityEvent);
  }

  private one(event: CityEvent): void {
    const { tally } = this;
    const id = `${event.event}\n${event.key}`;
    switch (event.kind) {
      case 'point':
        return tally.point(this.episodeOf(event), event.zones, event.property);
      case 'begin':
        tally.known(id, event.time);
        if (tally.get(id) === undefined) tally.begin(id, this.episodeOf(event), event.zones, event.property);
        return;
      case 'end':
        return tally.end(id, event.time);
      case 'nodata':
        return tally.unknown(id, event.time);
    }
  }

  private episodeOf(event: CityEvent): Episode {
    const { key, keyName, name, time, place, zones, value, unit } = event;
    const episode: Episode = { rule: event.event, name, key, since: time };
    if (keyName !== undefined && keyName !== key) episode.keyName = keyName;
    if (!this.tally.lists) return episode;
    episode.evidence = this.tally.evidence(event.source);
    if (place !== undefined) episode.place = place;
    if (zones !== undefined && zones.length > 0) episode.zones = zones.map(({ id }) => id);
    if (typeof value === 'number') episode.peak = value;
    if (unit !== undefined) episode.unit = unit;
    episode.reason = this.say(event);
    return episode;
  }
}

/** A status is one episode from when it is raised to when it is cleared. */
export class StatusListener implements Listener {
  constructor(
    private readonly tally: Tally,
    /** Ids of the readings that an event was made of. */
    private readonly sourceOf: (event: string) => readonly string[],
  ) {}

  heard(message: NodeMessage): void {
    for (const item of itemsOf(message)) this.one(item as Status);
  }

  private one(status: Status): void {
    const { tally } = this;
    const { statusId, state, severity, flags } = status;
    const since = parseTime(status.since)!;
    if (state === 'pending') return;
    if (state === 'cleared') {
      tally.end(statusId, parseTime(status.until ?? status.updated)!);
      return;
    }
    const known = tally.get(statusId);
    if (known === undefined) {
      tally.begin(statusId, this.episodeOf(status, since), status.zones);
      return;
    }
    // late readings may say that it began earlier
    known.episode.since = Math.min(known.episode.since, since);
    known.episode.severity = worse(known.episode.severity, severity);
    const updated = parseTime(status.updated)!;
    if (state === 'nodata') tally.unknown(statusId, updated);
    else if (!flags.includes('nodata')) tally.known(statusId, updated);
  }

  private episodeOf(status: Status, since: number): Episode {
    const { name, key, keyName, severity, place, zones, reason, evidence } = status;
    const episode: Episode = { rule: status.status, name, key, since, severity, reason };
    if (keyName !== undefined && keyName !== key) episode.keyName = keyName;
    if (!this.tally.lists) return episode;
    if (place !== undefined) episode.place = place;
    if (zones !== undefined && zones.length > 0) episode.zones = zones.map(({ id }) => id);
    episode.evidence = this.tally.evidence([...new Set(evidence.flatMap(({ id }) => this.sourceOf(id)))]);
    return episode;
  }
}

/**
 * What a filter lets through, as stays: of a sensor in the same zones, from its first reading there to the first one that is
 * not let through or is in other zones.
 */
export class StayListener implements Listener {
  private readonly kept = new Map<unknown, readonly ZoneRef[]>();
  /** Where each sensor is. */
  private readonly staying = new Map<string, string>();

  /** @param marks everything is let through, and only the zones say what is inside */
  constructor(
    private readonly tally: Tally,
    private readonly rule: { id: string; name: string },
    private readonly marks: boolean,
  ) {}

  heard(message: NodeMessage): void {
    for (const item of itemsOf(message)) {
      const { id, zones = [] } = item as { id: string; zones?: readonly ZoneRef[] };
      if (!this.marks || zones.length > 0) this.kept.set(id, zones);
    }
  }

  after(batch: readonly unknown[]): void {
    for (const item of batch) this.one(item as Reading);
    this.kept.clear();
  }

  private one(reading: Reading): void {
    const { id, time, thing, key, datastream, event } = reading;
    const stay = `${thing ?? key ?? ''}\n${datastream ?? event ?? ''}`;
    const zones = this.kept.get(id);
    const where = zones?.map((zone) => zone.id).join('\n');
    if (this.staying.get(stay) === where) return;
    this.tally.end(stay, time);
    if (zones === undefined || where === undefined) {
      this.staying.delete(stay);
      return;
    }
    this.staying.set(stay, where);
    this.tally.begin(stay, this.episodeOf(reading, zones), zones, reading.property);
  }

  private episodeOf(reading: Reading, zones: readonly ZoneRef[]): Episode {
    const { id, time, place, thing, datastream, event, meta, keyName } = reading;
    const key = thing ?? reading.key ?? datastream ?? event ?? '';
    const episode: Episode = { rule: this.rule.id, name: this.rule.name, key, since: time, evidence: [id] };
    const name = meta?.thing?.name ?? keyName;
    if (name !== undefined && name !== key) episode.keyName = name;
    if (place !== undefined) episode.place = place;
    if (zones.length > 0) episode.zones = zones.map((zone) => zone.id);
    return episode;
  }
}

interface Reading {
  id: string;
  time: number;
  property?: string;
  place?: Episode['place'];
  thing?: string;
  key?: string;
  keyName?: string;
  datastream?: string;
  event?: string;
  meta?: { thing?: { name?: string } };
}
