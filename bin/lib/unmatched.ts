/** Why nothing came of an event: no reading is of what it looks at. A rule that is only silent hides that. */
import type { Definition } from '../../nodes/ecdm/definition';
import { isNamed, nameSet } from '../../nodes/ecdm/names';
import type { Observation } from '../../nodes/ecdm/observation';
import { fileText } from './texts';

/** What an event looks at that no reading has, and what the readings have instead. */
export interface Unmatched {
  event: string;
  message: string;
  hint: string;
}

type Names = Record<'properties' | 'things' | 'datastreams', Set<string>>;

/** The kinds of names in the order in which they are told: what was measured first. */
const KINDS = ['properties', 'things', 'datastreams'] as const;
/** Names that are listed. */
const LISTED = 12;

export function unmatched(
  { events }: Definition,
  observations: readonly Observation[],
  language: string | undefined,
): Unmatched[] {
  if (observations.length === 0) return [];
  const found = namesOf(observations);
  return events.flatMap(({ name, observe = {} }) => {
    const kind = KINDS.find((one) => {
      const wanted = nameSet(observe[one]);
      return wanted !== undefined && ![...found[one]].some((known) => isNamed(wanted, known));
    });
    if (kind === undefined) return [];
    const parameters = { event: name, wanted: listed(observe[kind]!), found: listed(found[kind]) };
    const message = fileText(language, `unmatched.${kind}.message`, parameters);
    return [{ event: name, message, hint: fileText(language, `unmatched.${kind}.hint`, parameters) }];
  });
}

/** Every name by which the events may know a reading. */
function namesOf(observations: readonly Observation[]): Names {
  const names: Names = { properties: new Set(), things: new Set(), datastreams: new Set() };
  for (const { property, thing, datastream, meta } of observations) {
    put(names.properties, property, meta?.property?.name, meta?.property?.definition);
    put(names.things, thing, meta?.thing?.id, meta?.thing?.name);
    put(names.datastreams, datastream, meta?.datastream.id, meta?.datastream.name);
  }
  return names;
}

function put(into: Set<string>, ...names: (string | undefined)[]): void {
  for (const name of names) if (name !== undefined && name !== '') into.add(name);
}

function listed(names: Iterable<string>): string {
  const all = [...names].map((name) => `"${name.slice(0, 60)}"`);
  return all.length > LISTED ? `${all.slice(0, LISTED).join(', ')}, …` : all.join(', ');
}
