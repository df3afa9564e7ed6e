/** What an alarm costs must not grow with the number of those that wait: a flood is when there is least time. */
import assert from 'node:assert/strict';
import { SEVERITIES, type Status } from '../../../nodes/ecdm/status';
import { exhaust } from '../../../nodes/ecdm/work';
import { Desk } from '../../../nodes/action-notify/desk/desk';
import type { HeldNotice, Letter } from '../../../nodes/action-notify/desk/letter';
import { NOON, SECOND, settingsOf, status } from './desk-support';

const ALARMS = 3000;
const PART = 300;

describe('what a flood costs', () => {
  const recipients = Array.from({ length: 10 }, (_, i) => ({ id: `r${i}`, name: `r${i}` }));
  const families = [{ parents: 'gateway', children: 'air', scope: 'key' }];
  const spent = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };

  /** Processor time of each part of the alarms. */
  function costs(desk: Desk, now: number, make: (i: number) => Status): number[] {
    const parts: number[] = [];
    const out = { letters: [] as Letter[], held: [] as HeldNotice[] };
    for (let i = 0; i < ALARMS; i += PART) {
      const start = spent();
      for (let j = i; j < i + PART; j++) exhaust(desk.taking(make(j), false, now, undefined, out));
      parts.push(spent() - start);
    }
    return parts;
  }

  it('the last of thousands, every fourth of them critical, costs about as much as the first', () => {
    const desk = new Desk(settingsOf({ recipients, families }));
    const mixed = (i: number): Partial<Status> => ({ severity: SEVERITIES[i % 4]!, ...(i % 100 === 0 ? { status: 'gateway' } : {}) }); // prettier-ignore
    const raised = costs(desk, NOON, (i) => status(`k${i}`, 'raised', mixed(i)));
    const out = { letters: [] as Letter[], held: [] as HeldNotice[] };
    exhaust(desk.ticking(NOON + 31 * SECOND, out));
    assert.equal(out.letters.filter(({ kind }) => kind === 'flood').length, recipients.length);
    const cleared = costs(desk, NOON + 60 * SECOND, (i) => status(`k${i}`, 'cleared', { ...mixed(i), revision: 2 }));
    for (const [what, parts] of Object.entries({ raised, cleared })) {
      const most = Math.max(...parts.slice(-3));
      const first = Math.min(...parts.slice(0, 3));
      assert.ok(most < 8 * first + 30, `${what}: ${parts.map((ms) => ms.toFixed(0)).join(' ')} ms`);
    }
  }).timeout(60_000);
});
