/** What a rule knows of the events that it names, where a city has many rules and many events. */
import assert from 'node:assert/strict';
import type { Mode } from '../../nodes/ecdm/city';
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import { KnownEvents } from '../../nodes/pattern-status/known-events';
import { MissingEvents } from '../../nodes/pattern-status/missing-events';
import type { NodeConfig, RuntimeApi } from '../../nodes/runtime/node-red';

const RULES = 100;
const NODES = 100;
const EVENTS = 5;

describe('the events that a rule names', () => {
  /** How often a rule has asked which domain a node of events belongs to. */
  let asked = 0;

  const eventsNode = (n: number, more: object = {}): NodeConfig => ({
    id: `events${n}`,
    type: 'ecdm-event',
    get domain() {
      asked++;
      return 'water';
    },
    events: Array.from({ length: EVENTS }, (_, i) => ({ id: `${n}/${i}`, name: `event ${n}/${i}`, emit: 'state' })),
    wires: [[], []],
    ...more,
  });
  const runtime = (configs: NodeConfig[]): Pick<RuntimeApi, 'nodes' | '_'> =>
    ({ nodes: { eachNode: (take: (config: NodeConfig) => void) => configs.forEach(take) } }) as never;

  beforeEach(() => (asked = 0));

  it('are looked at, and no others', () => {
    const RED = runtime(Array.from({ length: NODES }, (_, n) => eventsNode(n)));
    for (let rule = 0; rule < RULES; rule++) {
      const known = new KnownEvents(RED, `rule${rule}`, 'water');
      assert.equal(known.name(`${rule}/1`), `event ${rule}/1`);
      assert.equal(known.emit(`${rule}/1`), 'state');
      assert.equal(known.name('gone'), undefined);
      assert.equal(known.isDoubtful('gone'), false);
    }
    assert.equal(asked, RULES);
  });

  it('are those of the nearest node, and doubtful where two as near say different things', () => {
    const twice = (n: number, name: string, wires: string[]): NodeConfig =>
      eventsNode(n, { events: [{ id: 'rain', name, emit: 'state' }], wires: [wires, []] });
    const nameOf = (...configs: NodeConfig[]): unknown[] => {
      const known = new KnownEvents(runtime([...configs, { id: 'rule', type: 'pattern-status' }]), 'rule', '');
      return [known.name('rain'), known.isDoubtful('rain')];
    };
    assert.deepEqual(nameOf(twice(1, 'rain', []), twice(2, 'hail', ['rule'])), ['hail', false]);
    assert.deepEqual(nameOf(twice(1, 'hail', ['rule']), twice(2, 'rain', [])), ['hail', false]);
    assert.deepEqual(nameOf(twice(1, 'rain', []), twice(2, 'hail', [])), ['rain', true]);
    assert.deepEqual(nameOf(twice(1, 'rain', []), twice(2, 'rain', [])), ['rain', false]);
  });

  it('are missing until one comes that is no replay and no simulation', () => {
    const known = new KnownEvents(runtime([]), 'rule', '');
    const definition = {
      id: 'rule',
      name: 'Flood',
      when: { op: 'event', event: 'rain' },
    } as unknown as StatusDefinition;
    const missingAfter = (mode: Mode, kind = 'begin'): boolean => {
      const missing = new MissingEvents(definition, undefined, new Map());
      missing.look(known);
      assert.ok(missing.any);
      missing.hear([{ event: 'rain', kind } as CityEvent], mode);
      // nor is it missing again after another deploy
      missing.look(known);
      return missing.any;
    };
    for (const mode of ['live', 'poll', 'catch-up'] as const) assert.equal(missingAfter(mode), false, mode);
    assert.equal(missingAfter('live', 'end'), true, 'the last word of an event that was taken out');
    for (const mode of ['replay', 'simulated'] as const) assert.equal(missingAfter(mode), true, mode);
  });
});
