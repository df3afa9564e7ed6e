import { onFlowChange } from '../editor/flow-changes';
import { testFault, watchTests } from '../editor/rule-tests';
import { ensureForm } from '../editor/style';
import { Resource } from '../editor/resource';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import type * as Form from './form';
import { knownEvents, othersOf } from './form/event-list';
import { remembered, rememberSaved } from './form/last-names';
import { quickFault } from './form/quick-fault';
import type { StatusNode } from './form/rule-form';

const t = translator('pattern-status');
const valid = validators(t);

/**
 * Milliseconds after a change until all rules are looked at: who draws wires draws one after the other. Shorter than it
 * takes to reach for Deploy, which asks whether rules may be deployed to which something is missing now.
 */
const PATIENCE = 300;

/** The form itself, the engine, the language of rules and the try-out. */
const script = new Resource<typeof Form>('pattern-status.js');

interface EditedNode extends StatusNode {
  /** The form that is open; its behaviour is not there before the script is. */
  form?: { opened?: Form.Opened };
}

RED.nodes.registerType('pattern-status', {
  category: 'city-events',
  color: '#EFA98A',
  icon: 'pattern-status.svg',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    statusId: { value: '' },
    domain: { value: '', type: 'ecdm-domain', required: false, label: t('label.domain') },
    journal: { value: '', type: 'city-journal', required: false, label: t('label.journal') },
    rule: { value: null, label: t('label.rule'), validate: reasons(checkRule) },
    ruleText: { value: '' },
    eventNames: { value: {} },
    tests: { value: [], label: t('common.ruleTests'), validate: reasons(checkTests) },
    per: { value: 'station', label: t('label.per') },
    level: { value: '', label: t('label.level') },
    metres: { value: '', label: t('label.metres'), validate: valid.number('label.metres', 0, 100_000, true) },
    pairing: { value: '', label: t('label.pairing') },
    afterDetection: { value: '', label: t('label.afterDetection') },
    severity: { value: 'warning', label: t('label.severity') },
    steps: { value: [], label: t('label.steps') },
    for: { value: '', label: t('label.for'), validate: valid.duration('label.for', true) },
    clearAfter: { value: '', label: t('label.clearAfter'), validate: valid.duration('label.clearAfter', true) },
    clearWhen: { value: null, label: t('label.clear') },
    byHand: { value: false, label: t('label.byHand') },
    latched: { value: false, label: t('label.latched') },
    notWhile: { value: [], label: t('label.notWhile') },
    remindEvery: { value: '', label: t('label.remindEvery'), validate: valid.duration('label.remindEvery', true) },
    flapping: { value: '', label: t('label.flapping') },
    updateEvery: { value: '', label: t('label.updateEvery'), validate: valid.duration('label.updateEvery', true) },
    lateness: { value: '', label: t('label.lateness'), validate: valid.duration('label.lateness', true) },
  },
  inputs: 1,
  outputs: 2,
  paletteLabel: t('title'),
  label(this: StatusNode) {
    return this.name || t('title');
  },
  labelStyle(this: StatusNode) {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels: (output: number) => t(`output.${['statuses', 'problems'][output]}`),
  oneditprepare: prepare,
  oneditsave(this: EditedNode) {
    // before the form is there, there is nothing in it to save: the rule stays as it was
    this.form?.opened?.save();
    delete this.form;
  },
  oneditcancel(this: EditedNode) {
    delete this.form;
  },
});

watchTests('pattern-status', t);
onFlowChange(judgeAll, PATIENCE);

function prepare(this: EditedNode): void {
  ensureForm(t);
  const form: EditedNode['form'] = {};
  this.form = form;
  const waiting = document.getElementById('pattern-status-loading')!;
  waiting.textContent = t('common.loading');
  script
    .load()
    .then(({ Opened }) => {
      // closed meanwhile, or opened anew
      if (this.form !== form) return;
      waiting.hidden = true;
      form.opened = new Opened(this, remembered());
    })
    .catch((error: unknown) => {
      console.error(error);
      waiting.hidden = false;
      waiting.textContent = t('invalid.notLoaded', { reason: error instanceof Error ? error.message : String(error) });
    });
}

/** What is quickly seen at once; what the engine says of a rule, as soon as it is there. */
function checkRule(this: StatusNode & Record<string, unknown>): true | string {
  const known = knownEvents(this.id, this.domain);
  rememberSaved(this.eventNames);
  const fault = quickFault(this, known, t);
  if (fault !== undefined) return fault;
  const others = othersOf(this);
  if (others.length > 0) return t('invalid.twice', { names: others.join(', ') });
  if (script.loaded !== undefined) return script.loaded.deepFault(this, known, t) ?? true;
  judgeAgain();
  return true;
}

function checkTests(this: StatusNode): true | string {
  return testFault(this.id) ?? true;
}

function judgeAll(): void {
  for (const node of RED.nodes.filterNodes({ type: 'pattern-status' })) RED.editor.validateNode(node);
  RED.view.redraw();
}

let judging = false;

/** Loads the engine beside all else, and then looks at every rule again. */
function judgeAgain(): void {
  if (judging) return;
  judging = true;
  script
    .load()
    .then(judgeAll)
    // the form says it when it is opened; the runtime judges the rule in any case
    .catch(() => undefined)
    .finally(() => (judging = false));
}
