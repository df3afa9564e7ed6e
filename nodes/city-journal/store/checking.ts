/** Looks at every entry of a journal: whether the chain holds, and whether what is searched is what the entries say. */
import { text } from '../../ecdm/text';
import { ChainWalk, GENESIS } from './chain';
import { columnsOf } from './columns';
import type { CheckResult, Draft } from './store';

const MOST_FAULTS = 20;
/** What a search looks at; changed alone it would hide an entry. */
const COMPARED = ['status', 'domain', 'state', 'severity', 'lon', 'lat', 'text'] as const;

export class Checking {
  entries = 0;
  /** Rows that zones should have. */
  zones = 0;
  private readonly walk: ChainWalk;
  private readonly faults: string[] = [];
  private more = 0;
  private first: number;
  /** The chain itself must say that its beginning was given up. */
  private cutSaid: boolean;

  /** @param cut the last entry that retention took away, and its hash */
  constructor(
    private readonly cut: number,
    private readonly cutHash: string | undefined,
    private readonly language: string | undefined,
  ) {
    this.walk = new ChainWalk(cut, cutHash ?? GENESIS);
    this.first = cut + 1;
    this.cutSaid = cut === 0;
  }

  /** One entry after the other, oldest first. @param columns what the store searches */
  entry(seq: number, hash: string, draft: Draft, columns: Record<string, unknown>): void {
    if (this.entries++ === 0) this.first = seq;
    const wrong = this.walk.step(seq, hash, draft);
    if (wrong !== undefined) this.say(wrong, seq);
    const right = columnsOf(draft.kind, draft.body);
    this.zones += right.zones.length;
    if (COMPARED.some((name) => columns[name] !== right[name])) this.say('columns', seq);
    if (draft.kind === 'system' && !this.cutSaid) {
      this.cutSaid = draft.body === JSON.stringify({ what: 'retention', upTo: this.cut, hash: this.cutHash });
    }
  }

  count(table: string, wanted: number, found: number): void {
    if (wanted !== found) this.fault(text(this.language, 'journal.check.count', { table, wanted, found }));
  }

  fault(said: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(said);
    else this.more++;
  }

  result(): CheckResult {
    if (!this.cutSaid) this.say('cut', this.cut);
    const { entries, first, walk } = this;
    const faults =
      this.more === 0 ? this.faults : [...this.faults, text(this.language, 'moreProblems', { count: this.more })];
    return { ok: faults.length === 0, entries, last: walk.last, first, faults };
  }

  private say(what: 'gap' | 'changed' | 'columns' | 'cut', seq: number): void {
    this.fault(text(this.language, `journal.check.${what}`, { seq }));
  }
}
