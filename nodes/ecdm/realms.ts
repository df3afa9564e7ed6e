import type { Mode } from './city';

/**
 * What happens in the city, in a simulation, and at a time that was. None of them changes what is known of another: a
 * replay that is run again ends nothing in the city.
 */
export type Realm = 'real' | 'simulated' | 'replay';

/** @param simulated what a thing says of itself: it may have come on a way that knows of no mode */
export function realmOf(mode: Mode, simulated = false): Realm {
  if (mode === 'replay' || mode === 'simulated') return mode;
  return simulated ? 'simulated' : 'real';
}

/** An id that is the city's own is left as it is; a simulation or a replay that tells of the same has another one. */
export function idIn(realm: Realm, id: string): string {
  return realm === 'real' ? id : `${id}|${realm}`;
}

/**
 * One thing for each realm that anything has come from; the city's own is always there.
 * @template H what one of them can be made from that was before it
 */
export class Realms<T, H = never> implements Iterable<[Realm, T]> {
  private readonly known = new Map<Realm, T>();

  /** @throws what `make` throws: at once for the city's own, later for another */
  constructor(private readonly make: (realm: Realm, before?: H) => T) {
    this.of('real');
  }

  get real(): T {
    return this.of('real');
  }

  /** Makes it where nothing has come from there yet. */
  of(realm: Realm): T {
    let one = this.known.get(realm);
    if (one === undefined) this.known.set(realm, (one = this.make(realm)));
    return one;
  }

  /** Nothing is made. */
  at(realm: Realm): T | undefined {
    return this.known.get(realm);
  }

  /** Makes at once what another has handed over, also where nothing more is heard of it; keeps none of that itself. */
  takeOver(handed: ReadonlyMap<Realm, H> | undefined): void {
    for (const [realm, before] of handed ?? []) this.known.set(realm, this.make(realm, before));
  }

  /** What becomes of those that are not real. */
  mapUnreal<U>(make: (one: T, realm: Realm) => U): Map<Realm, U> {
    const unreal = [...this.known].filter(([realm]) => realm !== 'real');
    return new Map(unreal.map(([realm, one]) => [realm, make(one, realm)]));
  }

  [Symbol.iterator](): Iterator<[Realm, T]> {
    return this.known[Symbol.iterator]();
  }
}
