/**
 * The part of the flow that a rehearsal needs: the node of the form, what lies before it back to the sources, and the
 * configuration nodes that these refer to. Wires, junctions, links and subflows are followed, so that our own nodes are
 * wired to each other directly; a foreign node in between cannot be rehearsed, and what reaches it passes unchanged.
 */
import { variableIn } from '../ecdm/variable';
import type { Note, RehearsalRequest, SavedNode } from './contract';
import { RehearsalError } from './rehearsal-error';
import { rehearsalText } from './texts';

/** Our nodes that hand on what they make of readings. */
const CHAIN: ReadonlySet<string> = new Set(['spatial-filter', 'ecdm-event', 'pattern-status']);
const SOURCES: ReadonlySet<string> = new Set(['sensorthings-in', 'to-observation']);
/** Nothing of what reaches them goes on as it came. */
const ENDS: ReadonlySet<string> = new Set(['action-notify', 'actuator-out', 'debug']);
/** Before the id of the subflow, in the type of its instances. */
const INSTANCE = 'subflow:';
const PASSES: ReadonlySet<string> = new Set(['junction', 'link in', 'link out']);
const CONFIGS: ReadonlySet<string> = new Set(['ecdm-domain', 'city-zones']);
/** Nodes whose names others use, wherever they are. */
const NAMED: ReadonlySet<string> = new Set(['ecdm-event', 'pattern-status', 'spatial-filter', ...CONFIGS]);

/** Most wires that are followed back: the largest flow is a few thousand nodes, and Node-RED waits meanwhile. */
const MOST_WIRES = 200_000;
/** Outputs of a filter: what it keeps, its problems, the rest. */
const FILTER_OUTPUTS = 3;
/** How deep settings are looked into. */
const DEEPEST = 20;
/** Foreign nodes that are named. */
const MOST_NAMED = 10;

export interface Entry {
  /** Id of the source, and its type where it is one of ours. */
  source: string;
  type?: string;
  /** Ids of the nodes that get its readings. */
  to: string[];
}

export interface FlowSlice {
  /** The settings in the form, and the deployed ones where the node is deployed. */
  next: SavedNode;
  now: SavedNode | undefined;
  /** Our nodes before it, wired to each other and to it. */
  before: SavedNode[];
  /** Configuration nodes that these may refer to. */
  configs: SavedNode[];
  /** All configurations that are asked for names. */
  named: SavedNode[];
  /** Where readings come in. */
  entries: Entry[];
  /** What people call the sources, by id. */
  names: ReadonlyMap<string, string>;
  notes: Note[];
}

/**
 * Whether all Datastreams are known from the beginning, as `sensorthings-in` tells them; other sources tell of each when
 * its first reading comes. What is wired to no source yet may miss whatever the readings have.
 */
export const knowsAllStreams = ({ entries }: FlowSlice): boolean =>
  entries.some(({ type, source }) => type === 'sensorthings-in' || source === '');

interface Port {
  id: string;
  output: number;
}

/**
 * Cuts the slice out of the deployed flow. Pure; ids that lead nowhere are left out.
 * @throws RehearsalError where too much is wired together
 */
export function sliceOf(deployed: readonly SavedNode[], request: RehearsalRequest): FlowSlice {
  return new Slicer(deployed, request).slice();
}

class Slicer {
  private readonly nodes = new Map<string, SavedNode>();
  private readonly into = new Map<string, Port[]>();
  private readonly foreign = new Map<string, SavedNode>();
  /** Ids of the "link out" that lead to a "link in", and of the instances of a subflow. */
  private readonly linked = new Map<string, Set<string>>();
  private readonly instances = new Map<string, Set<string>>();
  private followed = 0;
  private loop = false;

  constructor(
    private readonly deployed: readonly SavedNode[],
    private readonly request: RehearsalRequest,
  ) {
    for (const node of deployed) this.nodes.set(node.id, node);
    for (const node of request.undeployed) if (!this.nodes.has(node.id)) this.nodes.set(node.id, node);
    const off = new Set([...this.nodes.values()].filter(({ disabled }) => disabled === true).map(({ id }) => id));
    for (const [id, node] of this.nodes) if (node['d'] === true || off.has(String(node['z']))) this.nodes.delete(id);
    for (const node of this.nodes.values()) this.connect(node);
  }

  slice(): FlowSlice {
    const { request, deployed } = this;
    const next = { ...request.node, wires: [] };
    const was = deployed.find(({ id, type }) => id === next.id && type === next.type);
    const edges = this.walk();
    const before = [...edges.before].map((id) => ({ ...this.nodes.get(id)!, wires: wiresOf(edges, id) }));
    const all = [...this.nodes.values()].filter(({ type, id }) => NAMED.has(type) && id !== next.id);
    return {
      next,
      now: was && { ...was, wires: [] },
      before: before.map(withoutJournal),
      configs: all.filter(({ type }) => CONFIGS.has(type)),
      named: all,
      entries: this.entriesOf(edges),
      names: new Map([...edges.sources.keys()].map((id) => [id, nameOf(this.nodes.get(id)!)])),
      notes: [...this.notes(), ...environmentNotes([next, ...before])],
    };
  }

  /** All of our nodes before the one of the form, and how they are wired to each other. */
  private walk(): Edges {
    const edges: Edges = { before: new Set(), wires: new Map(), sources: new Map(), open: new Map(), unwired: [] };
    const queue = [this.request.node.id];
    for (let n = 0; n < queue.length; n++) {
      const to = queue[n]!;
      const feeders = this.feeders(to);
      if (feeders.length === 0) edges.unwired.push(to);
      for (const { id, output } of feeders) {
        const type = this.nodes.get(id)!.type;
        if (id === this.request.node.id) this.loop = true;
        else if (CHAIN.has(type)) {
          addOnce(edges.wires, `${id} ${output}`, to);
          if (!edges.before.has(id)) queue.push(id);
          edges.before.add(id);
        } else addOnce(SOURCES.has(type) ? edges.sources : edges.open, id, to);
      }
    }
    return edges;
  }

  /** Readings come from the sources; where there is none, from whatever else stands at the beginning. */
  private entriesOf({ sources, open, unwired }: Edges): Entry[] {
    const entries = (list: ReadonlyMap<string, ReadonlySet<string>>): Entry[] =>
      [...list].map(([source, to]) => ({ source, type: this.nodes.get(source)?.type, to: [...to] }));
    if (sources.size > 0) return entries(sources);
    const takesReadings = (id: string): boolean => {
      const type = id === this.request.node.id ? this.request.node.type : this.nodes.get(id)!.type;
      return type === 'ecdm-event' || type === 'spatial-filter';
    };
    const found = entries(open).map(({ to, ...entry }) => ({ ...entry, to: to.filter(takesReadings) }));
    const usable = found.filter(({ to }) => to.length > 0);
    if (usable.length > 0) return usable;
    // nothing is wired to it yet: what will be gives it readings
    const alone = unwired.filter(takesReadings);
    return alone.length > 0 ? [{ source: '', to: alone }] : [];
  }

  /** The outputs of our nodes and sources that lead to an input, through all that only hands on. */
  private feeders(start: string): Port[] {
    const found = new Map<string, Port>();
    const seen = new Set<string>();
    const next: Port[] = [];
    this.follow(this.wiredInto(start), next);
    for (let port = next.pop(); port !== undefined; port = next.pop()) {
      const { id, output } = port;
      const key = `${id} ${output}`;
      const node = this.nodes.get(id);
      if (node === undefined || seen.has(key)) continue;
      seen.add(key);
      const { type } = node;
      if (CHAIN.has(type) || SOURCES.has(type)) {
        // sources and events tell their problems on the outputs that follow
        if (output === 0 || (type === 'spatial-filter' && output < FILTER_OUTPUTS)) found.set(key, port);
      } else if (!ENDS.has(type)) {
        const before = this.behind(node, output);
        if (isForeign(type)) this.foreign.set(id, node);
        if (before.length === 0 && isForeign(type)) found.set(key, port);
        this.follow(before, next);
      }
    }
    return [...found.values()].reverse();
  }

  private follow(ports: readonly Port[], into: Port[]): void {
    this.followed += ports.length;
    if (this.followed > MOST_WIRES) {
      const { language } = this.request;
      throw new RehearsalError(
        rehearsalText(language, 'error.wires', { most: MOST_WIRES }),
        rehearsalText(language, 'error.wiresHint'),
      );
    }
    for (const port of ports) into.push(port);
  }

  /** From where a node that hands on has it. */
  private behind(node: SavedNode, output: number): Port[] {
    const { type, id } = node;
    if (type === 'subflow') return [...(this.instances.get(id) ?? [])].flatMap((one) => this.wiredInto(one));
    if (type.startsWith(INSTANCE)) {
      const outs = listOf(this.nodes.get(type.slice(INSTANCE.length))?.['out']);
      return portsOf(fieldOf(outs[output], 'wires'));
    }
    const linked = type === 'link in' ? this.linkedTo(node) : [];
    return [...this.wiredInto(id), ...linked];
  }

  private linkedTo({ id, links }: SavedNode): Port[] {
    const ids = new Set([...listOf(links).map(String), ...(this.linked.get(id) ?? [])]);
    return [...ids].map((one) => ({ id: one, output: 0 }));
  }

  /** What is wired to a node; to the one of the form: as the editor has it. */
  private wiredInto(id: string): readonly Port[] {
    const saved = this.into.get(id) ?? [];
    if (id !== this.request.node.id) return saved;
    const known = new Map<string, Port[]>();
    for (const port of saved) add(known, port.id, port);
    return [...new Set(this.request.sources)].flatMap((source) => known.get(source) ?? [{ id: source, output: 0 }]);
  }

  private connect(node: SavedNode): void {
    if (node.type === 'link out') for (const to of listOf(node['links'])) addOnce(this.linked, String(to), node.id);
    if (node.type.startsWith(INSTANCE)) addOnce(this.instances, node.type.slice(INSTANCE.length), node.id);
    if (node.type === 'subflow') {
      for (const input of listOf(node['in'])) {
        for (const { id } of portsOf(fieldOf(input, 'wires'))) add(this.into, id, { id: node.id, output: 0 });
      }
      return;
    }
    listOf(node['wires']).forEach((to, output) => {
      for (const id of listOf(to)) add(this.into, String(id), { id: node.id, output });
    });
  }

  private notes(): Note[] {
    const notes: Note[] = [];
    for (const node of [...this.foreign.values()].slice(0, MOST_NAMED)) {
      // what stands at the very beginning brings readings, and is not missed
      if (this.behind(node, 0).length > 0) notes.push({ code: 'foreign', node: nameOf(node), type: node.type });
    }
    if (this.loop) notes.push({ code: 'loop' });
    return notes;
  }
}

interface Edges {
  before: Set<string>;
  /** By id and output. */
  wires: Map<string, Set<string>>;
  sources: Map<string, Set<string>>;
  /** Beginnings that are none of our sources. */
  open: Map<string, Set<string>>;
  /** Those to which nothing leads. */
  unwired: string[];
}

/** Node-RED fills these in when it starts a node, from where only the running flow knows. */
function environmentNotes(nodes: readonly SavedNode[]): Note[] {
  const named = nodes.filter(({ wires: _, tests: __, ...settings }) => holdsVariable(settings, 0));
  return named.slice(0, MOST_NAMED).map((node) => ({ code: 'environment', node: nameOf(node) }));
}

function holdsVariable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return variableIn(value) !== undefined;
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return false;
  return Object.values(value).some((inner) => holdsVariable(inner, depth + 1));
}

function nameOf({ name, type }: SavedNode): string {
  return typeof name === 'string' && name !== '' ? name : type;
}

function isForeign(type: string): boolean {
  return !PASSES.has(type) && type !== 'subflow' && !type.startsWith(INSTANCE);
}

function add<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function addOnce(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

/** What the outputs of a node lead to, up to the last one that leads anywhere. */
function wiresOf({ wires }: Edges, id: string): string[][] {
  const outputs = Array.from({ length: FILTER_OUTPUTS }, (_, output) => [...(wires.get(`${id} ${output}`) ?? [])]);
  return outputs.slice(0, outputs.findLastIndex((to) => to.length > 0) + 1);
}

/** A rehearsal is written down nowhere. */
function withoutJournal(node: SavedNode): SavedNode {
  const { journal: _, ...rest } = node;
  return rest;
}

const fieldOf = (raw: unknown, name: string): unknown => (Object(raw) as Record<string, unknown>)[name];

const listOf = (raw: unknown): unknown[] => (Array.isArray(raw) ? (raw as unknown[]) : []);

function portsOf(raw: unknown): Port[] {
  return listOf(raw).map((one) => {
    const { id, port } = Object(one) as { id?: unknown; port?: unknown };
    return { id: String(id), output: Number.isInteger(port) && (port as number) > 0 ? (port as number) : 0 };
  });
}
