import { text } from '../ecdm/text';
import { formatTime } from '../ecdm/time';
import { isUnset } from '../ecdm/unset-clock';
import { guard } from './input';
import type { RuntimeApi, RuntimeNode } from './node-red';
import { WallWatch, type Away } from './wall-watch';

/** So often at least it looks at the clock by itself. */
const LOOK_EVERY = 10_000;

/** It is the clock of the machine: one node says so for all. */
let isTold = false;

function tellUnset(node: Pick<RuntimeNode, 'warn'>, now: number, language: string | undefined): void {
  const before = isTold;
  isTold = isUnset(now);
  if (isTold && !before) node.warn(text(language, 'unsetClock', { time: formatTime(now) }));
}

/** Tells a node when the clock has made a leap, and people in the log where that matters to it. */
export class SleepWatch {
  private readonly wall = new WallWatch();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param awake nobody has watched for a time. Returns whether that matters to the node: then it is said (`log.awake` of
   *   its locale file)
   * @param setBack the clock was ahead. The same (`log.setBack`)
   */
  constructor(
    private readonly node: Pick<RuntimeNode, 'error' | 'log' | 'warn'>,
    private readonly RED: Pick<RuntimeApi, '_' | 'settings'>,
    private readonly awake: (away: Away) => boolean,
    private readonly setBack: (away: Away) => boolean = () => false,
  ) {}

  /** To be called before anything is made of the time. */
  look(): void {
    const now = Date.now();
    this.tellUnset(now);
    const away = this.wall.look(now);
    if (away === undefined) return;
    const isBack = away.to < away.from;
    const matters = isBack ? this.setBack(away) : this.awake(away);
    if (matters)
      this.node.log(this.RED._(isBack ? 'log.setBack' : 'log.awake', { time: new Date(away.from).toISOString() }));
  }

  /** Looks by itself from now on: for a node that may have nothing to do for long. */
  lookOften(): void {
    this.tellUnset(Date.now());
    this.timer = setInterval(
      guard(this.node, () => this.look()),
      LOOK_EVERY,
    ).unref();
  }

  private tellUnset(now: number): void {
    tellUnset(this.node, now, this.RED.settings.lang);
  }

  close(): void {
    clearInterval(this.timer);
  }
}
