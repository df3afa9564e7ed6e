/** How much is asked for at once, how often, and when silence is looked into. */
import assert from 'node:assert/strict';
import { median, Watchdog } from '../../../nodes/sensorthings-in/watchdog';
import { PageSize } from '../../../nodes/sensorthings-server/client/page-size';
import { RequestGate } from '../../../nodes/sensorthings-server/client/request-gate';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('page size', () => {
  it('grows while the server is quick, shrinks when it is slow or gives up, down to ten', () => {
    const pages = new PageSize(100);
    pages.came(100, 100, true, 50);
    assert.equal(pages.size, 200);
    pages.came(200, 150, false, 50);
    assert.equal(pages.size, 200, 'the last page says nothing');
    pages.came(200, 200, true, 6000);
    assert.equal(pages.size, 100);
    for (let i = 0; i < 4; i++) assert.ok(pages.tooLarge(pages.size));
    assert.equal(pages.size, 10);
    assert.ok(!pages.tooLarge(10), 'there is nothing smaller');
    for (let i = 0; i < 30; i++) pages.came(pages.size, pages.size, true, 1);
    assert.equal(pages.size, 10_000);
  });

  it('learns what the server gives at most, and tries again for more now and then', () => {
    const pages = new PageSize(1000);
    pages.came(1000, 200, true, 50);
    assert.equal(pages.size, 200);
    for (let i = 0; i < 50; i++) pages.came(200, 200, true, 1000);
    assert.equal(pages.size, 400);
  });
});

describe('request gate', () => {
  it('lets four through; after a rest two, and one more for every twenty good answers', async () => {
    const gate = new RequestGate(4);
    let inside = 0;
    let most = 0;
    const request = async (): Promise<void> => {
      await gate.enter();
      most = Math.max(most, ++inside);
      await sleep(5);
      inside--;
      gate.leave();
    };
    const run = async (n: number): Promise<number> => {
      most = 0;
      await Promise.all(Array.from({ length: n }, request));
      return most;
    };
    assert.equal(await run(12), 4);
    gate.rest(80);
    const began = performance.now();
    assert.equal(await run(8), 2);
    assert.ok(performance.now() - began >= 75, 'nobody goes while the server rests');
    for (let i = 0; i < 20; i++) gate.answered();
    assert.equal(gate.width, 3);
    for (let i = 0; i < 100; i++) gate.answered();
    assert.equal(gate.width, 4);
    gate.rest(0);
    gate.rest(0);
    gate.rest(0);
    assert.equal(gate.width, 1, 'never nobody');
    gate.close();
  });

  it('whoever is not waited for any more costs nobody a turn', async () => {
    const gate = new RequestGate(1);
    await gate.enter();
    const abort = new AbortController();
    const gone = assert.rejects(gate.enter(abort.signal), { code: 'closed' });
    const next = gate.enter();
    abort.abort();
    await gone;
    gate.leave();
    await next;
    const waiting = assert.rejects(gate.enter(), { code: 'closed' });
    gate.close();
    await waiting;
  });
});

describe('watchdog', () => {
  it('asks for a look after three usual intervals, and less often when the silence is real', () => {
    const dog = new Watchdog();
    dog.heard(0);
    assert.ok(!dog.look(1e9, undefined), 'nothing is known of intervals');
    assert.ok(!dog.look(29_000, 10_000));
    assert.ok(dog.look(30_001, 10_000));
    assert.ok(!dog.look(40_000, 10_000), 'one look at a time');
    dog.looked(41_000, 0);
    assert.ok(!dog.silent);
    assert.ok(!dog.look(41_000 + 59_000, 10_000));
    assert.ok(dog.look(41_000 + 60_001, 10_000), 'twice as long');
    dog.looked(110_000, 5);
    assert.ok(dog.silent, 'HTTP had what MQTT did not bring');
    dog.heard(111_000);
    assert.ok(!dog.silent);
  });

  it('looks at the middle of the intervals', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([]), undefined);
  });
});
