import { hash32 } from './rule';

/** Ids in one generation; two are kept, so that at least so many are known at any time. */
const GENERATION = 50_000;

/** Ids of the readings judged last, bounded: two generations, of which the older one is dropped whole. */
export class RecentIds {
  private young = new Set<string>();
  private old = new Set<string>();
  /** Hashes of the ids known before a restart. */
  private before: ReadonlySet<number> = new Set();

  add(id: string): void {
    if (this.young.size >= GENERATION) {
      this.old = this.young;
      this.young = new Set();
    }
    this.young.add(id);
  }

  has(id: string): boolean {
    return this.young.has(id) || this.old.has(id);
  }

  hadBefore(id: string): boolean {
    return this.before.has(hash32(id));
  }

  /** As hashes: a hundred thousand addresses would fill megabytes. */
  save(): number[] {
    const all = new Set<number>(this.before);
    if (this.old.size > 0) all.clear();
    for (const id of this.old) all.add(hash32(id));
    for (const id of this.young) all.add(hash32(id));
    return [...all];
  }

  load(hashes: readonly number[]): void {
    this.before = new Set(hashes.slice(-2 * GENERATION));
  }
}
