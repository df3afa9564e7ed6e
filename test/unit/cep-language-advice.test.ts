/** What the text of a rule advises where people often go wrong. */
import assert from 'node:assert/strict';
import { parseRule, type NamedEvent } from '../../nodes/pattern-status/cep/language';

const EVENTS = ['A', 'B', 'smoke', 'quiet', 'pump on'].map((name): NamedEvent => ({ id: name, name }));

describe('rules as text: advice', () => {
  // prettier-ignore
  const cases: [name: string, text: string, expected: RegExp, mended?: string][] = [
    ['years', 'when A then B within 11 years', /^1:25\+5: Expected a unit of time.*found “years”\. Write a unit of time behind the number: ms, s, min, h, d\.$/, 'when A then B within 11 min'],
    ['two events without a word', 'when A B', /^1:8\+1: Expected .*found “B”\. Put “then”, “and” or “or” between two events\.$/, 'when A and B'],
    ['two events without a word in brackets', 'when (A "smoke") then B', /^1:9\+7: .*Put “then”, “and” or “or” between/],
    ['an event and what must not happen', 'when A not B', /^1:8\+3: .*Put “then”, “and” or “or” between two events\.$/, 'when A and not B'],
    ['a bracket that nobody opened', 'when A and B)', /^1:13\+1: Expected .*found “\)”\. Leave “\)” out, or put “\(” before/, 'when A and B'],
    ['a bracket with nothing in it', 'when A and ()', /^1:13\+1: Expected an event.*found “\)”\. Write, for example, “"A"”\.$/, 'when A and ("A")'],
    ['wrong quotes', "when 'smoke' then B", /^1:6\+7: Expected an event in quotes.* Write "smoke"\.$/, 'when "smoke" then B'],
    ['curly quotes without an end', 'when “smoke', /^1:6\+1: These quotes are never closed\. Add ”\.$/, 'when “smoke”'],
    ['curly quotes without an end before others', 'when “smoke then "A"', /^1:6\+1: .*Add ”\.$/, 'when “smoke” then "A" within 1 h'],
    ['curly and straight quotes', 'when “smoke" then B', /^1:6\+7: These quotes are never closed\. Write "smoke"\.$/, 'when "smoke" then B'],
    ['straight and curly quotes', 'when "smoke” then B', /^1:6\+7: .*Write "smoke"\.$/, 'when "smoke" then B'],
    ['straight and curly quotes before others', 'when "smoke” then "B"', /^1:6\+7: .*Write "smoke"\.$/, 'when "smoke" then "B"'],
    ['low quotes and straight ones', 'when „smoke" then B', /^1:6\+7: .*Write "smoke"\.$/],
    ['low quotes and high ones', 'when „smoke“ then B', /^1:6\+7: .*Write "smoke"\.$/],
    ['the quotes that open on both sides', 'when “smoke“ and “A”', /^1:6\+7: .*Write "smoke"\.$/, 'when "smoke" and “A”'],
    ['quotes that nobody opened', 'when smoke" then B', /^1:11\+1: .*Put names and texts into double quotes/],
    ['a long text in different quotes', `when “${'x'.repeat(99)}"`, /^1:6\+101: .*Put names and texts into double quotes/],
    ['exactly no time', 'when exactly 0 times A within 1 h', /^1:14\+1: “0” is not a whole number from 1 to 1000\. Write “no” before what must not happen\.$/],
    ['no distance', 'when A then B within 0 m of the first', /^1:22\+1: “0” is not a number from 1 to 100000\. Give a distance above zero, such as “within 500 m of the first”\.$/],
    ['too far', 'when A then B within 5 min within 500 km of the first', /^1:35\+3: “500” is not a number from 1 to 100\. Write “100”\.$/, 'when A then B within 5 min within 100 km of the first'],
    ['nothing behind a no', 'when no', /^1:8\+0: Expected an event.*but the text ends here\. Write, for example, “"A"”\.$/, 'when no "A"'],
    ['a word behind a no', 'when no for 5 min', /^1:9\+3: Expected an event.*found “for”\. Write, for example, “"A"”\.$/, 'when no "A" for 5 min'],
    ['a second number without a unit', 'when A within 1 h 30', /^1:21\+0: Expected a unit.* Write a unit behind the second number, too: “1 h 30 min”\.$/, 'when A within 1 h 30 min'],
    ['the smallest unit and another number', 'when A within 5 ms 30 for 1 s', /too: “5 ms 30 ms”\.$/],
    ['a place behind a time', 'when A then B within 5 min 500 m of the first', /^1:32\+1: .*found “m”\. Write “within” before the distance, too\.$/, 'when A then B within 5 min within 500 m of the first'],
    ['a misspelt unit', 'when A for 5 mintues', /^1:14\+7: .*Did you mean “minutes”\?$/, 'when A for 5 minutes'],
    ['a number in words', 'when A for five min', /^1:12\+4: Expected a number, but found “five”\. Did you mean “5”\?$/, 'when A for 5 min'],
    ['an article for a number', 'when A for a day', /^1:12\+1: .*Did you mean “1”\?$/, 'when A for 1 day'],
    ['a count in words', 'when three times A within 1 h', /^1:6\+5: .*Did you mean “3”\?$/, 'when 3 times A within 1 h'],
    ['a range in words', 'when two to five times A within 1 h', /^1:6\+3: .*found “two”\. Did you mean “2”\?$/],
    ['a range half in words', 'when 2 - five times A within 1 h', /^1:10\+4: .*found “five”\. Did you mean “5”\?$/, 'when 2 - 5 times A within 1 h'],
    ['a comma for a point', 'when A for 1,5 h', /^1:12\+3: Expected a number, but found “1,5”\. Did you mean “1\.5”\?$/, 'when A for 1.5 h'],
    ['thousands with a comma', 'when sum of A over 1 h > 1,500.5', /^1:26\+7: .*found “1,500\.5”\. Did you mean “1500\.5”\?$/, 'when sum of A over 1 h > 1500.5'],
    ['a comma in a distance', 'when A and B within 0,125 km of the first', /^1:21\+5: .*Did you mean “0\.125”\?$/],
    ['a comma behind a blank', 'when A for 1, 5 h', /^1:13\+1: Expected a unit/],
    ['a negative time', 'when smoke for -5 min', /^1:16\+1: Expected a number, but found “-”\. No number can be negative here: leave “-” out\.$/, 'when smoke for 5 min'],
    ['no number', 'when smoke for', /^1:15\+0: Expected a number, but the text ends here\. Write, for example, “5 min”\.$/, 'when smoke for 5 min'],
    ['an exponent', 'when A for 1e3 s', /^1:12\+3: “1e3” has an exponent.* Write “1000”\.$/, 'when A for 1000 s'],
    ['a very large exponent', 'when A for 1e300 s', /^1:12\+5: “1e300” has an exponent.* Write, for example, “5 min”\.$/],
    ['many digits', `when A for ${'0'.repeat(58)}5 min`, /^1:12\+63: “0+…” is too long to read\. Write “5 min”\.$/, 'when A for 5 min'],
    ['flapping too seldom', 'when smoke flapping 1 times in 30 min until steady 15 min', /^1:21\+1: “1” is not a whole number from 2 to 100\. Write “2”\.$/, 'when smoke flapping 2 times in 30 min until steady 15 min'],
    ['flapping never', 'when smoke flapping 0 times in 30 min until steady 15 min', /^1:21\+1: .*Write “2”\.$/],
    ['no readings', 'when sum of A over 1 h > 5 (at least 0 readings)', /Write “1”\.$/],
    ['a sensor for a station', 'when no smoke for 30 min in the same sensor', /^1:38\+6: Expected .*found “sensor”\. Did you mean “station”\?$/, 'when no smoke for 30 min in the same station'],
    ['a level without quotes', 'when A in the same district', /^1:20\+8: Expected .*Write "district"\.$/, 'when A in the same "district"'],
    ['no level', 'when A in the same 5', /^1:20\+1: .*Write, for example, “"district"”\.$/],
    ['a place per something', 'when A per station', /^1:8\+3: .*Did you mean “in the same”\?$/, 'when A in the same station'],
    ['a time behind a place', 'when A then B within 500 m of the first within 1 h', /^1:41\+10: “within 1 h” belongs to what must happen.* Write “within 1 h” before “within 500 m of the first”\.$/, 'when A then B within 1 h within 500 m of the first'],
    ['a second time behind a place', 'when A then B within 2 h anywhere within 1 h', /^1:35\+10: “within 1 h” is said twice\. Leave one of the two out\.$/],
    ['a second time', 'when A then B within 2 h within 1 h', /^1:26\+10: “within 1 h” is said twice\. Leave one of the two out\.$/],
    ['another event behind a part', 'when A for 5 min then B', /^1:18\+4: “then …” belongs to what must happen.* Write “then …” before “for 5 min”\.$/],
    ['a comparison behind a part', 'when A as e1 anywhere where e1.value > 5', /^1:23\+5: .* Write “where …” before “anywhere”\.$/],
    ['a second comparison', 'when A as e where e > 5 within 1 h where e > 6', /^1:36\+5: “where …” is said twice\. Leave one of the two out\.$/],
    ['a full stop at the end', 'when smoke .', /^1:12\+1: .* Leave “\.” out\.$/, 'when smoke'],
    ['a comparison in words', 'when average of A over 1 h is above 5', /^1:28\+8: Expected a comparison.*found “is above”\. Did you mean “>”\?$/, 'when average of A over 1 h > 5'],
    ['no comparison', 'when average of A over 1 h', /^1:27\+0: .*Write, for example, “> 5”\.$/],
    ['an order of a window', 'when sum of A over 1 h = 5', /^1:24\+1: .*Write one of these: “>”, “>=”, “<”, “<=”\.$/, 'when sum of A over 1 h >= 5'],
    ['another word', 'when A followed by B within 1 h', /^1:8\+11: .*found “followed by”\. Did you mean “then”\?$/, 'when A then B within 1 h'],
    ['a time of quiet', 'when A clear 10 min quiet', /^1:14\+2: .*Write, for example, “after”\.$/, 'when A clear after 10 min quiet'],
    ['a place that is not said', 'when A in the same severity major', /^1:20\+8: .*Write, for example, “station”\.$/, 'when A in the same station severity major'],
    ['the first word of a phrase behind an event', 'when A remind 5 min', /^1:8\+6: .*Did you mean “remind every”\?$/, 'when A remind every 5 min'],
    ['every so often', 'when A every 5 min', /^1:8\+5: .*Did you mean “remind every”\?$/],
    ['every event', 'when A every B', /^1:8\+5: .*Put “then”, “and” or “or”/],
    ['by a place', 'when A by station', /^1:8\+2: .*Did you mean “in the same”\?$/],
    ['the same place', 'when A same station', /^1:8\+4: .*Did you mean “in the same”\?$/],
    ['a place alone', 'when A in station', /^1:8\+2: .*Did you mean “in the same”\?$/],
    ['every place', 'when A in every zone', /^1:8\+8: .*Did you mean “in the same”\?$/],
    ['for each place', 'when A for each station', /^1:8\+8: Expected .*found “for each”\. Did you mean “in the same”\?$/, 'when A in the same station'],
    ['a unit twice', 'when A lasting 2 min min', /^1:22\+3: .*Leave “min” out\.$/],
    ['a word twice', 'when A severity severity major', /^1:17\+8: .*Leave “severity” out\.$/],
    ['a when twice', 'when A clear when when B', /^1:19\+4: .*Leave “when” out\.$/],
    ['a word before a time twice', 'when A for for 5 min', /^1:12\+3: .*Leave “for” out\.$/],
    ['a severity that is none', 'when A severity high', /^1:17\+4: .*Write one of these: “warning”, “minor”, “major”, “critical”\.$/],
    ['a time of the first', 'when A then B within 5 minutes of the first', /^1:32\+12: Expected the end.*Leave “of the first” out\.$/, 'when A then B within 5 minutes'],
    ['a unit of what is measured', 'when sum of A over 1 h > 90 µg/m3', /^1:29\+5: .*found “µg\/m3”\. Leave “µg\/m3” out\.$/],
    ['an average without "of"', 'when average "A" over 1 h > 5', /^1:14\+3: .*Write, for example, “of”\.$/, 'when average of "A" over 1 h > 5'],
    ['a word that is no event', 'when A banana', /^1:8\+6: .*“banana” is no word of a rule\. Leave it out only where the rule means the same/],
    ['an event with a slip', 'when A smokee', /^1:8\+6: .*Put “then”, “and” or “or”/],
    ['an event of several words', 'when A pump on', /^1:8\+4: .*Put “then”, “and” or “or”/],
    ['a letter that is no slip', 'when A then B within 5 min within 5 x of the first', /^1:37\+1: Expected “km” or “m”, but found “x”\. Write, for example, “km”\.$/],
    ['the first word of a phrase', 'when A then B within 1 h each severity major', /^1:26\+4: .*found “each”\. Did you mean “each pair”\?$/, 'when A then B within 1 h each pair severity major'],
    ['another first word', 'when A anywhere remind 5 min', /^1:17\+6: .*found “remind”\. Did you mean “remind every”\?$/, 'when A anywhere remind every 5 min'],
    ['a short word that begins nothing', 'when A severity minor on', /^1:23\+2: .*“on” is no word of a rule\./],
    ['a name without an end', 'when []', /^1:6\+2: A name has 1 to 200.*Write the name of an event in quotes/],
    ['a long text', `when A as e where e = "${'x'.repeat(201)}"`, /longer than 200 characters\. Shorten it\.$/],
    ['a part of a value', 'when A as e where e.value."a b" > 5', /“a b” is no part of a value\. Use 1 to 60 characters/],
    ['a number without an end', 'when A as e where e > 1e999', /^1:23\+5: .*Write “1\.797/],
  ];
  for (const [name, text, expected, mended] of cases) {
    it(name, () => {
      const said = parseRule(text, undefined, EVENTS).errors.map(
        ({ line, column, length, message, suggestion }) => `${line}:${column}+${length}: ${message} ${suggestion}`,
      );
      assert.match(said.join('\n'), expected);
      const [thai] = parseRule(text, 'th', EVENTS).errors;
      assert.match(thai!.message, /\p{Script=Thai}/u);
      assert.match(thai!.suggestion, /\p{Script=Thai}/u);
      if (mended !== undefined) assert.ok(parseRule(mended, undefined, EVENTS).rule, 'what is advised can be read');
    });
  }

  it('knows Thai words and digits', () => {
    // prettier-ignore
    const thai: [string, RegExp][] = [
      ['เมื่อ A นาน ห้า นาที', /“5”/],
      ['เมื่อ A นาน ๑,๕ ชั่วโมง', /“1\.5”/],
      ['เมื่อ A ในแต่ละ เซ็นเซอร์', /“สถานี”/],
      ['เมื่อ A กลับสู่ปกติ 10 นาที ที่สงบ', /“หลังจาก”/],
      ['เมื่อ A ระดับ สูง', /“เฝ้าระวัง”, “เล็กน้อย”, “รุนแรง”, “วิกฤต”/],
      ['เมื่อ A ทุก 5 นาที', /“เตือนซ้ำทุก”/],
      ['เมื่อ A ทุก สถานี', /“ในแต่ละ”/],
      ['เมื่อ A ระดับรุนแรงมาก', /^เว้นวรรคหลัง “ระดับ” หรือ/],
      ['เมื่อ A ในแต่ละอำเภอ', /^เว้นวรรคหลัง “ในแต่ละ” หรือ/],
      ['เมื่อ A และควันX', /^เว้นวรรคหลัง “และ” หรือ/],
      ['เมื่อควัน', /^เว้นวรรคหลัง “เมื่อ” หรือ/],
      ['เมื่อ A ภายใน 1 ชั่วโมง 30', /“1 ชั่วโมง 30 นาที”/],
    ];
    for (const [text, expected] of thai)
      assert.match(parseRule(text, 'th', EVENTS).errors[0]!.suggestion, expected, text);
  });

  it('names an event that is known, else one as an example', () => {
    const advised = (events: NamedEvent[]): string => parseRule('when no', undefined, events).errors[0]!.suggestion;
    assert.match(
      advised([
        { id: 'a', name: 'x'.repeat(50) },
        { id: 'b', name: 'rain' },
      ]),
      /“"rain"”/,
    );
    assert.match(advised([]), /“"smoke"”/);
  });
});
