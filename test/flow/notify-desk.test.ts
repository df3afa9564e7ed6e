/** What action-notify tells and when, in Node-RED, with a journal that keeps nothing on a disk. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Book } from '../../nodes/city-journal/book';
import { NoStore } from '../../nodes/city-journal/store/none';
import type { Note } from '../../nodes/city-journal/journal-source';
import type { Status } from '../../nodes/ecdm/status';
import { helper, liveNode, loadFlow, Sink, type FlowNode } from '../support/helper';
import { sleep, waitFor } from '../support/node-red';
import { goodStatus } from '../support/nonsense';

/** The journal of the flow that runs, and what it was told. */
let book: Book;
let notes: Note[] = [];
let taken: string[] = [];

/** Stands for the configuration node: the book itself is the real one. */
function journalType(RED: any): void {
  function CityJournal(this: any, config: { id: string }): void {
    RED.nodes.createNode(this, config);
    book = new Book(new NoStore('history is not kept'), { id: config.id });
    const { note, taken: take } = book;
    book.note = (one) => (notes.push(one), note.call(book, one));
    book.taken = (id, revision, node) => (taken.push(`${id} ${revision} ${node}`), take.call(book, id, revision, node));
    this.journal = book;
    this.on('close', (_removed: boolean, done: () => void) => void book.close().then(done, done));
  }
  RED.nodes.registerType('city-journal', CityJournal);
}

describe('the desk of action-notify in a flow', () => {
  let userDir: string;
  let out: Sink;
  let problems: Sink;
  let number = 0;
  before(async () => {
    userDir = fs.mkdtempSync(path.join(os.tmpdir(), 'city-events-desk-'));
    await helper.startServer();
  });
  after(async () => {
    await helper.stopServer();
    fs.rmSync(userDir, { recursive: true, force: true });
  });
  afterEach(() => helper.unload());

  async function start(config: object = {}, id = `n${++number}`): Promise<string> {
    notes = [];
    taken = [];
    const flow: FlowNode[] = [
      { id: 'journal', type: 'city-journal' },
      { id: 'out', type: 'helper' },
      { id: 'problems', type: 'helper' },
      {
        id, type: 'action-notify', version: 2, onlyNew: true, group: '150 ms', flood: 10, perHour: 20, remind: '', form: 'event',
        on: ['raised', 'updated', 'nodata', 'cleared'], journal: 'journal', wires: [['out'], ['problems']], ...config,
      },
    ]; // prettier-ignore
    await loadFlow([journalType, 'action-notify'], flow, { settings: { userDir } });
    out = new Sink('out');
    problems = new Sink('problems');
    return id;
  }
  const status = (key: string, more: object = {}): Status =>
    goodStatus({ statusId: `air|${key}|1`, status: 'air', key, keyName: key, ...more }) as unknown as Status;
  const give = (id: string, ...payload: unknown[]): void => liveNode(id).receive({ payload, city: { mode: 'live' } });
  /** As pattern-status does it: into the journal, then on. */
  const commit = async (id: string, ...statuses: Status[]): Promise<void> =>
    give(id, ...(await book.commit('rule', statuses)));

  it('tells together what comes together, and the journal of each notice', async () => {
    const id = await start();
    await commit(id, status('a'), status('b'), status('c'));
    const [message] = await out.count(1);
    const { headline, count, members, occasion } = message!['payload'];
    assert.deepEqual([headline, count, members.length, occasion], ['3 alarms: Air pollution (3)', 3, 3, 'group']);
    await waitFor('the takings', () => taken.length === 3);
    assert.deepEqual(taken[0], `air|a|1 1 ${id}`);
    assert.deepEqual(notes.map((note) => [note.kind, note.node, (note.body as Record<string, unknown>)['count']]), [['notice', id, 3]]); // prettier-ignore
  });

  it('a restart in the middle of a grouping window neither loses a notice nor tells it twice', async () => {
    const id = await start({ group: '1 s' });
    await commit(id, status('a'));
    await helper.unload();
    assert.equal(out.messages.length, 0);
    await start({ group: '1 s' }, id);
    const [message] = await out.count(1);
    assert.equal(message!['payload'].statusId, 'air|a|1');
    give(id, status('a'));
    await helper.unload();
    await start({ group: '1 s' }, id);
    // one that it would tell again had waited as long as this one
    give(id, status('b'));
    await out.count(1);
    await sleep(100);
    assert.deepEqual(out.payloads.map(({ statusId }) => statusId as string), ['air|b|1']); // prettier-ignore
  });

  it('what comes while it still reads what it knows is not lost where it is closed before it has taken all of it', async () => {
    const id = `n${++number}`;
    const file = path.join(userDir, 'city-events', `${id}.log.ndjson`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const lines = Array.from({ length: 50_000 }, (_, i) => JSON.stringify(['seen', `old|${i}|1`, 1]));
    fs.writeFileSync(file, `${['{"format":1}', ...lines].join('\n')}\n`);
    await start({ group: '1 s', flood: 0 }, id);
    give(id, ...Array.from({ length: 2000 }, (_, i) => status(`${i}`)));
    await helper.unload();
    assert.equal(out.messages.length, 0);
    await start({ group: '1 s', flood: 0 }, id);
    const [message] = await out.count(1);
    assert.equal(message!['payload'].count, 2000);
  });

  it('what an earlier version has told is not told again', async () => {
    const id = `n${++number}`;
    const file = path.join(userDir, 'city-events', `${id}.json`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ format: 1, state: [['air|a|1', 1]] }));
    await start({}, id);
    give(id, status('a'), status('b'));
    const [message] = await out.count(1);
    assert.deepEqual(message!['payload'].statusId, 'air|b|1');
    await waitFor('the old file to go', () => !fs.existsSync(file));
  });

  it('an act goes to the journal, and stops an escalation', async () => {
    const recipients = [
      { id: 'duty', name: 'Duty' },
      { id: 'head', name: 'Head', after: '300 ms' },
    ];
    const id = await start({ recipients, group: '' });
    await commit(id, status('a'), status('b'));
    liveNode(id).receive({
      topic: 'act',
      payload: { act: 'acknowledge', statusId: 'air|a|1', who: 'Somchai', why: 'on my way' },
    });
    await out.count(3);
    await sleep(200);
    assert.deepEqual(out.messages.map((m) => [m['recipient'].name, m['payload'].key, m['payload'].occasion]), [
      ['Duty', 'a', undefined], ['Duty', 'b', undefined], ['Head', 'b', 'escalation'],
    ]); // prettier-ignore
    assert.match(out.messages[2]!['payload'].headline, /^Nobody has reacted for /);
    assert.equal(book.view('air|a')?.operator.acknowledged?.who, 'Somchai');
    assert.equal(problems.messages.length, 0);
  });

  it('an act that cannot be done is refused in words', async () => {
    const id = await start();
    await commit(id, status('a'));
    const asked = [
      { act: 'acknowledge', alarm: 'air|a' }, { act: 'dance', alarm: 'air|a', who: 'x' }, { act: 'acknowledge', who: 'x' },
      { act: 'shelve', alarm: 'air|a', who: 'x' }, { act: 'close', alarm: 'air|a', who: 'x' }, { act: 'acknowledge', statusId: 'none', who: 'x' },
    ]; // prettier-ignore
    for (const payload of asked) liveNode(id).receive({ topic: 'act', payload });
    await problems.count(asked.length);
    assert.deepEqual(problems.payloads.map(([one]) => one.code).sort(), [
      'act/act',
      'act/raised',
      'act/shape',
      'act/unknown',
      'act/until',
      'act/who',
    ]);
    for (const [one] of problems.payloads) assert.ok(one.message.length > 5 && one.hint.length > 5);
    await helper.unload();
    const alone = await start({ journal: '' });
    liveNode(alone).receive({ topic: 'act', payload: { act: 'acknowledge', alarm: 'air|a', who: 'x' } });
    await problems.count(1);
    assert.equal(problems.payloads[0][0].code, 'act/none');
  });

  it('a shelf holds back, is noted with its reason, and tells when it ends', async () => {
    const id = await start({ group: '' });
    await commit(id, status('a'));
    liveNode(id).receive({
      topic: 'act',
      payload: { act: 'shelve', alarm: 'air|a', who: 'Somchai', until: '1500 ms' },
    });
    await waitFor('the shelf', () => book.view('air|a')?.operator.shelved !== undefined);
    await commit(id, status('a', { revision: 2, state: 'updated', severity: 'critical' }));
    await out.count(2);
    assert.match(out.payloads[1].headline ?? out.payloads[1][0].headline, /^Was shelved, and is still raised: critical/);
    const held = notes.map((note) => note.body as Record<string, unknown>).filter((body) => 'held' in body);
    assert.deepEqual(held.map((body) => [body['held'], body['by'], body['severity']]), [['shelved', 'Somchai', 'critical']]); // prettier-ignore
  });

  it('each recipient gets a message in the shape of his channel; no address is kept in the journal', async () => {
    const recipients = [
      { id: 'm', name: 'Mail', channel: 'mail', address: 'a@example.org', language: 'th' }, { id: 't', name: 'Chat', channel: 'telegram', address: '-100123' },
      { id: 's', name: 'Phone', channel: 'sms', address: '+66 1' }, { id: 'h', name: 'Hook', channel: 'http', address: 'https://example.org/hook' },
      { id: 'q', name: 'Bus', channel: 'mqtt', address: 'city/{{severity}}/{{key}}' }, { id: 'o', name: 'Toast', channel: 'toast' },
    ]; // prettier-ignore
    const id = await start({ recipients, group: '', html: true });
    await commit(id, status('a/+#b', { reason: '<b>*5*</b> _x_ {{name}}\u0007', keyName: 'Station & Co' }));
    const by = Object.fromEntries((await out.count(6)).map((m) => [m['channel'], m]));
    assert.equal(by['mail']!['to'], 'a@example.org');
    assert.match(by['mail']!['payload'], /&#60;b&#62;\*5\*/);
    assert.doesNotMatch(by['mail']!['payload'], /<b>/);
    assert.match(by['mail']!['topic'], /\p{Script=Thai}/u);
    assert.doesNotMatch(by['mail']!['plaintext'], /<b>/);
    assert.deepEqual(Object.keys(by['telegram']!['payload']).sort(), ['chatId', 'content', 'type']);
    assert.match(by['telegram']!['payload'].content, /<b>\*5\*<\/b> _x_ \{\{name\}\}$/);
    // eslint-disable-next-line no-control-regex
    for (const one of out.messages) assert.doesNotMatch(JSON.stringify(one['payload']), /\\u0007|\u0007/);
    assert.doesNotMatch(by['sms']!['payload'], /\n/);
    assert.deepEqual([by['http']!['url'], by['http']!['method']], ['https://example.org/hook', 'POST']);
    assert.equal(by['http']!['payload'].recipient.address, undefined);
    assert.equal(by['mqtt']!['topic'], 'city/major/a---b');
    assert.doesNotMatch(JSON.stringify(notes), /example\.org|-100123/);
    assert.equal(notes.length, 6);
  });

  it('a replay is told apart, whole at its end, and never reaches the journal', async () => {
    const id = await start();
    const clock = { source: 'r', time: 5, end: true };
    liveNode(id).receive({ payload: [status('a'), status('b')], city: { mode: 'replay', clock } });
    const [message] = await out.count(1);
    assert.match(message!['payload'][0]?.headline ?? message!['payload'].headline, /^\[REPLAY\] 2 alarms: /);
    await sleep(100);
    assert.deepEqual([notes, taken], [[], []]);
  });

  it('an exercise says so in every text', async () => {
    const texts = {
      'en-US': { headline: '{{name}}', text: 'x', instruction: '', short: 'short' },
      th: { headline: '{{name}}', text: 'x', instruction: '' },
    };
    const id = await start({
      drill: 'exercise',
      group: '',
      texts,
      recipients: [
        { id: 's', name: 'S', channel: 'sms' },
        { id: 'e', name: 'E' },
      ],
    });
    await commit(id, status('a'));
    await out.count(2);
    assert.match(out.messages[0]!['payload'], /^\[EXERCISE\] short/);
    const { languages, simulated } = out.messages[1]!['payload'];
    assert.equal(simulated, true);
    for (const one of Object.values(languages) as { headline: string }[])
      assert.match(one.headline, /^\[[^\]]+\] Air pollution/);
  });
});
