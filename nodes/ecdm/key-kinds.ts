/**
 * Whether what a status names can ever meet the rest of it. Statuses come to a rule with a key of their own kind: one of the
 * whole city counts for no station, one of a zone for no other rule than those of zones and of the city.
 */
import type { KeyKind, Pattern, Scope, StatusDefinition } from './definition';
import { eventsOf, operandsOf } from './pattern-walk';

/** What the keys of a status are. */
export interface Keys {
  by: KeyKind;
  level?: string | undefined;
}

/** What is known of an event or a status that a rule names. */
export type Named = { status: Keys } | { event: Scope | undefined };

/** Whether what lies in a zone of one level can lie in zones of another level, too. */
export type CanLieIn = (level: string, around: string) => boolean;

/** A status that is named in vain. */
export interface Unmet {
  id: string;
  keys: Keys;
  /** It is to keep the rule down. */
  notWhile: boolean;
  /** "Not while" would hear of it. */
  canKeepDown: boolean;
}

/** Kinds of keys for which a pattern can come true; `undefined` where it may be any. */
type Kinds = ReadonlySet<string> | undefined;

/** What counts for whatever keys the rule has. */
const HERE: Kinds = new Set(['here']);
const NOWHERE: Kinds = new Set();

/** The statuses that a rule names in vain: they come to it, and count for none of its keys. */
export function unmetIn(
  definition: StatusDefinition,
  named: (id: string) => Named | undefined,
  canLieIn: CanLieIn,
): Unmet[] {
  const { per, notWhile = [] } = definition;
  const found = new Map<string, Unmet>();
  const add = (id: string, isNotWhile: boolean): void => {
    const about = named(id);
    if (about === undefined || !('status' in about)) return;
    const keys = about.status;
    found.set(`${isNotWhile}${id}`, { id, keys, notWhile: isNotWhile, canKeepDown: keepsDown(keys, per, canLieIn) });
  };
  const meeting = new Meeting(per, named, canLieIn, (id) => add(id, false));
  meeting.look(definition);
  for (const id of notWhile) {
    const about = named(id);
    if (about !== undefined && 'status' in about && !keepsDown(about.status, per, canLieIn)) add(id, true);
  }
  return [...found.values()];
}

class Meeting {
  constructor(
    private readonly per: Keys,
    private readonly named: (id: string) => Named | undefined,
    private readonly canLieIn: CanLieIn,
    private readonly inVain: (id: string) => void,
  ) {}

  look({ when, clear, steps = [] }: StatusDefinition): void {
    const own = this.kindsOf(when);
    for (const side of [clear?.when, ...steps.map((step) => step.when)]) {
      if (side === undefined) continue;
      const kinds = this.kindsOf(side);
      if (isNone(common(own, kinds))) this.tell([when, side]);
    }
  }

  private kindsOf(pattern: Pattern): Kinds {
    if (pattern.op === 'event' || pattern.op === 'aggregate') return this.kindOf(pattern.event);
    const operands = operandsOf(pattern).map(({ of }) => of);
    const kinds = operands.map((of) => this.kindsOf(of));
    const any = kinds.length === 0 ? undefined : kinds.reduce(either);
    if (pattern.op === 'or') return any;
    const all = kinds.reduce(common, undefined);
    if (!isNone(all)) return all;
    // what is nowhere has been told of
    if (!kinds.some(isNone)) this.tell(operands);
    return any;
  }

  private kindOf(id: string): Kinds {
    const about = this.named(id);
    if (about === undefined) return undefined;
    const kind =
      'status' in about ? kindOfStatus(about.status, this.per, this.canLieIn) : kindOfEvent(about.event, this.per);
    if (isNone(kind)) this.inVain(id);
    return kind;
  }

  /** Those that have other keys than the rule is about. */
  private tell(patterns: readonly Pattern[]): void {
    for (const id of patterns.flatMap((pattern) => [...eventsOf(pattern)])) {
      if (this.kindOf(id)?.has(this.per.by) === false) this.inVain(id);
    }
  }
}

const isNone = (kinds: Kinds): boolean => kinds?.size === 0;

const common = (a: Kinds, b: Kinds): Kinds =>
  a === undefined || b === undefined ? (a ?? b) : new Set([...a].filter((kind) => b.has(kind)));
const either = (a: Kinds, b: Kinds): Kinds => (a === undefined || b === undefined ? undefined : new Set([...a, ...b]));

function kindOfStatus({ by, level }: Keys, per: Keys, canLieIn: CanLieIn): Kinds {
  switch (per.by) {
    case 'city':
    case 'near':
      return HERE;
    case 'property':
      // a status does not say of which property it is
      return NOWHERE;
    case 'zone':
      // what says nothing of zones of its own may still lie in one as a whole
      return by !== 'zone' || isWithin(level, per.level, canLieIn) ? HERE : NOWHERE;
    default:
      // near each other is told of the station of the first event
      return new Set([by === 'near' ? 'station' : by]);
  }
}

/** Of readings themselves the rule takes the key that it asks for; what was computed of many has the key of that. */
function kindOfEvent(scope: Scope | undefined, { by }: Keys): Kinds {
  if (by !== 'station' && by !== 'datastream') return HERE;
  return new Set([scope ?? by]);
}

/** Whether a status keeps down keys of another kind: its own key, the keys in its zone, and those of the whole city. */
function keepsDown({ by, level }: Keys, per: Keys, canLieIn: CanLieIn): boolean {
  if (by === 'city') return true;
  if (by === 'zone') return per.by !== 'zone' || isWithin(per.level, level, canLieIn);
  const kind = (one: KeyKind): string => (one === 'near' ? 'station' : one);
  return kind(by) === kind(per.by);
}

/** Without a level it is any of them. */
function isWithin(level: string | undefined, around: string | undefined, canLieIn: CanLieIn): boolean {
  return !level || !around || level === around || canLieIn(level, around);
}

/** @param zones the zones that are known, as they are saved; of a level that none of them has nothing is known */
export function lyingIn(zones: readonly { id: string; level: string; parent?: string | undefined }[]): CanLieIn {
  const parents = new Map(zones.map(({ id, parent }) => [id, parent]));
  const depthOf = (id: string): number => {
    let depth = 0;
    const seen = new Set<string>();
    for (let at = parents.get(id); at !== undefined && !seen.has(at); at = parents.get(at)) {
      seen.add(at);
      depth++;
    }
    return depth;
  };
  const depths = new Map<string, number[]>();
  for (const { id, level } of zones) {
    const known = depths.get(level);
    if (known === undefined) depths.set(level, [depthOf(id)]);
    else known.push(depthOf(id));
  }
  // lists of zones go from the outer to the inner ones; what lies in a zone names those before it
  return (level, around) => {
    const [inner, outer] = [depths.get(level), depths.get(around)];
    if (inner === undefined || outer === undefined) return true;
    const deepest = inner.reduce((a, b) => Math.max(a, b));
    return outer.some((depth) => depth <= deepest);
  };
}
