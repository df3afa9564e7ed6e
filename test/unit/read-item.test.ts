import assert from 'node:assert/strict';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import { readItem } from '../../nodes/ecdm/read-item';
import { takeEvents } from '../../nodes/pattern-status/take-events';

const TIME = Date.UTC(2026, 0, 5, 8);
const EVENT = { id: 'i', event: 'e', name: 'E', key: 'k', stream: 's', kind: 'point', source: [], time: TIME };
const READING = { id: 'i', datastream: 'd', property: 'p', value: 1, time: TIME };

/** What is said of a message with this time. */
function said(of: object, time: unknown, language = 'en-US'): Problem {
  const read = readItem({ ...of, time }, language);
  assert.ok('code' in read, JSON.stringify(read));
  return read;
}

describe('messages of other makers: their times', () => {
  for (const [what, of] of [['an event', EVENT], ['a reading', READING]] as const) {
    it(`says of ${what} what is wrong with its time, and how it is written`, () => {
      const cases: [time: unknown, hint: RegExp][] = [
        ['2026-01-05T15:00:00+07:00', /must be epoch milliseconds .*such as 1767600000000; here it is "2026-01-05T15:00:00\+07:00"/],
        ['tomorrow', /must be epoch milliseconds .*"tomorrow"/],
        [undefined, /must be epoch milliseconds .*nothing/],
        [TIME / 1000, /1767600000 looks like seconds: multiply it by 1000 \(1767600000000\)/],
        [NaN, /must be epoch milliseconds/],
      ];
      for (const [time, hint] of cases) {
        const { message, hint: found } = said(of, time);
        assert.match(message, /no usable “time”/);
        assert.match(found, hint);
        assert.match(said(of, time, 'th').hint, /“time” ต้องเป็นมิลลิวินาที/);
      }
    });
  }

  it('takes milliseconds, also of long ago', () => {
    for (const time of [TIME, 0, Date.UTC(1965, 0, 1), Date.UTC(1971, 0, 1)]) assert.ok('kind' in readItem({ ...EVENT, time }));
  });

  it('does not let an event pass that is whole but for its seconds', () => {
    const events: CityEvent[] = [];
    const problems: Problem[] = [];
    takeEvents([EVENT, { ...EVENT, time: TIME / 1000 }], 'en-US', events, (problem) => problems.push(problem));
    assert.deepEqual([events.length, problems.length], [1, 1]);
    assert.match(problems[0]!.hint, /looks like seconds/);
  });
});
