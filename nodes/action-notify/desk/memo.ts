import type { Status } from '../../ecdm/status';

/** Statuses that are remembered at a time. */
const MOST = 500;

/** What was put into words is not put into the same words again for each of fifty recipients. */
export class Memo<T> {
  private readonly known = new Map<Status, Map<string, T>>();

  /** @param key in what else the words may differ, such as the language */
  get(status: Status, key: string, make: () => T): T {
    let words = this.known.get(status);
    if (words === undefined) {
      if (this.known.size >= MOST) this.known.clear();
      this.known.set(status, (words = new Map<string, T>()));
    }
    let found = words.get(key);
    if (found === undefined) words.set(key, (found = make()));
    return found;
  }
}
