import { checks } from '../ecdm/schemas';
import { readCity, type City, type Mode } from '../ecdm/city';
import { ClockGate } from '../ecdm/clock-gate';
import type { Observation } from '../ecdm/observation';
import { isTimeZone, isValidTime } from '../ecdm/time';
import { isUnset } from '../ecdm/unset-clock';
import { AdminError, adminGet, adminPost } from '../runtime/admin';
import { onInput } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, NodeMessage, RuntimeApi, RuntimeNode } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { ringFor } from '../runtime/reading-ring';
import { onCloseOrRemoval } from '../runtime/removal';
import { StatusLine } from '../runtime/status-line';
import type { HistorySource } from '../rehearsal/history/source';
import { SourceClock, sortByTime } from './batch';
import { guessMapping } from './mapping/guess';
import { LastInput } from './mapping/keeper';
import { compileMapping, type Mapper } from './mapping/mapper';
import { preview, sampleInput, type PreviewRequest } from './mapping/preview';
import { migrations } from './migrations';

interface ToObservationNode extends RuntimeNode {
  lastInput?: LastInput;
  historySource?: HistorySource;
}

const MODES: readonly string[] = ['live', 'replay', 'simulated'];

export = function (RED: RuntimeApi): void {
  const language = RED.settings.lang ?? 'en-US';

  /** The mapping of a node, or the reason why there is none. */
  function mapperOf(config: NodeConfig): Mapper | { code: string; reason: string } {
    const raw = config['mapping'];
    if (raw === null || raw === undefined || raw === '') return { code: 'noMapping', reason: RED._('error.noMapping') };
    const { mapping, mistakes } = checks().checkMapping(raw, language);
    if (mapping !== undefined) return compileMapping(mapping, { language });
    const { path, message, hint } = mistakes[0]!;
    return { code: 'badMapping', reason: RED._('error.badMapping', { mistake: `${path} ${message} ${hint}` }) };
  }

  function modeOf(config: NodeConfig, city: City): Mode {
    const mode = config['mode'];
    return typeof mode === 'string' && MODES.includes(mode) ? (mode as Mode) : city.mode;
  }

  function ToObservation(this: ToObservationNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, migrations);
    const mapper = mapperOf(config);
    const line = new StatusLine(this, RED);
    const last = (this.lastInput = new LastInput());
    const ring = ringFor(RED, this, config['remember']);
    this.historySource = { remembered: ring };
    onCloseOrRemoval(RED, this, async (removed) => {
      line.close();
      await ring?.close(removed);
    });
    if ('reason' in mapper) {
      if (mapper.code === 'noMapping') line.waiting('status.noMapping');
      else line.error('status.badMapping');
      onInput(this, (message) => {
        // kept all the same: the form guesses the mapping from it
        last.keep(message.payload, message.topic, Date.now());
        throw Object.assign(new Error(mapper.reason), { code: mapper.code });
      });
      return;
    }
    const problems = new Problems(this, RED.settings.lang);
    const clock = new SourceClock(this.id);
    const gate = new ClockGate();
    const total = { count: 0, bad: 0 };
    line.idle('status.idle');

    onInput(this, (message, send) => {
      const now = Date.now();
      const whole = config['whole'] === true;
      const complete = message['complete'] === true;
      const out: Observation[] = [];
      let single = false;
      // the last message of a split sequence may carry nothing but its end
      if (!(complete && (message.payload === undefined || message.payload === ''))) {
        last.keep(message.payload, message.topic, now);
        const topic = typeof message.topic === 'string' ? message.topic : undefined;
        const result = mapper.map(message.payload, out, problems.list, { topic, now });
        single = result.single;
        total.count += out.length;
        total.bad += result.bad;
      }
      const city = cityOf(message, mapper, out, now, whole || complete);
      if (out.length > 0 || !single || gate.passes(city, performance.now())) {
        ring?.remember(out, city.mode);
        message.payload = single && out.length === 1 ? out[0] : out;
        message.city = city;
        send([message, null]);
      }
      problems.flush(send, message);
      if (isUnset(now)) line.waiting('status.unsetClock');
      else if (total.bad > 0) line.waiting('status.someBad', total);
      else line.working('status.working', total);
    });

    const cityOf = (message: NodeMessage, from: Mapper, out: Observation[], now: number, end: boolean): City => {
      const before = readCity(message.city);
      const mode = modeOf(config, before);
      if (mode !== 'live') sortByTime(out);
      const city: City = { mode };
      const time = clock.after(out, mode, now, end);
      if (time !== undefined) city.clock = time;
      const roster = from.takeRoster();
      if (roster.length > 0) city.roster = roster;
      if (before.ticket !== undefined) city.ticket = before.ticket;
      return city;
    };
  }

  RED.nodes.registerType('to-observation', ToObservation);

  adminGet(RED, 'to-observation/:id/last', 'to-observation.read', ({ params }) => {
    const node: ToObservationNode | null | undefined = RED.nodes.getNode(String(params['id']));
    if (node?.type !== 'to-observation') throw new AdminError(404, RED._('error.notDeployed'));
    return node.lastInput?.show();
  });
  adminPost(RED, 'to-observation/preview', 'to-observation.read', ({ body }) => preview(requestOf(body), Date.now()));
  adminPost(RED, 'to-observation/guess', 'to-observation.read', ({ body }) => {
    const request = requestOf(body);
    const { language, topic, zone } = request;
    return guessMapping(sampleInput(request), { language, topic, zone });
  });

  /** What the form sent, with everything that it is not left out. */
  function requestOf(body: unknown): PreviewRequest {
    const { mapping, text, kind, topic, zone, received, language: wanted } = (body ?? {}) as Record<string, unknown>;
    if (typeof text !== 'string') throw new AdminError(400, RED._('error.noSample'));
    return {
      mapping,
      text,
      kind: kind === 'object' ? 'object' : 'text',
      topic: typeof topic === 'string' ? topic : undefined,
      zone: isTimeZone(zone) ? zone : undefined,
      received: isValidTime(received) ? received : undefined,
      language: typeof wanted === 'string' ? wanted : language,
    };
  }
};
