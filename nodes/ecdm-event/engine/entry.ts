/** The state of a stream, and a reading as a stream remembers it. */
import type { Observation, Place, Quality, Value } from '../../ecdm/observation';
import type { ZoneRef } from '../../ecdm/zone';

export const enum Phase {
  Idle,
  Pending,
  Open,
  NoData,
}

export interface State {
  phase: Phase;
  /** Memory of hysteresis. */
  bits: number;
  /** First true reading of a pending state. */
  since: number;
  sinceId: string;
  /** Last reading whose truth was known. */
  known: number;
  knownId: string;
}

export const freshState = (): State => ({
  phase: Phase.Idle,
  bits: 0,
  since: 0,
  sinceId: '',
  known: -Infinity,
  knownId: '',
});

export function copyState(from: State, to: State): void {
  to.phase = from.phase;
  to.bits = from.bits;
  to.since = from.since;
  to.sinceId = from.sinceId;
  to.known = from.known;
  to.knownId = from.knownId;
}

/** A reading (or a result over readings) as a stream remembers it. */
export interface Entry {
  time: number;
  timeEnd: number | undefined;
  value: Value;
  unit: string | undefined;
  quality: Quality | undefined;
  id: string;
  place: Place | undefined;
  zones: readonly ZoneRef[] | undefined;
  /** Ids of the readings behind a result. */
  source: readonly string[] | undefined;
  after: State;
}

export type PackedState = [Phase, number, number, string, number | null, string];

/** JSON has no infinity. */
export function finite(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}

/** For a snapshot; {@link unpack} reads it. */
export function pack(state: State): PackedState {
  return [state.phase, state.bits, state.since, state.sinceId, finite(state.known), state.knownId];
}

export function unpack([phase, bits, since, sinceId, known, knownId]: PackedState): State {
  return { phase, bits, since, sinceId, known: known ?? -Infinity, knownId };
}

export function freshEntry(): Entry {
  return {
    time: 0,
    timeEnd: undefined,
    value: null,
    unit: undefined,
    quality: undefined,
    id: '',
    place: undefined,
    zones: undefined,
    source: undefined,
    after: freshState(),
  };
}

/** What a stream takes from a reading, or from a result over readings. */
export type Reading = Pick<Observation, 'time' | 'timeEnd' | 'value' | 'unit' | 'quality' | 'id' | 'place' | 'zones'>;

export function fill(entry: Entry, reading: Reading, source: readonly string[] | undefined): void {
  entry.time = reading.time;
  entry.timeEnd = reading.timeEnd;
  entry.value = reading.value;
  entry.unit = reading.unit;
  entry.quality = reading.quality;
  entry.id = reading.id;
  entry.place = reading.place;
  entry.zones = reading.zones;
  entry.source = source;
}
