/** What action-notify keeps on the disk: enough to go on after a crash at any moment, and nothing in it that stops a start. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { exhaust } from '../../../nodes/ecdm/work';
import { Desk } from '../../../nodes/action-notify/desk/desk';
import { Memory } from '../../../nodes/action-notify/memory';
import { Notifier } from '../../../nodes/action-notify/notifier';
import { readSettings } from '../../../nodes/action-notify/settings';
import { CALM, NEW_ON } from '../../../nodes/action-notify/defaults';
import { NOON, SECOND, settingsOf, status } from './desk-support';

describe('what action-notify keeps', () => {
  let userDir: string;
  beforeEach(() => (userDir = fs.mkdtempSync(path.join(os.tmpdir(), 'city-events-memory-'))));
  afterEach(() => fs.rmSync(userDir, { recursive: true, force: true }));
  const fails = (thrown: unknown): void => assert.fail(String(thrown));
  const settings = readSettings({ id: 'n', ...CALM, on: [...NEW_ON] });
  const start = async (): Promise<[Notifier, Memory]> => {
    const notifier = new Notifier(settings, () => undefined);
    const memory = new Memory(userDir, 'n', notifier, fails);
    await memory.ready;
    return [notifier, memory];
  };
  const file = (): string => path.join(userDir, 'city-events', 'n.log.ndjson');

  it('what was written when the process was killed is told after the start, once', async () => {
    const [notifier, memory] = await start();
    const answer = notifier.take([status('a', 'raised'), status('b', 'raised')], 'live', NOON);
    assert.equal(answer.notices.length, 0);
    memory.changed(answer.seen);
    await memory.written();
    // killed here: nothing is closed, nothing more is written
    const kept = fs.readFileSync(file(), 'utf8');
    fs.writeFileSync(file(), kept);
    const [next] = await start();
    assert.equal(
      next.take([status('a', 'raised')], 'live', NOON + SECOND).notices.length,
      0,
      'sent again by the journal',
    );
    const { notices } = next.tick(NOON + 30 * SECOND);
    assert.deepEqual(notices.map((notice) => notice.members?.length), [2]); // prettier-ignore
    await memory.close(false);
  });

  it('a line that was torn by the crash is left out', async () => {
    const [notifier, memory] = await start();
    memory.changed(notifier.take([status('a', 'raised')], 'live', NOON).seen);
    await memory.written();
    fs.appendFileSync(file(), '["alarm","air|b",{"id":"air|b","stat');
    const [next] = await start();
    assert.equal(next.tick(NOON + 30 * SECOND).notices.length, 1);
    await memory.close(false);
  });

  it('what a version before kept of something that says it is simulated waits no more: its end comes to another desk', async () => {
    const [notifier, memory] = await start();
    for (const [key, simulated] of Object.entries({ a: false, b: true }))
      exhaust(notifier.desk.taking(status(key, 'raised', { simulated }), false, NOON, undefined, { letters: [], held: [] })); // prettier-ignore
    memory.changed([]);
    await memory.written();
    const [next] = await start();
    assert.deepEqual(next.tick(NOON + 30 * SECOND).notices.map(({ statusId }) => statusId), ['air|a|1']); // prettier-ignore
    await memory.close(false);
  });

  it('goes with the node', async () => {
    const [notifier, memory] = await start();
    memory.changed(notifier.take([status('a', 'raised')], 'live', NOON).seen);
    await memory.close(true);
    assert.equal(fs.existsSync(file()), false);
  });

  it('lines that no desk has written stop nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.jsonValue(), fc.tuple(fc.constantFrom('alarm', 'pile'), fc.string(), fc.jsonValue())), {
          maxLength: 10,
        }),
        (lines) => {
          const desk = new Desk(settingsOf());
          for (const line of lines) desk.restore(line);
          desk.restored();
          const out = { letters: [], held: [] };
          exhaust(desk.taking(status('a', 'raised', { severity: 'critical' }), false, NOON, undefined, out));
          exhaust(desk.ticking(NOON + 60_000, out));
          assert.equal(out.letters.length, 1);
        },
      ),
      { numRuns: 500 },
    );
  });
});
