import { asZoneSource } from '../city-zones/zones/zone-source';
import { readCity, rosterBehind } from '../ecdm/city';
import { ClockGate } from '../ecdm/clock-gate';
import { makeProblem } from '../ecdm/problem';
import { onClose, onInput } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { StatusLine, type Line } from '../runtime/status-line';
import { migrations } from './migrations';
import { readOptions } from './options';
import { ZoneFilter, type Fault } from './zone-filter';

/** After so many problems of one message the further ones are only counted. */
const MOST_PROBLEMS = 100;
const ONE_MORE = makeProblem('more', '', '', null);

interface Sorted {
  kept: unknown[];
  rest: unknown[];
  /** Items without a place that were left out as the settings say. */
  dropped: number;
}

export = function (RED: RuntimeApi): void {
  /** Sorts one message's items; the problems go to `problems`. */
  function sort(filter: ZoneFilter, items: readonly unknown[], problems: Problems): Sorted {
    const sorted: Sorted = { kept: [], rest: [], dropped: 0 };
    let copy: object | undefined;
    const replace = (made: object): void => void (copy = made);
    for (const given of items) {
      copy = undefined;
      const verdict = filter.judge(given, replace);
      const item = copy ?? given;
      if (verdict === 'kept') sorted.kept.push(item);
      else if (verdict === 'rest') sorted.rest.push(item);
      else if (verdict === 'dropped') sorted.dropped++;
      else problems.add(problems.count < MOST_PROBLEMS ? explain(verdict, item) : ONE_MORE);
    }
    return sorted;
  }

  function explain(fault: Fault, item: unknown): ReturnType<typeof makeProblem> {
    return makeProblem(fault, RED._(`problem.${fault}.message`), RED._(`problem.${fault}.hint`), item);
  }

  function SpatialFilter(this: RuntimeNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, migrations);
    const options = readOptions(config);
    const line = new StatusLine(this, RED);
    const source = asZoneSource(RED.nodes.getNode(String(config['zones'])));
    const outputs = options.rest ? 3 : 2;
    const gates = { kept: new ClockGate(), rest: new ClockGate() };
    const problems = new Problems(this, RED.settings.lang);
    onClose(this, () => line.close());
    if (source === undefined) {
      line.error('status.noZones');
      onInput(this, () => {
        throw Object.assign(new Error(RED._('error.noZones')), { code: 'noZones' });
      });
      return;
    }
    const filter = new ZoneFilter(source.index, options);
    if (filter.missing.length > 0) this.warn(RED._('error.zonesGone', { ids: filter.missing.slice(0, 10).join(', ') }));
    if (filter.missing.length > 0) line.waiting('status.zonesGone');
    else line.idle('status.idle', { count: source.zones.length });
    const total = { kept: 0, all: 0, dropped: 0 };
    const state = (): Line => ['working', total.dropped > 0 ? 'status.dropped' : 'status.kept', total];

    onInput(this, (message, send) => {
      const single = !Array.isArray(message.payload);
      const items = single ? [message.payload] : (message.payload as unknown[]);
      const sorted = sort(filter, items, problems);
      const city = readCity(message.city);
      const roster = city.roster && filter.splitRoster(city.roster);
      const deliver = (output: 'kept' | 'rest', out: NodeMessage): void => {
        const found = sorted[output];
        if (single && found.length === 0 && !gates[output].passes(city, performance.now())) return;
        out.payload = single && found.length === 1 ? found[0] : found;
        if (roster) out.city = { ...city, roster: roster[output], ...rosterBehind(city, `${this.id}/${output}`) };
        sendTo(send, output === 'kept' ? 0 : 2, outputs, out);
      };
      // the copy is made first, because output 1 goes on with the message itself
      const copy = options.rest ? { ...message } : undefined;
      deliver('kept', message);
      if (copy) deliver('rest', copy);
      problems.flush(send, message, outputs);
      total.kept += sorted.kept.length;
      total.all += items.length;
      total.dropped += sorted.dropped;
      line.later(state);
    });
  }

  RED.nodes.registerType('spatial-filter', SpatialFilter);
};

/** One call per output: of several messages in one call, Node-RED clones all but the first. */
function sendTo(send: Send, output: number, outputs: number, message: NodeMessage): void {
  const all = new Array<NodeMessage | null>(outputs).fill(null);
  all[output] = message;
  send(all);
}
