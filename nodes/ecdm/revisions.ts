/** Identities that are remembered; the one that was heard of longest ago is forgotten first. */
const MOST = 10_000;

/**
 * Remembers how far each status has been answered, so that no revision is answered twice, and none after a newer one
 * (a "raised" that arrives after "cleared" would be a false alarm). Bounded: the 10,000 statuses heard of last.
 */
export class Revisions {
  private readonly last = new Map<string, number>();

  constructor(private readonly most = MOST) {}

  /** True, once, for a revision that is newer than all before; remembers it. */
  isNew(id: string, revision: number): boolean {
    const known = this.last.get(id);
    if (known !== undefined && revision <= known) return false;
    this.last.delete(id);
    this.last.set(id, revision);
    if (this.last.size > this.most) this.last.delete(this.last.keys().next().value!);
    return true;
  }

  get size(): number {
    return this.last.size;
  }

  /** For a snapshot. */
  dump(): [string, number][] {
    return [...this.last];
  }

  /** Takes over what an earlier run remembered; what is not such a list is ignored. What is known already wins. */
  restore(kept: unknown): void {
    if (!Array.isArray(kept)) return;
    const now = [...this.last];
    this.last.clear();
    for (const entry of kept.slice(-this.most) as unknown[]) {
      if (!Array.isArray(entry)) continue;
      const [id, revision] = entry as unknown[];
      if (typeof id === 'string' && typeof revision === 'number') this.last.set(id, revision);
    }
    for (const [id, revision] of now) this.isNew(id, revision);
  }
}
