/** Names that were probably meant: found in a time that does not depend on how many names a text gets wrong. */
import assert from 'node:assert/strict';
import { nearest } from '../../nodes/ecdm/nearest';
import { parseRule, type NamedEvent } from '../../nodes/pattern-status/cep/language';
import { Random } from '../properties/random';

/** Insert, delete, replace, swap of neighbours, without any shortcut. */
function edits(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const costs = [rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) costs.push(rows[i - 2]![j - 2]! + 1);
      row.push(Math.min(...costs));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The first of the nearest names, where it is near enough. */
function slowly(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const all = known.map((name) => edits(word.toLowerCase(), name.toLowerCase()));
  const least = Math.min(...all);
  return least <= limit ? known[all.indexOf(least)] : undefined;
}

describe('the name that was meant', () => {
  const text = (random: Random, length: number): string =>
    Array.from({ length }, () => random.pick(['a', 'b', 'C', 'é'])).join('');

  it('is the one that is found when every name is compared to its end', () => {
    for (let seed = 0; seed < 5_000; seed++) {
      const random = new Random(seed);
      const known = Array.from({ length: 1 + random.int(6) }, () => text(random, 1 + random.int(14)));
      const word = text(random, 1 + random.int(14));
      assert.equal(nearest(word, known), slowly(word, known), `seed ${seed}: ${word} ${known.join()}`);
    }
  });

  it('of long names is found as well', () => {
    const long = 'station north, sensor reading '.repeat(4);
    assert.equal(nearest(long.replace('north', 'nroth'), ['smoke', long]), long);
    assert.equal(nearest([...long].reverse().join(''), ['smoke', long]), undefined);
  });

  it('is found quickly, however many names a text gets wrong', () => {
    const name = (i: number): string => `${i} ${'station north sensor reading '.repeat(4)}`.slice(0, 100);
    const events = Array.from({ length: 300 }, (_, i): NamedEvent => ({ id: `e${i}`, name: name(i) }));
    const wrong = Array.from({ length: 450 }, (_, i) => `"${[...name(100_000 + i)].reverse().join('')}"`);
    // of the processor, since others may be busy on the machine
    const { user } = process.cpuUsage();
    const { errors } = parseRule(`when ${wrong.join(' and ')}`, undefined, events);
    const spent = (process.cpuUsage().user - user) / 1000;
    assert.equal(errors.length, 20);
    assert.ok(spent < 1_500, `${spent} ms`);
  });
});
