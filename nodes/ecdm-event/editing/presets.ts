/**
 * Limits that cities use, with averaging time, unit and source. They are a start: which of them bind, and for whom, is
 * the city's own decision.
 */
import type { EventDefinition } from '../../ecdm/definition';

export interface Preset {
  /** Key of its name in the locale files, and of its group. */
  id: string;
  group: 'who' | 'usa' | 'thailand' | 'eu' | 'paper';
  property: 'PM2.5' | 'CO';
  op: '>' | '>=';
  value: number;
  unit: string;
  /** Averaging time; without one every single reading is judged. */
  over?: string;
  /** Three quarters of the hourly values, so that an average stands on enough of them. */
  minSamples?: number;
}

const day = { over: '24 h', minSamples: 18 };
const eightHours = { over: '8 h', minSamples: 6 };
const pm = { property: 'PM2.5', unit: 'µg/m³' } as const;
const co = { property: 'CO' } as const;

export const PRESETS: readonly Preset[] = [
  // WHO global air quality guidelines, 2021
  { id: 'whoPm', group: 'who', op: '>', value: 15, ...pm, ...day },
  { id: 'whoCo', group: 'who', op: '>', value: 4, unit: 'mg/m³', ...co, ...day },
  // US EPA, Technical Assistance Document for the Reporting of Daily Air Quality, EPA-454/B-24-002, May 2024
  { id: 'usPmSensitive', group: 'usa', op: '>=', value: 35.5, ...pm, ...day },
  { id: 'usPmUnhealthy', group: 'usa', op: '>=', value: 55.5, ...pm, ...day },
  { id: 'usPmVery', group: 'usa', op: '>=', value: 125.5, ...pm, ...day },
  { id: 'usPmHazardous', group: 'usa', op: '>=', value: 225.5, ...pm, ...day },
  { id: 'usCoSensitive', group: 'usa', op: '>=', value: 9.5, unit: 'ppm', ...co, ...eightHours },
  { id: 'usCoUnhealthy', group: 'usa', op: '>=', value: 12.5, unit: 'ppm', ...co, ...eightHours },
  // Thailand, in force since 1 June 2023
  { id: 'thPm', group: 'thailand', op: '>', value: 37.5, ...pm, ...day },
  { id: 'thPmRed', group: 'thailand', op: '>=', value: 75.1, ...pm, ...day },
  // EU: highest 8-hour mean of a day
  { id: 'euCo', group: 'eu', op: '>', value: 10, unit: 'mg/m³', ...co, ...eightHours },
  // the numbers of the ECDM paper, for comparison: far above every guideline
  { id: 'paperPm', group: 'paper', op: '>', value: 90, ...pm },
  { id: 'paperCo', group: 'paper', op: '>', value: 50, unit: 'ppm', ...co },
];

/** A new event from a preset. */
export function fromPreset(preset: Preset, id: string, name: string): EventDefinition {
  const { property, op, value, unit, over, minSamples } = preset;
  return {
    id,
    name,
    observe: { properties: [property] },
    ...(over === undefined ? {} : { aggregate: { method: 'average', over, scope: 'station', minSamples } }),
    when: { op, value, unit },
    emit: 'state',
  };
}
