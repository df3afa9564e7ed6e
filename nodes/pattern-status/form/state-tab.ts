/** What the running node remembers of its rule, in words; asked for when the tab opens and with a button. */
import { momentText } from '../../ecdm/words';
import { languageOf, type Translate } from '../../editor/texts';
import { fillSelect, make } from '../../editor/zones/dom';
import type { Realm } from '../../ecdm/realms';
import type { RuleState } from '../rule-state';

/** Keys that are asked for. */
const KEYS = 50;

type TimeText = (at: number | null) => string;

/** @returns asks the node again and shows what it says */
export function stateTab(container: HTMLElement, { id, z }: { id: string; z: string }, t: Translate): () => void {
  // what is drawn in a subflow does not run itself: its copies do, each with a state of its own
  if (RED.nodes.subflow(z)) {
    container.replaceChildren(make('p', { class: 'city-sentence' }, t('state.inSubflow')));
    return () => undefined;
  }
  const told = make('div', { 'aria-live': 'polite' });
  const button = make(
    'button',
    { type: 'button', class: 'red-ui-button', id: 'pattern-status-refresh' },
    t('state.refresh'),
  );
  const choice = realmChoice(t, () => ask());
  container.replaceChildren(make('div', { class: 'city-bar' }, button, choice.element), told);
  let asked = 0;
  const ask = (): void => {
    const serial = ++asked;
    if (told.childElementCount === 0) told.textContent = t('common.loading');
    const chosen = choice.chosen === undefined ? '' : `&realm=${choice.chosen}`;
    $.ajax({
      // relative: works behind a proxy and with httpAdminRoot
      url: `city-events/pattern-status/${encodeURIComponent(id)}/state?keys=${KEYS}&language=${languageOf(t)}${chosen}`,
      success: (state: RuleState) => {
        // somebody has chosen another since
        if (serial !== asked) return;
        choice.show(state);
        told.replaceChildren(...show(state, t));
      },
      error: ({ status, responseJSON }: { status: number; responseJSON?: { error?: string } }) => {
        if (serial !== asked) return;
        told.replaceChildren(make('p', { class: 'city-sentence' }, fault(status, responseJSON?.error, t)));
      },
    });
  };
  button.addEventListener('click', ask);
  return ask;
}

interface RealmChoice {
  element: HTMLElement;
  /** What somebody has chosen; else the node says what there is to be seen. */
  readonly chosen: Realm | undefined;
  show(state: RuleState): void;
}

/** Which realm is looked at; there is a choice only where more than the city itself was heard of. */
function realmChoice(t: Translate, changed: () => void): RealmChoice {
  const select = make('select', { id: 'pattern-status-realm' });
  const element = make('label', { class: 'city-of', hidden: '' }, make('span', {}, t('state.of')), select);
  let chosen: Realm | undefined;
  select.addEventListener('change', () => {
    chosen = select.value as Realm;
    changed();
  });
  return {
    element,
    get chosen() {
      return chosen;
    },
    show({ realm, realms }) {
      element.hidden = realms.length < 2;
      fillSelect(
        select,
        realms.map((one) => [one, t(`state.realm.${one}`)] as const),
        realm,
      );
      // after a deploy it may be there no more
      if (chosen !== realm) chosen = undefined;
    },
  };
}

function fault(status: number, error: string | undefined, t: Translate): string {
  if (status === 0) return t('common.unreachable');
  if (status === 404) return t('state.notDeployed');
  if (status === 401 || status === 403) return t('state.notAllowed');
  return t('common.failed', { reason: error ?? `HTTP ${status}` });
}

function show(state: RuleState, t: Translate): HTMLElement[] {
  const parts: HTMLElement[] = [make('p', { class: 'city-sentence' }, state.reading)];
  for (const what of ['missing', 'unwired'] as const) {
    if (state[what].length === 0) continue;
    const names = state[what].map(({ name, id }) => (name === id ? id : `“${name}” (${id})`)).join(', ');
    parts.push(make('p', { class: 'city-fault', id: `pattern-status-${what}` }, t(`state.${what}`, { names })));
  }
  const zone = state.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const time = (at: number | null): string => (at === null ? '–' : momentText(languageOf(t), at, zone));
  const facts = factsOf(state, time, t);
  parts.push(make('ul', { class: 'city-facts' }, ...facts.map((fact) => make('li', {}, fact))));
  if (state.keys.length > 0) parts.push(keyTable(state, time, t));
  if (state.moreKeys > 0)
    parts.push(make('p', { class: 'city-count' }, t('state.moreKeys', { count: state.moreKeys })));
  return parts;
}

/** How far it has come, or why it has come nowhere. */
function clockText(
  { settled, realm, awaited }: Pick<RuleState, 'settled' | 'realm' | 'awaited'>,
  time: TimeText,
  t: Translate,
): string {
  if (awaited.length > 0) return t('state.awaits', { names: awaited.join(', ') });
  if (settled !== null) return t('state.settled', { at: time(settled) });
  return t(realm === 'real' ? 'state.wallClock' : 'state.noClock');
}

/** What is zero and means nothing to anybody is left out; what was lost is always said. */
function factsOf(
  { counters, partial, waiting, settled, uses, realm, refused, awaited }: RuleState,
  time: TimeText,
  t: Translate,
): string[] {
  const { keys, raised, pending, expected } = counters;
  const facts = [
    clockText({ settled, realm, awaited }, time, t),
    t('state.keys', { keys, raised, pending, expected }),
    partial.matches === 0
      ? t('state.noPartial')
      : t('state.partial', { n: partial.matches, keys: partial.keys, oldest: time(partial.oldest) }),
    waiting.events === 0
      ? t('state.noneWaiting')
      : t('state.waiting', { n: waiting.events, oldest: time(waiting.oldest) }),
    t('state.events', { events: counters.events, detections: counters.detections }),
  ];
  const lost = (
    ['late', 'behind', 'duplicates', 'future', 'dropped', 'evicted', 'runsDropped', 'backDropped', 'leftOut'] as const
  )
    .filter((name) => counters[name] > 0)
    .map((name) => t(`state.${name}`, { n: counters[name] }));
  if (refused > 0) lost.push(t('state.refused', { n: refused }));
  facts.push(lost.length === 0 ? t('state.nothingLost') : lost.join(' · '), t(`state.uses.${uses}`));
  return facts;
}

function keyTable({ keys }: RuleState, time: TimeText, t: Translate): HTMLElement {
  const head = ['key', 'state', 'since', 'raisedTimes', 'partialColumn', 'waitingColumn'] as const;
  const rows = keys.map(({ key, name, phase, since, raised, partial, waiting }) =>
    make(
      'tr',
      {},
      ...[
        name === undefined || name === key ? key : `${name} (${key})`,
        t(`state.phase.${phase}`),
        since === undefined ? '' : time(since),
        String(raised),
        String(partial),
        String(waiting),
      ].map((cell) => make('td', {}, cell)),
    ),
  );
  return make(
    'div',
    { class: 'city-scroll' },
    make(
      'table',
      { 'aria-label': t('state.table') },
      make('thead', {}, make('tr', {}, ...head.map((name) => make('th', { scope: 'col' }, t(`state.${name}`))))),
      make('tbody', {}, ...rows),
    ),
  );
}
