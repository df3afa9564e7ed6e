/** Many Datastreams in one time order, in bounded memory. */
import assert from 'node:assert/strict';
import { makeObservation, type Observation } from '../../../nodes/ecdm/observation';
import { merge } from '../../../nodes/sensorthings-in/merge';
import { grouped, type Start } from '../../../nodes/sensorthings-in/reading-plan';
import { bareStream } from '../../../nodes/sensorthings-server/client/datastream';

const at = (datastream: string, time: number): Observation =>
  makeObservation({ id: `${datastream}|${time}`, datastream, property: 'p', time, value: 1 });

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('merge', () => {
  it('gives everything once, in time order, whatever the pages look like', async () => {
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let round = 0; round < 50; round++) {
      const all: number[] = [];
      const source = async function* (name: string): AsyncGenerator<Observation[]> {
        let time = random(50);
        for (let page = random(5); page >= 0; page--) {
          if (random(3) === 0) await tick();
          const list: Observation[] = [];
          for (let i = random(40); i > 0; i--) list.push(at(name, (time += random(10))));
          all.push(...list.map((o) => o.time));
          yield list;
        }
      };
      const out: number[] = [];
      const sources = Array.from({ length: random(12) }, (_, i) => source(`s${i}`));
      for await (const slice of merge(sources)) out.push(...slice.map(({ time }) => time));
      assert.deepEqual(out, all.sort((a, b) => a - b)); // prettier-ignore
    }
  });

  it('holds two pages of each at most', async () => {
    let [made, used, most] = [0, 0, 0];
    const source = async function* (name: string): AsyncGenerator<Observation[]> {
      for (let page = 0; page < 100; page++) {
        await tick();
        made += 10;
        most = Math.max(most, made - used);
        yield Array.from({ length: 10 }, (_, i) => at(name, page * 10 + i));
      }
    };
    for await (const slice of merge(Array.from({ length: 20 }, (_, i) => source(`s${i}`)))) {
      used += slice.length;
      await tick();
    }
    assert.equal(used, 20_000);
    // what a slice carries has left
    assert.ok(most <= 20 * 20 + 1000, `${most} at once`);
  });

  it('gives what came before a failure, then the failure, and ends the others', async () => {
    let ended = false;
    const good = async function* (): AsyncGenerator<Observation[]> {
      try {
        for (let time = 0; ; time += 2) {
          await tick();
          yield [at('good', time)];
        }
      } finally {
        ended = true;
      }
    };
    const bad = async function* (): AsyncGenerator<Observation[]> {
      yield [at('bad', 1), at('bad', 5)];
      await tick();
      throw new Error('broken');
    };
    const out: number[] = [];
    await assert.rejects(async () => {
      for await (const slice of merge([good(), bad()])) out.push(...slice.map(({ time }) => time));
    }, /broken/);
    assert.deepEqual(out, [0, 1, 2, 4, 5]);
    assert.ok(ended);
  });
});

describe('requests for many Datastreams', () => {
  it('take together what begins at about the same time and fits into an address', () => {
    const start = (key: string, from: number): Start => ({ stream: bareStream('http://x/v1.1', key), from });
    const many = Array.from({ length: 50 }, (_, i) => start(String(i), i));
    assert.deepEqual(grouped(many).map(({ length }) => length), [20, 20, 10]); // prettier-ignore
    assert.equal(grouped([start('1', 0), start('2', 86_400_000)]).length, 2, 'else a day would be read in vain');
    const long = Array.from({ length: 20 }, (_, i) => start(`'${'x'.repeat(200)}${i}'`, 0));
    assert.ok(grouped(long).every(({ length }) => length <= 5));
    assert.equal(grouped([]).length, 0);
  });
});
