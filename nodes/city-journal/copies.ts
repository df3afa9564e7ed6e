/**
 * Copies of journals that the form makes, in Node-RED's own folder. None is ever deleted: somebody made it to have it. So their
 * number is bounded, and what they may take of the disk: on a small one a script could fill it, and history would end.
 */
import { readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';

/** Copies in one folder, of all journals. */
export const MOST_COPIES = 10;
/** The names that copies get here: what people have put beside them does not count. */
const COPY = /^journal-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z\.sqlite$/;

/** Why none is made; `needs` and `free` are bytes. */
export type NoCopy =
  { fault: 'copying' } | { fault: 'copies'; count: number } | { fault: 'copyRoom'; needs: number; free: number };

export class Copies {
  private making = false;

  constructor(readonly folder: string) {}

  /**
   * One after the other: those that are under way at the same time would not see each other.
   * @param write writes the journal, which is in the file `journal`, into another file; without one it is elsewhere
   */
  async make(write: (file: string) => Promise<void>, journal: string | undefined): Promise<{ file: string } | NoCopy> {
    if (this.making) return { fault: 'copying' };
    this.making = true;
    try {
      const no = (await this.full()) ?? (journal === undefined ? undefined : await this.tight(journal));
      if (no !== undefined) return no;
      const file = path.join(this.folder, `journal-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.sqlite`);
      await write(file);
      return { file };
    } finally {
      this.making = false;
    }
  }

  private async full(): Promise<NoCopy | undefined> {
    const names = await readdir(this.folder).catch(() => []);
    const count = names.filter((name) => COPY.test(name)).length;
    return count < MOST_COPIES ? undefined : { fault: 'copies', count };
  }

  /** A copy leaves as much free as it takes, so that the journal itself can go on. Why there is no journal its store says. */
  private async tight(journal: string): Promise<NoCopy | undefined> {
    const { size } = await stat(journal).catch(() => ({ size: 0 }));
    const { bavail, bsize } = await statfs(this.folder);
    const [needs, free] = [2 * size, bavail * bsize];
    return free < needs ? { fault: 'copyRoom', needs, free } : undefined;
  }
}
