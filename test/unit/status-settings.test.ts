/** What the node saves and the portable definition of a status: both ways, nothing lost, and no garbage throws. */
import assert from 'node:assert/strict';
import { statusSchema } from '../../nodes/ecdm/definition';
import { fromDefinition, toDefinition } from '../../nodes/pattern-status/definition';
import { definitionOf, settingsOf, whyNot } from '../../nodes/pattern-status/settings';
import { Random } from '../properties/random';
import { randomStatus } from '../support/random-rule';

const CASES = Number(process.env['CASES'] ?? 10_000);
const SEED = 92_117;

/** What a form, a hand or a disk may have left in a saved field. */
const GARBAGE: unknown[] = [
  0, 7, -1, NaN, true, '', ' ', 'garbage', '{', '[]', '{"op":"then"}', 'null', [], [1], ['x'], {}, { op: 'event' },
  { op: 'then', of: 'x' }, [{ severity: 'x' }], [null], { raises: 1, in: 5, steady: 'x' }, null, undefined, '12 parsecs',
];

describe('settings of a status', () => {
  it('go round: a definition comes back as it was', () => {
    for (let i = 0; i < CASES; i++) {
      const status = randomStatus(new Random(SEED + i));
      const saved: unknown = JSON.parse(JSON.stringify({ id: 'node', ...settingsOf(status) }));
      // a negative zero is none in JSON
      const expected: unknown = JSON.parse(JSON.stringify(status));
      assert.deepEqual(definitionOf(saved as { id: string }, status.domain), expected, `seed ${SEED + i}`);
      assert.deepEqual(
        toDefinition(fromDefinition(status, undefined), 'node', status.domain),
        status,
        `seed ${SEED + i}`,
      );
    }
  });

  it('never throw, and name the field that can not be read', () => {
    let named = 0;
    for (let i = 0; i < CASES; i++) {
      const random = new Random(SEED * 3 + i);
      const settings = settingsOf(randomStatus(random));
      const field = random.pick(Object.keys(settings));
      const saved = { id: 'node', ...settings, [field]: random.pick(GARBAGE) };
      const label = `seed ${SEED * 3 + i}: ${field} ${JSON.stringify(saved[field as 'name'])}`;
      const read = definitionOf(saved, undefined);
      if ('fault' in read) {
        named++;
        assert.ok(read.field.startsWith(field), `${label}: ${read.field}`);
        // the command line hands it on, for the check to name
        assert.equal(statusSchema.safeParse(toDefinition(saved, 'node', undefined)).success, false, label);
      } else statusSchema.parse(read);
    }
    assert.ok(named > CASES / 4, `${named} were named`);
  });

  it('tell what is missing from what is wrong', () => {
    const rule = { op: 'event', event: 'a' };
    const fault = (saved: Record<string, unknown>): unknown => definitionOf({ id: 'n', rule, ...saved });
    assert.deepEqual(fault({ rule: null }), { fault: 'noRule', field: 'rule' });
    assert.deepEqual(fault({ rule: 'null' }), { fault: 'noRule', field: 'rule' });
    assert.deepEqual(fault({ rule: '{"op"' }), { fault: 'badRule', field: 'rule' });
    assert.deepEqual(fault({ clearWhen: { op: 'x' } }), { fault: 'badRule', field: 'clearWhen.op' });
    assert.deepEqual(fault({ per: 'galaxy' }), { fault: 'badField', field: 'per' });
    assert.deepEqual(fault({ severity: 'high' }), { fault: 'badField', field: 'severity' });
    assert.deepEqual(fault({ for: '5 parsecs' }), { fault: 'badField', field: 'for' });
    assert.deepEqual(fault({ per: 'near', metres: 'far' }), { fault: 'badField', field: 'metres' });
    assert.deepEqual(fault({ steps: [{ severity: 'major', after: 5 }] }), { fault: 'badField', field: 'steps[0].after' });
    assert.deepEqual(fault({ flapping: { raises: 1, in: '1 h', steady: '1 h' } }), { fault: 'badField', field: 'flapping.raises' });
  });

  it('say what is wrong at the field, and how to mend it', () => {
    const a = { op: 'event', event: 'a' };
    const told = (saved: Record<string, unknown>, language?: string): string => {
      const config = { id: 'n', rule: a, ...saved };
      const read = definitionOf(config);
      assert.ok('fault' in read, JSON.stringify(saved));
      return `${read.field}: ${whyNot(config, undefined, language)}`;
    };
    const then = { op: 'then', of: [a, a], within: '1 h' };
    const rule = (part: object): string => told({ rule: { ...then, of: [a, part] } });
    assert.equal(rule({ op: 'times', of: a, min: 1001 }), 'rule.of[1].min: is too large. It is at most 1000.');
    assert.equal(rule({ op: 'times', of: a, min: 1, max: 1001 }), 'rule.of[1].max: is too large. It is at most 1000.');
    assert.match(told({ rule: { ...then, within: '100000 d' } }), /^rule\.within: "100000 d": is longer than ten years\./);
    assert.match(told({ rule: { ...then, within: '90' } }), /^rule\.within: "90": expected a duration such as .+ Write for /);
    assert.match(rule({ op: 'no', of: a, for: '-5 min' }), /^rule\.of\[1\]\.for: "-5 min": expected a duration such as/);
    const many = { op: 'and', of: new Array(21).fill(a), within: '1 h' };
    assert.equal(told({ rule: many }), 'rule.of: has too many entries. It has at most 20.');
    assert.match(told({ lateness: '5000 d' }), /^lateness: "5000 d": is longer than ten years\./);
    const steps = new Array(50).fill({ severity: 'major', after: '1 h' });
    assert.equal(told({ steps }), 'steps: has too many entries. It has at most 10.');
    assert.equal(told({ steps }, 'th'), 'steps: มีรายการมากเกินไป ต้องมีไม่เกิน 10 รายการ');
    let deep: unknown = a;
    for (let i = 0; i < 300; i++) deep = { op: 'every', of: deep };
    assert.match(told({ rule: deep }), /^rule: is nested more than 200 levels deep\./);
  });

  it('read what a form leaves behind', () => {
    const read = definitionOf({
      id: 'n', name: ' ', statusId: '', rule: '{"op":"event","event":"a"}', per: 'near', metres: '250', level: 'left over',
      pairing: '', afterDetection: '', steps: [{ severity: 'major', after: '5 min', when: null }], notWhile: [''],
      remindEvery: ' ', flapping: { raises: '4', in: '1 h', steady: '5 min' }, byHand: false, latched: false, clearWhen: null,
    });
    assert.deepEqual(read, {
      id: 'n', name: 'n', when: { op: 'event', event: 'a' }, per: { by: 'near', metres: 250 }, severity: 'warning',
      steps: [{ severity: 'major', after: '5 min' }], flapping: { raises: 4, in: '1 h', steady: '5 min' },
    });
  });

  it('do not follow a rule without end', () => {
    let rule: unknown = { op: 'event', event: 'a' };
    for (let i = 0; i < 50_000; i++) rule = { op: 'every', of: rule };
    assert.deepEqual(definitionOf({ id: 'n', rule }), { fault: 'badRule', field: 'rule' });
  });
});
