/** Hostile texts through the nodes as they are wired, into the journal on the disk, and out again: kept as texts, or refused. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { hashToken, newToken } from '../../nodes/city-journal/rest/tokens';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { NASTY } from '../support/hostile';
import { needsSqlite } from '../support/needs-sqlite';
import { waitFor } from '../support/node-red';

const T0 = Date.UTC(2026, 0, 5, 8);
const secret = newToken();
const flow: FlowNode[] = [
  { id: 'journal', type: 'city-journal', version: 1, name: 'J', store: 'sqlite', days: 365, megabytes: 1000, rest: true, tokens: [{ name: 'Test', role: 'operator', hash: hashToken(secret) }] },
  {
    id: 'rule', type: 'pattern-status', version: 1, name: 'Haze', statusId: 'haze', per: 'station', severity: 'major', lateness: '0 ms',
    rule: { op: 'event', event: 'pm' }, journal: 'journal', flapping: 'off', wires: [['out', 'tell'], ['problems']],
  },
  { id: 'tell', type: 'action-notify', version: 2, name: 'Tell', journal: 'journal', on: ['raised'], form: 'event', wires: [['told'], ['problems']] },
  { id: 'place', type: 'spatial-filter', version: 1, name: 'Zones', wires: [['out'], ['problems']] },
  ...['out', 'told', 'problems'].map((id) => ({ id, type: 'test-sink', wires: [] })),
]; // prettier-ignore
const texts = NASTY.filter((text) => !/[\ud800-\udfff]/u.test(text) && !text.includes('\u0000'));

describe('hostile texts through wired nodes', function () {
  before(needsSqlite);
  let red: Embedded;
  before(async () => {
    red = await startEmbedded();
    await red.deploy(flow);
  });
  after(() => red?.stop());

  const ask = async (path: string, init: RequestInit = {}): Promise<{ status: number; body: any }> => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const answer = await fetch(`${red.url}/city-events/api/v1${path}`, { headers, ...init });
    return { status: answer.status, body: await answer.json() };
  };
  const admin = async (path: string, method = 'GET'): Promise<string> =>
    (await fetch(`${red.url}/city-events/city-journal/journal/${path}`, { method })).text();

  it('names, keys and units of readings are kept as they are, and told as text', async () => {
    texts.forEach((text, i) => {
      const key = `k${i} ${text}`;
      const time = T0 + i * 60_000;
      const event = { id: `e${i}`, event: 'pm', name: text, key, keyName: text, stream: key, time, value: 120, unit: text, kind: 'begin', source: [text], zones: [{ id: text, name: text, level: 'zone' }] }; // prettier-ignore
      red.inject('rule', {
        topic: text,
        payload: event,
        city: { mode: 'poll', clock: { source: 's', time, events: ['pm'] } },
      });
    });
    // what is refused is named
    await waitFor(
      'every text',
      () => red.payloads('out').flat().length + red.payloads('problems').flat().length >= texts.length,
    );
    const keys = new Set((red.payloads('out').flat() as { key: string }[]).map(({ key }) => key));
    assert.ok(keys.size >= texts.length / 2, `${keys.size} of ${texts.length}`);
    const { body } = await ask('/history?kind=status&limit=1000&order=oldest');
    for (const key of keys)
      assert.ok(
        body.entries.some((entry: any) => entry.body.key === key),
        JSON.stringify(key),
      );
    for (const entry of body.entries) assert.equal(entry.alarm, `haze|${entry.body.key}`);
  });

  it('acts by message: every field; what is no act is a problem, what is one keeps its text', async () => {
    const alarm = (await ask('/alarms')).body.alarms[0].alarm as string;
    for (const text of texts) {
      for (const field of ['act', 'alarm', 'statusId', 'until', 'who', 'why']) {
        const payload = { act: 'comment', alarm, who: 'Mali', why: 'x', [field]: text };
        red.inject('tell', { topic: 'act', payload });
      }
      for (const payload of [text, [text], { [text]: text }, { act: { toString: text }, alarm: [text] }])
        red.inject('tell', { topic: 'act', payload });
      red.inject('tell', { topic: text, payload: { state: text, statusId: text, severity: text } });
      red.inject('rule', { topic: text, payload: text });
      red.inject('place', { topic: 'zones', payload: { zones: [{ id: text, name: text, area: text }] } });
      red.inject('place', { topic: 'zones', payload: text });
    }
    await waitFor('what is refused by name', () => red.payloads('problems').flat().length > texts.length);
    // the last one that is an act is on the disk: so are those before it
    red.inject('tell', { topic: 'act', payload: { act: 'comment', alarm, who: 'Mali', why: 'the last' } });
    const { body, reasons } = await waitFor('the last act', async () => {
      const { body } = await ask('/history?kind=act&limit=1000');
      const reasons = new Set(body.entries.map((entry: any) => entry.body.why));
      return reasons.has('the last') && { body, reasons };
    });
    for (const text of ["x' OR 1=1", '<script>alert(1)</script>', '{{constructor}}'])
      if (texts.includes(text)) assert.ok(reasons.has(text), text);
    for (const { body: act } of body.entries) assert.equal(typeof act.who, 'string');
  });

  it('searches of the history find words, never patterns, and no text breaks the question', async () => {
    const all = (await ask('/history?limit=1000')).body.entries.length as number;
    for (const text of texts) {
      for (const name of ['text', 'alarm', 'status', 'domain', 'statusId']) {
        const answer = await ask(`/history?limit=1000&${name}=${encodeURIComponent(text)}`);
        const words = name === 'text' ? text.toLowerCase().split(/\s+/).filter(Boolean) : [];
        if (text.trim() === '') {
          assert.equal(answer.status, 400, 'a filter without words is not left out');
          continue;
        }
        assert.equal(answer.status, 200, `${name}=${text}: ${JSON.stringify(answer.body)}`);
        for (const entry of answer.body.entries) {
          const said = JSON.stringify(Object.values(entry.body)).toLowerCase();
          for (const word of words)
            assert.ok(said.includes(JSON.stringify(word).slice(1, -1)), `${word} is no pattern`);
        }
        if (name !== 'text') assert.ok(answer.body.entries.length < all, `${name}=${text} finds everything`);
      }
      const bad = await ask(`/history?after=${encodeURIComponent(text)}`);
      assert.ok([200, 400, 503].includes(bad.status) && bad.status !== 500, `after=${text}: ${bad.status}`);
      if (!text.includes(',') && text.trim() !== '')
        assert.equal((await ask(`/history?zone=${encodeURIComponent(text)}`)).status, 200, `zone=${text}`);
    }
    assert.equal((await ask('/history?limit=1000')).body.entries.length, all, 'nothing is gone');
  });

  it('the files for other programs hold no formula; the journal is whole; nothing was run', async () => {
    const csv = await admin('export?format=csv');
    assert.doesNotMatch(csv, /(?:^|,)"?[=@][^,]/m, 'a cell that a spreadsheet would run');
    for (const line of (await admin('export?format=ndjson')).trim().split('\n'))
      assert.doesNotThrow(() => JSON.parse(line));
    const check = JSON.parse(await admin('check', 'POST')) as { ok: boolean; faults: string[] };
    assert.deepEqual([check.ok, check.faults], [true, []]);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.ok(!existsSync('x'), 'no file was made');
    assert.ok(!red.logs.some(({ text }) => /uncaught|unhandled/i.test(text)));
  });
});
