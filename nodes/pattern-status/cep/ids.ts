/** Remembers the ids of events in two generations, so that memory is bounded and no clean-up ever stops the flow. */
export class SeenIds {
  private now = new Map<string, string>();
  private before = new Map<string, string>();

  /** @param most ids that are remembered at most */
  constructor(private readonly most: number) {}

  /**
   * Takes note of an event.
   * @returns true when it was here before: same id from the same stream
   */
  seen(id: string, stream: string): boolean {
    let known = this.now.get(id);
    if (known === undefined && this.before.size > 0) known = this.before.get(id);
    if (known === undefined) {
      this.add(id, stream);
      return false;
    }
    if (known === stream) return true;
    // two sensors of one station at one moment have the same id: they are two events
    const own = `${id}\n${stream}`;
    if (this.now.has(own) || this.before.has(own)) return true;
    this.add(own, stream);
    return false;
  }

  private add(id: string, stream: string): void {
    if (this.now.size >= this.most / 2) {
      this.before = this.now;
      this.now = new Map();
    }
    this.now.set(id, stream);
  }

  toJSON(): [string, string][] {
    return [...this.before, ...this.now];
  }

  restore(entries: readonly [string, string][]): void {
    for (const [id, stream] of entries) this.add(id, stream);
  }
}
