/** Seeded random flows with readings: a source, perhaps a filter, one or two nodes of events, a rule, notices. */
import type { Condition, EventDefinition, Pattern } from '../../nodes/ecdm/definition';
import type { Observation } from '../../nodes/ecdm/observation';
import type { SavedNode } from '../../nodes/rehearsal/contract';
import type { Random } from '../properties/random';

export interface Case {
  id: string;
  /** All of the flow, with sinks `<id>-sink` behind the target and `<id>-end`, which hears of the end only. */
  nodes: SavedNode[];
  target: SavedNode;
  /** Ids of the nodes that are wired to the target. */
  sources: string[];
  /** Rows of the data, in order of time, and how many of them make a message. */
  rows: object[];
  batch: number;
  /** The rehearsal gets them message by message, too; else all at once. */
  sameMessages: boolean;
  mapping: object;
  /** The same as observations, message by message; filled in by the test. */
  observations: Observation[][];
}

const START = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const STATIONS = ['north', 'south', 'east', 'west'];
const UNIT = { a: 'ug/m3', b: 'm' } as const;

const square = (west: number): object => ({
  type: 'Polygon',
  coordinates: [[[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]],
}); // prettier-ignore

const ZONES = [
  { id: 'left', name: 'Left', level: 'zone', geometry: square(0) },
  { id: 'right', name: 'Right', level: 'zone', geometry: square(1) },
];

const TARGETS = ['ecdm-event', 'ecdm-event', 'pattern-status', 'pattern-status', 'pattern-status', 'spatial-filter', 'action-notify'] as const; // prettier-ignore

/** @param id unique: nodes remember by their ids */
export function caseOf(random: Random, id: string): Case {
  const kind = random.pick(TARGETS);
  const step = random.pick([1, 5, 10, 60]);
  const mapping = {
    mapping: 1,
    time: { columns: ['time'], ...(random.chance(0.6) ? { interval: `${step} min` } : {}) },
    thing: { column: 'station' },
    place: { from: 'columns', lat: 'lat', lon: 'lon' },
    values: {
      layout: 'wide',
      columns: [{ column: 'a', property: 'a', unit: UNIT.a }, { column: 'b', property: 'b', unit: UNIT.b }],
    },
  }; // prettier-ignore
  const flow = new Flow(random, id, step);
  flow.add({ type: 'to-observation', mapping, mode: 'replay' }, 'source');
  flow.filter(kind);
  if (kind !== 'spatial-filter') flow.events();
  if (kind === 'pattern-status' || kind === 'action-notify') flow.rule();
  if (kind === 'action-notify') flow.notices();
  const rows = rowsOf(random, step);
  const batch = random.pick([1, 7, 50, 1000, 1000]);
  const sameMessages = flow.byMessage || random.chance(0.5);
  return { id, ...flow.finish(), rows, batch, sameMessages, mapping, observations: [] };
}

class Flow {
  /** What it says depends on the messages that the readings of one moment come in. */
  byMessage = false;
  private readonly nodes: SavedNode[] = [];
  /** The nodes that what follows is wired to. */
  private ends: SavedNode[] = [];
  private before: SavedNode[] = [];
  private readonly eventIds: string[] = [];

  constructor(
    private readonly random: Random,
    private readonly id: string,
    private readonly step: number,
  ) {}

  add(fields: Record<string, unknown> & { type: string }, name: string): SavedNode {
    const node: SavedNode = { version: 1, ...fields, id: `${this.id}-${name}`, wires: [[], []] };
    this.nodes.push(node);
    this.lead(this.ends, node);
    this.before = this.ends;
    this.ends = [node];
    return node;
  }

  filter(kind: string): void {
    const { random } = this;
    if (kind !== 'spatial-filter' && random.chance(0.5)) return;
    this.nodes.push({ id: `${this.id}-zones`, type: 'city-zones', version: 1, name: 'Zones', zones: ZONES });
    const keep = random.pick(kind === 'spatial-filter' ? ['inside', 'outside', 'all', 'moves'] : ['inside', 'all']);
    const chosen = random.chance(0.5) ? { choose: 'all' } : { choose: 'ids', ids: ['left'] };
    this.add(
      { type: 'spatial-filter', zones: `${this.id}-zones`, keep, ...chosen, noPlace: 'problem', dwell: '30 min' },
      'filter',
    );
  }

  events(): void {
    const { random } = this;
    const one = this.eventOf('a');
    const two = this.eventOf(random.pick(['a', 'b']));
    if (random.chance(0.6)) {
      this.add({ type: 'ecdm-event', events: [one, two] }, 'events');
      return;
    }
    const from = this.ends;
    const first = this.add({ type: 'ecdm-event', events: [one] }, 'events');
    this.ends = from;
    const second = this.add({ type: 'ecdm-event', events: [two] }, 'more-events');
    this.ends = [first, second];
  }

  rule(): void {
    const { random } = this;
    const rule = this.patternOf();
    const lateness = random.pick(['', '0 s', '5 min']);
    // nothing may be late, not even what belongs to the same moment
    if (lateness === '0 s') this.byMessage = true;
    this.add(
      {
        type: 'pattern-status',
        name: 'Rule',
        rule,
        per: random.pick(['station', 'station', 'city']),
        severity: random.pick(['warning', 'major']),
        flapping: 'off',
        lateness,
        clearAfter: random.chance(0.4) ? this.length(3) : '',
        for: random.chance(0.3) ? this.length(3) : '',
      },
      'rule',
    );
  }

  notices(): void {
    const texts = { 'en-US': { headline: '{{name}}', text: '{{name}} {{key}} {{state}} {{since}} {{severity}}' } };
    const minSeverity = this.random.pick(['warning', 'major']);
    this.add(
      { type: 'action-notify', action: 'notify', form: 'event', on: ['raised', 'cleared'], minSeverity, texts },
      'notify',
    );
  }

  finish(): Pick<Case, 'nodes' | 'target' | 'sources'> {
    const target = this.ends.length === 1 ? this.ends[0]! : this.random.pick(this.ends);
    const sources = (this.ends.length === 1 ? this.before : this.nodes.filter((node) => leadsTo(node, target))).map(
      ({ id }) => id,
    );
    const sink = { id: `${this.id}-sink`, type: 'test-sink', wires: [] };
    const end = { id: `${this.id}-end`, type: 'test-sink', wires: [] };
    this.lead([target], sink);
    // hears of the end behind the source; all of our nodes work without waiting, so that a turn later all is done
    const gate = {
      id: `${this.id}-gate`,
      type: 'switch',
      property: 'city.clock.end',
      propertyType: 'msg',
      rules: [{ t: 'true' }],
      checkall: 'true',
      repair: false,
      outputs: 1,
      wires: [[end.id]],
    };
    this.lead([this.nodes[0]!], gate);
    this.nodes.push(sink, end, gate);
    return { nodes: this.nodes, target, sources };
  }

  private lead(from: readonly SavedNode[], to: SavedNode): void {
    for (const { wires } of from) (wires as string[][])[0]!.push(to.id);
  }

  private length(most: number): string {
    return `${this.step * (1 + this.random.int(most))} min`;
  }

  private eventOf(property: 'a' | 'b'): EventDefinition {
    const { random } = this;
    const id = `${this.id}-e${this.eventIds.length}`;
    this.eventIds.push(id);
    const unit = UNIT[property];
    const value = 3 + random.int(4);
    const above = random.chance(0.7);
    const limit: Condition = { op: random.pick(above ? ['>', '>='] : ['<', '<=']), value, unit };
    if (random.chance(0.3)) limit.clear = above ? value - 1 - random.int(2) : value + 1 + random.int(2);
    const when: Condition = random.chance(0.15)
      ? { op: random.pick(['between', 'outside']), low: value - 1, high: value + 1, unit }
      : limit;
    const event: EventDefinition = {
      id,
      name: `Event ${id}`,
      observe: { properties: [property] },
      when,
      emit: random.chance(0.8) ? 'state' : 'point',
    };
    if (random.chance(0.25)) {
      event.aggregate = {
        method: random.pick(['average', 'max', 'min', 'median']),
        over: this.length(4),
        scope: random.pick(['station', 'datastream', 'city']),
      };
    }
    if (event.emit === 'state' && random.chance(0.25)) event.for = this.length(3);
    if (event.emit === 'state' && random.chance(0.25))
      event.gap = { after: this.length(4), then: random.pick(['keep', 'end']) };
    return event;
  }

  private patternOf(): Pattern {
    const { random } = this;
    const [one, two] = this.eventIds.map((event): Pattern => ({ op: 'event', event })) as [Pattern, Pattern];
    const within = this.length(6);
    switch (random.int(8)) {
      case 0:
        return one;
      case 1:
        return { op: 'and', of: [one, two] };
      case 2:
        return { op: 'or', of: [one, two] };
      case 3:
        return { op: 'then', of: [one, two], within };
      case 4:
        return { op: 'times', of: one, min: 2, within };
      case 5:
        return { op: 'and', of: [one, { op: 'no', of: two }], within };
      case 6:
        this.byMessage = true;
        return { op: 'then', of: [one, { op: 'no', of: two, for: this.length(3) }], within: this.length(6) };
      default:
        this.byMessage = true;
        return { op: 'no', of: one, for: this.length(6) };
    }
  }
}

const leadsTo = ({ wires }: SavedNode, { id }: SavedNode): boolean =>
  (wires as string[][] | undefined)?.flat().includes(id) === true;

/** Readings of some stations, step by step; values wander around the limits, some are missing, some times are silent. */
function rowsOf(random: Random, step: number): object[] {
  const stations = STATIONS.slice(0, 1 + random.int(STATIONS.length));
  const moving = random.chance(0.5);
  const rows: object[] = [];
  const value = new Map(
    stations.map((station) => [station, { a: random.int(10), b: random.int(10), lon: random.int(20) / 10 + 0.05 }]),
  );
  const steps = 10 + random.int(60);
  for (let n = 0; n < steps; n++) {
    for (const station of stations) {
      if (n > 0 && random.chance(0.1)) continue;
      const at = value.get(station)!;
      at.a = Math.min(9, Math.max(0, at.a + random.int(5) - 2));
      at.b = Math.min(9, Math.max(0, at.b + random.int(5) - 2));
      if (moving && random.chance(0.2)) at.lon = random.int(30) / 10 + 0.05;
      const row: Record<string, unknown> = {
        time: new Date(START + n * step * MINUTE).toISOString(),
        station,
        lat: 0.5,
        lon: at.lon,
      };
      if (!random.chance(0.05)) row['a'] = at.a;
      if (!random.chance(0.05)) row['b'] = at.b;
      rows.push(row);
    }
    // silence
    if (random.chance(0.03)) n += 1 + random.int(10);
  }
  return rows;
}
