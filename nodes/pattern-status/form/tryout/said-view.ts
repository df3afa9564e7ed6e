/** What the status did, as text: one sentence, and every message that would have been sent. */
import type { Translate } from '../../../editor/texts';
import { make } from '../../../editor/zones/dom';
import { raisedOf, type Outcome } from '../../try-out/run';
import { pieceTime } from './status-view';

type Time = (at: number) => string;

/** Messages that are written out; more are counted. */
const MOST = 100;

export function summaryText({ refused, pieces }: Outcome, t: Translate, time: Time): string {
  if (refused !== undefined) return `${refused.message}. ${refused.hint}`;
  const raised = raisedOf(pieces);
  if (raised.length === 0) {
    return t(pieces.some(({ state }) => state === 'pending') ? 'tryout.onlyPending' : 'tryout.notRaised');
  }
  const times = raised.slice(0, 5).map((piece) => pieceTime(piece, t, time));
  if (raised.length > times.length) times.push('…');
  return t('tryout.raised', { times: times.join('; ') });
}

export function saidList({ said, problems }: Outcome, t: Translate, time: Time): HTMLElement[] {
  const items = said.slice(0, MOST).map(({ at, state, severity, reason }) => {
    const name = t(`tryout.state.${state}`);
    const whole =
      state === 'raised' ? t('tryout.withSeverity', { state: name, severity: t(`option.${severity}`) }) : name;
    return make('li', {}, make('strong', {}, `${time(at)} ${whole}`), `: ${reason}`);
  });
  if (said.length > MOST) items.push(make('li', {}, t('tryout.more', { n: said.length - MOST })));
  const parts: HTMLElement[] = [];
  if (items.length > 0) {
    parts.push(
      make('p', { class: 'city-try-head' }, t('tryout.said')),
      make('ol', { class: 'city-try-list' }, ...items),
    );
  }
  for (const { message } of problems.slice(0, 5)) parts.push(make('p', { class: 'city-fault' }, message));
  return parts;
}
