/** The events (and statuses) that a rule can name, as they stand in the editor, deployed or not. */
import { graphOf } from '../../editor/graph';
import { translator } from '../../editor/texts';
import { moveEventsOf } from '../../spatial-filter/move-kinds';
import { GROUPS, nearness, takeNearest, type Defined, type Group } from '../wires/nearest';
import type { Graph } from '../wires/upstream';
import { remember } from './last-names';

export { GROUPS };

const filterText = translator('spatial-filter');

export type Choice = Defined;

/** While all rules are looked at, one after the other, nothing is drawn. */
let shared: Graph | undefined;

/** Looks at the drawing once for all that `look` asks. */
export function withOneGraph(look: () => void): void {
  shared = graphOf();
  try {
    look();
  } finally {
    shared = undefined;
  }
}

/**
 * In the order of a list that people read.
 * @param self id of the node whose form is open; its own status is not offered
 * @param domain id of the domain that is chosen for it
 */
export function eventChoices(self: string, domain = ''): Choice[] {
  const rank = ({ group }: Choice): number => GROUPS.indexOf(group);
  return knownEvents(self, domain).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** The same in any order, for those who look at many rules. */
export function knownEvents(self: string, domain = ''): Choice[] {
  const near = nearness(self, domain, shared ?? graphOf());
  const choices = new Map<string, Choice>();
  RED.nodes.eachNode((node: any) => {
    if (node.type === 'ecdm-event' && Array.isArray(node.events)) {
      for (const event of node.events) addEvent(choices, event, near(node));
    } else if (node.type === 'pattern-status' && node.id !== self) {
      const id: string = node.statusId || node.id;
      addEvent(choices, { id, name: node.name, emit: 'state' }, near(node));
    } else if (node.type === 'spatial-filter') {
      const filter = node.name || filterText('title');
      for (const [id, kind] of moveEventsOf(node)) {
        addEvent(choices, { id, name: filterText(`event.${kind}`, { filter }), emit: 'point' }, near(node));
      }
    }
  });
  const found = [...choices.values()];
  remember(found.map(({ id, name }) => [id, name]));
  return found;
}

/** The same event in two nodes is offered where it is nearest. */
function addEvent(choices: Map<string, Choice>, { id, name, emit }: any, group: Group): void {
  if (typeof id !== 'string' || id === '') return;
  takeNearest(choices, { id, name: name || id, emit: emit === 'point' ? 'point' : 'state', group });
}
