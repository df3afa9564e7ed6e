/** The streams that the pattern core is measured with: events 1 ms apart, one in a hundred late by up to five seconds. */
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';

export const BATCH = 1000;
export const T0 = Date.UTC(2026, 0, 1);

const e = (event: string): Pattern => ({ op: 'event', event });
const no = (event: string, length?: string): Pattern => ({
  op: 'no',
  of: e(event),
  ...(length ? { for: length } : {}),
});

export const RULES: Readonly<Record<string, Pattern>> = {
  filter: e('c'),
  'A;B': { op: 'then', of: [e('a'), e('b')], within: '1 min' },
  'A∧B': { op: 'and', of: [e('a'), e('b')], within: '1 min' },
  'A without B': { op: 'then', of: [e('a'), no('b', '10 s')] },
  '3 times A': { op: 'times', of: e('a'), min: 3, within: '10 s' },
  'A;B;C': { op: 'then', of: [e('a'), e('b'), e('c')], within: '1 min' },
  'A∧B∧C': { op: 'and', of: [e('a'), e('b'), e('c')], within: '1 min' },
  'A;¬B;C': { op: 'then', of: [e('a'), no('b'), e('c')], within: '1 min' },
  '(A∧B);C': { op: 'then', of: [{ op: 'and', of: [e('a'), e('b')] }, e('c')], within: '1 min' },
};

export function definitionOf(when: Pattern, id = 'r'): StatusDefinition {
  return { id, name: 'R', when, per: { by: 'station' }, severity: 'minor', lateness: '5 s' };
}

/** Makes the events batch by batch, so that the heap holds what the engine keeps and nothing else. */
export class Source {
  private seed = 42;
  private readonly keys: string[];
  private readonly streams: Record<string, string[]>;

  /** @param calm one event in a hundred is B or C; else half are A and half are B, and nearly every key is raised */
  constructor(
    keys: number,
    private readonly calm: boolean,
    private readonly late = 0.01,
  ) {
    this.keys = Array.from({ length: keys }, (_, i) => `key ${i}`);
    const of = (name: string): string[] => this.keys.map((key) => `${name}|${key}`);
    // what makes events makes the text of a stream once
    this.streams = { a: of('a'), b: of('b'), c: of('c') };
  }

  random(): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.seed / 2 ** 32;
  }

  private kind(): string {
    const x = this.random();
    if (this.calm) return x < 0.99 ? 'a' : x < 0.995 ? 'b' : 'c';
    return x < 0.495 ? 'a' : x < 0.99 ? 'b' : 'c';
  }

  event(i: number): CityEvent {
    const name = this.kind();
    const at = Math.floor(this.random() * this.keys.length);
    const late = this.random() < this.late ? Math.floor(this.random() * 5000) : 0;
    return {
      id: `${name}|${this.keys[at]!}|${i}`, event: name, name, domain: undefined, key: this.keys[at]!,
      keyName: undefined, stream: this.streams[name]![at]!, property: undefined, time: T0 + i - late,
      timeEnd: undefined, place: undefined, zones: undefined, value: 1, unit: undefined, limit: undefined,
      kind: 'point', source: [],
    }; // prettier-ignore
  }

  batch(from: number): CityEvent[] {
    return Array.from({ length: BATCH }, (_, i) => this.event(from + i));
  }
}
