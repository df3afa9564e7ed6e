import assert from 'node:assert/strict';
import type { z } from 'zod';
import type { ActionEvent, Command, CommandState } from '../../nodes/ecdm/action';
import type { CityEvent } from '../../nodes/ecdm/event';
import * as messages from '../../nodes/ecdm/message-schemas';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import { makeProblem, type Problem } from '../../nodes/ecdm/problem';
import { schema, SCHEMA_NAMES, schemas } from '../../nodes/ecdm/schema-export';
import type { Status } from '../../nodes/ecdm/status';

/** Checked by the compiler: both sides have the same fields, and what the schema lets through fits the type. */
type SameKeys<A, B> = [keyof A] extends [keyof B] ? ([keyof B] extends [keyof A] ? true : never) : never;
type Fits<S extends z.ZodType, T> = z.infer<S> extends Partial<T> ? SameKeys<z.infer<S>, T> : never;
const fits: [
  Fits<typeof messages.observationSchema, Observation>,
  Fits<typeof messages.eventMessageSchema, CityEvent>,
  Fits<typeof messages.statusMessageSchema, Status>,
  Fits<typeof messages.actionEventSchema, ActionEvent>,
  Fits<typeof messages.commandSchema, Command>,
  Fits<typeof messages.commandStateSchema, CommandState>,
  Fits<typeof messages.problemSchema, Problem>,
] = [true, true, true, true, true, true, true];

describe('schemas', () => {
  it('have the fields of the types (the compiler checks)', () => assert.equal(fits.length, 7));

  it('take the messages that the code makes', () => {
    const observation = makeObservation({
      id: 'a|1', datastream: 'a', property: 'PM2.5', time: 1, value: null, place: [99.6, 7.5], quality: 'missing',
      meta: Object.freeze({ datastream: { id: 'a' } }),
    });
    assert.deepEqual(messages.observationSchema.safeParse(observation).error, undefined);
    assert.ok(messages.problemSchema.safeParse(makeProblem('x', 'm', 'h', { a: 1 })).success);
  });

  it('are exported, each with a title and no reference that leads nowhere', () => {
    const all = schemas();
    assert.equal(Object.keys(all).length, SCHEMA_NAMES.length);
    for (const [file, json] of Object.entries(all)) {
      const text = JSON.stringify(json);
      assert.match(file, /^[a-z-]+\.schema\.json$/);
      assert.match(text, /"title":/);
      for (const [, name] of text.matchAll(/"#\/\$defs\/([^"]+)"/g)) assert.ok(text.includes(`"${name}":{`), name);
    }
    assert.equal(schema('nothing'), undefined);
    assert.equal((schema('definition')!['required'] as string[]).includes('events'), false);
  });
});
