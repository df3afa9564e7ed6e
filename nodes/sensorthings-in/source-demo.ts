/** Readings of the demo city, by a timer, without sockets. */
import type { RosterEntry } from '../ecdm/city';
import { makeProblem } from '../ecdm/problem';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import { networkError } from '../sensorthings-server/client/errors';
import { fits } from '../sensorthings-server/client/rule';
import type { DemoServer } from '../sensorthings-server/demo/demo-server';
import type { Options } from './options';
import { type Bounds, rosterOf, type Source, type SourceHost } from './source';

/** Milliseconds between two looks at the simulated clock. */
const TICK = 500;

export class DemoSource implements Source {
  private timer: NodeJS.Timeout | undefined;
  private last = 0;
  private only: ReadonlySet<number> = new Set();
  private wanted: StreamInfo[] = [];

  constructor(
    private readonly server: DemoServer,
    private readonly options: Options,
    private readonly host: SourceHost,
  ) {}

  mode(): 'simulated' {
    return 'simulated';
  }

  bounds(): Bounds {
    return { buffered: 0, crowded: false };
  }

  roster(): RosterEntry[] {
    return rosterOf(this.wanted);
  }

  start(): void {
    const { choose, history } = this.options;
    try {
      this.wanted = chosenOf(this.server, choose);
    } catch (thrown) {
      const { code, message } = networkError(thrown);
      this.host.health({ state: 'down', code, message });
      this.host.problem(makeProblem(code, message, '', 'demo:'));
      return;
    }
    this.only = new Set(this.wanted.map(({ key }) => Number(key)));
    if (this.wanted.length === 0) {
      this.host.health({ state: 'down', code: 'nothing-chosen', message: '' });
      return;
    }
    this.host.roster(this.roster());
    this.host.health({ state: 'working', mode: 'simulated' });
    this.last = this.server.now() - history;
    this.tick();
    this.timer = setInterval(() => this.tick(), TICK);
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tick(): void {
    // a flow that is too slow gets the readings later, not fewer: they are made from the time they are for
    if (this.host.outbox.full) return;
    try {
      const now = this.server.now();
      this.host.outbox.put(this.server.city.readingsAt(this.last, now, this.only), 'simulated');
      this.last = now;
    } catch (thrown) {
      this.host.failed(thrown);
    }
  }
}

/** @throws StaError where a path is none */
export function chosenOf(server: DemoServer, choose: Options['choose']): StreamInfo[] {
  if (choose.by === 'path') return server.streamsAt(choose.path);
  const all = server.streams();
  return all.filter((stream) => (choose.by === 'list' ? choose.keys.includes(stream.key) : fits(stream, choose.rule)));
}
