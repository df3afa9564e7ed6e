/** Short words for patterns, histories, and what a rule says of them, so that border cases read like tables. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from '../properties/random';

export const e = (event: string): Pattern => ({ op: 'event', event });
export const no = (event: string, length?: number): Pattern => ({
  op: 'no', of: e(event), ...(length === undefined ? {} : { for: `${length} ms` }),
}); // prettier-ignore
const group =
  (op: 'then' | 'and' | 'or') =>
  (within: number | undefined, ...of: Pattern[]): Pattern => ({
    op,
    of,
    ...(within === undefined ? {} : { within: `${within} ms` }),
  });
export const [then, and, or] = [group('then'), group('and'), group('or')];
export const times = (within: number, of: Pattern, min: number, max?: number): Pattern => ({
  op: 'times', of, min, within: `${within} ms`, ...(max === undefined ? {} : { max }),
}); // prettier-ignore

/**
 * "a5 A7-9 A12?": a point at 5, a state from 7 to 9, one that is not known from 12 on; "'" marks another stream. What has
 * no duration may come as begin and end, too: "a5-6".
 */
export function history(text: string): CityEvent[] {
  const events = text.split(' ').flatMap((word) => {
    const [, name, second, from, mark, to] = /^([a-zA-Z])('?)(\d+)(?:([-?])(\d*))?$/.exec(word)!;
    const make = (kind: CityEvent['kind'], time: string): CityEvent =>
      cityEvent(name!, kind, Number(time), second === "'" ? '2' : '1');
    if (name === name!.toLowerCase() && mark === undefined) return [make('point', from!)];
    if (mark === '?') return [make('nodata', from!)];
    return to ? [make('begin', from!), make('end', to)] : [make('begin', from!)];
  });
  return events.sort((x, y) => x.time - y.time);
}

export interface More extends Partial<StatusDefinition> {
  end?: number;
}

export function statuses(when: Pattern, text: string, { end = 100, ...more }: More = {}): Status[] {
  const rule: StatusDefinition = {
    id: 'r', name: 'r', when, per: { by: 'station' }, severity: 'minor', clear: { after: '0 ms' }, lateness: '0 ms',
    updateEvery: '0 s', flapping: false, ...more,
  }; // prettier-ignore
  const engine = compileStatus(rule, { names: (id) => id, emit });
  const out: Status[] = [];
  engine.setMode('replay');
  engine.push(
    history(text).flatMap((event) =>
      ['j', 'k', 'l'].map((key) => ({ ...event, key, stream: `${event.stream} ${key}` })),
    ),
    out,
    [],
  );
  engine.clock({ source: 's', time: end, end: true }, 'replay', out, []);
  const [first, second, third] = ['j', 'k', 'l'].map((key) => out.filter((status) => status.key === key));
  const told = (list: readonly Status[]): unknown =>
    list.map((s) => [s.state, s.since, s.updated, s.until, s.count, s.flags]);
  // keys lie side by side in the memory
  assert.deepEqual(told(first!), told(second!));
  assert.deepEqual(told(third!), told(second!));
  return second!;
}

/** Raised and cleared, as "5" for an instant, "5-9" for a time, "5-" for one that is still raised. */
export function spans(when: Pattern, text: string, more: More = {}): string {
  const found = new Map<string, string>();
  for (const { state, statusId, since, until } of statuses(when, text, more)) {
    if (state === 'pending') continue;
    const from = String(Date.parse(since));
    const to = until === undefined ? '' : String(Date.parse(until));
    found.set(statusId, to === from ? from : `${from}-${to}`);
  }
  return [...found.values()].join(' ');
}

/** Names and times of the evidence of the first detection. */
export const evidence = (when: Pattern, text: string, more: More = {}): string =>
  (statuses(when, text, more).find(({ state }) => state === 'raised')?.evidence ?? [])
    .map(({ event, time }) => `${event}${Date.parse(time)}`)
    .join(' ');

export const keep: More = { afterDetection: 'keep' };

/** States with the times at which they are told. */
export const course = (when: Pattern, text: string, more: More = {}): string =>
  statuses(when, text, more)
    .map(({ state, updated }) => `${state}@${Date.parse(updated)}`)
    .join(' ');
