/** Rules in words: natural, complete, and no two meanings in the same words. */
import assert from 'node:assert/strict';
import { AGGREGATE_METHODS, type Pattern, type StatusDefinition } from '../../nodes/ecdm/definition';
import { describePattern, describeRule } from '../../nodes/pattern-status/cep';
import { parseRule, type RuleParts } from '../../nodes/pattern-status/cep/language';
import { Random } from '../properties/random';
import { NAMED_EVENTS, randomParts } from '../support/random-rule';

const CASES = Number(process.env['CASES'] ?? 10_000);
const SEED = 5_077;
const LANGUAGES = ['en-US', 'th'];
const EVENTS = ['A', 'B', 'C', 'smoke', 'pump on', 'PM2.5', 'maintenance'].map((name) => ({ id: name, name }));

function status(text: string): StatusDefinition {
  const { rule, errors } = parseRule(text, 'en-US', EVENTS);
  assert.ok(rule, JSON.stringify(errors));
  return { id: 's', name: 'S', ...rule };
}

const read = (text: string, language = 'en-US'): string => describeRule(status(`when ${text}`), (id) => id, language);
/** What comes before "the status". */
const whenOf = (text: string): string =>
  read(text)
    .replace(/, the status .*$/, '')
    .replace(/^When /, '');
/** What comes behind "is raised". */
const restOf = (text: string): string => read(text).replace(/^.*? is raised/, '');

describe('the sentence of a rule', () => {
  const patterns: [string, string][] = [
    ['A and B', '“A” and “B” at the same time at one station'],
    ['every (A then B) then C within 1 h', 'first every (first “A”, then “B”), then “C”, all within 1 h at one station'],
    ['average of "PM2.5" over 1 h > 90 (at least 3 readings)', 'the average of “PM2.5” over 1 h is above 90 (from at least 3 readings) at one station'],
    ['percentile 95 of "PM2.5" over 1 d <= 1234567.25', 'percentile 95 of “PM2.5” over 1 d is at or below 1,234,567.25 at one station'],
    ['share of time true of A over 1 h >= 0.5 and B', '(the share of time with “A” over 1 h is at or above 0.5) and “B” at the same time at one station'],
    ['average of A over 1 h > 90 (at least 1 readings)', 'the average of “A” over 1 h is above 90 (from at least 1 reading) at one station'],
    ['no average of A over 1 h > 90 for 10 min', 'no time at which (the average of “A” over 1 h is above 90) for 10 min at one station'],
    ['every average of A over 1 h > 90', 'every time at which (the average of “A” over 1 h is above 90) at one station'],
    ['B and no average of A over 1 h > 90 within 1 h', '“B” and no time at which (the average of “A” over 1 h is above 90) in the 1 h up to then at one station'],
    ['B then no maximum of A over 5 min > 3 then C within 1 h', 'first “B”, then “C” without a time at which (the highest value of “A” over 5 min is above 3) in between, all within 1 h at one station'],
    ['B then no average of A over 1 h > 90 for 5 min', 'first “B”, then no time at which (the average of “A” over 1 h is above 90) for 5 min at one station'],
    ['B then average of A over 1 h > 90 within 2 h', 'first “B”, then (the average of “A” over 1 h is above 90) within 2 h at one station'],
    ['range of A over 5 min < -3 or B', '(the range of “A” over 5 min is below -3) or “B” at one station'],
    ['3 times average of A over 1 h > 90 within 1 d', '(the average of “A” over 1 h is above 90) at least 3 times within 1 d at one station'],
    ['average of A over 1 h > 90 lasting 5 min', '(the average of “A” over 1 h is above 90) for 5 min without a break at one station'],
    ['at most 3 times A within 1 h anywhere', '“A” at most 3 times within 1 h anywhere in the city'],
    ['exactly 1 times A within 1 h', '“A” exactly once within 1 h at one station'],
    ['at most 1 times A within 1 h', '“A” at most once within 1 h at one station'],
    ['A then 2 to 5 times B within 1 h', 'first “A”, then (“B” 2 to 5 times), all within 1 h at one station'],
    ['A then B then no C', 'first “A”, then “B”, then no “C” at one station'],
    ['A then no B then no C for 5 min', 'first “A”, then no “B”, then no “C” for 5 min at one station'],
    ['no A', 'no “A” at one station'],
    ['no (no A for 5 min) for 10 min', 'no (no “A” for 5 min) for 10 min at one station'],
    ['no (A lasting 5 min) for 10 min', 'no (“A” for 5 min without a break) for 10 min at one station'],
    ['(no A for 5 min) lasting 10 min', '(no “A” for 5 min) for 10 min without a break at one station'],
    ['A then no (no B for 5 min) for 10 min', 'first “A”, then no (no “B” for 5 min) for 10 min at one station'],
    ['3 times (no A for 5 min) within 1 h', '(no “A” for 5 min) at least 3 times within 1 h at one station'],
    ['A then B within 1 h within 500 m of the first', 'first “A”, then “B” within 1 h no farther than 500 m from the first event'],
    ['A as x then B as y within 1 h where y.value > x.value + 5', 'first “A”, then “B” within 1 h at one station, where the value of “B” is more than 5 above that of “A”'],
    ['B as x then B as y within 1 h where y > x + 5', 'first “B”, then “B” within 1 h at one station, where the value of the second “B” is more than 5 above that of the first “B”'],
    ['A as x then B as y within 1 h where y.value < x.value - 5', 'first “A”, then “B” within 1 h at one station, where the value of “B” is more than 5 below that of “A”'],
    ['A as x then B as y within 1 h where y.value > x.value - 5', 'first “A”, then “B” within 1 h at one station, where the value of “B” is above the value of “A” minus 5'],
    ['A as x then B as y within 1 h where y.value >= x.value * 1.5 and y.key != x.key', 'first “A”, then “B” within 1 h at one station, where the value of “B” is at or above 1.5 times the value of “A” and the key of “B” is not the same as that of “A”'],
    ['A as x where x.value.rain > 5 and x.property = "rain"', '“A” at one station, where “rain” of “A” is above 5 and the property of “A” is “rain”'],
    ['C then (A as x then B as y within 5 min where x.key = y.key) within 1 h', 'first “C”, then (first “A”, then “B” within 5 min, where the key of “A” is the same as that of “B”), all within 1 h at one station'],
  ]; // prettier-ignore
  for (const [text, sentence] of patterns) it(text, () => assert.equal(whenOf(text), sentence));

  const rests: [string, string][] = [
    ['A', ' and goes back to normal when this ends.'],
    ['A clear after 10 min quiet', ' and goes back to normal when this has been over for 10 min.'],
    ['no A for 5 min clear after 10 min quiet', ' and goes back to normal when this has been over for 10 min.'],
    ['3 times A within 1 h clear after 10 min quiet', ' and goes back to normal after 10 min of quiet.'],
    ['A clear when B clear after 1 h quiet', ' and goes back to normal when “B”, or when this has been over for 1 h.'],
    ['A for 0 s', ' and goes back to normal when this ends.'],
    ['A severity minor severity major after 0 s', ' and goes back to normal when this ends. It is major from the beginning.'],
    ['A flapping 2 times in 0 s until steady 5 min', ' and goes back to normal when this ends. Even when it comes and goes all the time, each change is told.'],
    ['A flapping 2 times in 5 min until steady 0 s', ' and goes back to normal when this ends. Even when it comes and goes all the time, each change is told.'],
    ['A clear after 5 min clear by hand', ' and goes back to normal when this has been over for 5 min, or by hand.'],
    ['A clear after 5 min clear by hand latched', ' and goes back to normal when this has been over for 5 min. Even then it stays raised until somebody clears it by hand, which can be done before that, too.'],
    ['A clear by hand', ' and goes back to normal only by hand.'],
    ['A clear by hand latched', ' and goes back to normal only by hand.'],
    ['A clear when B clear by hand latched', ' and goes back to normal when “B”. Even then it stays raised until somebody clears it by hand, which can be done before that, too.'],
    ['A then no B then C within 1 h clear by hand', ' and goes back to normal only by hand.'],
    ['A clear when B clear by hand', ' and goes back to normal when “B”, or by hand.'],
    ['A for 5 min latched', ' once this has lasted 5 min and goes back to normal when this ends. Even then it stays raised until somebody clears it by hand.'],
    ['A severity major after 30 min latched', ' and goes back to normal when this ends. Even then it stays raised until somebody clears it by hand. After 30 min it is major.'],
    ['A severity minor severity major after 30 min severity critical when (B and C)', ' and goes back to normal when this ends. After 30 min it is major. It is critical while “B” and “C” at the same time.'],
    ['A severity minor severity warning after 5 min severity minor when B severity critical after 10 min', ' and goes back to normal when this ends. After 10 min it is critical.'],
    ['A severity critical after 5 min severity major after 10 min severity critical after 20 min when B severity critical after 5 min', ' and goes back to normal when this ends. After 5 min it is critical.'],
    ['A severity critical after 10 min severity major after 5 min severity critical after 2 min when B', ' and goes back to normal when this ends. After 5 min it is major. After 10 min it is critical. After 2 min it is critical while “B”.'],
    ['A severity critical after 1 h when B', ' and goes back to normal when this ends. After 1 h it is critical while “B”.'],
    ['A not while maintenance, C', ' and goes back to normal when this ends. It is not raised while “maintenance” or “C” is raised.'],
    ['A remind every 1 h', ' and goes back to normal when this ends. As long as it is raised, a reminder comes every 1 h.'],
    ['A flapping off', ' and goes back to normal when this ends. Even when it comes and goes all the time, each change is told.'],
    ['A flapping 3 times in 10 min until steady 5 min', ' and goes back to normal when this ends. When it is raised 3 times within 10 min, its coming and going is not told until it has been steady for 5 min.'],
    ['A update every 5 min lateness 2 min', ' and goes back to normal when this ends. While it is raised, an update comes at most every 5 min. It waits up to 2 min for readings that come late.'],
    ['A update every 0 s lateness 0 s', ' and goes back to normal when this ends. While it is raised, every update comes at once. It does not wait for readings that come late.'],
    ['A update every 60 s lateness 0.5 min', ' and goes back to normal when this ends.'],
    ['A each pair keep after detection', ' and goes back to normal when it has not happened again for at least 1 min. Every beginning counts: it is paired with the next event that fits. What led to it may be part of the next match, too.'],
  ]; // prettier-ignore
  for (const [text, sentence] of rests) it(text, () => assert.equal(restOf(text), sentence));

  it('says of what only happens how long the status stays, and of what holds that it ends', () => {
    const emits = { A: 'state', B: 'point', C: 'point' } as const;
    const emit = (id: string): 'state' | 'point' | undefined => emits[id as 'A'];
    const back = (text: string, language = 'en-US'): string =>
      describeRule(status(`when ${text}`), (id) => id, language, emit).replace(/^.*?(back to normal|กลับสู่ปกติ) ?/, '');
    assert.equal(back('A'), 'when this ends.');
    assert.equal(back('smoke'), 'when this ends.', 'of what is not known it is as of a state');
    assert.equal(back('B'), 'when it has not happened again for at least 1 min.');
    assert.equal(back('B then C within 5 min'), 'when it has not happened again for at least 5 min.');
    assert.equal(back('B then C within 5 s'), 'when it has not happened again for at least 1 min.');
    assert.equal(back('A then no C for 10 min'), 'when it has not happened again for at least 1 min.');
    assert.equal(back('no C for 10 min'), 'when this ends.');
    assert.equal(back('A or B'), 'when this ends, or when it has not happened again for at least 1 min.');
    assert.equal(
      back('A and B within 2 min within 100 m of the first'),
      'when it has not happened again for at least 2 min.',
    );
    assert.equal(back('A and smoke'), 'when this ends.');
    assert.equal(
      back('A and smoke within 5 min'),
      'when this ends, or when it has not happened again for at least 5 min.',
    );
    assert.equal(
      back('A or (B then C within 5 min)'),
      'when this ends, or when it has not happened again for at least 5 min.',
    );
    assert.equal(
      back('A or (smoke and B within 5 min)'),
      'when this ends, or when it has not happened again for at least 5 min.',
    );
    assert.equal(back('B clear by hand'), 'only by hand.');
    assert.equal(back('B clear after 0 s quiet'), 'at once.');
    assert.equal(back('A clear after 0 s quiet'), 'when this ends.');
    assert.equal(back('B clear after 3 min quiet'), 'after 3 min of quiet.');
    assert.equal(back('B clear when C'), 'when “C”.');
    assert.match(back('B', 'th'), /1 นาที/);
    // one that cannot run is read all the same
    assert.match(
      describeRule({ ...status('when B'), for: 'soon' }, (id) => id, 'en-US', emit),
      /when this ends/,
    );
  });

  it('says of what only happens, and is to last, when that can be', () => {
    const emit = (id: string): 'state' | 'point' => (id === 'A' ? 'state' : 'point');
    const waits = (text: string, language = 'en-US'): string[] =>
      /(?:It|เหตุการณ์ชั่วขณะนี้) ?(?:only|ถือว่า|เกิด).*$/.exec(describeRule(status(`when ${text}`), (id) => id, language, emit)) ?? []; // prettier-ignore
    assert.deepEqual([...waits('A for 10 min'), ...waits('B'), ...waits('(A or B) for 10 min')], []);
    const usual =
      'It only happens, and lasts as long as it happens again within 1 min each time, or within twice the interval of its sensor where that is longer.';
    const again =
      'It only happens, and lasts as long as it happens again within 10 min each time: once alone is not enough.';
    const once = 'It only happens: the status is raised 10 min after that, also if it does not happen again.';
    assert.deepEqual([...waits('B for 10 min')], [usual]);
    assert.deepEqual([...waits('B for 10 min clear after 10 min quiet')], [again]);
    assert.deepEqual([...waits('B for 10 min clear after 20 min quiet')], [once]);
    assert.deepEqual([...waits('B for 10 min clear by hand')], [once]);
    assert.deepEqual([...waits('B for 10 min clear after 0 s quiet')], ['It only happens, and with this rule it is over at once: it never lasts so long.']); // prettier-ignore
    assert.equal(waits('B for 10 min', 'th').length, 1);
  });

  it('says of a step whether it counts while something holds, or from when something has happened', () => {
    const emits = { A: 'state', B: 'point', C: 'point' } as const;
    const emit = (id: string): 'state' | 'point' | undefined => emits[id as 'A'];
    const steps = (text: string, language = 'en-US'): string =>
      describeRule(status(`when smoke ${text}`), (id) => id, language, emit).replace(/^.*?this ends\. |^.*?สิ้นสุด /, '');
    assert.equal(steps('severity critical when A'), 'It is critical while “A”.');
    assert.equal(steps('severity critical when smoke'), 'It is critical while “smoke”.', 'not known: as of a state');
    assert.equal(steps('severity critical when B'), 'It is critical once “B” has happened, until the status ends.');
    assert.equal(
      steps('severity critical after 1 h when (B then C within 5 min)'),
      'After 1 h it is critical once (first “B”, then “C” within 5 min) has happened, until the status ends.',
    );
    assert.equal(steps('severity critical after 1 h when A'), 'After 1 h it is critical while “A”.');
    assert.match(
      steps('severity critical when (A or B)'),
      /^It is critical while “A” or “B”, and until the status ends/,
    );
    assert.equal(
      steps('within 50 m of the first severity critical when A').replace(/^.*?\. /, ''),
      'It is critical once “A” has happened, until the status ends.',
      'near each other all are points',
    );
    assert.equal(steps('severity critical when (A then B)'), 'It is critical while first “A”, then “B”.', 'cannot run');
    assert.match(steps('severity critical when B', 'th'), /^เปลี่ยนเป็นระดับวิกฤตเมื่อพบ “B” แล้วคงระดับนั้นจนสถานะสิ้นสุด$/);
    assert.match(steps('severity critical when A', 'th'), /^เปลี่ยนเป็นระดับวิกฤตขณะที่พบ “A”$/);
  });

  it('says nothing of what is understood', () => {
    assert.equal(read('A newest pair start afresh after detection'), read('A'));
  });

  it('is Thai in Thai', () => {
    assert.equal(
      read('B as x then B as y within 1 h where y.value > x.value + 5 clear when C clear after 10 min quiet', 'th'),
      'เมื่อพบ “B” แล้วตามด้วย “B” ภายใน 1 ชม. ที่สถานีเดียวกัน โดยที่ ค่าของ “B” ครั้งที่สอง สูงกว่า ของ “B” ครั้งแรก เกิน 5 ให้ขึ้นสถานะ “S” (ระดับเฝ้าระวัง) และกลับสู่ปกติเมื่อพบ “C” หรือเมื่อสงบนาน 10 นาที',
    );
    assert.match(
      read('B and no average of A over 1 h > 90 within 1 h', 'th'),
      /“B” และไม่มี เวลาที่ \(ค่าเฉลี่ยของ “A” ในช่วง 1 ชม. สูงกว่า 90\) ตลอด 1 ชม\. ก่อนหน้าจนถึงตอนนั้น/,
    );
    assert.match(
      read('no A for 5 min clear after 10 min clear by hand latched', 'th'),
      /กลับสู่ปกติเมื่อเหตุการณ์นี้สิ้นสุดไปแล้วนาน 10 นาที แม้กลับสู่ปกติแล้ว .* ซึ่งสั่งก่อนหน้านั้นก็ได้$/,
    );
  });

  it('has other words for every other meaning', () => {
    const within = 'within 1 h';
    const patterns = [
      'A', 'every A', 'no A for 1 min', 'no sum of A over 1 h > 5 for 1 min', 'sum of A over 1 h > 5 lasting 1 min', 'no A', 'A lasting 1 min', 'A within 1 h', '2 times A within 1 h',
      'at most 2 times A within 1 h', 'exactly 2 times A within 1 h', '1 to 2 times A within 1 h', 'A and B', 'A or B',
      'A then B', `A and B ${within}`, `A then B ${within}`, `A then no B then C ${within}`, `A then no B ${within}`,
      `A then no B for 1 min ${within}`, `A and no B ${within}`, 'A and no B', `every A then B ${within}`,
      `A then every B ${within}`, `A then 2 to 3 times B ${within}`, `A then at most 3 times B ${within}`,
      `A then (B then C within 1 min) ${within}`, `(A then B within 1 min) then C ${within}`,
      ...AGGREGATE_METHODS.map((method) => `${method}${method === 'percentile' ? ' 9' : ''} of A over 1 h > 5`),
      ...['>=', '<', '<='].map((order) => `sum of A over 1 h ${order} 5`),
      'sum of A over 2 h > 5', 'sum of A over 1 h > 6', 'sum of A over 1 h > 5 (at least 2 readings)',
      ...['>', '>=', '<', '<=', '=', '!='].flatMap((order) =>
        ['y', 'y + 1', 'y - 1', 'y * 2', 'y * 2 + 1', 'y.key', 'y.value.z', '1', '"1"', 'true'].map(
          (right) => `A as x then B as y ${within} where x ${order} ${right}`,
        ),
      ),
      ...['value.a', 'key', 'property', 'time'].map((field) => `A as x then B as y ${within} where x.${field} > y.${field}`),
      `A as x then A as y ${within} where x > y`, `A as x then A as y ${within} where y > x`,
    ]; // prettier-ignore
    const parts = [
      'in the same data stream', 'in the same zone', 'in the same "district"', 'in the same property', 'anywhere',
      'within 500 m of the first', 'within 50 m of the first', 'each pair', 'first pair only', 'all pairs',
      'keep after detection', 'severity minor', 'severity major after 1 h', 'severity major when B',
      'severity major after 1 h when B', 'for 1 min', 'clear after 1 min quiet', 'clear when B', 'clear by hand',
      'clear when B clear by hand', 'clear when B latched', 'clear when B clear by hand latched', 'clear when B clear after 1 min quiet', 'clear after 1 min quiet clear by hand',
      'latched', 'not while B', 'not while B, C', 'remind every 1 h', 'flapping off',
      'flapping 3 times in 1 h until steady 1 min', 'flapping 3 times in 1 h until steady 2 min',
    ]; // prettier-ignore
    for (const language of LANGUAGES) {
      const seen = new Map<string, string>();
      for (const text of [...patterns, ...parts.map((part) => `A ${part}`)]) {
        const sentence = read(text, language);
        assert.equal(
          seen.get(sentence),
          undefined,
          `${language}: "${text}" reads as "${seen.get(sentence)}": ${sentence}`,
        );
        seen.set(sentence, text);
      }
    }
  });

  it('leaves no place holder open, whatever the rule', () => {
    const name = (id: string): string => (NAMED_EVENTS.some((one) => one.id === id) ? 'event' : 'other event');
    for (let i = 0; i < CASES; i++) {
      const parts: RuleParts = randomParts(new Random(SEED + i));
      for (const language of LANGUAGES) {
        for (const said of [
          describeRule({ id: 's', name: 'S', ...parts }, name, language),
          describePattern(parts.when, name, language),
        ]) {
          assert.doesNotMatch(said, /__|undefined|NaN|null|\?|\brule\.|\(\)| {2}| ,/, `seed ${SEED + i}: ${said}`);
          if (language === 'th') assert.match(said.replaceAll(/“[^”]*”|district/g, ''), /^[^a-z]*$/, said);
        }
      }
    }
  });
});

describe('the sentence of a rule in the reason of a status', () => {
  it('is said where the events alone do not tell it', () => {
    const compared: Pattern = status('when A as x and B as y where x.value > y.value').when;
    assert.equal(
      describePattern(compared, (id) => id),
      '“A” and “B” at the same time, where the value of “A” is above that of “B”',
    );
  });
});
