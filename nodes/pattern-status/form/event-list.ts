/** The events (and statuses) that a rule can name, as they stand in the editor, deployed or not. */
import { graphOf } from '../../editor/graph';
import { translator } from '../../editor/texts';
import { moveEventsOf } from '../../spatial-filter/move-kinds';
import { lyingIn, type CanLieIn } from '../../ecdm/key-kinds';
import { keysOfEvent, keysOfStatus, zonesOf } from '../named-keys';
import { addDefinition, GROUPS, nearness, NearestDefinitions, type Defined, type Definition } from '../wires/nearest';
import type { Graph } from '../wires/upstream';
import { remember } from './last-names';

export { GROUPS };

const filterText = translator('spatial-filter');

export type Choice = Defined;

interface Drawn {
  /** By their id. */
  events: ReadonlyMap<string, readonly Definition[]>;
  graph: Graph;
}

/** All rules are looked at in one go: meanwhile nothing is drawn, and what is drawn is read once. */
let drawn: Drawn | undefined;

function drawnNow(): Drawn {
  if (drawn === undefined) {
    drawn = { events: drawnEvents(), graph: graphOf() };
    queueMicrotask(() => (drawn = undefined));
  }
  return drawn;
}

/**
 * In the order of a list that people read.
 * @param self id of the node whose form is open; its own status is not offered
 * @param domain id of the domain that is chosen for it
 */
export function eventChoices(self: string, domain = ''): Choice[] {
  const known = knownEvents(self, domain);
  const choices = [...drawnNow().events.keys()].flatMap((id) => known(id) ?? []);
  remember(choices.map(({ id, name }) => [id, name]));
  const rank = ({ group }: Choice): number => GROUPS.indexOf(group);
  return choices.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** The same by their ids, for those who look at many rules: each names few of them. */
export function knownEvents(self: string, domain = ''): (id: string) => Choice | undefined {
  const { events, graph } = drawnNow();
  const near = nearness(self, domain, graph);
  const nearest = new NearestDefinitions(events, (by) => (by.id === self ? undefined : near(by)));
  return (id) => nearest.get(id);
}

/** Names of other rules that make the same status: a copy keeps the id that was given to it. */
export function othersOf({ id, statusId }: { id: string; statusId?: string }): string[] {
  const same = drawnNow().events.get(statusId || id) ?? [];
  const isOff = ({ d, z }: any): boolean => d === true || RED.nodes.workspace(z)?.disabled === true;
  return same.filter(({ by }) => by.type === 'pattern-status' && by.id !== id && !isOff(by)).map(({ name }) => name);
}

/** As the zones of the workspace say. */
export function drawnLevels(): CanLieIn {
  const zones: ReturnType<typeof zonesOf> = [];
  RED.nodes.eachConfig((node: any) => void zones.push(...zonesOf(node)));
  return lyingIn(zones);
}

function drawnEvents(): Map<string, Definition[]> {
  const events = new Map<string, Definition[]>();
  const add = (by: any, { id, name, emit, aggregate }: any): void => {
    if (typeof id !== 'string' || id === '') return;
    const keys = by.type === 'pattern-status' ? keysOfStatus(by) : keysOfEvent(aggregate);
    addDefinition(events, { id, name: name || id, emit: emit === 'point' ? 'point' : 'state', by, keys });
  };
  RED.nodes.eachNode((node: any) => {
    if (node.type === 'ecdm-event' && Array.isArray(node.events)) {
      for (const event of node.events) add(node, event);
    } else if (node.type === 'pattern-status') {
      add(node, { id: node.statusId || node.id, name: node.name, emit: 'state' });
    } else if (node.type === 'spatial-filter') {
      const filter = node.name || filterText('title');
      for (const [id, kind] of moveEventsOf(node)) {
        add(node, { id, name: filterText(`event.${kind}`, { filter }), emit: 'point' });
      }
    }
  });
  // of an event that is gone one day it is enough what the first of its nodes has called it
  remember([...events.values()].map(([first]) => [first!.id, first!.name]));
  return events;
}
