/** A form that is open: its tabs, and what is kept of it when it is saved. */
import type { RuleTest } from '../../ecdm/rule-test';
import { rehearsalTab } from '../../editor/rehearsal-tab';
import { testsOf } from '../../editor/rule-tests';
import { showTabs, type Tab } from '../../editor/tabs';
import { translator } from '../../editor/texts';
import { eventChoices, type Choice } from './event-list';
import { byId, fieldOf } from './fields';
import { RuleForm, unreadable, type StatusNode } from './rule-form';
import { stateTab } from './state-tab';
import { TextTab } from './text-tab';
import { tryOutTab } from './try-out-tab';

const t = translator('pattern-status');

export class Opened {
  private readonly form: RuleForm;
  private readonly text: TextTab;
  private readonly tests: RuleTest[];
  private choices: readonly Choice[];
  private readonly open: (tab: string) => void;

  constructor(private readonly node: StatusNode) {
    this.tests = structuredClone(testsOf(node));
    this.choices = eventChoices(node.id, fieldOf('domain') || node.domain);
    const choices = (): readonly Choice[] => this.choices;
    this.form = new RuleForm(node, t, choices, () => undefined);
    this.text = new TextTab(this.form, t, choices, node.ruleText || unreadable(node.rule));
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
    for (const [name, value] of Object.entries(this.structured())) keep(this.node, name, value);
  }

  private structured(): Record<string, unknown> {
    this.text.take();
    return { ...this.form.structured(), ruleText: this.text.unread, tests: this.tests };
  }

  /** What shows the rule needs one: where the text is none, that is said where it can be mended. */
  private hasRule(): boolean {
    if (this.text.unread === '') return true;
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
      rehearsalTab(panel('rehearse'), {
        node: this.node,
        t,
        structured: () => this.structured(),
        tests: this.tests,
        // only what can be tried is another one
        take: (changed) => form.fill({ ...this.node, ...(changed as Partial<StatusNode>) }),
      }),
      { id: 'state', label: t('tab.state'), panel: panel('state'), enter: stateTab(panel('state'), this.node, t) },
    ];
  }
}

/** Sets a field where it means something else than before: looking at a rule is no change of it. */
function keep(node: object, name: string, value: unknown): void {
  const fields = node as Record<string, unknown>;
  if (canonical(fields[name]) !== canonical(value)) fields[name] = value;
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

/** Levels of all zones that the flows know. */
function zoneLevels(): string[] {
  const levels = new Set<string>();
  RED.nodes.eachConfig((node: any) => {
    if (node.type === 'city-zones' && Array.isArray(node.zones))
      for (const zone of node.zones) if (zone?.level) levels.add(String(zone.level));
  });
  return [...levels].sort();
}
