/** What makes two observations the same: their id, and what they say. */
import type { Observation } from '../ecdm/observation';

/** The part of an observation's id behind its Datastream: a number where it is one, which takes less memory. */
export type IdKey = number | string;

const NUMBER = /^[1-9]\d{0,14}$/;

/** @param owner what the id begins with: the Datastream, or the one that a part belongs to */
export function idKey({ id }: Observation, owner: string): IdKey {
  const rest = id.slice(owner.length + 1);
  return NUMBER.test(rest) ? Number(rest) : rest;
}

/** The number that a server gave an observation, also where a part of it is meant; NaN where its id is a text. */
export function numberOf(key: IdKey): number {
  if (typeof key === 'number') return key;
  const part = /^([1-9]\d{0,14})#/.exec(key)?.[1];
  return part === undefined ? NaN : Number(part);
}

const bits = new DataView(new ArrayBuffer(8));

/** A hash of time and value, 31 bits: another one under the same id is an update. */
export function contentHash({ time, timeEnd, value }: Observation): number {
  let hash = number(0x811c9dc5, time);
  if (timeEnd !== undefined) hash = number(hash, timeEnd);
  if (typeof value === 'number') hash = number(hash, value);
  else hash = text(hash, typeof value === 'string' ? value : JSON.stringify(value));
  // one bit less, so that the engine keeps it without a box
  return hash & 0x3fffffff;
}

function number(hash: number, value: number): number {
  // -0 and 0 are one value
  bits.setFloat64(0, value + 0);
  return mix(mix(hash, bits.getInt32(0)), bits.getInt32(4));
}

function text(hash: number, value: string): number {
  for (let i = 0; i < value.length; i++) hash = mix(hash, value.charCodeAt(i));
  return hash;
}

function mix(hash: number, part: number): number {
  const mixed = Math.imul(hash ^ part, 0x01000193);
  return mixed ^ (mixed >>> 15);
}
