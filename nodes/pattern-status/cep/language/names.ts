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
/** Pages on the web put this space between Thai words, where lines may break; it comes with what is copied. */
export const NO_WIDTH = '\u200b';
/** As a reader sees it. */
export const visible = (text: string): string => text.replaceAll(NO_WIDTH, '');
/** What can be written without quotes. */
const BARE = /^[\p{L}\p{M}_][\p{L}\p{M}\p{N}_.\-/#]*$/u;

export class Names {
  private readonly byId = new Map<string, NamedEvent>();
  private readonly byName = new Map<string, string[]>();
  /** By names without spaces of no width. */
  private readonly byVisible = new Map<string, string[]>();
  /** Names that can be written without quotes, by their first character. */
  private readonly bare = new Map<string, Set<string>>();
  /** What was asked for already: a text may name the same thing often. */
  private readonly nears = new Map<string, string | undefined>();

  constructor(events: readonly NamedEvent[]) {
    for (const event of events) {
      if (this.byId.has(event.id)) continue;
      this.byId.set(event.id, event);
      put(this.byName, event.name, event.id);
      const shown = visible(event.name);
      put(this.byVisible, shown, event.id);
      if (!BARE.test(shown)) continue;
      const [first = ''] = shown;
      this.bare.set(first, (this.bare.get(first) ?? new Set()).add(shown));
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

  /** The ids of those that are called so; an id, and a name that looks the same, where no name is the same. */
  called(name: string): readonly string[] {
    return this.byName.get(name) ?? (this.byId.has(name) ? [name] : (this.byVisible.get(visible(name)) ?? []));
  }

  /** Names with which a text begins, of those that need no quotes. */
  beginning(text: string): string[] {
    const [first = ''] = text;
    return [...(this.bare.get(first) ?? [])].filter((name) => text.startsWith(name));
  }

  /** True for a name, for a slip in one, and for its first word. */
  mayBe(word: string): boolean {
    if (this.called(word).length > 0 || this.near(word) !== undefined) return true;
    const begin = word.toLowerCase();
    return [...this.byName.keys()].some((name) => name.toLowerCase().split(/[^\p{L}\p{M}\p{N}_]/u, 1)[0] === begin);
  }

  /** The one name of several words that differs in capital letters only. */
  sameLetters(name: string): string | undefined {
    const wanted = name.toLowerCase();
    const same = wanted.includes(' ') ? [...this.byName.keys()].filter((one) => one.toLowerCase() === wanted) : [];
    return same.length === 1 ? same[0] : undefined;
  }

  /** Whether a text begins with a name of several words. */
  severalWords(text: string): boolean {
    const wanted = text.toLowerCase();
    return [...this.byName.keys()].some((name) => name.includes(' ') && wanted.startsWith(name.toLowerCase()));
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

function put(table: Map<string, string[]>, name: string, id: string): void {
  const same = table.get(name);
  if (same === undefined) table.set(name, [id]);
  else same.push(id);
}
