/** 1b: the evidence of a status is enough: it alone raises the status at the same time. */
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import { points, positiveRule } from './positive';
import { same, told, type Property } from './property';
import type { Random } from './random';
import { acceptedRule, replay, spansOf } from './running';

const suffices: Property = {
  id: '1b',
  says: 'the evidence of a detection alone raises the status at the same time',
  check(random: Random) {
    const after = random.pick(['keep', 'fresh'] as const);
    const rule: StatusDefinition = { ...acceptedRule(random, positiveRule), afterDetection: after };
    // of several sensors that say the same at one moment only one is named
    const events = points(random, 12).filter(({ stream }) => stream.endsWith('1'));
    const first = replay(rule, events).find(({ state }) => state === 'raised');
    if (first === undefined) return;
    const ids = new Set(first.evidence.map(({ id }) => id));
    const evidence = events.filter(({ id }) => ids.has(id));
    const again = spansOf(replay(rule, evidence)).map(([since]) => since);
    same(again.at(-1), Date.parse(first.since), () => `${told(rule, events)}\nevidence: ${[...ids].join()}`);
  },
};

export const evidence: readonly Property[] = [suffices];
