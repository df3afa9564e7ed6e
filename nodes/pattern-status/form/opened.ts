/** A form that is open: its tabs, and what is kept of it when it is saved. */
import { eventsOf, patternsOf } from '../../ecdm/pattern-walk';
import type { RuleTest } from '../../ecdm/rule-test';
import { settingsOf } from '../../editor/form-settings';
import { rehearsalTab } from '../../editor/rehearsal-tab';
import { testsOf } from '../../editor/rule-tests';
import { showTabs, type Tab } from '../../editor/tabs';
import { translator } from '../../editor/texts';
import { eventChoices, type Choice } from './event-list';
import { byId, fieldOf } from './fields';
import { lastName, remember, rememberSaved } from './last-names';
import { RuleForm, unreadable, type StatusNode } from './rule-form';
import { stateTab } from './state-tab';
import { TextTab } from './text-tab';
import { tryOutTab } from './try-out-tab';
import { zoneLevels } from './zone-level';

const t = translator('pattern-status');

export class Opened {
  private readonly form: RuleForm;
  private readonly text: TextTab;
  private readonly tests: RuleTest[];
  private choices: readonly Choice[];
  private readonly open: (tab: string) => void;

  /** @param names of the events that were there since the editor was opened, by id */
  constructor(
    private readonly node: StatusNode,
    names: Iterable<readonly [id: string, name: string]>,
  ) {
    remember(names);
    rememberSaved(node.eventNames);
    this.tests = structuredClone(testsOf(node));
    this.choices = eventChoices(node.id, fieldOf('domain') || node.domain);
    const choices = (): readonly Choice[] => this.choices;
    this.form = new RuleForm(node, t, choices);
    this.text = new TextTab(this.form, t, choices, node.ruleText || unreadable(node.rule));
    this.form.changed = () => this.text.retell();
    byId('pattern-status-levels').replaceChildren(
      ...zoneLevels().map((value) => Object.assign(document.createElement('option'), { value })),
    );
    this.open = showTabs(byId('pattern-status-tabs'), t('label.tabs'), this.tabs());
    if (this.text.unread !== '') this.open('text');
    $('#node-input-domain').on('change', () => {
      this.choices = eventChoices(node.id, fieldOf('domain'));
      this.form.redraw();
      this.text.enter();
    });
  }

  /** Sets what Node-RED cannot read from a field by itself. */
  save(): void {
    // first: a text that is taken changes the fields, too
    const structured = Object.entries(this.structured());
    const hasNewField = Object.entries(settingsOf(this.node, {})).some(
      ([name, shown]) => !isSameField((this.node as object as Saved)[name], shown),
    );
    const changed = structured.filter(([name, value]) => keep(this.node, name, value));
    // a name that has changed since is no change of the rule
    if (hasNewField || changed.length > 0) keep(this.node, 'eventNames', this.eventNames());
  }

  /** For those who are told one day that an event does not exist any more. */
  private eventNames(): Record<string, string> {
    const draft = this.form.draft();
    const patterns = draft === undefined ? [] : patternsOf(draft);
    const ids = new Set([...patterns.flatMap(({ pattern }) => [...eventsOf(pattern)]), ...(draft?.notWhile ?? [])]);
    return Object.fromEntries([...ids].map((id) => [id, lastName(id)]));
  }

  private structured(): Record<string, unknown> {
    this.text.take();
    return { ...this.form.structured(), ruleText: this.text.unread, tests: this.tests };
  }

  /** What shows the rule needs one: where the text is none, that is said where it can be mended. */
  private hasRule(): boolean {
    if (this.text.unread === '') {
      // it may have become readable without being open: by another domain
      this.text.take();
      return true;
    }
    this.open('text');
    this.text.refuse();
    return false;
  }

  private tabs(): Tab[] {
    const { form, text } = this;
    const tryOut = tryOutTab(
      byId('pattern-status-panel-try'),
      () => form.definition(),
      () => this.choices,
    );
    const panel = (id: string): HTMLElement => byId(`pattern-status-panel-${id}`);
    const rehearsal = rehearsalTab(panel('rehearse'), {
      node: this.node,
      t,
      structured: () => this.structured(),
      tests: this.tests,
      // only what can be tried is another one
      take: (changed) => form.fill({ ...this.node, ...(changed as Partial<StatusNode>) }),
    });
    return [
      { id: 'rule', label: t('tab.rule'), panel: panel('rule'), enter: () => this.hasRule() },
      {
        id: 'text',
        label: t('tab.text'),
        panel: panel('text'),
        enter: () => text.enter(),
        leave: () => text.take(),
      },
      {
        id: 'try',
        label: t('tab.try'),
        panel: panel('try'),
        enter: () => this.hasRule() && tryOut(),
      },
      { ...rehearsal, enter: () => this.hasRule() && rehearsal.enter() },
      { id: 'state', label: t('tab.state'), panel: panel('state'), enter: stateTab(panel('state'), this.node, t) },
    ];
  }
}

type Saved = Record<string, unknown>;

/** Whether a field shows what is saved. */
const isSameField = (saved: unknown, shown: unknown): boolean =>
  canonical(asShown(saved)) === canonical(asShown(shown));

/** What is not there is empty or not ticked, and a number is text. */
function asShown(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  return value === false ? '' : value;
}

/** Sets a field where it means something else than before: looking at a rule is no change of it. */
function keep(node: object, name: string, value: unknown): boolean {
  const fields = node as Saved;
  if (canonical(fields[name]) === canonical(value)) return false;
  fields[name] = value;
  return true;
}

/** The same text for the same value, in whatever order its fields were written; nothing said is nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '""' : `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? '');
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${key}:${canonical(inner)}`)
    .join()}}`;
}
