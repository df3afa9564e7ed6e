/** Texts that are found once and filled by position say the same as those that are looked up, and words as the language. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clockText, durationText, listText, momentText, numberText, text } from '../../nodes/ecdm/text';
import { languageOf, textTable } from '../../nodes/ecdm/text-table';

const seed = { seed: 20261122, numRuns: 2000 };
const LANGUAGES = ['en-US', 'th', 'th-TH', 'de', undefined];
const languages = fc.constantFrom(...LANGUAGES);

const say = textTable(
  { a: { at: '__what__ at __place__, __what__ again (__more__)', plain: 'nothing' }, only: 'only __what__' },
  { a: { at: 'TH __place__: __what__, __more__', plain: 'TH nothing' } },
);

describe('texts that are said often', () => {
  const at = say.phrase('a.at', 'what', 'place');
  const plain = say.phrase('a.plain');
  const only = say.phrase('only', 'what');

  it('says by position what is said by name, in each language', () => {
    fc.assert(
      fc.property(languages, fc.string(), fc.string(), (language, what, place) => {
        assert.equal(at(language, what, place), say(language, 'a.at', { what, place }));
        assert.equal(plain(language), say(language, 'a.plain'));
        assert.equal(only(language, what), `only ${what}`);
      }),
      seed,
    );
    assert.equal(at('en-US', 'A', '__what__'), 'A at __what__, A again (__more__)');
    assert.equal(at('th', 'A', 'B'), 'TH B: A, __more__');
    assert.equal(say.phrase('no.such', 'what')('th', 'A'), 'no.such');
  });

  it('says of one what there is for one, in the language that has it', () => {
    const counts = textTable(
      { n_one: '__n__ alarm', n: '__n__ alarms', count_one: 'once', count: '__count__ times', other: '__n__ sheep' },
      { n: 'TH __n__', count: 'TH __count__', other: 'TH __n__' },
    );
    const both = (key: string, value: number | string): string[] =>
      LANGUAGES.slice(0, 2).map((language) => counts(language, key, key === 'count' ? { count: value } : { n: value }));
    assert.deepEqual(both('n', 1), ['1 alarm', 'TH 1']);
    assert.deepEqual(both('n', '1'), ['1 alarm', 'TH 1']);
    assert.deepEqual(both('n', 0), ['0 alarms', 'TH 0']);
    assert.deepEqual(both('n', '11'), ['11 alarms', 'TH 11']);
    assert.deepEqual(both('count', 1), ['once', 'TH 1']);
    assert.deepEqual(both('count', 2), ['2 times', 'TH 2']);
    assert.deepEqual(both('other', 1), ['1 sheep', 'TH 1']);
  });

  it('asks each parameter that the text has a place for, each time', () => {
    const asked: string[] = [];
    const tell = (name: string) => () => {
      asked.push(name);
      return `${name}${asked.length}`;
    };
    const told = say.telling('a.at', { what: tell('what'), place: tell('place'), unused: tell('unused') });
    assert.equal(told('en-US'), 'what1 at place2, what3 again (__more__)');
    assert.equal(told('th-TH'), 'TH place4: what5, __more__');
    assert.deepEqual(asked, ['what', 'place', 'what', 'place', 'what']);
  });
});

describe('words: numbers, lists and lengths of time', () => {
  it('writes numbers as the language does', () => {
    const short = fc.tuple(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.integer({ min: 0, max: 12 }));
    const numbers = fc.oneof(
      short.map(([n, digits]) => n / 10 ** digits),
      fc.double({ noNaN: true }),
      fc.constantFrom(999.9999, 999.99999, 999.999_999, 1000, 1e-6, 9.999_999e-7, 0.1 + 0.2, Infinity, NaN),
    );
    fc.assert(
      fc.property(languages, numbers, (language, n) => {
        const format = new Intl.NumberFormat(languageOf(language), { maximumSignificantDigits: 6 });
        // nobody wants to read of a zero below zero
        const wanted = format.format(Object.is(n, -0) ? 0 : n);
        assert.equal(numberText(language, n), wanted);
        assert.equal(numberText(language, n), wanted, 'when it is remembered');
      }),
      seed,
    );
  });

  it('joins lists', () => {
    for (const language of ['en-US', 'th']) {
      const comma = text(language, 'list.comma');
      for (let n = 0; n < 6; n++) {
        const items = Array.from({ length: n }, (_, i) => `item ${i}`);
        const first = items.slice(0, -1).join(comma);
        const wanted = n < 2 ? items.join('') : text(language, 'list.last', { first, last: items.at(-1) });
        assert.equal(listText(language, items), wanted);
      }
    }
  });

  it('adds up to the length that it tells', () => {
    const size: Record<string, number> = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1000, ms: 1 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000_000 }), (ms) => {
        const pairs = durationText('en-US', ms)
          .split(/ (?=\d)/)
          .map((pair) => pair.split(' '));
        assert.equal(
          pairs.reduce((sum, [n, unit]) => sum + Number(n) * size[unit!]!, 0),
          ms,
        );
      }),
      seed,
    );
    assert.equal(durationText('en-US', 0), '0 s');
    assert.equal(durationText('en-US', -5), '0 s');
    assert.equal(durationText('en-US', 5_400_000), '1 h 30 min');
    assert.equal(durationText('th', 60_000), `1 ${text('th', 'unit.min')}`);
  });
});

describe('words: the hour that the clocks show twice', () => {
  const HOUR = 3_600_000;
  const at = (iso: string, timeZone: string, language = 'en-US'): string =>
    momentText(language, Date.parse(iso), timeZone);

  it('has its offset, and no other hour has', () => {
    assert.equal(at('2026-10-25T00:30:00Z', 'Europe/Berlin'), '25 Oct 2026 02:30 (UTC+02:00)');
    assert.equal(at('2026-10-25T01:30:00Z', 'Europe/Berlin'), '25 Oct 2026 02:30 (UTC+01:00)');
    assert.equal(at('2026-10-24T23:59:59Z', 'Europe/Berlin'), '25 Oct 2026 01:59:59');
    assert.equal(at('2026-10-25T02:00:00Z', 'Europe/Berlin'), '25 Oct 2026 03:00');
    assert.equal(at('2026-03-29T00:30:00Z', 'Europe/Berlin'), '29 Mar 2026 01:30');
    assert.equal(clockText(Date.parse('2026-11-01T06:15:00Z'), 'America/New_York'), '01:15 (UTC-05:00)');
    // set back by half an hour only
    assert.equal(clockText(Date.parse('2026-04-04T14:45:00Z'), 'Australia/Lord_Howe'), '01:45 (UTC+11:00)');
    assert.match(at('2026-10-25T01:30:00Z', 'Europe/Berlin', 'th'), /02:30.* \(UTC\+01:00\)$/);
    const year = Array.from({ length: 8760 }, (_, i) => clockText(Date.UTC(2026, 0, 1) + i * HOUR, 'Asia/Bangkok'));
    assert.deepEqual(year.filter((one) => one.includes('UTC')), []); // prettier-ignore
  });
});

describe('texts of the model: what is counted', () => {
  it('is one where there is one', () => {
    for (const key of ['rule.samples', 'problem.keys', 'problem.silences', 'problem.back']) {
      const one = text('en-US', key, { n: 1 });
      assert.doesNotMatch(one, /\b1 (readings|keys)\b|were given up/, key);
      assert.match(text('en-US', key, { n: 2 }), /\b2 (readings|keys)\b|were given up/, key);
      assert.match(text('th', key, { n: 1 }), /1/, key);
    }
  });
});
