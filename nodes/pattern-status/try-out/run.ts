/** Runs a rule over what lies on the board, with the very engine that runs in the flow. */
import type { StatusDefinition } from '../../ecdm/definition';
import { eventId, type CityEvent, type EventKind } from '../../ecdm/event';
import type { Place } from '../../ecdm/observation';
import type { Problem } from '../../ecdm/problem';
import { METRES_PER_DEGREE } from '../../ecdm/sphere';
import type { Severity, Status, StatusState } from '../../ecdm/status';
import type { ZoneRef } from '../../ecdm/zone';
import { compileStatus, DefinitionError, type ExpectedKey } from '../cep';
import { CITY } from '../cep/keys';
import type { Lane, Mark } from './board';

/** Words that the example needs. */
export interface Words {
  language: string | undefined;
  station: (n: number) => string;
  zone: (n: number) => string;
  property: string;
}

/** An example station: its distance from the first one shows what "near" means. */
export interface Station {
  id: string;
  name: string;
  metres: number;
  place: Place;
  zone: ZoneRef;
}

/** A stretch in which the status is as it is. */
export interface Piece {
  key: string;
  keyName: string | undefined;
  state: 'pending' | 'raised' | 'nodata';
  severity: Severity;
  from: number;
  /** Open at the end of the time line when left out. */
  to: number | undefined;
  /** Why it is so. */
  reason: string;
  /** Why it was over. */
  over: string | undefined;
}

/** One message that the node would have sent. */
export interface Said {
  at: number;
  state: StatusState;
  severity: Severity;
  reason: string;
}

export interface Outcome {
  pieces: Piece[];
  said: Said[];
  problems: Problem[];
  /** Why the rule cannot be run. */
  refused?: { message: string; hint: string };
}

const CENTRE: Place = [100.5, 13.75];

/** Up to three stations. Around the first one: the second lies within the distance of the rule, the third does not. */
export function stationsOf({ per }: StatusDefinition, count: number, words: Words): Station[] {
  const apart = per.by === 'near' ? (per.metres ?? 500) : 400;
  const metres = [0, apart / 2, apart * 1.5];
  return metres.slice(0, count).map((away, i) => {
    const zone = i < 2 ? 1 : 2;
    return {
      id: `station-${i + 1}`,
      name: words.station(i + 1),
      metres: away,
      place: [CENTRE[0], CENTRE[1] + away / METRES_PER_DEGREE],
      zone: { id: `zone-${zone}`, name: words.zone(zone), level: per.level ?? 'zone' },
    };
  });
}

/** The events that the marks stand for, in the order of their times. */
export function eventsOn(
  marks: readonly Mark[],
  lanes: readonly Lane[],
  stations: readonly Station[],
  start: number,
  property = 'property',
): CityEvent[] {
  const byEvent = new Map(lanes.map((lane) => [lane.event, lane]));
  const events: CityEvent[] = [];
  for (const mark of marks) {
    const lane = byEvent.get(mark.event);
    const station = stations[mark.station];
    if (lane === undefined || station === undefined) continue;
    const make = (kind: EventKind, at: number): CityEvent => ({
      id: eventId(lane.event, station.id, kind, start + at),
      event: lane.event,
      name: lane.name,
      domain: undefined,
      key: station.id,
      keyName: station.name,
      stream: `${lane.event}|${station.id}`,
      property,
      time: start + at,
      timeEnd: undefined,
      place: station.place,
      zones: [station.zone],
      value: kind === 'end' || kind === 'nodata' ? undefined : valueOf(mark.value, lane.field),
      unit: undefined,
      limit: undefined,
      kind,
      source: [],
    });
    if (lane.emit === 'point') events.push(make('point', mark.from));
    else {
      events.push(make('begin', mark.from));
      if (mark.to !== undefined) events.push(make(mark.silent ? 'nodata' : 'end', mark.to));
    }
  }
  return events.sort((a, b) => a.time - b.time);
}

/** A number, or the record in which the rule looks for it. */
function valueOf(value: number | undefined, field: string | undefined): CityEvent['value'] {
  if (value === undefined || field === undefined) return value;
  return field.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as CityEvent['value'];
}

/** The rule as it is tried out: nobody waits for late readings where none can come. */
function atOnce(definition: StatusDefinition): StatusDefinition {
  return { ...definition, id: definition.id || 'try-out', lateness: '0 s' };
}

/** The sensors are known from the beginning, so that one that never speaks is missed, as in a flow with a roster. */
function keysOf({ per }: StatusDefinition, stations: readonly Station[], words: Words): ExpectedKey[] {
  if (per.by === 'city') return [{ key: CITY }];
  if (per.by === 'property') return [{ key: words.property, name: words.property }];
  const keys = stations.map(({ id, name, zone }) =>
    per.by === 'zone' ? { key: zone.id, name: zone.name, zones: [zone] } : { key: id, name, zones: [zone] },
  );
  return [...new Map(keys.map((key) => [key.key, key])).values()];
}

/** What the status does on the time line. Nothing is sent anywhere. */
export function runBoard(
  definition: StatusDefinition,
  board: { marks: readonly Mark[]; lanes: readonly Lane[]; stations: number; span: number; start: number },
  words: Words,
): Outcome {
  const { lanes, start, span } = board;
  const outcome: Outcome = { pieces: [], said: [], problems: [] };
  const byId = new Map(lanes.map((lane) => [lane.event, lane]));
  const statuses: Status[] = [];
  try {
    const engine = compileStatus(atOnce(definition), {
      names: (id) => byId.get(id)?.name ?? id,
      emit: (id) => byId.get(id)?.emit,
      language: words.language,
    });
    const stations = stationsOf(definition, board.stations, words);
    const seen = board.marks.filter((mark) => mark.from <= span);
    const events = eventsOn(seen, lanes, stations, start, words.property).filter(({ time }) => time <= start + span);
    engine.setMode('replay');
    engine.expect(keysOf(definition, stations, words), start, statuses, outcome.problems);
    engine.push(events, statuses, outcome.problems);
    engine.clock({ source: 'try-out', time: start + span }, 'replay', statuses, outcome.problems);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    outcome.refused = error.in(words.language);
    return outcome;
  }
  tell(statuses, start, outcome);
  return outcome;
}

function tell(statuses: readonly Status[], start: number, outcome: Outcome): void {
  const open = new Map<string, Piece>();
  for (const status of statuses) {
    const { statusId, severity, reason } = status;
    const at = Date.parse(status.updated) - start;
    outcome.said.push({ at, state: status.state, severity, reason });
    const piece = open.get(statusId);
    const state = status.state === 'updated' ? 'raised' : status.state;
    if (piece !== undefined && piece.state === state && piece.severity === severity) continue;
    if (piece !== undefined) {
      piece.to = at;
      piece.over = reason;
      open.delete(statusId);
    }
    if (state === 'cleared') continue;
    const { key, keyName } = status;
    const next: Piece = { key, keyName, state, severity, from: at, to: undefined, reason, over: undefined };
    open.set(statusId, next);
    outcome.pieces.push(next);
  }
}

/** When the status is raised: one that changes its severity stays so, and what follows at once is one stretch of time. */
export function raisedOf(pieces: readonly Piece[]): Piece[] {
  const found: Piece[] = [];
  for (const piece of pieces) {
    if (piece.state !== 'raised') continue;
    const before = found.findLastIndex(({ key }) => key === piece.key);
    if (found[before]?.to === piece.from) found[before] = { ...found[before], to: piece.to };
    else found.push(piece);
  }
  return found;
}
