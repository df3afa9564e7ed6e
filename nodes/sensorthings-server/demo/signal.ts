/**
 * The value of a station at a time: a curve over the day, slow drift, fast noise, and episodes.
 *
 * Time is cut into slots of half an hour. In every slot one zone (drawn from the seed) has an air episode, so that
 * whenever a demo starts, PM2.5 and CO rise together somewhere within about half an hour of simulated time, and
 * fall again a quarter of an hour later.
 */
import { drift, gauss, random } from './random';
import type { DemoDatastream } from './things';
import { ZONE_CENTRES } from './things';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Length of the slot in which each air episode lies. */
const EPISODE_SLOT = 30 * MINUTE;
/** Milliseconds for rising, staying and falling. */
const RISE = 4 * MINUTE;
const STAY = 9 * MINUTE;
const FALL = 5 * MINUTE;

/** Trang's local time is UTC+7 all year. */
const UTC_OFFSET = 7 * HOUR;

/** An air episode: which zone, from when; strength 1 is enough for the alarm limits of the examples. */
export interface Episode {
  readonly zone: number;
  readonly begin: number;
  readonly end: number;
}

/** The air episode of the slot that `time` lies in. Two slots in a row never have the same zone. */
function episodeAt(seed: number, time: number): Episode {
  const slot = Math.floor(time / EPISODE_SLOT);
  const begin = slot * EPISODE_SLOT + Math.floor(random(seed, slot, 71) * 6) * MINUTE;
  return { zone: zoneOf(seed, slot), begin, end: begin + RISE + STAY + FALL };
}

/** Walks through all zones in a drawn order, then draws again. */
function zoneOf(seed: number, slot: number): number {
  const zones = ZONE_CENTRES.length;
  const round = Math.floor(slot / zones);
  // steps of 1..4 through a ring of five visit every zone once
  const step = 1 + Math.floor(random(seed, round, 72) * (zones - 1));
  const first = Math.floor(random(seed, 73) * zones);
  return (first + step * (slot - round * zones)) % zones;
}

/** 0 outside of the episode, 1 while it stays. */
function strength(episode: Episode, time: number): number {
  const t = time - episode.begin;
  if (t <= 0 || time >= episode.end) return 0;
  if (t < RISE) return smooth(t / RISE);
  if (t <= RISE + STAY) return 1;
  return smooth((episode.end - time) / FALL);
}

function smooth(f: number): number {
  return f * f * (3 - 2 * f);
}

/** A bump around an hour of the day, between 0 and 1. */
function bump(hour: number, at: number, width: number): number {
  const d = Math.min(Math.abs(hour - at), 24 - Math.abs(hour - at)) / width;
  return Math.exp(-d * d);
}

/** Rush hours of a town. */
function rush(hour: number): number {
  return 0.15 + 0.85 * Math.max(bump(hour, 7.5, 1.6), bump(hour, 17.5, 2), 0.45 * bump(hour, 12.5, 3.5));
}

/** Value of a Datastream at a time, rounded as its sensor would. */
export function valueAt(seed: number, stream: DemoDatastream, time: number): number {
  const hour = ((((time + UTC_OFFSET) % (24 * HOUR)) + 24 * HOUR) % (24 * HOUR)) / HOUR;
  const noise = gauss(seed, stream.id, time);
  const slow = drift(time, 40 * MINUTE, seed, stream.id);
  const site = random(seed, stream.thing.id, 9);
  const episode = episodeAt(seed, time);
  const here = episode.zone === stream.thing.zone ? strength(episode, time) : 0;
  switch (stream.kind) {
    case 'pm25':
      return round(Math.max(2, 16 + 14 * rush(hour) + 6 * slow + 1.5 * noise + here * (105 + 25 * site)), 1);
    case 'co': {
      const ppm = Math.max(0.1, 0.6 + 1.8 * rush(hour) + 0.4 * slow + 0.08 * noise + here * (58 + 14 * site));
      // 28.01 g/mol at 25 degrees Celsius: 24.45 l/mol
      return round(stream.ucum === 'mg/m3' ? (ppm * 28.01) / 24.45 : ppm, 2);
    }
    case 'vehicles':
      return Math.max(0, Math.round((12 + 50 * site) * rush(hour) * (1 + 0.25 * slow + 0.12 * noise)));
    case 'noise':
      return round(48 + 8 * site + 12 * rush(hour) + 3 * slow + 1.2 * noise + concert(seed, stream, time), 1);
    case 'level':
      return round(1.2 + 0.8 * Math.sin((2 * Math.PI * time) / (12.42 * HOUR)) + surge(seed, time) + 0.02 * noise, 2);
  }
}

/** Loud hours: one noise meter in four has one in each two hours, 20 dB for 25 minutes. */
function concert(seed: number, stream: DemoDatastream, time: number): number {
  const slot = Math.floor(time / (2 * HOUR));
  if (random(seed, slot, stream.id, 5) > 0.25) return 0;
  const into = time - slot * 2 * HOUR - random(seed, slot, stream.id, 6) * 90 * MINUTE;
  return into > 0 && into < 25 * MINUTE ? 22 : 0;
}

/** High water after rain upstream: once in six hours, 1.6 m for about an hour, at all gauges. */
function surge(seed: number, time: number): number {
  const slot = Math.floor(time / (6 * HOUR));
  const at = slot * 6 * HOUR + (1 + random(seed, slot, 8) * 4) * HOUR;
  const d = (time - at) / (30 * MINUTE);
  return 1.6 * Math.exp(-d * d);
}

function round(value: number, digits: number): number {
  const f = 10 ** digits;
  return Math.round(value * f) / f;
}
