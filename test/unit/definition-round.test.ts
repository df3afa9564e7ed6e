/** Actions and actuators on their way from nodes to the definition and back: nothing of what they do is lost. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { definitionToFlow } from '../../bin/lib/definition-to-flow';
import { flowToDefinition } from '../../bin/lib/flow-to-definition';
import * as action from '../../nodes/action-notify/definition';
import { readCapSettings } from '../../nodes/action-notify/cap/settings';
import { readSettings as readAction } from '../../nodes/action-notify/settings';
import * as actuator from '../../nodes/actuator-out/definition';
import { readSettings as readActuator } from '../../nodes/actuator-out/settings';
import { definitionSchema, type Definition } from '../../nodes/ecdm/definition';
import type { ActionDefinition, ActuatorDefinition } from '../../nodes/ecdm/definition-answers';

const RUNS = Number(process.env['CITY_RUNS'] ?? 300);

const words = fc.stringMatching(/^[A-Za-zก-ฮ<{][A-Za-z0-9 .:/{}<>"'ก-ฮ_-]{0,18}[A-Za-z0-9>}]$/);
const length = fc.constantFrom('5 s', '2 min', '1 h 30 min', '3 d');
const clock = fc.constantFrom('00:00', '07:30', '22:00', '23:59');
const severity = fc.constantFrom('minor' as const, 'major' as const, 'critical' as const);
const yes = fc.constant(true as const);
const no = fc.constant(false as const);
const names = fc.uniqueArray(words, { minLength: 1, maxLength: 3 });
const states = fc.constantFrom('raised' as const, 'updated' as const, 'nodata' as const, 'cleared' as const);
const payloads: fc.Arbitrary<ActuatorDefinition['payloads']> = fc.dictionary(states, words);
const some = <T>(one: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength });

const recipient = fc.record(
  {
    id: words, name: words, role: words, channel: fc.constantFrom('mail' as const, 'sms' as const, 'mqtt' as const), address: words, language: fc.constantFrom('th', 'en-US'),
    timeZone: fc.constantFrom('Asia/Bangkok', 'UTC'), minSeverity: severity, domains: names, statuses: names, zones: names, after: length,
    quiet: fc.record({ from: clock, to: clock }), wakes: no,
  },
  { requiredKeys: ['id'] },
); // prettier-ignore
const window = fc.record(
  { name: words, kind: fc.constantFrom('once' as const, 'weekly' as const), from: words, to: words, days: fc.uniqueArray(fc.nat(6), { minLength: 1 }), statuses: names, zones: names },
  { requiredKeys: ['name', 'kind', 'from', 'to'] },
); // prettier-ignore
const family = fc.record(
  { parents: names, children: names, scope: fc.constantFrom('key' as const, 'zone' as const, 'everywhere' as const) },
  { requiredKeys: ['parents', 'scope'] },
);
const cap = fc.record(
  {
    sender: words, senderName: words, status: fc.constantFrom('Actual' as const, 'Exercise' as const), actual: yes, scope: fc.constantFrom('Restricted' as const, 'Private' as const),
    restriction: words, addresses: words, category: fc.constantFrom('Env', 'Health'), categories: some(fc.record({ category: fc.constantFrom('Env', 'Fire'), statuses: names, domains: names }, { requiredKeys: ['category'] })), event: words, expires: length, radius: fc.integer({ min: 2, max: 1000 }), contact: words, web: words,
  },
  { requiredKeys: ['sender'] },
); // prettier-ignore
const texts = fc.dictionary(
  fc.constantFrom('en-US', 'th'),
  fc.record({ headline: words, text: words, instruction: words, short: words }, { requiredKeys: ['headline'] }),
  { minKeys: 1, noNullPrototype: true },
);
/** What is as in a new node is not said, and so it is not among what is made here. */
const anAction: fc.Arbitrary<ActionDefinition> = fc
  .record(
    {
      id: words, name: words, action: fc.constantFrom('notify' as const, 'alert' as const, 'createDashboard' as const, 'cap' as const), statuses: fc.constant<string[]>(['status']),
      on: fc.uniqueArray(states, { minLength: 1 }), minSeverity: severity, texts, channel: words, drill: fc.constantFrom('test' as const, 'exercise' as const),
      language: fc.constantFrom('th', 'en-US'), timeZone: fc.constant('Asia/Bangkok'), onlyNew: no, group: fc.oneof(length, no), flood: fc.constantFrom(0, 1, 500),
      perHour: fc.constantFrom(0, 1, 1000), remind: fc.oneof(length, no), recipients: fc.uniqueArray(recipient, { selector: ({ id }) => id, minLength: 1, maxLength: 3 }),
      roles: some(fc.record({ role: words, minSeverity: severity, domains: names, statuses: names, zones: names }, { requiredKeys: ['role'] })),
      maintenance: some(window), families: some(family), cap,
    },
    { requiredKeys: ['id', 'name', 'action', 'on', 'texts'] },
  )
  .map(({ cap: warning, ...one }) => (one.action === 'cap' && warning !== undefined ? { ...one, cap: warning } : one)); // prettier-ignore

const confirm = fc.record(
  {
    level: fc.constantFrom('sent' as const, 'accepted' as const, 'done' as const), within: length, by: fc.constantFrom('callback' as const, 'observation' as const), topic: words, expect: words,
    base: words, reading: fc.record({ datastream: words, compare: fc.constantFrom('=' as const, '<=' as const), value: words }),
  },
  { requiredKeys: ['level', 'within'] },
); // prettier-ignore
const anActuator: fc.Arbitrary<ActuatorDefinition> = fc
  .record(
    {
      id: words, name: words, via: fc.constantFrom('mqtt' as const, 'http' as const, 'tasking' as const), address: words, method: fc.constantFrom('PUT' as const, 'DELETE' as const),
      qos: fc.constant(2), retain: yes, auth: fc.constantFrom('basic' as const, 'bearer' as const),
      capability: fc.oneof(fc.record({ name: words }), fc.record({ name: words, parameters: fc.record({ type: fc.constant('DataRecord'), field: some(fc.dictionary(words, words, { noNullPrototype: true })) }) })),
      statuses: fc.constant<string[]>(['status']), payloads, confirm, validFor: length, askAt: words, retries: fc.integer({ min: 1, max: 20 }), again: yes, pause: length,
      interlocks: some(fc.record({ rule: fc.constantFrom('while' as const, 'unless' as const), status: words, keys: fc.constantFrom('same' as const, 'any' as const) })),
      allowed: some(words), dryRun: yes, acts: yes, alsoSimulated: yes, language: fc.constantFrom('th', 'en-US'),
    },
    { requiredKeys: ['id', 'name', 'via', 'address', 'payloads', 'confirm'] },
  )
  .map(({ method, qos, retain, auth, capability, ...one }) => {
    const own = { mqtt: { qos, retain }, http: { method, auth }, tasking: { capability } }[one.via];
    return { ...one, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) };
  }); // prettier-ignore

/** What the form might have saved for a field: also what nobody would expect there. */
const odd = fc.oneof(fc.constant(''), fc.constant(undefined), words, fc.boolean(), fc.integer({ min: -1, max: 30 }), fc.constant('7.00'), fc.constant(null)); // prettier-ignore
const saved = <T>(fields: T & Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, fc.oneof({ weight: 4, arbitrary: one }, { weight: 1, arbitrary: odd })])), { requiredKeys: [] }); // prettier-ignore
const comma = names.map((list) => list.join(' , '));
const savedAction = saved({
  name: words, action: fc.constantFrom('notify', 'alert', 'cap'), on: fc.subarray(['pending', 'raised', 'updated', 'nodata', 'cleared']), minSeverity: fc.constantFrom('warning', 'major'), texts, channel: words,
  drill: fc.constantFrom('real', 'test'), language: fc.constantFrom('', 'th'), timeZone: fc.constantFrom('', 'Asia/Bangkok', 'Mars/Base'), onlyNew: fc.boolean(), group: fc.constantFrom('', '30 s', '5 min'),
  flood: fc.constantFrom(0, '7', 10, '', 9999), perHour: fc.constantFrom(0, '20', 3), remind: fc.constantFrom('', '1 d', '10 s'), statuses: names,
  recipients: some(saved({ id: words, name: words, role: words, channel: fc.constantFrom('', 'mail', 'pigeon'), address: words, language: fc.constantFrom('', 'th'), timeZone: fc.constantFrom('', 'UTC', 'x/y'), minSeverity: fc.constantFrom('warning', 'critical'), domains: comma, statuses: comma, zones: comma, after: fc.constantFrom('', '20 min'), quietFrom: fc.constantFrom('', '22:00', '7.30'), quietTo: fc.constantFrom('', '06:00'), wakes: fc.boolean() })),
  roles: some(saved({ role: words, minSeverity: fc.constantFrom('warning', 'critical'), domains: comma, statuses: comma, zones: comma })),
  maintenance: some(saved({ name: words, kind: fc.constantFrom('once', 'weekly'), from: fc.constantFrom('08:00', '2026-02-14T12:00'), to: fc.constantFrom('10:00', '2026-02-15T12:00'), days: fc.constantFrom('', '0,6', '1, 9'), statuses: comma, zones: comma })),
  families: some(saved({ parents: comma, children: comma, scope: fc.constantFrom('key', 'zone', 'everywhere') })),
  capSender: words, capKind: fc.constantFrom('Test', 'Actual'), capActual: fc.boolean(), capScope: fc.constantFrom('Public', 'Private'), capCategory: fc.constantFrom('', 'Other', 'Env'), capCategories: some(saved({ category: fc.constantFrom('', 'Env', 'Fire'), statuses: comma, domains: comma })), capExpires: fc.constantFrom('', '12 h', '2 h'), capRadius: fc.constantFrom(1, '2', 0.5), capContact: words, capWeb: words, capEvent: words,
}); // prettier-ignore
const savedActuator = saved({
  name: words, via: fc.constantFrom('mqtt', 'http', 'tasking'), topic: words, url: words, capability: words, capabilityName: words, taskParameters: fc.constant({ type: 'DataRecord', field: [{ name: 'on', type: 'Boolean' }] }),
  qos: fc.constantFrom(0, '0', '1', 2), retain: fc.boolean(), method: fc.constantFrom('', 'POST', 'PUT'), auth: fc.constantFrom('none', 'basic', 'bearer'), statuses: names, payloads,
  confirm: fc.constantFrom('sent', 'accepted', 'done'), within: fc.constantFrom('', '10 s', '2 min'), confirmBy: fc.constantFrom('answer', 'callback', 'observation'), answerTopic: words, expect: words, callbackBase: words,
  readingDatastream: words, readingCompare: fc.constantFrom('=', '>='), readingValue: words, validFor: fc.constantFrom('', '5 min'), askAt: words, retries: fc.constantFrom(0, '3', 5, 99), again: fc.boolean(), pause: fc.constantFrom('', '2 s'),
  interlocks: some(saved({ rule: fc.constantFrom('while', 'unless'), status: words, keys: fc.constantFrom('same', 'any') })), allowed: some(words).map((list) => list.join('\n')), dryRun: fc.boolean(), acts: fc.boolean(), alsoSimulated: fc.boolean(), language: fc.constantFrom('', 'th'),
}); // prettier-ignore

/** As it is in a file. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (one: T) => void): void =>
  fc.assert(fc.property(arbitrary, check), { numRuns: RUNS }); // prettier-ignore

describe('actions and actuators in the definition', () => {
  it('come back from the nodes as they were, and are what the schema wants', () => {
    const status: Definition['statuses'][number] = { id: 'status', name: 'S', when: { op: 'event', event: 'e' }, per: { by: 'city' }, severity: 'major' }; // prettier-ignore
    const event: Definition['events'][number] = { id: 'e', name: 'E', when: { op: '>', value: 1 }, emit: 'state' };
    const unique = { selector: ({ id }: { id: string }) => id, maxLength: 3 };
    holds(fc.tuple(fc.uniqueArray(anAction, unique), fc.uniqueArray(anActuator, unique)), ([actions, actuators]) => {
      const definition = plain<Definition>({ ecdm: 1, name: 'all', domains: [], events: [event], statuses: [status], actions, actuators }); // prettier-ignore
      assert.deepEqual(definitionSchema.parse(definition), definition);
      const flow = plain(definitionToFlow(definition));
      assert.deepEqual(flowToDefinition(flow, 'x'), definition);
    });
  });

  it('do the same when they have gone round, whatever was saved: all but how the output is shaped', () => {
    holds(savedAction, (config) => {
      const read = (of: object): object => {
        const { form, chart, rows, keepCleared, highlight, to, html, topic, view, id, ...rest } = readAction({ ...of, id: 'n' }); // prettier-ignore
        const { action: kind } = rest;
        return {
          ...rest,
          name: rest.name || 'n',
          warning: kind === 'cap' ? readCapSettings({ ...of }, rest) : undefined,
        };
      };
      assert.deepEqual(read(action.fromDefinition(action.toDefinition({ ...config, id: 'n' }, 'n'))), read(config));
    });
  });

  it('do the same when they have gone round: all but which broker, servers and journal', () => {
    holds(savedActuator, (config) => {
      const read = (of: object): object => {
        const { broker, server, journal, qos, retain, method, auth, task, askAt, ...rest } = readActuator({ ...of, id: 'n' }); // prettier-ignore
        const own = { mqtt: { qos, retain }, http: { method, auth }, tasking: { task } }[rest.via];
        const { datastream, value } = rest.reading;
        // a comparison of nothing with nothing
        const reading = datastream === '' && value === '' ? undefined : { ...rest.reading, server: '' };
        return { ...rest, own, askAt, reading };
      };
      assert.deepEqual(read(actuator.fromDefinition(actuator.toDefinition({ ...config, id: 'n' }, 'n'))), read(config));
    });
  });
});
