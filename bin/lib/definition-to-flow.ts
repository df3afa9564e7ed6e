import type { Definition, EventDefinition } from '../../nodes/ecdm/definition';
import { statusInputs } from '../../nodes/ecdm/status-loops';
import type { Mapping } from '../../nodes/ecdm/mapping-schema';
import type { RuleTest } from '../../nodes/ecdm/rule-test';
import * as action from '../../nodes/action-notify/definition';
import * as actuator from '../../nodes/actuator-out/definition';
import * as domain from '../../nodes/ecdm-domain/definition';
import * as event from '../../nodes/ecdm-event/definition';
import * as status from '../../nodes/pattern-status/definition';
import type { FlowNode } from './flow-nodes';
import { nodeId } from './node-ids';

/** Columns of the drawing, one for each step of the chain. */
const COLUMN = { input: 160, events: 400, status: 660, answer: 920 } as const;
const TOP = 120;
const STEP = 80;

/** Draws the chain of a definition: to-observation (where a mapping is given), ecdm-event, pattern-status, answers. */
export function definitionToFlow(definition: Definition, mapping?: Mapping): FlowNode[] {
  return new Drawing(definition, mapping).nodes();
}

/** Events that one node holds: neighbours of the same domain, so that their order is kept. */
interface Group {
  id: string;
  domain: string | undefined;
  events: EventDefinition[];
}

class Drawing {
  private readonly tab: string;
  private readonly groups: Group[];
  private readonly answers: { id: string; type: string; statuses: readonly string[] | undefined; config: object }[];
  private readonly rows: number;

  constructor(
    private readonly definition: Definition,
    private readonly mapping: Mapping | undefined,
  ) {
    const { actions, actuators, statuses } = definition;
    this.tab = nodeId('flow', definition.name);
    this.groups = groupsOf(definition.events);
    this.answers = [
      ...actions.map((one) => ({
        id: nodeId('action', one.id), type: 'action-notify', statuses: one.statuses, config: action.fromDefinition(one),
      })),
      ...actuators.map((one) => ({
        id: nodeId('actuator', one.id), type: 'actuator-out', statuses: one.statuses, config: actuator.fromDefinition(one),
      })),
    ];
    this.rows = Math.max(this.groups.length, statuses.length, this.answers.length, 1);
  }

  nodes(): FlowNode[] {
    const { definition, tab } = this;
    return [
      { id: tab, type: 'tab', label: definition.name, disabled: false, info: definition.description ?? '' },
      ...definition.domains.map((one) => ({ id: nodeId('domain', one.id), type: 'ecdm-domain', ...domain.fromDefinition(one) })),
      this.note(),
      ...this.input(),
      ...this.groups.map((group, i) => this.events(group, i)),
      ...definition.statuses.map((_, i) => this.status(i)),
      ...this.answers.map(({ id, type, config }, i) => ({
        id, type, ...this.place('answer', i, this.answers.length), ...config, wires: [[], []],
      })),
    ];
  }

  private note(): FlowNode {
    const name = this.mapping === undefined ? 'Connect your readings to the event nodes' : 'Send a file or rows to "to observation"';
    const info = [
      'Made by `city-events flow`. The nodes hold the rules now: change them here, and write the definition again with',
      '`city-events export flows.json`.',
      '',
      'Readings come from *sensorthings-in* or *to-observation*. Brokers, credentials and the forms of outputs are not',
      'part of a definition: choose them in the nodes.',
    ].join('\n');
    return { id: nodeId('note', this.definition.name), type: 'comment', z: this.tab, x: COLUMN.events, y: TOP - 80, name, info, wires: [] };
  }

  private input(): FlowNode[] {
    if (this.mapping === undefined) return [];
    const config = { name: '', version: 1, mapping: structuredClone(this.mapping), mode: 'replay', whole: true };
    const id = nodeId('input', this.definition.name);
    return [{ id, type: 'to-observation', ...this.place('input', 0, 1), ...config, wires: [this.groups.map((group) => group.id), []] }];
  }

  private events(group: Group, i: number): FlowNode {
    const config = event.fromDefinition(group.events, domainNode(group.domain));
    const wires = [this.readers(group.events.map(({ id }) => id)), []];
    const ids = new Set(group.events.map(({ id }) => id));
    Object.assign(config, this.tests(({ events }) => events?.some((id) => ids.has(id)) === true));
    return { id: group.id, type: 'ecdm-event', ...this.place('events', i, this.groups.length), ...config, wires };
  }

  private status(i: number): FlowNode {
    const { statuses } = this.definition;
    const one = statuses[i]!;
    const answers = this.answers.filter((answer) => answer.statuses?.includes(one.id) ?? true).map(({ id }) => id);
    const config = status.fromDefinition(one, domainNode(one.domain));
    Object.assign(config, this.tests((test) => test.status === one.id));
    const wires = [[...this.readers([one.id]), ...answers], []];
    return { id: nodeId('status', one.id), type: 'pattern-status', ...this.place('status', i, statuses.length), ...config, wires };
  }

  /** What a node saves of its tests; it knows by itself which status it is. */
  private tests(belongs: (test: RuleTest) => boolean): { tests?: RuleTest[] } {
    const tests = (this.definition.tests ?? []).filter(belongs).map(({ status: _, ...test }) => structuredClone(test));
    return tests.length === 0 ? {} : { tests };
  }

  /** The statuses that look at some of these events or statuses. */
  private readers(ids: readonly string[]): string[] {
    const readers = this.definition.statuses.filter((one) => {
      const inputs = statusInputs(one);
      return ids.some((id) => inputs.has(id));
    });
    return readers.map(({ id }) => nodeId('status', id));
  }

  /** Short columns stand in the middle of the longest. */
  private place(column: keyof typeof COLUMN, i: number, count: number): { z: string; x: number; y: number } {
    return { z: this.tab, x: COLUMN[column], y: TOP + ((this.rows - count) * STEP) / 2 + i * STEP };
  }
}

const domainNode = (id: string | undefined): string | undefined => (id === undefined ? undefined : nodeId('domain', id));

function groupsOf(events: readonly EventDefinition[]): Group[] {
  const groups: Group[] = [];
  for (const one of events) {
    const last = groups.at(-1);
    if (last !== undefined && last.domain === one.domain) last.events.push(one);
    else groups.push({ id: nodeId('events', one.id), domain: one.domain, events: [one] });
  }
  return groups;
}
