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

export class Told {
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

  private hand(journal: Journal, untold: number, note: Note): void {
    journal.note(note);
    void journal.written().then(() => this.write({ told: untold }));
  }

  private write(line: Line): void {
    this.parts.state.apply(line);
    this.parts.append(line);
  }
}
