/**
 * Of which events of a rule some source has said how far it has come. Where no wall clock has a say, in a simulation and a
 * replay, the rule decides nothing before that is known of all of them.
 */
import type { CityClock } from '../ecdm/city';

export class ClocksTold {
  private readonly told = new Set<string>();

  /** @param wanted ids of the events that the rule looks at; a clock that names none stands for all of them */
  hear({ events }: CityClock, wanted: ReadonlySet<string>): void {
    if (this.told.size === wanted.size) return;
    for (const id of events ?? wanted) if (wanted.has(id)) this.told.add(id);
  }

  /** Ids of those that are waited for; none as long as nothing was said of any. */
  awaited(wanted: ReadonlySet<string>): string[] {
    const { told } = this;
    return told.size === 0 || told.size === wanted.size ? [] : [...wanted].filter((id) => !told.has(id));
  }

  forget(): void {
    this.told.clear();
  }
}
