/**
 * What the journal is told of orders: kept in the ledger until the journal has it on its disk. What befalls an order goes
 * into the ledger at the same moment, so that a crash between the two files leaves no order without its beginning or end.
 */
import type { Journal, Note } from '../city-journal/journal-source';
import type { LedgerState, Line } from './ledger';

export interface ToldParts {
  /** The journal as it is now, where one is chosen and there. */
  journal: () => Journal | undefined;
  state: LedgerState;
  append: (line: Line) => void;
}

/** Longest wait at the end for a journal that does not answer, in milliseconds. */
const PATIENCE = 2000;

export class Told {
  /** Settled when the journal has answered for everything so far. */
  private handed: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ToldParts) {}

  note(note: Note): void {
    const journal = this.parts.journal();
    if (journal === undefined) return;
    const { state } = this.parts;
    const untold = state.nextUntold;
    this.write({ untold, note });
    this.hand(journal, untold, note);
  }

  /** Tells again what a crash may have lost; an entry that is there already comes twice. To be called once, at the start. */
  resume(): void {
    const { journal, state } = this.parts;
    const known = journal();
    // without a journal nobody will ever ask for it
    for (const [untold, note] of [...state.untold]) {
      if (known === undefined) this.write({ told: untold });
      else this.hand(known, untold, note);
    }
  }

  /** An orderly end: what the journal gets on its disk meanwhile is not told again. */
  async close(patience = PATIENCE): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, patience)));
    await Promise.race([this.handed, enough]);
    clearTimeout(timer);
  }

  private hand(journal: Journal, untold: number, note: Note): void {
    journal.note(note);
    const answered = journal.written().then((is) => {
      // what it could not keep is told again after the next start
      if (is) this.write({ told: untold });
    });
    this.handed = this.handed.then(() => answered);
  }

  private write(line: Line): void {
    this.parts.state.apply(line);
    this.parts.append(line);
  }
}
