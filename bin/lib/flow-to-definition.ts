import { DEFINITION_VERSION, type Definition } from '../../nodes/ecdm/definition';
import type { RuleTest } from '../../nodes/ecdm/rule-test';
import { textOf } from '../../nodes/ecdm/saved-config';
import * as action from '../../nodes/action-notify/definition';
import * as actuator from '../../nodes/actuator-out/definition';
import * as domain from '../../nodes/ecdm-domain/definition';
import * as event from '../../nodes/ecdm-event/definition';
import * as status from '../../nodes/pattern-status/definition';
import type { FlowNode } from './flow-nodes';
import { definitionId } from './node-ids';

/** Reads the definition that the nodes of a flow hold; nodes and tabs that are switched off do not count. */
export function flowToDefinition(nodes: readonly FlowNode[], fallbackName: string): Definition {
  const off = new Set(nodes.filter((node) => node['disabled'] === true).map((node) => node.id));
  const live = nodes.filter((node) => node['d'] !== true && !(node.z !== undefined && off.has(node.z)));
  const of = (type: string): FlowNode[] => live.filter((node) => node.type === type);
  const domains = of('ecdm-domain').map((node) => domain.toDefinition(node, definitionId('domain', node.id)));
  const domainOf = (node: FlowNode): string | undefined => {
    const id = textOf(node['domain']);
    return id === undefined ? undefined : definitionId('domain', id);
  };
  const own = [...of('ecdm-event'), ...of('pattern-status')];
  const parts = [...own, ...of('action-notify'), ...of('actuator-out')];
  const tabs = nodes.filter((node) => node.type === 'tab' && parts.some(({ z }) => z === node.id));
  const [tab] = tabs;
  const tests = own.flatMap((node) => testsOf(node));
  const description = tabs.length === 1 ? textOf(tab?.['info']) : undefined;
  return {
    ecdm: DEFINITION_VERSION,
    name: (tabs.length === 1 ? textOf(tab?.['label']) : undefined) ?? fallbackName,
    ...(description === undefined ? {} : { description }),
    domains,
    events: of('ecdm-event').flatMap((node) => event.toDefinition(node, domainOf(node))),
    statuses: of('pattern-status').map((node) => status.toDefinition(node, definitionId('status', node.id), domainOf(node))),
    actions: of('action-notify').map((node) => action.toDefinition(node, definitionId('action', node.id))),
    actuators: of('actuator-out').map((node) => actuator.toDefinition(node, definitionId('actuator', node.id))),
    ...(tests.length === 0 ? {} : { tests }),
  };
}

/** The rule tests of a node; those of a status name it. */
function testsOf(node: FlowNode): RuleTest[] {
  const tests = Array.isArray(node['tests']) ? (node['tests'] as RuleTest[]) : [];
  if (node.type !== 'pattern-status') return structuredClone(tests);
  return tests.map((test) => ({ ...structuredClone(test), status: definitionId('status', node.id) }));
}
