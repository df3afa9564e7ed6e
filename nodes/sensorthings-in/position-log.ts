/**
 * Positions over a restart: what the flow has taken, and how far HTTP has been read. Lines:
 *
 * - `{"for":text}`: what is read; a log of something else is of no use
 * - `{"s":[n,id]}`: the number of a Datastream in this file
 * - `{"p":[n,safe,newest,floor]}`: its position
 * - `{"t":[n,id,time,hash, n,id,time,hash …],"w":when}`: taken by the flow, at a wall-clock time
 * - `{"m":id}`: what the server has stored up to this id has been read; null where that is not known
 * - `{"end":when}`: the node was closed in an orderly way
 */
import type { Observation } from '../ecdm/observation';
import { AppendLog } from '../runtime/append-log';
import { contentHash, idKey, type IdKey } from './identity';
import type { Position, Positions } from './positions';

/** Observations of one line. */
const LINE = 500;
/** Longest time after a crash of which it matters when an observation was taken. */
const RECENT = 600_000;

interface Taken {
  id: string;
  key: IdKey;
  time: number;
  hash: number;
  when: number;
}

/** How the last run ended. */
export type Ended = 'none' | 'closed' | 'crashed';

export class PositionLog {
  private readonly log: AppendLog;
  private readonly numbers = new Map<string, number>();

  /**
   * @param what a text that names what is read: a log that was written for something else is left alone
   * @param positions is filled by {@link load}
   */
  constructor(
    userDir: string | undefined,
    nodeId: string,
    private readonly what: string,
    private readonly positions: Positions,
    failed: (thrown: unknown) => void,
  ) {
    this.log = new AppendLog(userDir, nodeId, { whole: () => this.whole(), failed });
  }

  /**
   * Reads what was saved.
   * @param again milliseconds: what was taken so long before a crash is sent again, because nodes that remember may
   *   have lost it since they last saved
   */
  async load(again: number): Promise<Ended> {
    let fits = false;
    let ended = false;
    let last = 0;
    const names: string[] = [];
    const taken: Taken[] = [];
    await this.log.load((raw) => {
      const line = raw as Record<string, unknown>;
      if ('for' in line) fits = line['for'] === this.what;
      if (!fits) return;
      ended = 'end' in line;
      if (Array.isArray(line['s'])) names[line['s'][0] as number] = line['s'][1] as string;
      else if ('m' in line) this.positions.mark = typeof line['m'] === 'number' ? line['m'] : undefined;
      else if (Array.isArray(line['p'])) this.readPosition(names, line['p'] as (number | null)[]);
      else if (Array.isArray(line['t'])) {
        last = Math.max(last, Number(line['w']));
        readTaken(names, line['t'] as unknown[], Number(line['w']), taken);
      }
    });
    const since = ended || again === 0 ? Infinity : last - again;
    for (const { id, key, time, hash, when } of taken) {
      const position = this.positions.of(id);
      if (when < since) this.positions.restore(position, key, { time, hash, before: undefined, taken: when });
      // reading begins before it again
      else if (position.complete !== undefined && time < position.complete && time > position.floor)
        position.complete = time;
    }
    await this.log.rewrite();
    return !fits ? 'none' : ended ? 'closed' : 'crashed';
  }

  /** The flow has taken these, or they are known without having been sent. */
  taken(list: readonly Observation[], now = Date.now()): void {
    for (let i = 0; i < list.length; i += LINE) {
      const flat: unknown[] = [];
      for (const observation of list.slice(i, i + LINE)) {
        this.positions.took(observation, now);
        const owner = this.positions.owner(observation.datastream);
        flat.push(this.numberOf(owner), idKey(observation, owner), observation.time, contentHash(observation));
      }
      this.log.append(JSON.stringify({ t: flat, w: now }));
    }
  }

  /** The flow has taken everything up to these times. */
  commit(completes: ReadonlyMap<string, number>, overlap: number): void {
    for (const [id, complete] of completes) {
      if (!this.positions.commit(id, complete, overlap)) continue;
      const n = this.numberOf(id);
      this.log.append(positionLine(n, this.positions.of(id)));
    }
    this.positions.shrink();
  }

  /** What the server has stored up to this id has been read, and the flow has taken it; `undefined`: nothing is known. */
  setMark(mark: number | undefined): void {
    if (mark === this.positions.mark) return;
    this.positions.mark = mark;
    this.log.append(JSON.stringify({ m: mark ?? null }));
  }

  /** Forgets everything: what is read begins anew. */
  async reset(): Promise<void> {
    this.positions.clear();
    this.numbers.clear();
    await this.log.rewrite();
  }

  async close(removed: boolean): Promise<void> {
    if (removed) return this.log.remove();
    this.log.append(JSON.stringify({ end: Date.now() }));
    return this.log.close();
  }

  private readPosition(names: readonly string[], [n, safe, newest, floor]: (number | null)[]): void {
    const id = names[n!];
    if (id === undefined) return;
    const position = this.positions.of(id);
    position.complete = position.safe = safe ?? undefined;
    position.newest = newest ?? -Infinity;
    position.floor = floor ?? -Infinity;
  }

  private numberOf(id: string): number {
    let n = this.numbers.get(id);
    if (n === undefined) {
      n = this.numbers.size;
      this.numbers.set(id, n);
      this.log.append(JSON.stringify({ s: [n, id] }));
    }
    return n;
  }

  /** The whole state, a Datastream at a time. */
  private whole(): () => string | undefined {
    const lines = this.lines();
    return () => lines.next().value;
  }

  private *lines(): Generator<string, undefined> {
    yield JSON.stringify({ for: this.what });
    if (this.positions.mark !== undefined) yield JSON.stringify({ m: this.positions.mark });
    const recent = Date.now() - RECENT;
    for (const position of [...this.positions.all()]) {
      let n = this.numbers.get(position.id);
      if (n === undefined) this.numbers.set(position.id, (n = this.numbers.size));
      yield JSON.stringify({ s: [n, position.id] });
      yield positionLine(n, position);
      // those that were taken together share a line
      const lines = new Map<number, unknown[]>();
      for (const [key, { time, hash, taken }] of position.ids) {
        if (taken === 0) continue;
        const when = taken < recent ? 0 : taken;
        const flat = lines.get(when) ?? [];
        lines.set(when, flat);
        flat.push(n, key, time, hash);
      }
      for (const [w, t] of lines) yield JSON.stringify({ t, w });
    }
    return undefined;
  }
}

function positionLine(n: number, { safe, newest, floor }: Position): string {
  return JSON.stringify({ p: [n, finite(safe ?? NaN), finite(newest), finite(floor)] });
}

function readTaken(names: readonly string[], flat: readonly unknown[], when: number, out: Taken[]): void {
  for (let i = 0; i + 3 < flat.length; i += 4) {
    const id = names[flat[i] as number];
    const key = flat[i + 1];
    if (id === undefined || (typeof key !== 'number' && typeof key !== 'string')) continue;
    out.push({ id, key, time: Number(flat[i + 2]), hash: Number(flat[i + 3]), when });
  }
}

function finite(n: number): number | null {
  return Number.isFinite(n) ? n : null;
}
