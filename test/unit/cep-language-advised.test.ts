/** Rules as people write them: what is advised can be read where it is put, and means what was written. */
import assert from 'node:assert/strict';
import { parseRule, printRule, type NamedEvent, type TextError } from '../../nodes/pattern-status/cep/language';
import { MENDED, READ, UNCLEAR } from '../support/rules-as-written';

const NAMES = ['A', 'B', 'C', 'smoke', 'pump on', 'rain', 'PM2.5', 'ควัน', 'ฝนตก', 'PM2.5 สูง'];
const EVENTS = NAMES.map((name): NamedEvent => ({ id: name, name }));
/** More advices than anybody would follow. */
const MOST_STEPS = 6;

/** What no text needs to say. */
const USUAL = [' in the same station severity warning', ' ในแต่ละ สถานี ระดับ เฝ้าระวัง'];

function printed(text: string, language: string): string {
  const { rule, errors } = parseRule(text, language, EVENTS);
  assert.ok(rule, `${text}\n${JSON.stringify(errors)}`);
  assert.deepEqual(errors, [], text);
  const line = printRule(rule, language, EVENTS).replace(/\s+/g, ' ');
  return USUAL.reduce((all, usual) => all.replace(usual, ''), line);
}

/** The text with what is advised in place of what is wrong; `undefined` where the advice leaves a choice. */
function mended(text: string, { column, length, message, suggestion }: TextError): string | undefined {
  const isOut = /^(?:Leave “.+” out\.|ลบ “.+” ออก)$/s.test(suggestion);
  const write =
    /^(?:Did you mean|Write|หมายถึง|เขียน) “([^“”]+)”(?:\.|\?| หรือไม่)?$/u.exec(suggestion)?.[1] ??
    /^(?:Write|เขียน) ("[^"]+")\.?$/u.exec(suggestion)?.[1];
  if (!isOut && write === undefined) return undefined;
  const isName = /^There is no event|^ไม่มีเหตุการณ์/.test(message);
  const put = isOut ? '' : isName ? JSON.stringify(write) : write!;
  return `${text.slice(0, column - 1)} ${put} ${text.slice(column - 1 + length)}`;
}

describe('rules as text: as people write them', () => {
  it('reads what has one meaning only', () => {
    for (const [language, text, meant] of READ) assert.equal(printed(text, language), meant, text);
  });

  for (const language of ['en-US', 'th']) {
    it(`what is advised leads to what was meant (${language})`, () => {
      for (const [, text, meant] of MENDED.filter(([own]) => own === language)) {
        let now = text;
        const steps: string[] = [];
        for (let n = 0; n < MOST_STEPS; n++) {
          const [error] = parseRule(now, language, EVENTS).errors;
          if (error === undefined) break;
          steps.push(`${now}: ${error.message} ${error.suggestion}`);
          now = mended(now, error) ?? assert.fail(steps.join('\n'));
        }
        assert.ok(steps.length > 0, text);
        assert.equal(printed(now, language), meant, steps.join('\n'));
      }
    });
  }

  it('what could mean several things is told with its place, and nothing is put in its place', () => {
    for (const [language, text] of UNCLEAR) {
      const [error] = parseRule(text, language, EVENTS).errors;
      assert.ok(error, text);
      const { line, column, length, message, suggestion } = error;
      assert.equal(line, 1, text);
      assert.ok(column >= 1 && column + length <= text.length + 1, text);
      assert.match(message, language === 'th' ? /\p{Script=Thai}/u : /^[A-Z“].*\.$/u, text);
      assert.notEqual(suggestion, '', text);
      const put = mended(text, error);
      // a name may be asked for in quotes before all is understood
      if (put !== undefined) assert.fail(`${text}: ${suggestion}`);
    }
  });

  it('a text that is no rule is told at once', () => {
    const texts = {
      brackets: `when ${'('.repeat(100_000)}A`,
      'one word': 'a'.repeat(1_000_000),
      'one Thai word': `เมื่อ ${'ก'.repeat(49_000)}`,
      'Thai with spaces without width': `เมื่อ ${'ก\u200b'.repeat(24_000)}`,
      'half characters': `when ${'\ud83d'.repeat(40_000)}`,
      'a half character in a name': 'when "\udc00" then \ud800',
      nothing: `when A${'\0'.repeat(40_000)}`,
      counts: `when A ${'at least 3 times '.repeat(2_500)}`,
      'what does not happen': `when A then B ${'without C '.repeat(4_000)}`,
    };
    for (const [name, text] of Object.entries(texts)) {
      for (const language of ['en-US', 'th']) {
        const { user } = process.cpuUsage();
        const { errors } = parseRule(text, language, EVENTS);
        const spent = (process.cpuUsage().user - user) / 1000;
        assert.ok(errors.length > 0, name);
        assert.ok(spent < 1_500, `${name}: ${spent} ms`);
      }
    }
  });
});
