/** One set of settings of the node of the form at work: it takes what comes out of the nodes before it. */
import type { CityEvent } from '../ecdm/event';
import type { Problem } from '../ecdm/problem';
import { evidenceSentence } from '../pattern-status/cep/reason';
import type { NodeMessage } from '../runtime/node-red';
import type { SavedNode } from './contract';
import { Host, type Said } from './host';
import { EventListener, StatusListener, StayListener, type Listener } from './listen';
import { NoticeTrial } from './notice-trial';
import type { FlowSlice } from './slice';
import { Tally } from './tally';

/** Events whose readings are known, so that an episode of a status can name them. */
const MOST_EVENTS = 50_000;
const OUT = 'rehearsal:out';
const PROBLEMS = 'rehearsal:problems';

export interface Trial {
  readonly tally: Tally;
  /** What the node warned of before any reading came: parts of its settings that it cannot use. */
  readonly warned?: readonly string[];
  /** Notices that were held back, of a node that tells people. */
  readonly held?: number;
  take(message: NodeMessage): void;
  /** Nothing is being worked on any more. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface TrialOptions {
  language: string;
  timeZone: string | undefined;
  /** Only counted: nobody reads why. */
  brief?: boolean;
}

/** Sets up a trial of these settings; a rule that cannot be run says so among its problems. */
export async function startTrial(slice: FlowSlice, config: SavedNode, options: TrialOptions): Promise<Trial> {
  const tally = new Tally(options.brief === true ? 0 : undefined);
  if (config.type === 'action-notify') return new NoticeTrial(slice, config, tally);
  const wired = { ...config, journal: '', wires: [[OUT], [PROBLEMS], []] };
  const host = new Host([...slice.named, wired], options.language);
  const trial = new HostedTrial(host, wired, tally, options);
  await host.start([...slice.configs, wired]);
  trial.keepWarnings();
  return trial;
}

class HostedTrial implements Trial {
  readonly warned: string[] = [];
  private readonly listener: Listener;
  private readonly sources = new Map<string, readonly string[]>();
  private told = 0;

  constructor(
    private readonly host: Host,
    private readonly config: SavedNode,
    readonly tally: Tally,
    options: TrialOptions,
  ) {
    this.listener = this.listenerFor(options);
    host.stub(OUT, 'rehearsal', (message) => this.listener.heard(message));
    host.stub(PROBLEMS, 'rehearsal', ({ payload }) => {
      for (const { code, message, hint } of payload as Problem[]) {
        // what is wrong with the settings is told once more with the first readings
        if (!this.warned.includes(message)) tally.problem(code, message, hint);
      }
    });
  }

  take(message: NodeMessage): void {
    const items = Array.isArray(message.payload) ? (message.payload as unknown[]) : [message.payload];
    if (this.config.type === 'pattern-status' && this.tally.lists) this.remember(items as CityEvent[]);
    this.host.feed([this.config.id], message);
    this.listener.after?.(items);
    this.tellSaid();
  }

  settled(): Promise<void> {
    return this.host.settled();
  }

  close(): Promise<void> {
    return this.host.close();
  }

  /** What the node itself complained of while it took readings. */
  private tellSaid(): void {
    for (const { kind, text } of this.newlySaid()) this.tally.problem(`node/${kind}`, text, '');
  }

  keepWarnings(): void {
    for (const { kind, text } of this.newlySaid()) {
      if (kind === 'warn') this.warned.push(text);
      else this.tally.problem(`node/${kind}`, text, '');
    }
  }

  private newlySaid(): Said[] {
    const { said } = this.host;
    const news = said.slice(this.told).filter(({ node }) => node === this.config.id);
    this.told = said.length;
    return news;
  }

  private listenerFor({ language, timeZone }: TrialOptions): Listener {
    const { config, tally } = this;
    switch (config.type) {
      case 'pattern-status':
        return new StatusListener(tally, (event) => this.sources.get(event) ?? []);
      case 'spatial-filter':
        if (config['keep'] !== 'moves') {
          const marks = config['keep'] === 'all' || config['arrays'] === 'mark';
          return new StayListener(tally, { id: config.id, name: nameOf(config) }, marks);
        }
    }
    return new EventListener(tally, (event) =>
      evidenceSentence([event], event.keyName ?? event.key, language, timeZone),
    );
  }

  private remember(items: readonly CityEvent[]): void {
    for (const { id, source } of items) {
      if (typeof id === 'string' && Array.isArray(source)) this.sources.set(id, source as string[]);
    }
    if (this.sources.size <= MOST_EVENTS) return;
    for (const id of this.sources.keys()) {
      if (this.sources.size <= MOST_EVENTS / 2) break;
      this.sources.delete(id);
    }
  }
}

function nameOf({ name, type }: SavedNode): string {
  return typeof name === 'string' && name !== '' ? name : type;
}
