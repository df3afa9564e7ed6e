/** What may be wrong between a rule and the statuses of other rules that it rests on, as the flows are deployed. */
import type { StatusDefinition } from '../ecdm/definition';
import { unmetIn, type Keys } from '../ecdm/key-kinds';
import type { KnownEvents } from './known-events';

/** A text of the node, below `error`. */
export interface Doubt {
  key: 'unmet' | 'unmetOrNotWhile' | 'unmetNotWhile' | 'loop' | 'twice';
  parameters: Record<string, string>;
}

/** Says each doubt once, for as long as it lasts. */
export class RestedOn {
  private told: ReadonlySet<string> = new Set();

  /** @param label what the form says of keys: {@link keysText} */
  constructor(
    private readonly definition: StatusDefinition,
    private readonly label: (keys: Keys) => string,
  ) {}

  /** Looks again; what it said the last time it does not say again. */
  look(known: KnownEvents): Doubt[] {
    const doubts = [...this.unmet(known), ...this.loop(known), ...this.twice(known)];
    const { told } = this;
    this.told = new Set(doubts.map((doubt) => JSON.stringify(doubt)));
    return doubts.filter((doubt) => !told.has(JSON.stringify(doubt)));
  }

  private unmet(known: KnownEvents): Doubt[] {
    const { definition, label } = this;
    const unmet = unmetIn(definition, (id) => known.keys(id), known.canLieIn);
    return unmet.map(({ id, keys, notWhile, canKeepDown }) => ({
      key: notWhile ? 'unmetNotWhile' : canKeepDown ? 'unmetOrNotWhile' : 'unmet',
      parameters: { rule: definition.name, name: known.name(id) ?? id, where: label(keys), own: label(definition.per) },
    }));
  }

  private loop(known: KnownEvents): Doubt[] {
    const way = known.loopOf(this.definition.id);
    return way.length === 0 ? [] : [{ key: 'loop', parameters: { rule: this.definition.name, way: way.join(' → ') } }];
  }

  private twice(known: KnownEvents): Doubt[] {
    const { id, name } = this.definition;
    const names = known.makersOf(id).map((maker) => `“${maker.name}” (${maker.id})`);
    return names.length === 0 ? [] : [{ key: 'twice', parameters: { rule: name, id, names: names.join(', ') } }];
  }
}

/** The choice of the form's field "Where". */
export function keysText({ by, level }: Keys, t: (key: string) => string): string {
  const text = `“${t(`option.${by}`)}”`;
  return by === 'zone' && level !== undefined ? `${text} (${level})` : text;
}
