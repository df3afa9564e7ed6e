/** action-notify with a real journal on the disk, in a real Node-RED: acts by message, notes in the history, a shelf over a restart. */
import assert from 'node:assert/strict';
import { asJournal, type Journal } from '../../nodes/city-journal/journal-source';
import type { Status } from '../../nodes/ecdm/status';
import { startEmbedded, type Embedded } from '../support/embedded';
import { waitFor } from '../support/node-red';
import { goodStatus } from '../support/nonsense';

describe('action-notify with a journal', function () {
  let city: Embedded;
  before(async () => {
    city = await startEmbedded();
  });
  after(() => city?.stop());

  const deploy = (config: object = {}): Promise<void> =>
    city.deploy([
      { id: 'journal', type: 'city-journal', version: 1, name: 'Journal' },
      { id: 'out', type: 'test-sink', wires: [] },
      { id: 'problems', type: 'test-sink', wires: [] },
      {
        id: 'notify', type: 'action-notify', version: 2, name: '', onlyNew: true, group: '', flood: 10, perHour: 20, remind: '', journal: 'journal',
        on: ['raised', 'updated', 'nodata', 'cleared'], form: 'event', recipients: [{ id: 'r', name: 'Duty', address: 'duty@example.org' }],
        wires: [['out'], ['problems']], ...config,
      },
    ]); // prettier-ignore
  const journal = (): Journal => {
    const found = asJournal(city.node('journal'));
    assert.ok(found !== undefined, 'there is a journal');
    return found;
  };
  const status = (more: object = {}): Status =>
    goodStatus({ statusId: 'air|a|1', status: 'air', key: 'a', ...more }) as unknown as Status;
  const tell = async (one: Status): Promise<void> => {
    for (const payload of await journal().commit('rule', [one]))
      city.inject('notify', { payload, city: { mode: 'live' } });
  };
  const act = (payload: object): void => city.inject('notify', { topic: 'act', payload });

  it('a shelf is kept over a deploy, ends by itself, and all of it is in the history', async () => {
    await deploy();
    await tell(status());
    await city.count('out', 1);
    act({ act: 'shelve', alarm: 'air|a', who: 'Somchai', why: 'known', until: '4 s' });
    await waitFor('the shelf', () => journal().view('air|a')?.operator.shelved !== undefined);
    await tell(status({ revision: 2, state: 'updated', severity: 'critical' }));
    await waitFor('the hold in the status line', () => /1 held back/.test(city.statuses.get('notify')?.text ?? ''));
    await deploy();
    const [notice] = await city.count('out', 1);
    assert.match(notice!['payload'].headline, /^Was shelved, and is still raised: critical: Air pollution/);
    assert.equal(notice!['payload'].occasion, 'released');
    // Node before 22.13 has no SQLite: there is no history then, and all else works
    if (journal().health().history === 'none') return;
    // it is noted when it is sent, and on the disk some time later
    const { entries, told } = await waitFor('the notices', async () => {
      const { entries } = await journal().history({ order: 'oldest' });
      const told = entries
        .filter(({ kind }) => kind === 'notice')
        .map(({ body }) => body as unknown as Record<string, unknown>);
      return told.length >= 3 && { entries, told };
    });
    assert.deepEqual(told.map(({ held, occasion, severity }) => [held, occasion, severity]), [
      [undefined, undefined, 'major'], ['shelved', undefined, 'critical'], [undefined, 'released', 'critical'],
    ]); // prettier-ignore
    assert.doesNotMatch(JSON.stringify(entries), /example\.org/);
    assert.ok(entries.some(({ kind, body }) => kind === 'act' && (body as { who?: string }).who === 'Somchai'));
    await waitFor('all of it to be taken', async () => (await journal().untaken('rule', ['notify'])).length === 0);
    assert.deepEqual(city.payloads('problems'), []);
  });

  it('an array is in the journal when it was sent, not before: a crash between leaves nothing that nobody was told', async () => {
    await deploy({ recipients: [], flood: 0, perHour: 0 });
    const book = journal();
    const notify = city.node('notify') as unknown as { send(message: unknown): void };
    const done: string[] = [];
    const { send } = notify;
    const note = book.note.bind(book);
    notify.send = (message) => (done.push('sent'), send.call(notify, message));
    book.note = (one) => (done.push('noted'), note(one));
    const payload = Array.from({ length: 120 }, (_, i) => status({ statusId: `air|${i}|1`, key: `${i}` }));
    city.inject('notify', { payload });
    const [message] = await city.count('out', 1);
    assert.equal((message!['payload'] as unknown[]).length, 120);
    await waitFor('the notes', () => done.length === 121);
    assert.deepEqual([...new Set(done)], ['sent', 'noted']);
    assert.equal(done.lastIndexOf('sent'), 0);
  });

  it('an act of nobody is refused and leaves no trace', async () => {
    await deploy();
    act({ act: 'acknowledge', alarm: 'air|a' });
    const [message] = await city.count('problems', 1);
    assert.equal(message!['payload'][0].code, 'act/who');
    assert.equal(journal().view('air|a')?.operator.acknowledged, undefined);
  });
});
