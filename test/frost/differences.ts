/**
 * What an older FROST than that of recorded.json answers otherwise, with the reason: the simulator imitates the newer one.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Recorded } from './ask';
import { HERE } from './jars';

export interface Differences {
  /** By request. */
  readonly http: ReadonlyMap<string, Recorded>;
  /** What comes over MQTT, by topic. */
  readonly mqtt: Readonly<Record<string, string[]>>;
  readonly reasons: readonly string[];
}

interface Kept {
  answers: { why: string; answer: Recorded }[];
  mqtt: { why: string; topic: string; came: string[] }[];
}

/** None for a version of which none are known. */
export function differencesOf(version: string): Differences {
  const file = path.join(HERE, `differences-${version}.json`);
  if (!existsSync(file)) return { http: new Map(), mqtt: {}, reasons: [] };
  const { answers, mqtt } = JSON.parse(readFileSync(file, 'utf8')) as Kept;
  return {
    http: new Map(answers.map(({ answer }) => [answer.request, answer])),
    mqtt: Object.fromEntries(mqtt.map(({ topic, came }) => [topic, came])),
    reasons: [...answers, ...mqtt].map(({ why }) => why),
  };
}
