/** Warnings for the public in a real Node-RED: nothing by output 1 before a person has approved it, also over a redeploy. */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';
import { goodStatus } from '../support/nonsense';

const sinks: FlowNode[] = [
  { id: 'sent', type: 'test-sink', wires: [] },
  { id: 'drafts', type: 'test-sink', wires: [] },
];

describe('action-notify: warnings for the public', () => {
  let city: Embedded;
  before(async () => {
    city = await startEmbedded();
  });
  after(() => city?.stop());

  const deploy = (more: object = {}): Promise<void> =>
    city.deploy([
      ...sinks,
      {
        id: 'warn', type: 'action-notify', version: 2, name: 'warn', action: 'cap', capSender: 'warn@city.example', capCategory: 'Env',
        minSeverity: 'warning', texts: { th: { headline: '{{name}}', text: '{{reason}}' }, 'en-US': { headline: '{{name}}', text: '{{reason}}' } },
        wires: [['sent'], ['drafts']], ...more,
      },
    ]); // prettier-ignore
  const send = (revision: number, more: object = {}): void =>
    city.inject('warn', { payload: goodStatus({ statusId: 's1', revision, ...more }) });
  const drafts = (): any[] => city.messages('drafts').filter((one) => one['topic'] === 'cap/draft').map((one) => one['payload']); // prettier-ignore

  it('drafts, keeps the draft over a redeploy, sends it when it is approved, and cancels with a reference', async () => {
    await deploy();
    send(1, { reason: '<b>&evil;' });
    await waitFor('the draft', () => drafts().length === 1);
    const { draftId, xml } = drafts()[0];
    assert.match(xml, /<status>Draft<\/status>/);
    assert.match(xml, /&lt;b&gt;&amp;evil;/);
    await deploy({ capContact: 'desk' });
    city.inject('warn', { topic: 'act', payload: { act: 'approve', draftId } });
    await city.count('drafts', 1);
    assert.equal(city.payloads('drafts')[0][0].code, 'cap/who');
    assert.deepEqual(city.messages('sent'), []);
    city.inject('warn', { topic: 'act', payload: { act: 'approve', draftId, who: 'Ann' } });
    const [message] = await city.count('sent', 1);
    assert.match(message!['payload'], /<status>Test<\/status>[\s\S]*<msgType>Alert<\/msgType>/);
    assert.equal(message!['cap'].who, 'Ann');
    send(1);
    send(2, { state: 'cleared', until: '2026-02-14T10:00:00Z' });
    await waitFor('the cancel', () => drafts().length === 1);
    assert.equal(drafts()[0].msgType, 'Cancel');
    city.inject('warn', { topic: 'act', payload: { act: 'approve', draftId: drafts()[0].draftId, who: 'Ann' } });
    await city.count('sent', 2);
    const { identifier, sent } = message!['cap'];
    assert.ok(
      (city.messages('sent')[1]!['payload'] as string).includes(
        `<references>warn@city.example,${identifier},${sent}</references>`,
      ),
    );
  });

  it('is never Actual for what is replayed, and withdraws what is over', async () => {
    await deploy({ capKind: 'Actual', capActual: true });
    city.inject('warn', { payload: goodStatus({ statusId: 'r', revision: 1 }), city: { mode: 'replay' } });
    await waitFor('the draft', () => drafts().length === 1);
    assert.equal(drafts()[0].kind, 'Exercise');
    city.inject('warn', {
      payload: goodStatus({ statusId: 'r', revision: 2, state: 'cleared' }),
      city: { mode: 'replay' },
    });
    await waitFor('the withdrawal', () => city.messages('drafts').some((one) => one['topic'] === 'cap/withdrawn'));
    await sleep(50);
    assert.deepEqual(city.messages('sent'), []);
  });

  const at = (mode: string, minute: number): object => ({
    city: { mode, clock: { source: 'rule|x', time: Date.parse('2026-02-14T08:00:00Z') + minute * 60_000 } },
  });
  const tell = (revision: number, state: string, message: object, more: object = {}): void =>
    city.inject('warn', { payload: goodStatus({ statusId: 'r', revision, state, ...more }), ...message });
  const approve = (draftId: string): void =>
    city.inject('warn', { topic: 'act', payload: { act: 'approve', draftId, who: 'Ann' } });
  const withdrawn = (): string[] => city.messages('drafts').filter((one) => one['topic'] === 'cap/withdrawn').map((one) => one['payload'].draftId); // prettier-ignore
  const kinds = (): string[] =>
    city.messages('sent').map((one) => /<status>(\w+)/.exec(one['payload'] as string)?.[1] ?? '');

  it('a replay of the same episode neither withdraws the draft of a warning nor takes its place', async () => {
    await deploy({ capKind: 'Actual', capActual: true });
    tell(1, 'raised', at('replay', 0));
    tell(1, 'raised', at('live', 0));
    await waitFor('both drafts', () => drafts().length === 2);
    assert.deepEqual(drafts().map(({ draftId, kind }) => [draftId, kind]), [['r|1|Alert|replay', 'Exercise'], ['r|1|Alert', 'Actual']]); // prettier-ignore
    tell(2, 'cleared', at('replay', 1));
    await waitFor('the withdrawal', () => withdrawn().length === 1);
    assert.deepEqual(withdrawn(), ['r|1|Alert|replay']);
    approve('r|1|Alert');
    await city.count('sent', 1);
    assert.deepEqual(kinds(), ['Actual']);
    tell(3, 'raised', at('replay', 2));
    await waitFor('the draft of the replay', () => drafts().length === 3);
    approve('r|3|Alert|replay');
    await city.count('sent', 2);
    assert.deepEqual(kinds(), ['Actual', 'Exercise']);
    tell(2, 'cleared', at('live', 3));
    await waitFor('the cancel', () => drafts().length === 4);
    assert.equal(drafts()[3].draftId, 'r|2|Cancel');
  });

  it('a replay that starts over forgets its own drafts only, and no clock of a simulation makes it start over', async () => {
    await deploy();
    tell(1, 'raised', at('simulated', 6000));
    tell(1, 'raised', at('replay', 10));
    tell(1, 'raised', at('simulated', 6001));
    tell(1, 'raised', at('replay', 11));
    await waitFor('the drafts', () => drafts().length === 2);
    tell(1, 'raised', at('replay', 0));
    await waitFor('the draft of the new run', () => drafts().length === 3);
    tell(2, 'cleared', at('simulated', 6002));
    await waitFor('the withdrawal', () => withdrawn().length === 1);
    assert.deepEqual(withdrawn(), ['r|1|Alert|simulated']);
    assert.deepEqual(drafts().map(({ draftId }) => draftId), ['r|1|Alert|simulated', 'r|1|Alert|replay', 'r|1|Alert|replay']); // prettier-ignore
  });

  it('what says of itself that it is simulated uses up nothing of what is real, also over a redeploy', async () => {
    await deploy({ capKind: 'Actual', capActual: true });
    tell(2, 'raised', {}, { statusId: 'own', simulated: true });
    tell(3, 'raised', at('simulated', 0), { statusId: 'own' });
    await waitFor('the drafts', () => drafts().length === 1);
    assert.deepEqual([drafts()[0].draftId, drafts()[0].kind], ['own|2|Alert|simulated', 'Exercise']);
    await deploy({ capKind: 'Actual', capActual: true, capContact: 'desk' });
    tell(1, 'raised', {}, { statusId: 'own' });
    await waitFor('the draft', () => drafts().length === 1);
    assert.deepEqual([drafts()[0].draftId, drafts()[0].kind], ['own|1|Alert', 'Actual']);
  });
});
