/** What every store of a journal must do; the same tests for each database. */
import assert from 'node:assert/strict';
import { GENESIS, hashOf } from '../../nodes/city-journal/store/chain';
import type { HistoryQuery, JournalEntry } from '../../nodes/city-journal/journal-source';
import type { Batch, Draft, Store } from '../../nodes/city-journal/store/store';
import { FEW } from '../../nodes/city-journal/store/where';
import { draftOf } from '../../nodes/city-journal/draft';
import type { Status } from '../../nodes/ecdm/status';
import { START, statusAt } from './statuses';

export interface Bench {
  /** A store on the same data as those before it in one test. */
  open(): Promise<Store>;
  /** Runs statements behind the back of the store, as one who tampers would: the protection of the tables is off. */
  tamper(sql: string): Promise<void>;
  /** The statement is refused by the database itself. */
  refuses(sql: string): Promise<void>;
  /** Names of tables. */
  entry: string;
  body: string;
  backup(store: Store): Promise<{ entries: number }>;
}

let batches = 0;
export const batch = (drafts: Draft[], more: Partial<Batch> = {}): Batch => ({
  id: `b${++batches}`, drafts, alarms: new Map(), taken: [], ...more,
}); // prettier-ignore

export const draft = (minute: number, revision = 1, more: Partial<Status> = {}, node = 'rule'): Draft => {
  const status = statusAt(minute, revision, more);
  return draftOf(START + minute * 60_000, 'status', node, status, status);
};

const zone = (id: string) => ({ id, name: id, level: 'zone' });

export function storeSuite(bench: () => Bench): void {
  let store: Store;
  beforeEach(async () => {
    store = await bench().open();
    await store.open(100);
  });
  afterEach(() => store.close());

  const found = async (query: HistoryQuery): Promise<string> => {
    const { entries } = await store.query(query);
    return entries.map(({ seq }) => seq).join(' ');
  };

  it('numbers entries without gaps, and chains each to the one before', async () => {
    assert.equal(await store.append(batch([draft(0), draft(1)])), 1);
    assert.equal(await store.append(batch([draft(2)])), 3);
    const { entries } = await store.query({ order: 'oldest' });
    assert.deepEqual(
      entries.map(({ seq }) => seq),
      [1, 2, 3],
    );
    let before = GENESIS;
    for (const [i, entry] of entries.entries()) {
      before = hashOf(before, i + 1, draft(i));
      assert.equal(entry.hash, before);
      assert.deepEqual(entry.body, statusAt(i, 1));
      assert.equal(entry.at, new Date(START + i * 60_000).toISOString());
    }
    const checked = await store.check();
    assert.deepEqual(checked, { ok: true, entries: 3, first: 1, last: { seq: 3, hash: before }, faults: [] });
  });

  it('a batch that comes again is there once', async () => {
    const one = batch([draft(0)]);
    assert.equal(await store.append(one), 1);
    assert.equal(await store.append(one), 1);
    assert.equal(await found({}), '1');
  });

  it('gives back what was written before: alarms, the newest statuses, what is taken and settled', async () => {
    const alarms = new Map([
      ['haze|s1', '{"a":1}'],
      ['haze|s2', '{"b":2}'],
    ]);
    await store.append(
      batch([draft(0), draft(1), draft(2)], {
        alarms,
        taken: [
          [2, 'notify'],
          [3, 'notify'],
        ],
      }),
    );
    await store.append(batch([], { alarms: new Map([['haze|s2', undefined]]), settled: 2 }));
    await store.close();
    store = await bench().open();
    const { statuses, ...rest } = await store.open(2);
    assert.deepEqual(rest, { alarms: ['{"a":1}'], settled: 2, taken: [[3, 'notify']] });
    assert.deepEqual(
      statuses.map(({ seq, body }) => [seq, (body as Status).since]),
      [
        [2, statusAt(1, 1).since],
        [3, statusAt(2, 1).since],
      ],
    );
  });

  it('a zone or a box with more entries than are looked up first is read along the time, with the same answer', async function () {
    this.timeout(120_000);
    const many = FEW + 50;
    const inIt = { place: [100, 13] as const, zones: [zone('all')] };
    for (let from = 0; from < many; from += 2000) {
      const drafts = Array.from({ length: Math.min(2000, many - from) }, (_, i) => draft(from + i, 1, inIt));
      await store.append(batch(drafts));
    }
    await store.append(batch([draft(many, 1, { place: [101, 14], zones: [zone('other')] }), draft(many + 1)]));
    const newest = `${many} ${many - 1} ${many - 2}`;
    const box = [99, 12, 100.5, 13.5] as const;
    assert.equal(await found({ box, limit: 3 }), newest);
    assert.equal(await found({ zones: ['all'], limit: 3 }), newest);
    assert.equal(await found({ box, zones: ['all'], limit: 3, order: 'oldest' }), '1 2 3');
    assert.equal(await found({ box: [100.5, 13.5, 102, 15], limit: 3 }), `${many + 1}`);
  });

  describe('search', () => {
    beforeEach(async () => {
      await store.append(
        batch([
          draft(0, 1, { severity: 'critical', zones: [zone('north')], place: [100.5, 13.75], domain: 'air' }),
          draft(1, 1, {
            key: 's2',
            keyName: 'ตลาดน้อย 100%',
            zones: [zone('south'), zone('city')],
            place: [100.6, 13.6],
          }),
          draft(2, 2, { state: 'cleared', status: 'flood', name: 'Flood', statusId: 'flood|s1|x' }),
          draftOf(
            START + 180_000,
            'act',
            'rule',
            { alarm: 'haze|s1', statusId: statusAt(0, 1).statusId },
            { act: 'comment', who: 'Malee', why: 'a_b É\\x' },
          ),
          draftOf(
            START + 240_000,
            'notice',
            'tell',
            {},
            { headline: 'Stay inside', severity: 'major', state: 'raised' },
          ),
          draft(5, 1, { place: [-179.5, 0], key: 'pacific' }),
        ]),
      );
    });
    const cases: [string, HistoryQuery, string][] = [
      ['newest first', {}, '6 5 4 3 2 1'],
      ['oldest first', { order: 'oldest', limit: 3 }, '1 2 3'],
      ['time', { from: '2026-03-01T08:01:00Z', to: '2026-03-01T15:03:00+07:00' }, '4 3 2'],
      ['kinds', { kinds: ['act', 'notice'] }, '5 4'],
      ['nothing of no kind', { kinds: [] }, ''],
      ['an alarm with what people did', { alarm: 'haze|s1' }, '4 1'],
      ['an episode', { statusId: statusAt(0, 1).statusId }, '4 1'],
      ['a domain', { domain: 'air' }, '1'],
      ['a definition by its id', { status: 'flood' }, '3'],
      ['a definition by its name', { status: 'Haze' }, '6 2 1'],
      ['states', { states: ['cleared', 'updated'] }, '3'],
      ['severity', { minSeverity: 'major' }, '5 1'],
      ['zones', { zones: ['city', 'north'] }, '2 1'],
      ['no zone of that name', { zones: ['nowhere'] }, ''],
      ['a box', { box: [100.55, 13.5, 101, 14] }, '2'],
      ['a box whose border is the place', { box: [100.5, 13.75, 100.5, 13.75] }, '1'],
      ['a box over the antimeridian', { box: [170, -1, -179, 1] }, '6'],
      ['words, whatever their letters', { text: 'MALEE comment' }, '4'],
      ['words of another script', { text: 'ตลาด' }, '2'],
      ['words with signs of a pattern', { text: '100%' }, '2'],
      ['a sign of a pattern alone is itself', { text: '_b' }, '4'],
      ['a backslash and an accent', { text: 'é\\X' }, '4'],
      ['a quote is a quote', { text: `' OR 1=1 --` }, ''],
      ['a quote in an id', { alarm: `x' OR '1'='1` }, ''],
      ['all at once', { kinds: ['status'], zones: ['north'], box: [100, 13, 101, 14], minSeverity: 'critical', text: 'pm2.5', from: '2026-03-01' }, '1'],
    ]; // prettier-ignore
    for (const [name, query, expected] of cases) {
      it(name, async () => assert.equal(await found(query), expected));
    }

    it('pages follow each other, though something is written meanwhile', async () => {
      const first = await store.query({ limit: 4 });
      assert.deepEqual(
        first.entries.map(({ seq }) => seq),
        [6, 5, 4, 3],
      );
      await store.append(batch([draft(9)]));
      const second = await store.query({ limit: 4, after: first.next });
      assert.deepEqual([second.entries.map(({ seq }) => seq), second.next], [[2, 1], undefined]);
    });

    for (const [name, query] of Object.entries({
      limit: { limit: 1001 },
      after: { after: '1; DROP TABLE entry' },
      box: { box: [1, 2, 3] as never },
      from: { from: 'yesterday' },
      minSeverity: { minSeverity: 'bad' as never },
      zones: { zones: 'north' as never },
      text: { text: {} as never },
    })) {
      it(`refuses ${name} that is none, and names it`, async () => {
        await assert.rejects(store.query(query), new RegExp(name));
      });
    }
  });

  describe('tampering', () => {
    beforeEach(() => store.append(batch([draft(0, 1, { zones: [zone('north')] }), draft(1), draft(2), draft(3)])));
    const faults = async (sql: string): Promise<string> => {
      await bench().tamper(sql);
      const { ok, faults: found } = await store.check();
      assert.equal(ok, false);
      return found.join('; ');
    };

    it('the database itself refuses to change an entry or to take one out', async () => {
      const { entry, body } = bench();
      await bench().refuses(`UPDATE ${entry} SET node = 'x' WHERE seq = 1`);
      await bench().refuses(`UPDATE ${body} SET body = '{}' WHERE seq = 1`);
      await bench().refuses(`DELETE FROM ${entry} WHERE seq = 1`);
      await bench().refuses(`DELETE FROM ${body} WHERE seq = 1`);
      assert.equal((await store.check()).ok, true);
    });
    it('a changed body shows', async () => {
      assert.match(
        await faults(`UPDATE ${bench().body} SET body = replace(body, 'PM2.5', 'nothing') WHERE seq = 2`),
        /entry 2 /,
      );
    });
    it('a changed time shows', async () => {
      assert.match(await faults(`UPDATE ${bench().entry} SET at = at + 1 WHERE seq = 3`), /entry 3 /);
    });
    it('an entry that was taken out shows', async () => {
      const { body, entry } = bench();
      assert.match(
        await faults(`DELETE FROM ${body} WHERE seq = 2; DELETE FROM ${entry} WHERE seq = 2`),
        /entry 3 .*taken out/,
      );
    });
    it('a beginning that was taken out shows', async () => {
      const { body, entry } = bench();
      assert.match(
        await faults(`DELETE FROM ${body} WHERE seq = 1; DELETE FROM ${entry} WHERE seq = 1`),
        /entry 2 .*taken out/,
      );
    });
    it('an entry that is hidden from searches shows', async () => {
      assert.match(
        await faults(`UPDATE ${bench().entry} SET severity = 0, text = 'x' WHERE seq = 4`),
        /entry 4 is indexed under other values/,
      );
    });
  });

  it('retention takes away whole beginnings; the chain holds from there, and says so', async () => {
    const many = Array.from({ length: 30 }, (_, i) => draft(i, 1, { zones: [zone('north')], place: [100, 13] }));
    await store.append(batch(many));
    const day = START + 15 * 60_000 + 86_400_000;
    assert.equal(await store.prune({ days: 1, megabytes: 1000 }, day), 15);
    assert.equal(await store.prune({ days: 1, megabytes: 1000 }, day), 0);
    await store.append(batch([draft(31)]));
    const { ok, entries, first, faults } = await store.check();
    assert.deepEqual([ok, entries, first, faults], [true, 17, 16, []]);
    assert.equal(await found({ zones: ['north'], limit: 2, order: 'oldest' }), '16 17');
    const said = (await store.query({ kinds: ['system'] })).entries[0] as JournalEntry;
    assert.deepEqual((said.body as { what: string; upTo: number }).upTo, 15);
    const { entry } = bench();
    await bench().refuses(`DELETE FROM ${entry} WHERE seq = 20`);
  });

  it('retention by size keeps the newest', async () => {
    for (let n = 0; n < 3; n++) await store.append(batch(Array.from({ length: 1500 }, (_, i) => draft(n * 1500 + i))));
    let cut = 0;
    for (let n = 1; n > 0 && cut < 4500; cut += n) n = await store.prune({ days: 10_000, megabytes: 1 }, START);
    const { ok, first, entries } = await store.check();
    assert.ok(ok && cut >= 1500 && first === cut + 1 && entries > 10, JSON.stringify({ cut, first, entries }));
  });

  it('a backup is whole in itself while the journal goes on', async () => {
    await store.append(batch([draft(0), draft(1)]));
    const copied = bench().backup(store);
    await store.append(batch([draft(2)]));
    assert.ok([2, 3].includes((await copied).entries));
    assert.equal((await store.check()).entries, 3);
  });
}
