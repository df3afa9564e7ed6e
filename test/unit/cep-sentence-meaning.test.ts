/** The sentence of a rule says what the engine does: what may lie apart, how far back is looked, how often is counted. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, DefinitionError, describePattern, describeRule } from '../../nodes/pattern-status/cep';
import { compilePattern } from '../../nodes/pattern-status/cep/compile';
import { parseRule, printRule } from '../../nodes/pattern-status/cep/language';
import { AndOperator } from '../../nodes/pattern-status/cep/operators';
import { cityEvent, Random } from '../properties/random';

/** Small letters are points, capital ones are states. */
const EVENTS = ['a', 'b', 'c', 'd', 'S', 'T'].map((name) => ({ id: name, name }));
const emit = (id: string): 'state' | 'point' => (id === id.toUpperCase() ? 'state' : 'point');
const MINUTE = 60_000;

function rule(text: string): StatusDefinition {
  const { rule: parts, errors } = parseRule(`when ${text}`, 'en-US', EVENTS);
  assert.ok(parts, JSON.stringify(errors));
  return { id: 's', name: 'R', ...parts };
}

const read = (text: string, language = 'en-US'): string => describeRule(rule(text), (id) => id, language, emit);
const whenOf = (text: string): string => read(text).replace(/^When (.*?) at one station, .*$/s, '$1');
const whenInThai = (text: string): string => read(text, 'th').replace(/^เมื่อพบ (.*?) ที่สถานีเดียวกัน .*$/s, '$1');
const rest = (text: string): string => read(text).replace(/^.*?normal /s, '');

/** "a1" happens at minute 1, "S+2" begins and "S-5" ends. @returns the minutes at which it is raised */
function raised(text: string, facts: string): number[] {
  const definition = rule(`${text} clear after 0 s quiet flapping off lateness 0 s update every 0 s`);
  const engine = compileStatus(definition, { names: (id) => id, emit });
  const events = facts.split(' ').map((fact): CityEvent => {
    const [, name, sign, at] = /^(\w)([+-]?)(\d+)$/.exec(fact)!;
    const kind = sign === '+' ? 'begin' : sign === '-' ? 'end' : 'point';
    return cityEvent(name!, kind, Number(at) * MINUTE);
  });
  const out: Status[] = [];
  engine.setMode('replay');
  engine.push(events, out, []);
  engine.clock({ source: 's', time: 1000 * MINUTE, end: true }, 'replay', out, []);
  return out.filter(({ state }) => state === 'raised').map(({ since }) => Date.parse(since) / MINUTE);
}

describe('the sentence says how far apart things may be', () => {
  const sentences: [text: string, english: string, thai: string][] = [
    ['a and b within 5 min', '“a” and “b” in any order within 5 min', '“a” และ “b” โดยไม่จำกัดลำดับ ภายใน 5 นาที'],
    ['S and T', '“S” and “T” at the same time', '“S” และ “T” พร้อมกัน'],
    ['S and T within 5 min', '“S” and “T” at the same time or at most 5 min apart', '“S” และ “T” พร้อมกันหรือห่างกันไม่เกิน 5 นาที'],
    ['S and a within 5 min', '“S” and “a” at the same time or at most 5 min apart', '“S” และ “a” พร้อมกันหรือห่างกันไม่เกิน 5 นาที'],
    ['S and (b then c) within 1 h', '“S” and (first “b”, then “c”) at the same time or at most 1 h apart, counted from the first event in the brackets', '“S” และ (“b” แล้วตามด้วย “c”) พร้อมกันหรือห่างกันไม่เกิน 1 ชม. โดยนับจากเหตุการณ์แรกในวงเล็บ'],
    ['(a and b) or c within 5 min', '(“a” and “b” in any order) or “c” within 5 min', '(“a” และ “b” โดยไม่จำกัดลำดับ) หรือ “c” ภายใน 5 นาที'],
    ['(S and a) or c within 5 min', '(“S” and “a” at the same time or at most 5 min apart) or “c” within 5 min', '(“S” และ “a” พร้อมกันหรือห่างกันไม่เกิน 5 นาที) หรือ “c” ภายใน 5 นาที'],
    ['(S and T) or c within 5 min', '(“S” and “T” at the same time) or “c” within 5 min', '(“S” และ “T” พร้อมกัน) หรือ “c” ภายใน 5 นาที'],
    ['(a and b) then c within 1 h', 'first (“a” and “b” in any order), then “c”, all within 1 h', '(“a” และ “b” โดยไม่จำกัดลำดับ) แล้วตามด้วย “c” ทั้งหมดภายใน 1 ชม.'],
    ['(S and a) then c within 1 h', 'first (“S” and “a” in any order), then “c”, all within 1 h', '(“S” และ “a” โดยไม่จำกัดลำดับ) แล้วตามด้วย “c” ทั้งหมดภายใน 1 ชม.'],
    ['(S and T) then c within 1 h', 'first (“S” and “T” at the same time), then “c” within 1 h', '(“S” และ “T” พร้อมกัน) แล้วตามด้วย “c” ภายใน 1 ชม.'],
    ['a and ((b and c) or d) within 5 min', '“a” and ((“b” and “c” in any order) or “d”) in any order within 5 min', '“a” และ ((“b” และ “c” โดยไม่จำกัดลำดับ) หรือ “d”) โดยไม่จำกัดลำดับ ภายใน 5 นาที'],
    ['(S as x and T as y) within 5 min where x > y', '“S” and “T” in any order within 5 min', '“S” และ “T” โดยไม่จำกัดลำดับ ภายใน 5 นาที'],
    ['3 times (a and b) within 1 h', '(“a” and “b” in any order) at least 3 times within 1 h', '(“a” และ “b” โดยไม่จำกัดลำดับ) อย่างน้อย 3 ครั้ง ภายใน 1 ชม.'],
    ['a then b then c within 1 h', 'first “a”, then “b”, then “c”, all within 1 h', '“a” แล้วตามด้วย “b” แล้วตามด้วย “c” ทั้งหมดภายใน 1 ชม.'],
    ['a then b within 1 h', 'first “a”, then “b” within 1 h', '“a” แล้วตามด้วย “b” ภายใน 1 ชม.'],
    ['S and no a for 5 min', '“S” and (no “a” for 5 min) at the same time', '“S” และ (ช่วงที่ไม่มี “a” นาน 5 นาที) พร้อมกัน'],
  ]; // prettier-ignore
  for (const [text, english, thai] of sentences) {
    it(text, () => {
      assert.equal(whenOf(text), english);
      assert.equal(whenInThai(text), thai);
    });
  }

  it('as the engine does it', () => {
    assert.deepEqual(raised('(a and b) or c within 5 min', 'b1 a5 a20 b30'), [5]);
    assert.deepEqual(raised('S and T within 5 min', 'S+1 T+100 S-110 T-120'), [100], 'they need not begin together');
    assert.deepEqual(raised('S and a within 5 min', 'S+1 a50 S-60 a64 a66'), [50, 64]);
    assert.deepEqual(raised('S and (b then c) within 60 min', 'b1 c50 S+61 S-62 b300 c350 S+361'), [61]);
    assert.deepEqual(raised('(S and T) or c within 5 min', 'S+1 S-2 T+3 T-4'), [], 'states within the bracket overlap');
    assert.deepEqual(raised('(S and a) then c within 60 min', 'S+1 a50 c55 c62'), [55], 'it counts when it begins');
    assert.deepEqual(raised('(S and a) then c within 60 min', 'S+1 a50 c62'), []);
  });

  it('in the reason of a status, too', () => {
    const meant = {
      emit,
      matching: { pairing: 'newest', by: 'station', metres: undefined },
      kept: false,
    } as const;
    const { when } = rule('(a and b) or c within 5 min');
    assert.equal(
      describePattern(when, (id) => id, 'en-US', meant),
      '(“a” and “b” in any order) or “c” within 5 min',
    );
  });
});

describe('the sentence says when something must not happen', () => {
  const sentences: [text: string, english: string, thai: string][] = [
    ['S and no T', '“S” while there is no “T”', '“S” ขณะที่ไม่มี “T”'],
    ['S and no a within 5 min', '“S” and no “a” in the 5 min up to then', '“S” และไม่มี “a” ตลอด 5 นาที ก่อนหน้าจนถึงตอนนั้น'],
    ['a and no b and no c within 5 min', '“a” and no “b” or “c” in the 5 min up to then', '“a” และไม่มี “b” หรือ “c” ตลอด 5 นาที ก่อนหน้าจนถึงตอนนั้น'],
    ['a and b and no c within 5 min', '“a” and “b” in any order within 5 min and no “c” in the 5 min up to then', '“a” และ “b” โดยไม่จำกัดลำดับ ภายใน 5 นาที และไม่มี “c” ตลอด 5 นาที ก่อนหน้าจนถึงตอนนั้น'],
    ['(a then b) and no c within 1 h', '(first “a”, then “b”) within 1 h and no “c” in the 1 h up to then', '(“a” แล้วตามด้วย “b”) ภายใน 1 ชม. และไม่มี “c” ตลอด 1 ชม. ก่อนหน้าจนถึงตอนนั้น'],
    ['(a then b within 5 min) and no c within 1 h', '(first “a”, then “b” within 5 min) and no “c” in the 1 h up to then', '(“a” แล้วตามด้วย “b” ภายใน 5 นาที) และไม่มี “c” ตลอด 1 ชม. ก่อนหน้าจนถึงตอนนั้น'],
    ['(a and no b) or c within 5 min', '(“a” and no “b” in the 5 min up to then) or “c” within 5 min', '(“a” และไม่มี “b” ตลอด 5 นาที ก่อนหน้าจนถึงตอนนั้น) หรือ “c” ภายใน 5 นาที'],
    ['(a and no b) then c within 1 h', 'first (“a” and no “b” in the 1 h up to then), then “c”, all within 1 h', '(“a” และไม่มี “b” ตลอด 1 ชม. ก่อนหน้าจนถึงตอนนั้น) แล้วตามด้วย “c” ทั้งหมดภายใน 1 ชม.'],
    ['c then (a and no b) within 1 h', 'first “c”, then (“a” and no “b” since the step before), all within 1 h', '“c” แล้วตามด้วย (“a” และไม่มี “b” ตั้งแต่ขั้นก่อนหน้า) ทั้งหมดภายใน 1 ชม.'],
    ['c then (a and no b within 3 min) within 1 h', 'first “c”, then (“a” and no “b” in the 3 min up to then), all within 1 h', '“c” แล้วตามด้วย (“a” และไม่มี “b” ตลอด 3 นาที ก่อนหน้าจนถึงตอนนั้น) ทั้งหมดภายใน 1 ชม.'],
    ['a then no b then c within 1 h', 'first “a”, then “c” without “b” in between, all within 1 h', '“a” แล้วตามด้วย “c” โดยไม่มี “b” คั่นกลาง ทั้งหมดภายใน 1 ชม.'],
    ['a then no (b and d) then c within 1 h', 'first “a”, then “c” without (“b” and “d” in any order within 1 h) in between, all within 1 h', '“a” แล้วตามด้วย “c” โดยไม่มี (“b” และ “d” โดยไม่จำกัดลำดับ ภายใน 1 ชม.) คั่นกลาง ทั้งหมดภายใน 1 ชม.'],
    ['a and no (b then c) within 10 min', '“a” and no (first “b”, then “c” within 10 min) in the 10 min up to then', '“a” และไม่มี (“b” แล้วตามด้วย “c” ภายใน 10 นาที) ตลอด 10 นาที ก่อนหน้าจนถึงตอนนั้น'],
    ['a then no b for 5 min', 'first “a”, then no “b” for 5 min', '“a” แล้วไม่มี “b” นาน 5 นาที'],
    ['a then b then no c for 5 min within 1 h', 'first “a”, then “b”, then no “c” for 5 min, all within 1 h', '“a” แล้วตามด้วย “b” แล้วไม่มี “c” นาน 5 นาที ทั้งหมดภายใน 1 ชม.'],
  ]; // prettier-ignore
  for (const [text, english, thai] of sentences) {
    it(text, () => {
      assert.equal(whenOf(text), english);
      assert.equal(whenInThai(text), thai);
    });
  }

  it('as the engine does it', () => {
    assert.deepEqual(raised('(a and no b) then c within 60 min', 'b1 a5 c6 b100 a161 c162'), [162]);
    assert.deepEqual(raised('(a and no b) then c within 60 min', 'a5 b6 c7'), [7]);
    assert.deepEqual(raised('c then (a and no b) within 60 min', 'b1 c2 a5 c20 b21 a22'), [5]);
    assert.deepEqual(raised('(a and no b) or c within 5 min', 'b1 a6 b10 a16'), [16]);
    assert.deepEqual(raised('a then b then no c for 5 min within 10 min', 'a1 b6 c20 a30 b36 c50'), [11]);
  });

  it('and that it has happened again only of what can happen without duration', () => {
    assert.equal(rest('S and no a within 5 min'), 'when this ends.');
    assert.equal(rest('(S lasting 5 min) and no a within 5 min'), 'when this ends.');
    assert.equal(rest('S and no a for 5 min'), 'when this ends.');
    const twice = 'when this ends, or when it has not happened again for at least 20 min.';
    assert.equal(rest('S and no a for 5 min within 20 min'), twice);
    assert.deepEqual(raised('S and no a for 5 min within 20 min', 'a1 S+2 S-3'), [6], 'it can');
    assert.equal(rest('a and no b within 5 min'), 'when it has not happened again for at least 5 min.');
  });
});

describe('the sentence says how a count is meant', () => {
  const none = 'none at all is no match';
  const anew =
    '“a” is counted from the first one on: 3 are enough, whether or not more follow, and after each match counting begins anew.';
  const each = `“a” is looked at when it happens, so ${none}; and as counting begins anew after each match, every single one is a match.`;
  const kept = `“a” is counted each time it happens, together with those of the 1 h up to then: ${none}, and more may follow.`;
  const behind = (text: string): string => rest(text).replace(/^.*? at least [^.]*\.( What led .*? too\.)? ?/, '');

  it('which counts from the first and does not wait for more', () => {
    assert.equal(behind('exactly 3 times a within 1 h'), anew);
    assert.equal(behind('3 to 5 times a within 1 h'), anew);
    assert.equal(behind('(exactly 3 times a within 1 h) or b'), anew);
    assert.deepEqual(raised('exactly 3 times a within 60 min', 'a1 a2 a3 a4 a5 a6 a7'), [3, 6]);
    assert.equal(behind('3 times a within 1 h'), '');
  });

  it('which is never fulfilled with none', () => {
    assert.equal(behind('at most 3 times a within 1 h'), each);
    assert.equal(behind('exactly 1 times a within 1 h'), each);
    assert.deepEqual(raised('at most 2 times a within 60 min', 'b1 a2 a3 a4'), [2, 3, 4]);
  });

  it('which looks back where nothing is used up', () => {
    assert.equal(behind('exactly 3 times a within 1 h keep after detection'), kept);
    assert.equal(behind('at most 3 times a within 1 h keep after detection'), kept);
    assert.equal(behind('(exactly 3 times a within 1 h) and b within 2 h'), kept);
    assert.deepEqual(raised('exactly 3 times a within 60 min keep after detection', 'a1 a2 a3 a4 a5 a64'), [3, 64]);
    assert.deepEqual(raised('at most 2 times a within 60 min keep after detection', 'a1 a2 a3 a4'), [1, 2]);
  });

  it('which hinders nothing as a step of a sequence', () => {
    assert.equal(behind('c then exactly 2 times a then b within 1 h'), '“a” may happen more often than that, too.');
    const free = '“a” need not happen at all, and may happen more often than that, too.';
    assert.equal(behind('c then at most 2 times a then b within 1 h'), free);
    assert.deepEqual(raised('c then exactly 2 times a then b within 60 min', 'c1 a2 a3 a4 b5'), [5]);
    assert.deepEqual(raised('c then at most 2 times a then b within 60 min', 'c1 b2 c3 a4 a5 a6 b7'), [2, 7]);
  });

  it('in what clears it, and in Thai', () => {
    assert.ok(read('S clear when (exactly 3 times a within 5 min)').endsWith(anew));
    assert.match(
      read('exactly 3 times a within 1 h', 'th'),
      /“a” 3 ครั้งพอดี ภายใน 1 ชม\. .* นับ “a” ตั้งแต่ครั้งแรก ครบ 3 ครั้งก็เข้าเงื่อนไขทันที/,
    );
    assert.match(read('at most 1 times a within 1 h', 'th'), /“a” ไม่เกินหนึ่งครั้ง .* หากไม่เกิดเลยจะไม่เข้าเงื่อนไข/);
    assert.match(read('exactly 1 times a within 1 h'), /^When “a” exactly once within 1 h/);
  });
});

describe('the sentence says what is compared', () => {
  const where = (text: string): string => read(text).replace(/^.*?, where (.*?), the status .*$/s, '$1');
  const whereInThai = (text: string): string => read(text, 'th').replace(/^.*? โดยที่ (.*?) ให้ขึ้นสถานะ .*$/s, '$1');

  it('with a name that several events have', () => {
    const text = 'a as x then (b as y or c as y) within 1 h where y > x';
    assert.equal(where(text), 'the value of “b” or “c” is above that of “a”');
    assert.equal(whereInThai(text), 'ค่าของ “b” หรือ “c” สูงกว่า ของ “a”');
  });

  it('with the one before in a count', () => {
    assert.equal(where('3 times a as x within 1 h where x > x'), 'the value of “a” is above that of the “a” before it');
    assert.equal(
      where('3 times a as x within 1 h where x > x * 2'),
      'the value of “a” is above 2 times the value of the “a” before it',
    );
    assert.equal(whereInThai('3 times a as x within 1 h where x > x'), 'ค่าของ “a” สูงกว่า ของ “a” ครั้งก่อนหน้า');
  });

  it('with times as times', () => {
    const cases = [
      ['y.time > x.time + 90000', 'the time of “b” is more than 1 min 30 s after that of “a”'],
      ['y.time >= x.time + 60000', 'the time of “b” is at least 1 min after that of “a”'],
      ['y.time < x.time + 60000', 'the time of “b” is before the time of “a” plus 1 min'],
      ['x.time < y.time - 60000', 'the time of “a” is more than 1 min before that of “b”'],
      ['y.time > x.time', 'the time of “b” is after that of “a”'],
      ['y.time = x.time', 'the time of “b” is the same as that of “a”'],
    ];
    for (const [text, said] of cases) assert.equal(where(`a as x and b as y within 1 h where ${text}`), said);
    assert.equal(
      whereInThai('a as x and b as y within 1 h where y.time > x.time + 60000'),
      'เวลาของ “b” อยู่หลัง ของ “a” เกิน 1 นาที',
    );
  });
});

describe('the sentence says of a sequence', () => {
  it('that a silence before it began at any time', () => {
    assert.equal(
      whenOf('no a for 5 min then b then c within 10 min'),
      'first no “a” for 5 min, then “b”, then “c”, the events behind that silence within 10 min',
    );
    assert.deepEqual(raised('no a for 5 min then b then c within 10 min', 'a1 b100 c105 a200 b210 c221'), [105]);
  });

  it('that “every” changes nothing where any event may be taken', () => {
    const note = '“Every” changes nothing here: any event that fits may be taken anyway.';
    assert.ok(read('a then every b within 1 h').endsWith(note));
    assert.deepEqual(raised('a then every b within 60 min', 'a1 b2 b3'), raised('a then b within 60 min', 'a1 b2 b3'));
    assert.ok(!read('a then every b within 1 h each pair').includes(note));
  });
});

describe('the count of a text', () => {
  it('is written with one as one', () => {
    const texts = [
      'exactly 1 time "a" within 1 h',
      'at most 1 time "a" within 1 h',
      'average of "a" over 1 h > 1 (at least 1 reading)',
    ];
    for (const text of texts) assert.ok(printRule(rule(text), 'en-US', EVENTS).startsWith(`when ${text}\n`));
    assert.match(printRule(rule(texts[0]!), 'th', EVENTS), /^เมื่อ พอดี 1 ครั้ง/);
  });
});

describe('the steps of the severity are said as they come', () => {
  it('in both languages', () => {
    const text = 'S severity critical after 1 h severity major after 30 min severity minor severity critical when a';
    assert.equal(
      rest(text),
      'when this ends. After 30 min it is major. After 1 h it is critical. It is critical once “a” has happened, until the status ends.',
    );
    assert.match(read(text, 'th'), /เปลี่ยนเป็นระดับรุนแรงหลัง 30 นาที เปลี่ยนเป็นระดับวิกฤตหลัง 1 ชม\. เปลี่ยนเป็นระดับวิกฤตเมื่อพบ “a”/);
  });

  it('and written as they were, behind the severity at the beginning', () => {
    const text = 'when S severity critical after 1 h severity minor';
    const { rule: parts } = parseRule(text, 'en-US', EVENTS);
    assert.match(printRule(parts!, 'en-US', EVENTS), /severity minor\n {2}severity critical after 1 h$/);
  });
});

/** Patterns of which every time is another one, so that each can be found again. */
class Patterns {
  private times = 0;

  constructor(private readonly random: Random) {}

  pattern(depth: number): Pattern {
    const { random } = this;
    if (depth <= 0 || random.chance(0.25)) return { op: 'event', event: random.pick(EVENTS).id };
    const inner = (): Pattern => this.pattern(depth - 1);
    const within = random.chance(0.5) ? { within: this.time() } : {};
    switch (random.int(8)) {
      case 0:
        return { op: 'or', of: [inner(), inner()], ...within };
      case 1:
        return { op: 'then', of: [inner(), inner()], ...within };
      case 2:
        return { op: 'times', of: inner(), min: 2, ...(random.chance(0.5) ? { max: 3 } : {}), ...within };
      case 3:
        return { op: 'no', of: inner(), for: this.time() };
      case 4:
        return { op: 'then', of: [inner(), { op: 'no', of: inner(), for: this.time() }], ...within };
      default: {
        const no: Pattern[] = random.chance(0.4) ? [{ op: 'no', of: inner() }] : [];
        return { op: 'and', of: [inner(), ...(random.chance(0.7) ? [inner()] : []), ...no], ...within };
      }
    }
  }

  private time(): string {
    return `${++this.times} min`;
  }
}

/** What the compiler has made of an "and". */
interface Made {
  readonly must: readonly { holds: boolean }[];
  readonly mustNot: readonly unknown[];
  readonly within: number;
  readonly back: number;
}

describe('the sentence of any rule', () => {
  const CASES = Number(process.env['CASES'] ?? 5000);
  const SEED = 31_007;
  const meant = { emit, matching: { pairing: 'newest', by: 'station', metres: undefined }, kept: false } as const;

  const compiled = (pattern: Pattern): readonly Made[] | undefined => {
    try {
      const { operators, runs } = compilePattern(pattern, emit);
      if (runs !== undefined) return undefined;
      return operators.filter((one) => one instanceof AndOperator).map((one) => one as unknown as Made);
    } catch (thrown) {
      if (thrown instanceof DefinitionError) return undefined;
      throw thrown;
    }
  };
  /** Texts without repetitions: of what stands twice the compiler makes one. */
  const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort();
  const minutes = (made: readonly Made[], of: (one: Made) => number): string[] =>
    sorted(made.map((one) => `${of(one) / MINUTE} min`));
  const said = (sentence: string, words: RegExp): string[] =>
    sorted([...sentence.matchAll(words)].map(([, time]) => time!));

  it(`over ${CASES} cases names the times that the compiler has found`, () => {
    let [found, several] = [0, 0];
    for (let i = 0; found < CASES; i++) {
      const pattern = new Patterns(new Random(SEED + i)).pattern(3);
      const made = compiled(pattern);
      if (made === undefined) continue;
      found++;
      const sentence = describePattern(pattern, (id) => id, 'en-US', meant);
      const label = `seed ${SEED + i}: ${sentence}`;
      const met = made.filter(({ must }) => must.length > 1);
      const apart = met.filter(({ within, must }) => within > 0 && must.some(({ holds }) => holds));
      const absent = made.filter(({ mustNot }) => mustNot.length > 0);
      const before = absent.filter(({ back }) => back > 0);
      assert.deepEqual(said(sentence, /at most (\d+ min) apart/g), minutes(apart, ({ within }) => within), label); // prettier-ignore
      assert.deepEqual(said(sentence, /in the (\d+ min) up to then/g), minutes(before, ({ back }) => back), label); // prettier-ignore
      assert.equal(sentence.includes('while there is no'), absent.length > before.length, label);
      const together = met.some(({ within }) => within === 0);
      assert.equal(/at the same time(?! or at most)/.test(sentence), together, label);
      if (apart.length > 0 && before.length > 0) several++;
    }
    assert.ok(several > CASES / 200, `${several} with both`);
  });
});
