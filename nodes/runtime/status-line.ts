import type { NodeStatus, RuntimeApi, RuntimeNode } from './node-red';

type Look = Pick<NodeStatus, 'fill' | 'shape'>;
/** A function where finding them out costs something: it is called only when the line is shown. */
type Parameters = Record<string, unknown> | (() => Record<string, unknown>);
/** What a line says: which look of the legend, the key of the text, and its parameters. */
export type Line = readonly [look: keyof typeof LEGEND, key: string, parameters?: Record<string, unknown>];

/** The legend, the same for all nodes (never by colour alone: the text says it too). */
const LEGEND = {
  idle: { fill: 'grey', shape: 'ring' },
  working: { fill: 'green', shape: 'dot' },
  waiting: { fill: 'yellow', shape: 'ring' },
  error: { fill: 'red', shape: 'ring' },
  raised: { fill: 'red', shape: 'dot' },
} as const satisfies Record<string, Look>;

/** At most two changes a second reach the editor: each one is an event in every open browser. */
const SLOWEST = 500;

/**
 * The line under a node in the editor. Says only what changed, at most twice a second; the last word is never lost.
 * Texts are keys of the node's own locale file, with parameters.
 */
export class StatusLine {
  private shown = '';
  private wanted: (() => Line) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private last = -Infinity;

  constructor(
    private readonly node: Pick<RuntimeNode, 'status'>,
    private readonly RED: Pick<RuntimeApi, '_'>,
  ) {}

  idle(key: string, parameters?: Parameters): void {
    this.show('idle', key, parameters);
  }
  working(key: string, parameters?: Parameters): void {
    this.show('working', key, parameters);
  }
  waiting(key: string, parameters?: Parameters): void {
    this.show('waiting', key, parameters);
  }
  error(key: string, parameters?: Parameters): void {
    this.show('error', key, parameters);
  }
  raised(key: string, parameters?: Parameters): void {
    this.show('raised', key, parameters);
  }

  /**
   * For what changes with every message: `look` is called only when the line is shown. Give the same function each time,
   * so that a message costs an assignment.
   */
  later(look: () => Line): void {
    this.wanted = look;
    if (this.timer !== undefined) return;
    const wait = this.last + SLOWEST - performance.now();
    if (wait <= 0) {
      this.flush();
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, wait);
    this.timer.unref();
  }

  /** Stops the timer; the line is left as it is. */
  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.wanted = undefined;
  }

  private show(look: keyof typeof LEGEND, key: string, parameters?: Parameters): void {
    // the text is looked up when it is shown: that costs more than handling a message
    this.later(() => [look, key, typeof parameters === 'function' ? parameters() : parameters]);
  }

  private flush(): void {
    if (this.wanted === undefined) return;
    const [look, key, parameters] = this.wanted();
    this.wanted = undefined;
    const status = { ...LEGEND[look], text: this.RED._(key, parameters) };
    // a look counts, too, when it finds nothing new
    this.last = performance.now();
    const shown = `${status.fill} ${status.shape} ${status.text}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.node.status(status);
  }
}
