/** Reads what a replay is fed with: rows by a mapping, or observations as our own nodes write them. */
import type { RosterEntry } from '../../nodes/ecdm/city';
import type { Mapping } from '../../nodes/ecdm/mapping-schema';
import type { Observation } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import { isOwn, readOwn, SHOWN, type Format } from '../../nodes/rehearsal/history/own';
import { guessMapping } from '../../nodes/to-observation/mapping/guess';
import { compileMapping } from '../../nodes/to-observation/mapping/mapper';
import { formatOf } from '../../nodes/to-observation/mapping/rows';

export interface ReadObservations {
  observations: Observation[];
  problems: Problem[];
  rows: number;
  bad: number;
  /** The Datastreams that the mapping found. */
  roster: RosterEntry[];
  /** How the mapping was guessed, where none was given. */
  guessed?: { mapping: Mapping; explanation: string[] };
}

export function readObservations(text: string, mapping: Mapping | undefined, language: string): ReadObservations {
  if (mapping !== undefined) return byMapping(text, mapping, language);
  const format = formatOf(text);
  if (isOwn(text, format)) return own(text, format, language);
  const guessed = guessMapping(text, { language });
  return { ...byMapping(text, guessed.mapping, language), guessed };
}

function byMapping(text: string, mapping: Mapping, language: string): ReadObservations {
  const observations: Observation[] = [];
  const problems: Problem[] = [];
  const mapper = compileMapping(mapping, { language, mostProblems: SHOWN });
  const { rows, bad } = mapper.map(text, observations, problems);
  return { observations, problems, rows, bad, roster: mapper.takeRoster() };
}

function own(text: string, format: Format, language: string): ReadObservations {
  const observations: Observation[] = [];
  const problems: Problem[] = [];
  const bad = readOwn(text, { format, before: 0, language }, observations, problems);
  return { observations, problems, rows: observations.length + bad, bad, roster: rosterOf(observations) };
}

/** Every Datastream of a file is there from its beginning on, as in a flow. */
function rosterOf(observations: readonly Observation[]): RosterEntry[] {
  const roster = new Map<string, RosterEntry>();
  for (const { datastream, property, thing, place, zones, meta } of observations) {
    const name = `${datastream}|${property}`;
    if (roster.has(name)) continue;
    const { interval, thing: station } = meta ?? {};
    roster.set(name, { datastream, property, thing, thingName: station?.name, interval, place, zones });
  }
  return [...roster.values()];
}
