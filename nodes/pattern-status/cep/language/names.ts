/** Events by the names that people gave them, and back. */
import { nearest } from '../../../ecdm/nearest';
import { bracketedId, quotedText } from './tokens';

/** An event or a status that a rule may look at. */
export interface NamedEvent {
  id: string;
  name: string;
  /** Whether it has a duration; a state where that is not known. */
  emit?: 'state' | 'point';
}

const LONGEST_EXAMPLE = 40;

export class Names {
  private readonly byId = new Map<string, NamedEvent>();
  private readonly byName = new Map<string, string[]>();
  /** What was asked for already: a text may name the same thing often. */
  private readonly nears = new Map<string, string | undefined>();

  constructor(events: readonly NamedEvent[]) {
    for (const event of events) {
      if (this.byId.has(event.id)) continue;
      this.byId.set(event.id, event);
      const same = this.byName.get(event.name);
      if (same === undefined) this.byName.set(event.name, [event.id]);
      else same.push(event.id);
    }
  }

  /** How an event is written: by its name where that is enough. */
  print(id: string): string {
    const name = this.byId.get(id)?.name ?? '';
    if (name === '') return bracketedId(id);
    return this.byName.get(name)!.length === 1 ? quotedText(name) : `${quotedText(name)} ${bracketedId(id)}`;
  }

  /** One of them as it is written; `undefined` where none is known, or all have long names. */
  example(): string | undefined {
    const written = [...this.byId.keys()].map((id) => this.print(id));
    return written.find(({ length }) => length <= LONGEST_EXAMPLE);
  }

  /** The ids of those that are called so; an id is understood where no name is the same. */
  called(name: string): readonly string[] {
    return this.byName.get(name) ?? (this.byId.has(name) ? [name] : []);
  }

  /** True for a name, for a slip in one, and for its first word. */
  mayBe(word: string): boolean {
    if (this.called(word).length > 0 || this.near(word) !== undefined) return true;
    const begin = word.toLowerCase();
    return [...this.byName.keys()].some((name) => name.toLowerCase().split(/[^\p{L}\p{M}\p{N}_]/u, 1)[0] === begin);
  }

  emit(id: string): 'state' | 'point' | undefined {
    return this.byId.get(id)?.emit;
  }

  /** The name that was probably meant. */
  near(name: string): string | undefined {
    if (!this.nears.has(name)) this.nears.set(name, nearest(name, this.byName.keys()));
    return this.nears.get(name);
  }

  /** Some of the names, for a reader who does not know any. */
  some(): string {
    return [...this.byName.keys()].slice(0, 8).map(quotedText).join(', ');
  }
}
