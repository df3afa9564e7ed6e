/** Where in the text each part of a tree stands, so that what is said of the tree can be shown in the text. */
import type { Span } from './tokens';

export class Marks {
  private readonly spans = new Map<object, Span>();
  private readonly fields = new Map<object, Map<string, Span>>();

  /** Notes where a part stands; the widest place counts (with the brackets around it). */
  part<T extends object>(part: T, span: Span): T {
    this.spans.set(part, span);
    return part;
  }

  field(of: object, name: string, span: Span): void {
    const known = this.fields.get(of);
    if (known === undefined) this.fields.set(of, new Map([[name, span]]));
    else known.set(name, span);
  }

  fieldOf(of: object, name: string): Span | undefined {
    return this.fields.get(of)?.get(name);
  }

  of(part: object): Span | undefined {
    return this.spans.get(part);
  }

  /** The narrowest known place of a path such as `when.of[1].for` in a tree. */
  at(tree: object, path: string): Span | undefined {
    let part: unknown = tree;
    let span = this.spans.get(tree);
    for (const [step] of path.matchAll(/[^.[\]]+/g)) {
      if (typeof part !== 'object' || part === null) break;
      span = this.fieldOf(part, step) ?? span;
      part = (part as Record<string, unknown>)[step];
      if (typeof part === 'object' && part !== null) span = this.spans.get(part) ?? span;
    }
    return span;
  }
}
