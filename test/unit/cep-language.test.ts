/** Rules as text: what a tree says the text says and back, in both languages; what is wrong comes with its place. */
import assert from 'node:assert/strict';
import { statusSchema } from '../../nodes/ecdm/definition';
import {
  parseRule,
  printRule,
  type NamedEvent,
  type RuleParts,
  type TextError,
} from '../../nodes/pattern-status/cep/language';
import { mixed } from '../../nodes/pattern-status/cep/language/mixed';
import { tokenize } from '../../nodes/pattern-status/cep/language/tokens';
import { METHODS, UNITS, vocabularyOf, WORDS } from '../../nodes/pattern-status/cep/language/words';
import { Random } from '../properties/random';
import { NAMED_EVENTS, randomParts } from '../support/random-rule';

const CASES = Number(process.env['CASES'] ?? 10_000);
const SEED = Number(process.env['SEED'] ?? 20_261);
const LANGUAGES = ['en-US', 'th'];

const EVENTS: readonly NamedEvent[] = [
  ...['A', 'B', 'C', 'smoke', 'pump on', 'PM2.5', 'door forced', 'heartbeat'].map((name) => ({ id: name, name })),
  { id: 'm', name: 'maintenance' },
  { id: 'x1', name: 'twin' },
  { id: 'x2', name: 'twin' },
  { id: 'p', name: 'shot', emit: 'point' },
];

const parse = (text: string, language?: string) => parseRule(text, language, EVENTS);

/** The rule of a text that must be readable, whether or not it could be run. */
function rule(text: string, language?: string) {
  const { rule: read, errors } = parse(text, language);
  assert.ok(read, JSON.stringify(errors));
  return read;
}

const when = (text: string): unknown => rule(`when ${text}`).when;
const event = (id: string, as?: string) => (as === undefined ? { op: 'event', event: id } : { op: 'event', event: id, as });

/** Names that need no quotes, for the same ids; the last two are written of others of them. */
const BARE_NAMES = 'CO PM2.5สูง ฝน ลมแรง A_1 smoke ควันไฟ NO2-ต่ำ น้ำท่วม O3/เฉลี่ย x ฝนCO COฝน'.split(' ');
const BARE_EVENTS: readonly NamedEvent[] = NAMED_EVENTS.map(({ id }, i) => ({ id, name: BARE_NAMES[i]! }));

const unquoted = (text: string): string => BARE_NAMES.reduce((all, name) => all.replaceAll(`"${name}"`, name), text);
/** Without blanks, which stay in lengths of time as they were. */
const bare = (parts: unknown): unknown => JSON.parse(JSON.stringify(parts).replaceAll(' ', ''));

/** A text in which what stands outside of quotes and square brackets is changed. */
const outsideQuotes = (text: string, change: (piece: string) => string): string =>
  text
    .split(/("(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\])/)
    .map((piece, n) => (n % 2 === 1 ? piece : change(piece)))
    .join('');

describe('rules as text: properties', () => {
  for (const language of LANGUAGES) {
    it(`a tree comes back from its text, and the text from the tree (${language})`, function () {
      this.timeout(120_000);
      for (let i = 0; i < CASES; i++) {
        const parts = randomParts(new Random(SEED + i), 3);
        const text = printRule(parts, language, NAMED_EVENTS);
        const read = parseRule(text, language, NAMED_EVENTS);
        const label = `seed ${SEED + i}: ${text}\n${JSON.stringify(parts)}\n${JSON.stringify(read.errors)}`;
        assert.deepEqual(read.rule, parts, label);
        assert.equal(printRule(read.rule!, language, NAMED_EVENTS), text, label);
      }
    });
  }

  it('Thai means the same without the blanks between its words', () => {
    let tried = 0;
    for (let i = 0; i < CASES / 10; i++) {
      const parts = randomParts(new Random(SEED * 5 + i), 2);
      const text = printRule(parts, 'th', NAMED_EVENTS);
      // what an event is called in comparisons may be any word: a blank tells where it ends
      if (JSON.stringify(parts).includes('"as":')) continue;
      const glued = outsideQuotes(text, (piece) =>
        piece.replace(/(?<=\p{Script=Thai})\s+(?=[\p{Script=Thai}\d])|(?<=\d)\s+(?=\p{Script=Thai})/gu, ''),
      );
      if (glued !== text) tried++;
      const { rule: read, errors } = parseRule(glued, 'th', NAMED_EVENTS);
      assert.ok(read, `${glued}\n${JSON.stringify(errors)}`);
      assert.deepEqual(bare(read), bare(parts), glued);
    }
    assert.ok(tried > CASES / 40, `${tried} texts had blanks`);
  });

  it('Thai means the same where names without quotes stand next to its words', () => {
    let tried = 0;
    for (let i = 0; i < CASES / 10; i++) {
      const parts = randomParts(new Random(SEED * 17 + i), 2);
      if (JSON.stringify(parts).includes('"as":')) continue;
      const text = unquoted(printRule(parts, 'th', BARE_EVENTS));
      const glued = outsideQuotes(text, (piece) =>
        piece.replace(/(?<=\p{Script=Thai}) +(?=[\p{L}\p{N}])|(?<=[\p{L}\p{M}\p{N}]) +(?=\p{Script=Thai})/gu, ''),
      );
      if (BARE_EVENTS.some(({ name }) => new RegExp(`${name}(?:แล้ว|และ|หรือ|ภายใน|นาน|ใน|ต่อ)`).test(glued))) tried++;
      const { rule: read, errors } = parseRule(glued, 'th', BARE_EVENTS);
      assert.ok(read, `${glued}\n${JSON.stringify(errors)}`);
      assert.deepEqual(bare(read), bare(parts), glued);
    }
    assert.ok(tried > CASES / 100, `${tried} texts had names next to words`);
  });

  it('Thai means the same with spaces without width between its letters', () => {
    for (let i = 0; i < CASES / 10; i++) {
      const random = new Random(SEED * 19 + i);
      const parts = randomParts(random, 2);
      if (JSON.stringify(parts).includes('"as":')) continue;
      const text = unquoted(printRule(parts, 'th', BARE_EVENTS));
      const parted = outsideQuotes(text, (piece) =>
        piece
          .replace(/(?<=\p{Script=Thai})(?=\p{Script=Thai})/gu, () => (random.chance(0.3) ? '\u200b' : ''))
          .replace(/(?<=\p{Script=Thai}) +(?=[\p{L}\p{N}])|(?<=[\p{L}\p{M}\p{N}]) +(?=\p{Script=Thai})/gu, (blank) =>
            random.chance(0.7) ? '\u200b' : blank,
          ),
      );
      const { rule: read, errors } = parseRule(parted, 'th', BARE_EVENTS);
      assert.deepEqual(bare(read), bare(parts), `${JSON.stringify(parted)}\n${JSON.stringify(errors)}`);
    }
  });

  it('a name comes back whatever is in it, from its text and from quotes of either kind', () => {
    const pieces = [...`"“”„'’\\\n\r\t[]( \u200bA1🔥`, '\ud83d', 'u{41}', 'ฝน', 'และ'];
    for (let i = 0; i < CASES / 10; i++) {
      const random = new Random(SEED * 3 + i);
      const name = Array.from({ length: 1 + random.int(8) }, () => random.pick(pieces)).join('');
      const events = [{ id: `id of ${name}`, name }];
      const parts: RuleParts = {
        when: { op: 'event', event: events[0]!.id },
        per: { by: 'zone', level: name },
        severity: 'warning',
      };
      const escaped = name.replace(/[\\"“”]/g, '\\$&').replace(/[\n\r]/g, (end) => (end === '\n' ? '\\n' : '\\r'));
      for (const language of LANGUAGES) {
        const label = `seed ${SEED * 3 + i}: ${JSON.stringify(name)}`;
        assert.deepEqual(parseRule(printRule(parts, language, events), language, events).rule, parts, label);
        for (const quoted of [`"${escaped}"`, `“${escaped}”`]) {
          assert.deepEqual(
            parseRule(`when ${quoted} in the same ${quoted}`, language, events).rule,
            parts,
            `${label} ${quoted}`,
          );
        }
      }
    }
  });

  it('a text in English means the same in every language', () => {
    for (let i = 0; i < CASES / 10; i++) {
      const text = printRule(randomParts(new Random(SEED - i)), 'en-US', NAMED_EVENTS);
      assert.deepEqual(parseRule(text, 'th', NAMED_EVENTS).rule, parseRule(text, 'en-US', NAMED_EVENTS).rule, text);
    }
  });

  it('a broken text never throws, every error advises something, and what is read has the right shape', function () {
    this.timeout(120_000);
    let read = 0;
    for (let i = 0; i < CASES; i++) {
      const random = new Random(SEED * 7 + i);
      const language = random.pick(LANGUAGES);
      const text = broken(random, printRule(randomParts(random, 2), language, NAMED_EVENTS));
      const label = `seed ${SEED * 7 + i}: ${JSON.stringify(text)}`;
      const result = parseRule(text, language, NAMED_EVENTS);
      for (const error of result.errors) checkError(error, text, label);
      if (result.rule === undefined) {
        assert.ok(result.errors.length > 0, label);
        continue;
      }
      read++;
      statusSchema.parse({ id: 'x', name: 'x', ...result.rule });
      assert.deepEqual(parseRule(printRule(result.rule, language, NAMED_EVENTS), language, NAMED_EVENTS).rule, result.rule, label);
    }
    assert.ok(read > CASES / 50, `${read} texts could still be read`);
  });

  it('what is proposed instead can be read where it is put', function () {
    this.timeout(120_000);
    let tried = 0;
    for (let i = 0; i < CASES / 4; i++) {
      const random = new Random(SEED * 11 + i);
      const language = random.pick(LANGUAGES);
      const text = broken(random, printRule(randomParts(random, 2), language, NAMED_EVENTS));
      for (const error of parseRule(text, language, NAMED_EVENTS).errors) {
        const mended = mend(text, error);
        if (mended === undefined) continue;
        tried++;
        const { errors } = parseRule(mended.text, language, NAMED_EVENTS);
        const inside = errors.find((one) => {
          const at = offset(mended.text, one);
          return at >= mended.from && at < mended.to && isOfForm(one);
        });
        assert.equal(
          inside,
          undefined,
          `seed ${SEED * 11 + i}: ${JSON.stringify({ text, error, mended: mended.text, inside }, null, 1)}`,
        );
      }
    }
    assert.ok(tried > CASES / 40, `${tried} proposals were tried`);
  });

  it('noise never throws', () => {
    for (let i = 0; i < CASES; i++) {
      const random = new Random(SEED * 13 + i);
      const text = noise(random);
      for (const error of parseRule(text, random.pick(LANGUAGES), NAMED_EVENTS).errors) checkError(error, text, JSON.stringify(text));
    }
  });
});

function checkError({ line, column, length, message, suggestion }: TextError, text: string, label: string): void {
  const lines = text.split(/\r\n?|\n/);
  assert.ok(line >= 1 && line <= lines.length, label);
  assert.ok(column >= 1 && column <= text.length + 1 && length >= 0, label);
  for (const said of [message, suggestion]) {
    assert.doesNotMatch(said, /__[a-z]|undefined|^(error|advice|what)\./, label);
    assert.notEqual(said.trim(), '', label);
  }
}

const offset = (text: string, { line, column }: TextError): number => {
  const ends = [...text.matchAll(/\r\n?|\n/g)].map(({ 0: end, index }) => index + end.length);
  return (line === 1 ? 0 : ends[line - 2]!) + column - 1;
};

/** The text with what a suggestion proposes: in place of what is wrong, or, for an example, before it. */
function mend(text: string, error: TextError): { text: string; from: number; to: number } | undefined {
  const { message, suggestion, length } = error;
  const instead = /^(?:Did you mean|Write|หมายถึง|เขียน) “([^”]+)”(?:\.|\?| หรือไม่)?$/u.exec(suggestion)?.[1];
  const quote = /^(?:Write|เขียน) ("[^"]+")\.?$/u.exec(suggestion)?.[1];
  const example = /^(?:Write, for example,|เขียน เช่น) “([^”]+)”\.?$/u.exec(suggestion)?.[1];
  const written = example ?? instead ?? quote;
  if (written === undefined) return undefined;
  const from = offset(text, error);
  const rest = text.slice(example === undefined ? from + length : from);
  // names are proposed as they are called
  const isName = /^There is no event|^ไม่มีเหตุการณ์/.test(message);
  const put = ` ${isName ? JSON.stringify(written) : written} `;
  return { text: text.slice(0, from) + put + rest, from, to: from + put.length };
}

/** What the reading itself tells, not the check of what was read. */
const isOfForm = ({ message }: TextError): boolean => /^(?:Expected|ต้องเป็น)|is not a|ไม่ใช่/.test(message);

/** A text in which some pieces are lost, doubled, exchanged or replaced. */
function broken(random: Random, text: string): string {
  let pieces: string[] = text.match(/[\p{L}\p{M}\p{N}_]+|\s+|[^]/gu) ?? [];
  for (let n = 1 + random.int(3); n > 0; n--) {
    const i = random.int(pieces.length);
    const j = random.int(pieces.length);
    const what = random.int(4);
    if (what === 0) pieces.splice(i, 1);
    else if (what === 1) pieces.splice(i, 0, pieces[j]!);
    else if (what === 2) [pieces[i], pieces[j]] = [pieces[j]!, pieces[i]!];
    else pieces[i] = random.pick(['(', ')', '"', '[', ']', '\\', ' then ', ' no ', '5', ' 5 times ', ';', '&&', '.', '-', '1e999', '\n', 'ไม่มี']);
    if (random.chance(0.05)) pieces = pieces.slice(0, i);
    if (pieces.length === 0) pieces = [' '];
  }
  return pieces.join('');
}

function noise(random: Random): string {
  const words = [...WORDS.map((word) => vocabularyOf(random.pick(LANGUAGES)).print('word', word)), '"A"', '(', ')', '3', 'min', '>', 'e1', '[', '"', '\\'];
  return Array.from({ length: random.int(30) }, () =>
    random.chance(0.7) ? random.pick(words) : String.fromCharCode(random.int(random.chance(0.5) ? 128 : 65_536)),
  ).join(random.chance(0.5) ? ' ' : '');
}

describe('rules as text: what can be said', () => {
  const cases: [string, unknown][] = [
    ['smoke', event('smoke')],
    ['"pump on"', event('pump on')],
    ['PM2.5', event('PM2.5')],
    ['[smoke]', event('smoke')],
    ['[of another file]', event('of another file')],
    ['“pump on”', event('pump on')],
    ['"twin" [x2]', event('x2')],
    ['"pump on" as e1', event('pump on', 'e1')],
    ['"smoke" then no "pump on" for 2 min', { op: 'then', of: [event('smoke'), { op: 'no', of: event('pump on'), for: '2 min' }] }],
    ['"A" ; ¬ "B" ; "C" within 1 h', { op: 'then', of: [event('A'), { op: 'no', of: event('B') }, event('C')], within: '1 h' }],
    ['A ∧ B', { op: 'and', of: [event('A'), event('B')] }],
    ['A && B & C', { op: 'and', of: [event('A'), event('B'), event('C')] }],
    ['A || B | C ∨ A', { op: 'or', of: [event('A'), event('B'), event('C'), event('A')] }],
    ['A and !B within 1 h', { op: 'and', of: [event('A'), { op: 'no', of: event('B') }], within: '1 h' }],
    ['A and not B', { op: 'and', of: [event('A'), { op: 'no', of: event('B') }] }],
    ['3 times "door forced" within 10 min', { op: 'times', of: event('door forced'), min: 3, within: '10 min' }],
    ['at least 3 times A', { op: 'times', of: event('A'), min: 3 }],
    ['2 to 5 times A', { op: 'times', of: event('A'), min: 2, max: 5 }],
    ['2-5 times A', { op: 'times', of: event('A'), min: 2, max: 5 }],
    ['exactly 1 time A', { op: 'times', of: event('A'), min: 1, max: 1 }],
    ['exactly 3 times A', { op: 'times', of: event('A'), min: 3, max: 3 }],
    ['at most 3 times A within 1 h', { op: 'times', of: event('A'), min: 0, max: 3, within: '1 h' }],
    ['3 times ("A" then "B") within 1 h', { op: 'times', of: { op: 'then', of: [event('A'), event('B')] }, min: 3, within: '1 h' }],
    ['A then 3 times B within 1 h', { op: 'then', of: [event('A'), { op: 'times', of: event('B'), min: 3 }], within: '1 h' }],
    ['A then (3 times B within 1 min) within 1 h', { op: 'then', of: [event('A'), { op: 'times', of: event('B'), min: 3, within: '1 min' }], within: '1 h' }],
    ['every ("A" then "B") then "C"', { op: 'then', of: [{ op: 'every', of: { op: 'then', of: [event('A'), event('B')] } }, event('C')] }],
    ['(A then B) within 5 min', { op: 'then', of: [event('A'), event('B')], within: '5 min' }],
    ['((A then B) within 5 min) and C', { op: 'and', of: [{ op: 'then', of: [event('A'), event('B')], within: '5 min' }, event('C')] }],
    ['(((A)))', event('A')],
    ['(A within 1 h)', { op: 'and', of: [event('A')], within: '1 h' }],
    ['or A', { op: 'or', of: [event('A')] }],
    ['"pump on" lasting 5 min', { op: 'lasting', of: event('pump on'), for: '5 min' }],
    ['no A lasting 5 min for 1 h', { op: 'no', of: { op: 'lasting', of: event('A'), for: '5 min' }, for: '1 h' }],
    [
      'average of "PM2.5" over 1 h > 90 (at least 3 readings)',
      { op: 'aggregate', event: 'PM2.5', method: 'average', over: '1 h', compare: '>', value: 90, minSamples: 3 },
    ],
    ['percentile 95 of PM2.5 over 1 d ≤ -5', { op: 'aggregate', event: 'PM2.5', method: 'percentile', percentile: 95, over: '1 d', compare: '<=', value: -5 }],
    ['rate of change of A over 10 min < 0.5', { op: 'aggregate', event: 'A', method: 'rate of change', over: '10 min', compare: '<', value: 0.5 }],
    [
      '"A" as e1 then "B" as e2 where e2.value > e1.value + 5 and e2.value != 7 within 10 min',
      {
        op: 'then',
        of: [event('A', 'e1'), event('B', 'e2')],
        where: [
          { left: { of: 'e2', field: 'value' }, op: '>', right: { of: 'e1', field: 'value', plus: 5 } },
          { left: { of: 'e2', field: 'value' }, op: '!=', right: { value: 7 } },
        ],
        within: '10 min',
      },
    ],
    [
      'A as e1 then B as e2 within 1 h where e1.value.rain * 2 - 1 ≥ -3 * e2.value and e1.key = e2.key and e1 <> "x y" and e2.value == true',
      {
        op: 'then',
        of: [event('A', 'e1'), event('B', 'e2')],
        within: '1 h',
        where: [
          { left: { of: 'e1', field: 'value.rain', times: 2, plus: -1 }, op: '>=', right: { of: 'e2', field: 'value', times: -3 } },
          { left: { of: 'e1', field: 'key' }, op: '=', right: { of: 'e2', field: 'key' } },
          { left: { of: 'e1' }, op: '!=', right: { value: 'x y' } },
          { left: { of: 'e2', field: 'value' }, op: '=', right: { value: true } },
        ],
      },
    ],
  ];
  for (const [text, tree] of cases) it(text, () => assert.deepEqual(when(text), tree));

  it('everything behind the pattern', () => {
    const text = `WHEN "A" and "B" within 15 min in the same "district" for 5 min each pair keep after detection
      severity minor  severity major after 30 minutes  severity critical when ("C" or smoke)
      clear after 10 min quiet clear when (C then A within 1 h) clear by hand latched
      not while "maintenance", [other] remind every 1 hour flapping 5 times in 30 min until steady 15 min
      update every 2 min lateness 1h30min`;
    assert.deepEqual(rule(text), {
      when: { op: 'and', of: [event('A'), event('B')], within: '15 min' },
      per: { by: 'zone', level: 'district' },
      for: '5 min',
      pairing: 'each',
      afterDetection: 'keep',
      severity: 'minor',
      steps: [
        { severity: 'major', after: '30 min' },
        { severity: 'critical', when: { op: 'or', of: [event('C'), event('smoke')] } },
      ],
      clear: {
        after: '10 min',
        when: { op: 'then', of: [event('C'), event('A')], within: '1 h' },
        byHand: true,
        latched: true,
      },
      notWhile: ['m', 'other'],
      remindEvery: '1 h',
      flapping: { raises: 5, in: '30 min', steady: '15 min' },
      updateEvery: '2 min',
      lateness: '1h30min',
    });
  });

  it('places', () => {
    const places: [string, unknown][] = [
      ['', { by: 'station' }],
      ['in the same station', { by: 'station' }],
      ['in the same data stream', { by: 'datastream' }],
      ['in the same zone', { by: 'zone' }],
      ['in the same area', { by: 'zone' }],
      ['in the same property', { by: 'property' }],
      ['anywhere', { by: 'city' }],
      ['within 500 m of the first', { by: 'near', metres: 500 }],
      ['within 1 h within 0.3 km of the first', { by: 'near', metres: 300 }],
    ];
    for (const [text, per] of places) assert.deepEqual(rule(`when A then B ${text}`).per, per, text);
  });

  it('Thai, with Thai units and without', () => {
    const text = 'เมื่อ "smoke" แล้วตามด้วย ไม่มี "pump on" นาน 2 นาที ในแต่ละ สถานี ระดับ วิกฤต';
    const english = 'when "smoke" then no "pump on" for 2 min in the same station severity critical';
    assert.deepEqual(rule(text, 'th'), rule(english));
    assert.match(printRule(rule(english), 'th', EVENTS), /^เมื่อ "smoke" แล้วตามด้วย ไม่มี "pump on" นาน 2 นาที\n/);
    assert.deepEqual(rule('เมื่อ 3 ครั้ง A ภายใน 10min', 'th').when, when('3 times A within 10min'));
  });

  it('Thai digits, also next to others', () => {
    const text = 'เมื่อ ๒ ถึง ๕ ครั้ง A ภายใน ๑.๕ ชั่วโมง นาน 5๐ นาที';
    assert.deepEqual(rule(text, 'th'), rule('when 2 to 5 times A within 1.5 h for 50 min'));
    const long = parse(`when A for ${'๑'.repeat(49_000)} min`).errors;
    assert.match(long[0]!.message, /^“1{39}…” is longer/);
    assert.ok(long[0]!.suggestion.length < 100);
  });

  it('Thai without blanks', () => {
    // prettier-ignore
    const texts: [string, string][] = [
      ['เมื่อ "smoke" ในแต่ละสถานี ระดับรุนแรง', 'when "smoke" in the same station severity major'],
      ['เมื่อ"smoke"และ"A"ภายใน15นาทีในแต่ละเขต', 'when "smoke" and "A" within 15 min in the same zone'],
      ['เมื่อ "smoke" และไม่มี "A" ภายใน 15 นาที', 'when "smoke" and no "A" within 15 min'],
      ['เมื่อไม่มี "smoke" นาน๑.๕ชั่วโมง', 'when no "smoke" for 1.5 h'],
      ['เมื่อ "smoke" กลับสู่ปกติหลังจาก 10 นาทีที่สงบ', 'when "smoke" clear after 10 min quiet'],
      ['เมื่อ ค่าเฉลี่ยของ "PM2.5" ในช่วง1ชั่วโมง > 90', 'when average of "PM2.5" over 1 h > 90'],
      ['เมื่อ "smoke" แล้วตามด้วย "A" ภายใน1ชั่วโมงภายใน 500 เมตรจากจุดแรก', 'when "smoke" then "A" within 1 h within 500 m of the first'],
      ['เมื่อ อย่างน้อย3ครั้ง "A" ภายใน1ชั่วโมง30นาที', 'when at least 3 times "A" within 1 h 30 min'],
    ];
    for (const [text, english] of texts) {
      // blanks between a number and its unit are kept
      const bare = (read: string, language?: string): string => JSON.stringify(rule(read, language)).replaceAll(' ', '');
      assert.equal(bare(text, 'th'), bare(english), text);
    }
  });

  const GLUED = ['PM2.5สูง', 'CO', 'ฝน', 'ลม', 'ฝนและลม', 'ควัน', 'นานA', 'pump on', 'ฝุ่นสูง', 'ค่าCO2'].map((name) => ({
    id: name,
    name,
  }));
  /** What a text in Thai says, with blanks where spaces without width may stand: "·". */
  const glued = (text: string) => parseRule(text.replaceAll('·', '\u200b'), 'th', GLUED);

  it('Thai without blanks next to names without quotes, Latin letters and digits', () => {
    // prettier-ignore
    const texts: [string, string][] = [
      ['เมื่อ PM2.5สูงแล้วCO ภายใน 1 ชั่วโมง', 'when "PM2.5สูง" then "CO" within 1 h'],
      ['เมื่อPM2.5สูงแล้วCOภายใน1ชั่วโมงในแต่ละสถานี', 'when "PM2.5สูง" then "CO" within 1 h'],
      ['เมื่อCOแล้วควันภายใน1h30minระดับรุนแรง', 'when "CO" then "ควัน" within 1h30min severity major'],
      ['เมื่อ ค่าเฉลี่ยของPM2.5สูงในช่วง1.5ชั่วโมง>90', 'when average of "PM2.5สูง" over 1.5 h > 90'],
      ['เมื่อ3ครั้งCOภายใน1ชั่วโมงยกเว้นขณะควัน', 'when 3 times "CO" within 1 h not while "ควัน"'],
      ['เมื่อ "pump on"แล้วนานAภายใน ๑ ชั่วโมง', 'when "pump on" then "นานA" within 1 h'],
      ['เมื่อ ฝนและลม', 'when "ฝนและลม"'],
      ['เมื่อCOเรียกว่าe1 แล้วควันเรียกว่าe2 โดยที่e2.value>e1.valueภายใน10นาที', 'when "CO" as e1 then "ควัน" as e2 where e2.value > e1.value within 10 min'],
    ];
    for (const [text, english] of texts) {
      assert.deepEqual(bare(glued(text).rule), bare(parseRule(english, 'en-US', GLUED).rule), text);
    }
  });

  it('Thai of the web, with spaces without width in the middle of words and names', () => {
    // prettier-ignore
    const texts: [string, string][] = [
      ['เมื่อ CO ใน·แต่·ละ·สถานี·ระดับ·รุน·แรง', 'when "CO" severity major'],
      ['เมื่อ·CO·แล้ว·ตาม·ด้วย·ควัน·ภาย·ใน·5·นา·ที', 'when "CO" then "ควัน" within 5 min'],
      ['เมื่อ ฝุ่น·สูงแล้ว·"ฝุ่น·สูง"·ภาย·ใน 5 นาที', 'when "ฝุ่นสูง" then "ฝุ่นสูง" within 5 min'],
      ['เมื่อ CO กลับ·สู่·ปกติหลัง·จาก 10 นาที·ที่·สงบ', 'when "CO" clear after 10 min quiet'],
      // a space without width may part what would be one name
      ['เมื่อ ฝน·และ·ลม', 'when "ฝน" and "ลม"'],
      [`เมื่อ CO${'·และ·ไม่·มี·ควัน'.repeat(18)}·ภาย·ใน·5·นา·ที`, `when "CO"${' and no "ควัน"'.repeat(18)} within 5 min`],
    ];
    for (const [text, english] of texts) {
      assert.deepEqual(bare(glued(text).rule), bare(parseRule(english, 'en-US', GLUED).rule), text);
    }
  });

  it('what two names without blanks could mean is not guessed: quotes are asked for', () => {
    // prettier-ignore
    const texts: [string, RegExp][] = [
      // two known names, or one
      ['เมื่อ ฝนและลมแล้วCO ภายใน 1 ชั่วโมง', /^7\+13: .*“ฝนและลมแล้วCO” เว้นวรรคหน้าและหลัง “และ” หรือใส่ชื่อแต่ละชื่อในเครื่องหมายคำพูด$/],
      ['เมื่อ ไฟแล้วน้ำ ภายใน 1 ชั่วโมง', /^7\+9: .*“ไฟแล้วน้ำ” เว้นวรรคหน้าและหลัง “แล้ว” หรือใส่ชื่อแต่ละชื่อ/],
      ['เมื่อ COXแล้วCO ภายใน 1 ชั่วโมง', /^7\+3: .*“COX” หมายถึง “CO”/],
      ['เมื่อ ค่าCO', /^7\+5: .*หมายถึง “ค่าCO2”/],
      ['เมื่อ pump onแล้วCO ภายใน 1 ชั่วโมง', /^7\+7: .*เขียน "pump on"$/],
    ];
    for (const [text, expected] of texts) {
      const [first] = glued(text).errors;
      assert.match(`${first?.column}+${first?.length}: ${first?.message} ${first?.suggestion}`, expected);
    }
  });

  it('names that are written of Thai words of the language stay names', () => {
    const events = ['ไม่มีค่า', 'ในแต่ละสถานี'].map((name) => ({ id: name, name }));
    const text = 'เมื่อ ในแต่ละสถานี เรียกว่า ค่าของ แล้ว ไม่มีค่า เรียกว่า b โดยที่ ค่าของ.value.นานถึง > b.value ภายใน 1 ชั่วโมง ในแต่ละเขต';
    const { rule: read, errors } = parseRule(text, 'th', events);
    assert.ok(read, JSON.stringify(errors));
    assert.deepEqual(read.per, { by: 'zone' });
    assert.match(JSON.stringify(read.when), /"event":"ในแต่ละสถานี","as":"ค่าของ".*"ไม่มีค่า","as":"b".*"field":"value.นานถึง"/);
    assert.deepEqual(parseRule(printRule(read, 'th', events), 'th', events).rule, read);
  });

  it('a name in a comparison that no event has comes back, though Thai words could be read in it', () => {
    for (const of of ['จริงและ', 'e1และ', 'ฝนหรือฝน', 'ก่อน']) {
      const where = [{ left: { of, field: 'value' }, op: '>' as const, right: { of, times: 2 } }];
      const parts: RuleParts = {
        when: { op: 'and', of: [{ op: 'event', event: 'CO' }], where },
        per: { by: 'station' },
        severity: 'minor',
      };
      const text = printRule(parts, 'th', GLUED);
      assert.deepEqual(parseRule(text, 'th', GLUED).rule, parts, text);
    }
  });

  it('blanks that come with copied texts', () => {
    const text = '\ufeffwhen\u200bA\u00a0and\u200bB within 5\u200bmin for\u00a01\u00a0h';
    assert.deepEqual(rule(text), { ...rule('when A and B within 5 min'), for: rule('when A for 1\u00a0h').for });
  });

  it('prints one part on a line', () => {
    const text = 'when "A" within 1 h\n  anywhere\n  for 5 min\n  severity major\n  clear by hand';
    assert.equal(printRule(rule(text), undefined, EVENTS), text);
  });

  it('every word has one way only to be written back', () => {
    for (const language of LANGUAGES) {
      const vocabulary = vocabularyOf(language);
      for (const [group, keys] of [['word', WORDS], ['unit', UNITS], ['method', METHODS]] as const) {
        const printed = keys.map((key) => vocabulary.print(group, key).toLowerCase());
        assert.equal(new Set(printed).size, printed.length, `${language} ${group}`);
        for (const word of printed) assert.equal(tokenize(word).fault, undefined);
      }
    }
  });
});

describe('rules as text: mistakes', () => {
  /** @returns `line:column+length: message suggestion` of all mistakes */
  const said = (text: string, language?: string): string[] =>
    parse(text, language).errors.map((e) => `${e.line}:${e.column}+${e.length}: ${e.message} ${e.suggestion}`);

  const cases: [string, string, RegExp][] = [
    ['nothing', '  ', /^1:1\+2: There is no rule yet\. Begin with “when”/],
    ['no begin', 'A then B', /^1:1\+1: A rule begins with “when”\. Begin/],
    ['an unknown event', 'when "smoke" then\n  no "pump om" for 2 min', /^2:6\+9: There is no event or status “pump om”\. Did you mean “pump on”\?$/],
    ['an unknown event far from all', 'when "zzzzzzzz"', /Known: "A", "B"/],
    ['a name without quotes', 'when smoke then no pump on for 2 min', /^1:20\+7: A name of several words needs quotes\. Write "pump on"\.$/],
    ['a name of two', 'when A and twin', /^1:12\+4: 2 events are called “twin”\. Say which one: "twin" \[x1\], "twin" \[x2\]\.$/],
    ['then and or', 'when A then B or C', /^1:15\+2: “then” and “or” do not mix without brackets\. Write \(A then B\) or C or A then \(B or C\)\.$/],
    ['and, then', 'when A and B then (C or A) then smoke within 1 h', /^1:14\+4: .*Write \(A and B\) then \(C or A\) then smoke or A and \(B then \(C or A\) then smoke\)\.$/],
    ['three words', 'when A then B or C and smoke', /Write \(A then B\) or C or A then \(B or C\)/],
    ['a misspelt word', 'when A thne B', /^1:8\+4: Expected .*“then”.*, but found “thne”\. Did you mean “then”\?$/],
    ['a misspelt phrase', 'when A in teh same zone', /^1:8\+11: .*found “in teh same”\. Did you mean “in the same”\?$/],
    ['a misspelt severity', 'when A severity critcal', /^1:17\+7: Expected “warning”, “minor”, “major” or “critical”, but found “critcal”\. Did you mean “critical”\?$/],
    ['no event', 'when A then within 5 min', /^1:13\+6: Expected an event in quotes/],
    ['an end too early', 'when A then', /^1:12\+0: Expected an event.*but the text ends here\. Write, for example, “"A"”\.$/],
    ['an open bracket', 'when (A then B', /^1:6\+1: This bracket is never closed\. Add \)\.$/],
    ['a bracket too many', 'when A then B) within 5 min', /^1:14\+1: Expected .*but found “\)”/],
    ['open quotes', 'when "smoke then B\nwithin 1 h', /^1:6\+1: These quotes are never closed\. Add "\.$/],
    ['an open id', 'when [smoke', /^1:6\+1: This “\[” is never closed/],
    ['a wrong escape', 'when "a\\q"', /^1:8\+2: “\\q” means nothing here\. Write/],
    ['a time without unit', 'when A then B within 5', /^1:23\+0: Expected a unit of time.* Write a unit of time behind the number: .*“5 min”/],
    ['metres for minutes', 'when A then B within 10 m', /^1:25\+1: Expected a unit.*found “m”\. Write “min” for minutes, or “m of the first”/],
    ['a time too long', 'when A then B within 9999 d', /^1:22\+6: “9999 d” is longer than ten years\. Ten years \(3653 d\) are the most\.$/],
    ['too many times', 'when 1001 times A within 1 h', /^1:6\+4: “1001” is not a whole number from 0 to 1000\. Write “1000”\.$/],
    ['half a time', 'when 2.5 times A within 1 h', /^1:6\+3: “2\.5” is not a whole number/],
    ['a number too large', 'when sum of A over 1 h > 1e999', /^1:26\+5: “1e999” is not a number from/],
    ['a time in the middle', 'when A then B within 5 min then C', /^1:28\+4: “within” holds for the whole bracket.*\(A then B within 5 min\) then …/],
    ['a place in brackets', 'when (A then B within 500 m of the first) and C', /^1:23\+18: How near.*after the last bracket/],
    ['a part said twice', 'when A for 5 min for 6 min', /^1:18\+9: “for 6 min” is said twice\. Leave one of the two out\.$/],
    ['two severities', 'when A severity minor severity major', /^1:32\+5: The severity is said twice\. Say when the other one holds/],
    ['an order of a window', 'when sum of A over 1 h = 5', /^1:24\+1: “=” can not be used here/],
    ['a percentile above 100', 'when percentile 101 of A over 1 h > 5', /^1:17\+3: “101” is not a number from 0 to 100/],
    ['a name that is none', 'when A as [1 x]', /^1:11\+5: “1 x” is no name for an event\. Use letters/],
    ['a field that is none', 'when A as e1 where e1.valeu > 5', /^1:23\+5: Expected “value”, “value\.rain”/],
    ['something behind the end', 'when A banana', /^1:8\+6: Expected .*but found “banana”/],
    // what the check and the compiler refuse, at its place
    ['no without a time', 'when no "heartbeat"', /^1:6\+14: .*For how long must it not happen\?/],
    ['steps of every combination', 'when A then B then C then smoke then A then B then C within 1 h all pairs', /^1:6.*[Aa]ll combinations of so many steps/],
    ['states near a place', 'when A and B within 100 m of the first', /^1:6.*near each other, a state counts by its begin alone/],
    ['states that are compared', 'when A as e1 and B as e2 where e2.value > e1.value', /^1:6.*compared.*a state counts by its begin alone.*how long states overlap does not count/],
    ['or no', 'when A or\n no B', /^2:2\+4: .*nearly always/],
    ['a sequence without a time', 'when A then B', /^1:6\+8: A sequence needs a time\. Within what time/],
    ['a count without a time', 'when 3 times A', /^1:6\+9: Counting needs a time\./],
    ['a sequence inside brackets', 'when no (A then B) for 5 min', /^1:9\+10: A sequence needs a time/],
    ['the last step', 'when A then B then no C within 1 h', /^1:20\+4: The last step must not happen, but no time is given/],
    ['a clearing that can not be run', 'when A clear when (B then C)', /^1:19\+10: A sequence needs a time/],
    ['a severity that can not be run', 'when A severity major when 2 times B', /^1:28\+9: Counting needs a time/],
    ['points at the same time', 'when shot and A', /^1:6\+4: Events without duration never happen at exactly the same time/],
    ['a name that nobody has', 'when A as e1 then B where e1.value > e2.value within 1 h', /^1:38\+8: .*no event in this bracket is called "e2"/i],
    ['a name twice', 'when A as e then B as e within 1 h', /^1:20\+4: .*two events are called "e"/i],
    ['one event for both sides', 'when A and A', /^1:12\+1: Stands twice in this "and": one event counts for both. Did you mean "2 times"/],
    ['the same, named but not compared', 'when (A as e and B and A as f within 5 min) then C within 1 h', /^1:24\+6: Stands twice/],
    ['nothing within', 'when A then B within 0 s', /^1:15\+10: Must be longer than zero/],
    ['numbers in the wrong order', 'when 5 to 2 times A within 1 h', /^1:6\+12: 2 is less than the least number 5/],
  ];
  for (const [name, text, expected] of cases) {
    it(name, () => {
      const all = said(text);
      assert.ok(all.some((one) => expected.test(one)), all.join('\n'));
      for (const error of parse(text, 'th').errors) {
        assert.match(error.message, /\p{Script=Thai}/u);
        checkError(error, text, text);
      }
      assert.equal(parse(text, 'th').errors.length, all.length);
    });
  }

  it('tells of several unknown names at once, in the order of the text', () => {
    assert.deepEqual(said('when "q1" and\n"q2"').map((one) => one.slice(0, 5)), ['1:6+4', '2:1+4']);
  });

  it('keeps the rule that can be read when it can not be run, and none that can not be read', () => {
    assert.notEqual(parse('when A then B').rule, undefined);
    assert.equal(parse('when "zz"').rule, undefined);
  });

  it('refuses what is too long or too deep, quickly', () => {
    const many: [string, string, RegExp, string?][] = [
      ['characters', `when ${'A and '.repeat(20_000)}A`, /longer than 50000 characters/],
      ['brackets', `when ${'('.repeat(10_000)}A${')'.repeat(10_000)}`, /nested more than/],
      ['words in front', `when ${'every '.repeat(5_000)}A within 1 h`, /nested more than/],
      ['words behind', `when A ${'lasting 1 s '.repeat(4_000)}`, /Expected/],
      ['steps', `when ${'A and '.repeat(8_000)}A`, /more than 20 here/],
      ['mixed steps', `when ${'A and B or '.repeat(4_000)}A`, /do not mix/],
      ['comparisons', `when A as e where ${'e = 1 and '.repeat(4_000)}e = 1`, /more than 20 here/],
      ['unknown names', `when ${'"nobody" and '.repeat(3_000)}A`, /There is no event/],
      ['severities', `when A ${'severity major after 1 s '.repeat(1_900)}`, /more than 10 here/],
      ['statuses', `when A not while ${'"maintenance", '.repeat(3_000)}"maintenance"`, /more than 20 here/],
      ['lines', `when ${'\n'.repeat(49_000)}`, /ends here/],
      ['open brackets', '('.repeat(49_999), /begins with/],
      ['quotes', `when ${'"'.repeat(49_000)}`, /.*/],
      ['spaces without width', `เมื่อ ${'ใน\u200bก\u200b'.repeat(9_000)}`, /.*/, 'th'],
      ['words without blanks', `เมื่อ ${`${'และA'.repeat(70)}ก `.repeat(150)}`, /.*/, 'th'],
    ];
    for (const [name, text, expected, language] of many) {
      // of the processor, since others may be busy on the machine
      const { user: before } = process.cpuUsage();
      const { errors } = parse(text, language);
      const spent = (process.cpuUsage().user - before) / 1000;
      assert.ok(spent < 5000, `${name}: ${spent} ms`);
      assert.ok(errors.some(({ message }) => expected.test(message)), `${name}: ${errors[0]?.message}`);
      assert.ok(errors.length <= 20, name);
    }
  });

  it('takes a time that grows with the text, not with its square', () => {
    const text = (n: number): string => `when ${'A and B or '.repeat(n)}A`;
    const [short, long] = [text(250), text(4_000)];
    /** Of the processor, since others may be busy on the machine. */
    const time = (work: () => void): number => {
      const { user } = process.cpuUsage();
      work();
      return process.cpuUsage().user - user;
    };
    let [shorts, longs] = [Infinity, Infinity];
    for (let i = 0; i < 12; i++) {
      const several = time(() => {
        for (let n = 0; n < 16; n++) parse(short);
      });
      shorts = Math.min(shorts, several);
      longs = Math.min(longs, time(() => void parse(long)));
    }
    // the same number of characters; with a square the long one would take sixteen times the time
    assert.ok(longs < 6 * shorts, `${longs} µs, sixteen short ones ${shorts} µs`);
  });

  it('names the place in UTF-16 units after any line end', () => {
    assert.deepEqual(said('when A\r\nand 🔥').map((one) => one.split(':').slice(0, 2).join(':')), ['2:5+2']);
  });
});

describe('brackets that are proposed', () => {
  const print = (link: string): string => link;
  it('show both ways', () => {
    assert.deepEqual(mixed(['a', 'b', 'c', 'd'], ['then', 'or', 'or'], print), ['(a then b) or c or d', 'a then (b or c or d)']);
    assert.deepEqual(mixed(['a', 'b', 'c', 'd'], ['and', 'or', 'and'], print), ['(a and b) or (c and d)', 'a and (b or c) and d']);
    assert.deepEqual(mixed(['a', 'b', 'c', 'd'], ['and', 'and', 'or', 'then'], print), ['(b and c) or d', 'b and (c or d)']);
  });
});
