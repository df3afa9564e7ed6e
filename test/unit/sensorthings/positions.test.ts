/** What was sent, how far HTTP has been read, and what of it a restart knows. */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { makeObservation, type Observation } from '../../../nodes/ecdm/observation';
import { snapshotPath } from '../../../nodes/runtime/snapshots';
import { PositionLog } from '../../../nodes/sensorthings-in/position-log';
import { Positions } from '../../../nodes/sensorthings-in/positions';

const reading = (id: number | string, time: number, value: unknown = id, datastream = 'd'): Observation =>
  makeObservation({ id: `${datastream}|${id}`, datastream, property: 'p', time, value: value as number });

describe('positions', () => {
  it('tells news, repeats and updates apart', () => {
    const positions = new Positions();
    assert.equal(positions.judge(reading(1, 100), 'live'), 'new');
    assert.equal(positions.judge(reading(1, 100), 'http'), 'repeat');
    assert.equal(positions.judge(reading(2, 50), 'http'), 'new', 'also a late one');
    assert.equal(positions.judge(reading(1, 100, 7), 'live'), 'update');
    assert.equal(positions.judge(reading(1, 100, 7), 'http'), 'repeat');
    assert.equal(positions.judge(reading(1, 100, 1), 'live'), 'repeat', 'the first notice was overtaken by the update');
    assert.equal(positions.judge(reading(1, 100, 1), 'http'), 'update', 'what the server has stored is the truth');
    assert.equal(positions.judge(reading(3, 90), 'retained'), 'repeat', 'an old retained message is no news');
    assert.equal(positions.judge(reading(4, 110), 'retained'), 'new');
    assert.deepEqual([positions.repeats, positions.updates], [4, 2]);
  });

  it('tells -0 from nothing, texts from numbers, objects by their content', () => {
    const positions = new Positions();
    for (const [n, value] of [0, '0', null, { a: 1 }, { a: 2 }, [1], true].entries()) {
      assert.equal(positions.judge(reading(n + 1, 1, value), 'http'), 'new');
      assert.equal(positions.judge(reading(n + 1, 1, structuredClone(value)), 'http'), 'repeat');
    }
    assert.equal(positions.judge(reading(1, 1, -0), 'http'), 'repeat');
    assert.equal(positions.judge(reading(1, 1, '0'), 'http'), 'update');
    assert.equal(positions.judge(reading(4, 1, { a: 2 }), 'http'), 'update');
    assert.equal(positions.judge(reading('007', 1), 'http'), 'new');
    assert.equal(positions.judge(reading(7, 1, true), 'http'), 'repeat', 'the text 007 is not the number 7');
  });

  it('goes on from what HTTP has given, not from what MQTT has brought', () => {
    const positions = new Positions();
    assert.equal(positions.from('d', 10), undefined);
    positions.judge(reading(1, 100), 'http');
    positions.confirm('d', 100);
    positions.judge(reading(2, 500), 'live');
    assert.equal(positions.from('d', 10), 90);
    positions.confirm('d', 50);
    assert.equal(positions.from('d', 10), 90, 'never back');
  });

  it('forgets what lies far behind when the flow has taken it, and takes that as known', () => {
    const positions = new Positions();
    for (let i = 1; i <= 100; i++) positions.judge(reading(i, i), 'http');
    positions.confirm('d', 100);
    assert.equal(positions.ids, 100);
    positions.commit('d', 100, 10);
    assert.equal(positions.ids, 20);
    assert.equal(positions.judge(reading(5, 5), 'http'), 'repeat');
    assert.equal(positions.judge(reading(1000, 5), 'live'), 'new', 'a notice of something old is news');
  });

  it('is bounded: says so, and makes room where HTTP has given everything', () => {
    const positions = new Positions(50);
    for (let i = 1; i <= 60; i++) positions.judge(reading(i, i), 'live');
    assert.ok(positions.crowded && !positions.swamped);
    positions.shrink();
    assert.equal(positions.ids, 60, 'nothing is forgotten that HTTP may give again as news');
    positions.confirm('d', 60);
    positions.commit('d', 60, 1000);
    positions.shrink();
    assert.ok(positions.ids <= 40);
    assert.equal(positions.judge(reading(30, 30), 'http'), 'repeat');
    assert.equal(positions.from('d', 1000), 59);
  });
});

describe('positions over a restart', () => {
  let userDir = '';
  const failures: unknown[] = [];
  const logs: PositionLog[] = [];
  const open = (what = 'follow'): { positions: Positions; log: PositionLog } => {
    const positions = new Positions();
    const log = new PositionLog(userDir, 'n', what, positions, (thrown) => failures.push(thrown));
    logs.push(log);
    return { positions, log };
  };
  const file = (): string => `${snapshotPath(userDir, 'n')}.log.ndjson`;
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

  beforeEach(async () => {
    userDir = await mkdtemp(path.join(os.tmpdir(), 'city-positions-'));
  });
  afterEach(async () => {
    for (const log of logs.splice(0)) await log.close(true);
    await rm(userDir, { recursive: true, force: true });
    assert.deepEqual(failures.splice(0), []);
  });

  it('knows again what the flow has taken, and only that', async () => {
    const { positions, log } = open();
    assert.equal(await log.load(0), 'none');
    const [a, b] = [reading(1, 1000), reading('x', 2000)];
    positions.judge(a, 'http');
    positions.judge(b, 'live');
    positions.confirm('d', 1000);
    log.taken([a]);
    log.commit(new Map([['d', 1000]]), 100);
    await log.close(false);
    const again = open();
    assert.equal(await again.log.load(60_000), 'closed');
    assert.equal(again.positions.from('d', 100), 900);
    assert.equal(again.positions.judge(a, 'http'), 'repeat');
    assert.equal(again.positions.judge(b, 'http'), 'new', 'it was sent, but never taken');
    await again.log.close(true);
    await assert.rejects(readFile(file()), /ENOENT/);
  });

  it('after a crash: a torn line costs what it held; what was taken just before is sent again to nodes that remember', async () => {
    const { positions, log } = open();
    await log.load(0);
    const old = [reading(1, 1000), reading(2, 5000)];
    for (const observation of old) positions.judge(observation, 'http');
    positions.confirm('d', 5000);
    log.taken([old[0]!], Date.now() - 300_000);
    log.taken([old[1]!], Date.now());
    log.commit(new Map([['d', 5000]]), 10_000);
    await settled();
    await appendFile(file(), '{"t":[0,3,6000,1],"w');
    const plain = open();
    assert.equal(await plain.log.load(0), 'crashed');
    assert.deepEqual(old.map((o) => plain.positions.judge(o, 'http')), ['repeat', 'repeat']); // prettier-ignore
    await settled();
    const remembering = open();
    assert.equal(await remembering.log.load(60_000), 'crashed');
    assert.deepEqual(old.map((o) => remembering.positions.judge(o, 'http')), ['repeat', 'new']); // prettier-ignore
  });

  it('reads again from the oldest that is to be sent again', async () => {
    const { positions, log } = open();
    await log.load(0);
    const late = reading(1, 1000);
    positions.judge(late, 'live');
    positions.confirm('d', 900_000);
    log.taken([late]);
    log.commit(new Map([['d', 900_000]]), 10_000_000);
    await settled();
    const again = open();
    await again.log.load(60_000);
    assert.ok(again.positions.from('d', 100)! <= 1000);
  });

  it('is not used for something else, nor where it is no log', async () => {
    const { positions, log } = open('replay 1');
    await log.load(0);
    positions.judge(reading(1, 1), 'http');
    log.taken([reading(1, 1)]);
    await log.close(false);
    const other = open('replay 2');
    assert.equal(await other.log.load(0), 'none');
    assert.equal(other.positions.ids, 0);
    await other.log.close(false);
    await writeFile(file(), 'nonsense\n{"for":"replay 2"}\n');
    assert.equal(await open('replay 2').log.load(0), 'none');
  });

  it('stays small: the file is written anew when it has grown, and says the same', async () => {
    const { positions, log } = open();
    await log.load(0);
    for (let round = 0; round < 60; round++) {
      const list = Array.from({ length: 5000 }, (_, i) => reading(round * 5000 + i + 1, round * 5000 + i));
      for (const observation of list) positions.judge(observation, 'http');
      log.taken(list);
      positions.confirm('d', round * 5000 + 4999);
      log.commit(new Map([['d', round * 5000 + 4999]]), 1000);
      await settled();
    }
    await log.close(false);
    const size = (await readFile(file())).length;
    assert.ok(size < 6_000_000, `${size} bytes`);
    const again = open();
    await again.log.load(0);
    assert.deepEqual([again.positions.ids, again.positions.from('d', 0)], [2000, 299_999]);
  }).timeout(30_000);
});
