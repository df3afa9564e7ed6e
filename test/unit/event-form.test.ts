import assert from 'node:assert/strict';
import { eventSchema, type Condition, type EventDefinition, AGGREGATE_METHODS, SCOPES } from '../../nodes/ecdm/definition';
import { readDomain } from '../../nodes/ecdm-domain/domain';
import { AGGREGATE_METHODS as METHODS_OF_FORM, SCOPES as SCOPES_OF_FORM } from '../../nodes/ecdm-event/editing/choices';
import { faultsOf } from '../../nodes/ecdm-event/editing/check';
import { fromPreset, PRESETS } from '../../nodes/ecdm-event/editing/presets';
import { emptyRow, fromForm, looksLikeCondition, readNumber, toForm } from '../../nodes/ecdm-event/editing/rows';
import { sentence } from '../../nodes/ecdm-event/editing/sentence';
import { EventEngine } from '../../nodes/ecdm-event/engine/engine';
import english from '../../nodes/ecdm-event/locales/en-US/ecdm-event.json';
import thai from '../../nodes/ecdm-event/locales/th/ecdm-event.json';

const translate = (table: object) => (key: string, parameters: Record<string, unknown> = {}) => {
  const text = key.split('.').reduce((at: any, part) => at?.[part] as unknown, table);
  assert.equal(typeof text, 'string', `there is no text "${key}"`);
  return (text as string).replace(/__(\w+?)__/g, (_all, name: string) => {
    assert.ok(name in parameters, `"${key}" asks for ${name}`);
    return String(parameters[name]);
  });
};
const t = translate({ ...english, common: { language: 'en-US' } });
const th = translate({ ...thai, common: { language: 'th' } });
const event = (more: Partial<EventDefinition>): EventDefinition => ({
  id: 'e',
  name: 'E',
  when: { op: '>', value: 90, unit: 'ug/m3', clear: 75 },
  emit: 'state',
  ...more,
});

describe('the form of an event', () => {
  const conditions: Condition[] = [
    { op: '>', value: 90 },
    { op: '<=', field: 'value.rain', value: -2.5, unit: 'mm', clear: 1 },
    { op: '=', value: 'open' },
    { op: '!=', value: true },
    { op: 'between', low: 1, high: 2, unit: 'm', margin: 0.5 },
    { op: 'outside', low: 1, high: 2 },
    { op: 'in', field: 'quality', values: ['bad', 'suspect'] },
    { op: 'time', from: '22:00', to: '06:00', days: [1, 7], zone: 'Asia/Bangkok' },
    { op: 'all', of: [{ op: '>', value: 1 }, { op: 'time', from: '08:00', to: '09:00' }] },
    { op: 'any', of: [{ op: '>', value: 1 }, { op: '<', value: 0 }] },
  ];
  for (const one of conditions) {
    it(`shows ${JSON.stringify(one).slice(0, 60)} as rows and reads it back`, () => {
      const form = toForm(one);
      assert.ok(form !== undefined);
      assert.deepEqual(fromForm(form), one);
      assert.ok(eventSchema.safeParse(event({ when: one })).success);
    });
  }
  it('does not pretend to show brackets or negation', () => {
    assert.equal(toForm({ op: 'not', of: { op: '>', value: 1 } }), undefined);
    assert.equal(toForm({ op: 'all', of: [{ op: 'any', of: [{ op: '>', value: 1 }] }] }), undefined);
    assert.ok(toForm(undefined) !== undefined);
  });
  it('reads numbers with a point or a comma, and no others', () => {
    assert.deepEqual(['2,5', '2.5', ' 7 ', '', 'x', '1e400'].map(readNumber), [2.5, 2.5, 7, undefined, undefined, undefined]);
  });
  it('has the methods and scopes of the definition', () => {
    assert.deepEqual(METHODS_OF_FORM, [...AGGREGATE_METHODS]);
    assert.deepEqual(SCOPES_OF_FORM, [...SCOPES]);
  });
  it('keeps what is no number as it was typed, until it is mended', () => {
    for (const op of ['>', 'between'] as const) {
      const form = { join: 'all', rows: [{ ...emptyRow(), op, value: '-99 bananas', high: op === 'between' ? '3 x' : '', clear: 'x' }] } as const;
      assert.deepEqual(toForm(JSON.parse(JSON.stringify(fromForm({ ...form, rows: [...form.rows] })))), form);
    }
  });
  it('knows a condition from anything else', () => {
    for (const bad of [null, 1, {}, { op: 'x' }, { op: 'all', of: [] }, { op: 'all', of: 1 }, { op: 'not' }]) {
      assert.equal(looksLikeCondition(bad), false);
      assert.equal(faultsOf(event({ when: bad as Condition }), t, 'en-US').length, 1);
    }
    assert.equal(faultsOf(null as never, t, 'en-US').length, 1);
  });

  it('says in words what is wrong', () => {
    const faults = (more: Partial<EventDefinition>): string => faultsOf(event(more), t, 'en-US').join(' ');
    assert.equal(faults({}), '');
    assert.match(faults({ name: ' ' }), /no name/);
    assert.match(faults({ when: fromForm({ join: 'all', rows: [emptyRow()] }) }), /limit is missing/);
    assert.match(faults({ when: { op: '>', value: 'x' } }), /limit is missing/);
    assert.match(faults({ when: { op: '>', value: 90, clear: 95 } }), /above the limit 90/);
    assert.match(faults({ when: { op: '<', value: 90, clear: 85 } }), /below the limit 90/);
    const typed = { ...emptyRow(), value: '90', clear: 'bananas' };
    assert.match(faults({ when: fromForm({ join: 'all', rows: [typed] }) }), /back to normal must be a number/);
    assert.match(faults({ when: fromForm({ join: 'all', rows: [{ ...typed, op: 'between', high: '95' }] }) }), /back to normal must be/);
    assert.match(faults({ when: fromForm({ join: 'all', rows: [{ ...typed, op: 'outside', value: '1 x' }] }) }), /Both borders/);
    assert.match(faults({ when: { op: 'between', low: 3, high: 2 } }), /above the upper/);
    assert.match(faults({ when: { op: 'outside', low: 1, high: 2, margin: 1 } }), /never be back/);
    assert.match(faults({ when: { op: 'time', from: '', to: '06:00' } }), /time of day/);
    assert.match(faults({ when: { op: 'time', from: '05:00', to: '06:00', zone: 'Mars/North' } }), /zone/);
    assert.match(faults({ for: 'ages' }), /“Must last”.*not a length of time/);
    assert.match(faults({ aggregate: { method: 'average', over: '', scope: 'city' } }), /length of time/);
  });
  it('finds nothing wrong with what comes from the environment', () => {
    const faults = (when: object, more: object = {}): string =>
      faultsOf(event({ when: when as Condition, ...more }), t, 'en-US').join(' ');
    const named = ['${LIMIT}', '$(LIMIT)'];
    for (const value of named) {
      assert.equal(faults({ op: '>', value }, { for: value, lateness: value, gap: { then: 'end', after: value } }), '');
      assert.equal(faults({ op: '<', value: 90, clear: value }), '');
      assert.equal(faults({ op: '>', value, clear: 75 }), '');
      assert.equal(faults({ op: 'any', of: [{ op: 'between', low: value, high: 3 }, { op: 'outside', low: 3, high: value, margin: value }] }), ''); // prettier-ignore
    }
    assert.equal(faults({ op: '>', value: 3 }, { aggregate: { method: 'percentile', percentile: '${P}', over: '${OVER}', scope: 'city' } }), ''); // prettier-ignore
    for (const [low, high] of [['${A}', 30], [30, '${B}'], ['${A}', '${B}']])
      assert.equal(faults({ op: 'outside', low, high, margin: 1 }), '', 'the margin fits a range that is not known');
    assert.match(faults({ op: '>', value: 'about ${LIMIT}' }), /limit is missing/);
    assert.match(faults({ op: '>', value: '${LIMIT}', clear: 'x' }), /back to normal must be a number/);
  });

  it('reads an event out in one sentence', () => {
    assert.equal(
      sentence(event({ name: 'PM2.5 high', observe: { properties: ['PM2.5'] } }), t),
      '“PM2.5 high” begins when PM2.5 is above 90 µg/m³ and ends when it falls below 75 µg/m³.' +
        ' When readings are missing for three times as long as usual, it goes on, marked as not known.',
    );
    const hot = event({ when: { op: '>', value: 30, unit: 'Cel' }, emit: 'point', aggregate: { method: 'median', over: '1 h', scope: 'zone', level: 'district' } });
    assert.equal(sentence(hot, t), '“E” happens at every reading at which the median of any reading over 1 h over all stations of a district is above 30 °C.');
    for (const when of conditions) {
      for (const texts of [t, th]) {
        const said = sentence(event({ when, for: '5 min', gap: { then: 'end', after: '1 h' } }), texts);
        assert.doesNotMatch(said, /undefined|NaN|__|\[object/);
      }
    }
    // lengths of time are told in the language of the form, not as they were typed
    assert.match(sentence(event({ for: '90 min', gap: { then: 'keep', after: '1 h' } }), th), /1 ชม\. 30 นาที.*1 ชม\./);
  });

  it('offers limits of guidelines that can be judged', () => {
    for (const preset of PRESETS) {
      const made = fromPreset(preset, 'id', t(`preset.${preset.id}`));
      th(`preset.${preset.id}`);
      t(`preset.group.${preset.group}`);
      const read = eventSchema.safeParse(made);
      assert.ok(read.success, preset.id);
      assert.deepEqual(faultsOf(made, t, 'en-US'), []);
      assert.deepEqual(new EventEngine([read.data]).definitionProblems, []);
    }
  });
});

describe('a domain', () => {
  it('takes what can be used and names the rest', () => {
    assert.deepEqual(readDomain({ id: 'd', name: 'Air', timeZone: 'auto', language: 'auto' }, { language: 'th', timeZone: 'Asia/Bangkok' }).definition, {
      id: 'd',
      name: 'Air',
      timeZone: 'Asia/Bangkok',
      language: 'th',
    });
    const { faults, definition } = readDomain({ from: 'x', to: '2026-13-01', sampling: '5 apples', timeZone: 'X/Y', zones: 'no list', method: 'guess' });
    assert.deepEqual(faults, ['timeZone', 'from', 'to', 'sampling']);
    assert.deepEqual(definition, { id: 'domain', name: 'domain' });
    assert.deepEqual(readDomain({ from: '2026-02-01', to: '2026-01-01' }).faults, ['order']);
  });
});
