/**
 * The part of the flow that a rehearsal needs: the node of the form, what lies before it back to the sources, and the
 * configuration nodes that these refer to. Wires, junctions, links and subflows are followed, so that our own nodes are
 * wired to each other directly; a foreign node in between cannot be rehearsed, and what reaches it passes unchanged.
 */
import type { Note, RehearsalRequest, SavedNode } from './contract';

/** Our nodes that hand on what they make of readings. */
const CHAIN: ReadonlySet<string> = new Set(['spatial-filter', 'ecdm-event', 'pattern-status']);
const SOURCES: ReadonlySet<string> = new Set(['sensorthings-in', 'to-observation']);
/** Nothing of what reaches them goes on as it came. */
const ENDS: ReadonlySet<string> = new Set(['action-notify', 'actuator-out', 'debug']);
const PASSES: ReadonlySet<string> = new Set(['junction', 'link in', 'link out']);
const CONFIGS: ReadonlySet<string> = new Set(['ecdm-domain', 'city-zones']);
/** Nodes whose names others use, wherever they are. */
const NAMED: ReadonlySet<string> = new Set(['ecdm-event', 'pattern-status', 'spatial-filter', ...CONFIGS]);

/** Most steps that are taken back: the largest flow is a few thousand nodes. */
const MOST_STEPS = 20_000;
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

/** Cuts the slice out of the deployed flow. Pure; ids that lead nowhere are left out. */
export function sliceOf(deployed: readonly SavedNode[], request: RehearsalRequest): FlowSlice {
  return new Slicer(deployed, request).slice();
}

class Slicer {
  private readonly nodes = new Map<string, SavedNode>();
  private readonly into = new Map<string, Port[]>();
  private readonly foreign = new Map<string, SavedNode>();
  private steps = 0;
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
    const before = [...edges.before].map((id) => ({ ...this.nodes.get(id)!, wires: edges.wires.get(id) ?? [] }));
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
          wire(edges.wires, id, output, to);
          if (!edges.before.has(id)) queue.push(id);
          edges.before.add(id);
        } else add(SOURCES.has(type) ? edges.sources : edges.open, id, to);
      }
    }
    return edges;
  }

  /** Readings come from the sources; where there is none, from whatever else stands at the beginning. */
  private entriesOf({ sources, open, unwired }: Edges): Entry[] {
    const entries = (list: ReadonlyMap<string, string[]>): Entry[] =>
      [...list].map(([source, to]) => ({ source, type: this.nodes.get(source)?.type, to }));
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
    const next = this.wiredInto(start);
    for (let port = next.pop(); port !== undefined && this.steps < MOST_STEPS; port = next.pop()) {
      const { id, output } = port;
      const key = `${id} ${output}`;
      const node = this.nodes.get(id);
      if (node === undefined || seen.has(key)) continue;
      seen.add(key);
      this.steps++;
      const { type } = node;
      if (CHAIN.has(type) || SOURCES.has(type)) {
        // sources and events tell their problems on the outputs that follow
        if (output === 0 || type === 'spatial-filter') found.set(key, port);
      } else if (!ENDS.has(type)) {
        const before = this.behind(node, output);
        if (isForeign(type)) this.foreign.set(id, node);
        if (before.length === 0 && isForeign(type)) found.set(key, port);
        next.push(...before);
      }
    }
    return [...found.values()].reverse();
  }

  /** From where a node that hands on has it. */
  private behind(node: SavedNode, output: number): Port[] {
    const { type, id } = node;
    if (type === 'subflow') return this.instancesOf(id).flatMap((one) => this.wiredInto(one.id));
    if (type.startsWith('subflow:')) {
      const outs = listOf(this.nodes.get(type.slice('subflow:'.length))?.['out']);
      return portsOf(fieldOf(outs[output], 'wires'));
    }
    const linked = type === 'link in' ? this.linkedTo(node) : [];
    return [...this.wiredInto(id), ...linked];
  }

  private linkedTo({ id, links }: SavedNode): Port[] {
    const ids = new Set(listOf(links).map(String));
    for (const other of this.nodes.values()) {
      if (other.type === 'link out' && listOf(other['links']).includes(id)) ids.add(other.id);
    }
    return [...ids].map((one) => ({ id: one, output: 0 }));
  }

  private instancesOf(subflow: string): SavedNode[] {
    return [...this.nodes.values()].filter(({ type }) => type === `subflow:${subflow}`);
  }

  /** What is wired to a node; to the one of the form: as the editor has it. */
  private wiredInto(id: string): Port[] {
    const saved = this.into.get(id) ?? [];
    if (id !== this.request.node.id) return [...saved];
    return this.request.sources.flatMap((source) => {
      const known = saved.filter((port) => port.id === source);
      return known.length > 0 ? known : [{ id: source, output: 0 }];
    });
  }

  private connect(node: SavedNode): void {
    if (node.type === 'subflow') {
      for (const input of listOf(node['in'])) {
        for (const { id } of portsOf(fieldOf(input, 'wires'))) this.lead({ id: node.id, output: 0 }, id);
      }
      return;
    }
    listOf(node['wires']).forEach((to, output) => {
      for (const id of listOf(to)) this.lead({ id: node.id, output }, String(id));
    });
  }

  private lead(from: Port, to: string): void {
    const list = this.into.get(to);
    if (list === undefined) this.into.set(to, [from]);
    else list.push(from);
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
  wires: Map<string, string[][]>;
  sources: Map<string, string[]>;
  /** Beginnings that are none of our sources. */
  open: Map<string, string[]>;
  /** Those to which nothing leads. */
  unwired: string[];
}

/** Node-RED fills these in when it starts a node, from where only the running flow knows. */
function environmentNotes(nodes: readonly SavedNode[]): Note[] {
  const named = nodes.filter(({ wires: _, tests: __, ...settings }) => holdsVariable(settings, 0));
  return named.slice(0, MOST_NAMED).map((node) => ({ code: 'environment', node: nameOf(node) }));
}

function holdsVariable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return /^\$(?:\{[^}]+\}|\(\S+\))$/.test(value);
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return false;
  return Object.values(value).some((inner) => holdsVariable(inner, depth + 1));
}

function nameOf({ name, type }: SavedNode): string {
  return typeof name === 'string' && name !== '' ? name : type;
}

function isForeign(type: string): boolean {
  return !PASSES.has(type) && type !== 'subflow' && !type.startsWith('subflow:');
}

function add(list: Map<string, string[]>, key: string, value: string): void {
  const values = list.get(key);
  if (values === undefined) list.set(key, [value]);
  else if (!values.includes(value)) values.push(value);
}

function wire(wires: Map<string, string[][]>, from: string, output: number, to: string): void {
  let outputs = wires.get(from);
  if (outputs === undefined) wires.set(from, (outputs = []));
  while (outputs.length <= output) outputs.push([]);
  if (!outputs[output]!.includes(to)) outputs[output]!.push(to);
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
    return { id: String(id), output: typeof port === 'number' ? port : 0 };
  });
}
