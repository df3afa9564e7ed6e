/** A slice of the cases of one property: what a thread is asked for, and what it answers. */
import { inspect } from 'node:util';
import { runCase, type Property } from '../properties';

export interface Slice {
  /** Of the property. */
  id: string;
  /** The first seed. */
  seed: number;
  cases: number;
  /** It ends after so many failures. */
  failures: number;
}

export interface Done {
  /** How many were run, from the first seed on without a gap. */
  cases: number;
  seconds: number;
  failed: { seed: number; said: string }[];
}

/** Runs the cases of a slice until `isOver` says that it is enough. */
export function runSlice(property: Property, { seed, cases, failures }: Slice, isOver: () => boolean): Done {
  const start = performance.now();
  const failed: Done['failed'] = [];
  let done = 0;
  for (; done < cases && failed.length < failures && !isOver(); done++) {
    try {
      runCase(property, seed + done);
    } catch (error) {
      failed.push({ seed: seed + done, said: inspect(error) });
    }
  }
  return { cases: done, seconds: (performance.now() - start) / 1000, failed };
}
