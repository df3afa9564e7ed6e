import * as assert from 'node:assert/strict';
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, DefinitionError, type PatternEngine } from '../../nodes/pattern-status/cep';
import { episodes, type Span } from './cep-oracle';
import { emit, isPoint, Random, randomHistory, randomRule } from './cep-random';

const CASES = Number(process.env['CASES'] ?? 10_000);
const SEED = Number(process.env['SEED'] ?? 20_261_120);
const END = 40;

function compile(definition: StatusDefinition): PatternEngine | undefined {
  try {
    return compileStatus(definition, { names: (id) => id, emit });
  } catch (error) {
    if (error instanceof DefinitionError) return undefined;
    throw error;
  }
}

/** Raised and cleared as intervals. */
export function spansOf(statuses: readonly Status[]): Span[] {
  const spans = new Map<string, Span>();
  for (const status of statuses) {
    if (status.state === 'pending' || status.flags.includes('never-raised')) continue;
    const until = status.until === undefined ? undefined : Date.parse(status.until);
    spans.set(status.statusId, [Date.parse(status.since), until]);
  }
  return [...spans.values()].sort((a, b) => a[0] - b[0]);
}

function replay(engine: PatternEngine, events: readonly CityEvent[]): Span[] {
  const out: Status[] = [];
  engine.setMode('replay');
  engine.push(events, out, []);
  engine.clock({ source: 's', time: END, end: true }, 'replay', out, []);
  return spansOf(out);
}

describe('pattern core against the brute-force matcher', function () {
  this.timeout(120_000);

  it(`says the same in ${CASES} random cases`, () => {
    let compared = 0;
    let raised = 0;
    for (let i = 0; compared < CASES; i++) {
      const random = new Random(SEED + i);
      const definition = randomRule(random);
      const events = randomHistory(random);
      const engine = compile(definition);
      if (engine === undefined) continue;
      const used = events.filter((event) => engine.events.has(event.event));
      const expected = episodes(definition, used, END, isPoint);
      const said = replay(engine, events);
      if (expected.length > 0) raised++;
      compared++;
      assert.deepEqual(
        said,
        expected,
        `seed ${SEED + i}: ${JSON.stringify(definition.when)} clear ${definition.clear?.after} for ${definition.for}\n` +
          used.map((e) => `${e.time} ${e.event} ${e.kind} ${e.stream}`).join('\n'),
      );
    }
    assert.ok(raised > CASES / 4, `only ${raised} of ${compared} cases say anything`);
  });
});
