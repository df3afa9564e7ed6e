/** The events (and statuses) that a rule can name, as they stand in the editor, deployed or not. */
import { graphOf } from '../../editor/graph';
import { translator } from '../../editor/texts';
import { moveEventsOf } from '../../spatial-filter/move-kinds';
import { upstreamOf } from '../model/upstream';

const filterText = translator('spatial-filter');

export interface Choice {
  id: string;
  name: string;
  emit: 'state' | 'point';
  group: (typeof GROUPS)[number];
}

/** What reaches the node, what belongs to the same domain, all other events, and statuses of other rules. */
export const GROUPS = ['upstream', 'domain', 'others', 'statuses'] as const;

/**
 * @param self id of the node whose form is open; its own status is not offered
 * @param domain id of the domain that is chosen for it
 */
export function eventChoices(self: string, domain = ''): Choice[] {
  const upstream = new Set(upstreamOf(self, graphOf()));
  const choices = new Map<string, Choice>();
  RED.nodes.eachNode((node: any) => {
    if (node.type === 'ecdm-event' && Array.isArray(node.events)) {
      const near = domain !== '' && node.domain === domain ? 'domain' : 'others';
      for (const event of node.events) addEvent(choices, event, upstream.has(node.id) ? 'upstream' : near);
    } else if (node.type === 'pattern-status' && node.id !== self) {
      const id: string = node.statusId || node.id;
      const group = upstream.has(node.id) ? 'upstream' : 'statuses';
      choices.set(id, { id, name: node.name || id, emit: 'state', group });
    } else if (node.type === 'spatial-filter') {
      const group = upstream.has(node.id) ? 'upstream' : 'others';
      const filter = node.name || filterText('title');
      for (const [id, kind] of moveEventsOf(node)) {
        addEvent(choices, { id, name: filterText(`event.${kind}`, { filter }), emit: 'point' }, group);
      }
    }
  });
  return [...choices.values()].sort(
    (a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || a.name.localeCompare(b.name),
  );
}

/** The same event in two nodes is offered where it is nearest. */
function addEvent(choices: Map<string, Choice>, { id, name, emit }: any, group: Choice['group']): void {
  if (typeof id !== 'string' || id === '') return;
  const other = choices.get(id);
  if (other !== undefined && GROUPS.indexOf(other.group) <= GROUPS.indexOf(group)) return;
  choices.set(id, { id, name: name || id, emit: emit === 'point' ? 'point' : 'state', group });
}
