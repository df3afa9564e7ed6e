/** What the events of a rule were when it was compiled, and what they are now. */
import assert from 'node:assert/strict';
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import { EventKinds } from '../../nodes/pattern-status/event-kinds';

describe('the kinds of the events that a rule names', () => {
  const definition = {
    when: { op: 'then', of: [{ op: 'event', event: 'rain' }, { op: 'event', event: 'drain' }], within: '1 h' },
    clear: { when: { op: 'event', event: 'pump' } },
  } as unknown as StatusDefinition; // prettier-ignore

  it('stay those that it was compiled for', () => {
    const now = new Map<string, 'state' | 'point'>([['rain', 'state'], ['drain', 'point']]); // prettier-ignore
    const kindOf = (id: string): 'state' | 'point' | undefined => now.get(id);
    const kinds = new EventKinds(definition, kindOf, new Set());
    now.set('rain', 'point').set('pump', 'point').delete('drain');
    assert.deepEqual(['rain', 'drain', 'pump'].map(kinds.kindOf), ['state', 'point', undefined]);
    // what is gone is missed elsewhere; of what was not known it was believed to last
    assert.deepEqual([kinds.look(kindOf), kinds.look(kindOf), kinds.list], [['rain', 'pump'], [], ['rain', 'pump']]);
    now.set('rain', 'state').delete('pump');
    assert.deepEqual([kinds.look(kindOf), kinds.list], [[], []]);
  });
  it('are not forgotten of an event that lasted and was taken out: it still ends', () => {
    const lasted = new Set<string>();
    const compiledFor = (kind: 'state' | 'point' | undefined): unknown => new EventKinds(definition, () => kind, lasted).kindOf('rain');
    assert.deepEqual([undefined, 'state', undefined, 'point', undefined].map((kind) => compiledFor(kind as 'state')), [undefined, 'state', 'state', 'point', undefined]);
  });
});
