import type { EventDefinition } from '../ecdm/definition';
import { opensByKey } from '../editor/acting-choice';
import { languageOf, translator } from '../editor/texts';
import type { RuleTest } from '../ecdm/rule-test';
import { rehearsalTab } from '../editor/rehearsal-tab';
import { testFault, testsOf, watchTests } from '../editor/rule-tests';
import { ensureForm } from '../editor/style';
import { showTabs } from '../editor/tabs';
import { reasons } from '../editor/validators';
import { make } from '../editor/zones/dom';
import { faultsOf } from './editing/check';
import { emptyRow, fromForm } from './editing/rows';
import { fromPreset, PRESETS } from './editing/presets';
import { eventForm } from './form/event-form';
import { button } from './form/fields';
import { knownLevels, knownProperties, UNITS } from './form/known';
import css from './form/style.css';

const t = translator('ecdm-event');

interface EventForm {
  name: string;
  events: EventDefinition[];
  tests: RuleTest[];
  /** The lists as they are edited; they become `events` and `tests` when the form is saved. */
  draft?: EventDefinition[];
  draftTests?: RuleTest[];
}

const byId = (id: string): HTMLElement => document.getElementById(id)!;

RED.nodes.registerType('ecdm-event', {
  category: 'city-events',
  color: '#F3C37A',
  icon: 'ecdm-event.svg',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    domain: { value: '', type: 'ecdm-domain', required: false, label: t('label.domain') },
    events: { value: [], label: t('label.events'), validate: reasons(checkEvents) },
    tests: { value: [], label: t('common.ruleTests'), validate: reasons(checkTests) },
  },
  inputs: 1,
  outputs: 2,
  paletteLabel: t('title'),
  label(this: EventForm) {
    const names = Array.isArray(this.events) ? this.events.map(({ name }) => name).filter(Boolean) : [];
    return this.name || names.slice(0, 3).join(', ') || t('title');
  },
  labelStyle(this: EventForm) {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels: (output: number) => t(output === 0 ? 'output.events' : 'output.problems'),
  oneditprepare(this: EventForm) {
    ensureForm(t);
    ensureOwnStyle();
    this.draft = structuredClone(Array.isArray(this.events) ? this.events : []);
    this.draftTests = structuredClone(testsOf(this));
    prepare(this, this.draft, this.draftTests);
  },
  oneditsave(this: EventForm) {
    this.events = this.draft ?? this.events;
    // a node that was saved before there were tests is not changed by looking at it
    if (this.draftTests?.length || this.tests?.length) this.tests = this.draftTests ?? this.tests;
    forget(this);
  },
  oneditcancel(this: EventForm) {
    forget(this);
  },
});
watchTests('ecdm-event', t);

function forget(node: EventForm): void {
  delete node.draft;
  delete node.draftTests;
}

function checkTests(this: EventForm & { id: string }): true | string {
  return testFault(this.id) ?? true;
}

function checkEvents(events: unknown): true | string {
  if (!Array.isArray(events) || events.length === 0) return t('invalid.noEvents');
  for (const event of events as EventDefinition[]) {
    const fault = faultsOf(event, t, languageOf(t))[0];
    if (fault !== undefined) return `${event?.name || t('sentence.noName')}: ${fault}`;
  }
  return true;
}

function ensureOwnStyle(): void {
  if (document.getElementById('ecdm-event-style') !== null) return;
  document.head.append(make('style', { id: 'ecdm-event-style' }, css));
}

function prepare(node: EventForm, draft: EventDefinition[], tests: RuleTest[]): void {
  let chosen = 0;
  const list = byId('ecdm-event-list');
  const known = knownProperties();
  fillDatalist('ecdm-event-units', UNITS);
  fillDatalist('ecdm-event-levels', knownLevels());
  fillDatalist('ecdm-event-zones', Intl.supportedValuesOf('timeZone'));

  const drawList = (): void => {
    byId('ecdm-event-empty').hidden = draft.length > 0;
    list.replaceChildren(...draft.map((event, i) => line(event, i)));
  };
  const line = (event: EventDefinition, i: number): HTMLElement => {
    const name = event.name || t('sentence.noName');
    const pick = make(
      'button',
      { type: 'button', class: 'ecdm-event-pick', 'aria-pressed': String(i === chosen) },
      name,
    );
    pick.addEventListener('click', () => {
      choose(i);
      goTo(i, '.ecdm-event-pick');
    });
    if (faultsOf(event, t, languageOf(t)).length > 0) {
      pick.append(
        ' ',
        make('i', {
          class: 'fa fa-exclamation-triangle city-fault',
          role: 'img',
          title: t('hint.faulty'),
          'aria-label': t('hint.faulty'),
        }),
      );
    }
    const remove = button('trash', t('button.remove', { name }), () => {
      draft.splice(i, 1);
      // what is open stays open, unless it is what was removed
      choose(Math.min(i < chosen ? chosen - 1 : chosen, draft.length - 1));
      goTo(Math.min(i, draft.length - 1), '.ecdm-event-remove');
    });
    remove.classList.add('ecdm-event-remove');
    return make(
      'li',
      i === chosen ? { class: 'ecdm-event-chosen' } : {},
      pick,
      button('clone', t('button.copy', { name }), () =>
        add({ ...structuredClone(event), id: RED.nodes.id() as string, name: t('hint.copyOf', { name }) }),
      ),
      remove,
    );
  };
  /** The list was drawn anew: the keyboard goes on in it. */
  const goTo = (i: number, part: string): void =>
    (list.children[i]?.querySelector<HTMLElement>(part) ?? byId('ecdm-event-add')).focus();
  const choose = (i: number): void => {
    chosen = Math.max(0, i);
    drawList();
    const event = draft[chosen];
    const place = byId('ecdm-event-detail');
    // while one types, only the list above follows
    if (event === undefined) place.replaceChildren();
    else eventForm(place, event, known, t, drawList);
  };
  const add = (event: EventDefinition): void => {
    draft.push(event);
    choose(draft.length - 1);
    byId('ecdm-event-detail').querySelector('input')?.focus();
  };

  byId('ecdm-event-add').addEventListener('click', () =>
    // the id is made once and stays when the event gets another name
    add({ id: RED.nodes.id() as string, name: '', when: fromForm({ join: 'all', rows: [emptyRow()] }), emit: 'state' }),
  );
  const preset = byId('ecdm-event-preset') as HTMLSelectElement;
  const groups = new Map<string, HTMLOptGroupElement>();
  preset.append(make('option', { value: '' }, t('option.choosePreset')));
  for (const { id, group } of PRESETS) {
    if (!groups.has(group)) groups.set(group, make('optgroup', { label: t(`preset.group.${group}`) }));
    groups.get(group)!.append(make('option', { value: id }, t(`preset.${id}`)));
  }
  preset.append(...groups.values());
  opensByKey(preset);
  preset.addEventListener('change', () => {
    const found = PRESETS.find(({ id }) => id === preset.value);
    preset.value = '';
    // the numbers after the colon are in the sentence already
    if (found !== undefined) add(fromPreset(found, RED.nodes.id() as string, t(`preset.${found.id}`).split(':')[0]!));
  });
  choose(0);
  showTabs(byId('ecdm-event-tabs'), t('common.tabs'), [
    { id: 'settings', label: t('common.settings'), panel: byId('ecdm-event-panel-settings') },
    rehearsalTab(byId('ecdm-event-panel-rehearse'), {
      node,
      t,
      structured: () => ({ events: draft, tests }),
      tests,
      take: ({ events }, { event = 0 }) => {
        draft[event] = (events as EventDefinition[])[event]!;
        choose(event);
      },
    }),
  ]);
}

function fillDatalist(id: string, values: readonly string[]): void {
  byId(id).replaceChildren(...values.map((value) => make('option', { value })));
}
