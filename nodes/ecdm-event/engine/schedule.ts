import { DeadlineHeap } from './heap';
import type { Stepped } from './stepped';
import { Phase } from './entry';
import type { Stream } from './stream';

/** What happens without a reading: silences, `for`, and the closing of windows, each when event time has passed it. */
export class Schedule {
  private readonly deadlines = new DeadlineHeap<Stream>();
  private readonly windows = new DeadlineHeap<Stepped>();

  /** When the next silence or `for` is due (its lateness included); `Infinity` when nothing is waited for. */
  get nextDeadline(): number {
    return this.deadlines.first;
  }

  /** To be called after a stream has changed. */
  arm(stream: Stream): void {
    if (stream.state.phase === Phase.Idle) return;
    const due = stream.deadline() + stream.rule.lateness;
    if (due >= stream.armedAt) return;
    stream.armedAt = due;
    this.deadlines.push(due, stream);
  }

  /** To be called after a window has got a reading. */
  armWindow(stepped: Stepped): void {
    const due = stepped.nextEnd + stepped.rule.lateness;
    if (due >= stepped.armedAt) return;
    stepped.armedAt = due;
    this.windows.push(due, stepped);
  }

  /** Closes windows and fires deadlines. @param final nothing follows: lateness is not waited for any more */
  passUntil(time: number, final: boolean): void {
    // windows first: their results decide whether a silence is one
    const { windows } = this;
    const again: Stepped[] = [];
    while (windows.first < (final ? Infinity : time)) {
      const due = windows.first;
      const stepped = windows.pop()!;
      if (due !== stepped.armedAt) continue;
      stepped.armedAt = Infinity;
      // at the end of everything a window that is full is closed, one that is not is left
      stepped.closeUntil(final ? time + 1 : time - stepped.rule.lateness);
      this.arm(stepped.stream);
      again.push(stepped);
    }
    for (const stepped of again) this.armWindow(stepped);
    this.fireUntil(time, final);
  }

  fireUntil(time: number, final: boolean): void {
    const { deadlines } = this;
    const again: Stream[] = [];
    while (deadlines.first < (final ? Infinity : time)) {
      const due = deadlines.first;
      const stream = deadlines.pop()!;
      if (due !== stream.armedAt) continue;
      stream.armedAt = Infinity;
      stream.fireUntil(final ? time + 1 : time - stream.rule.lateness);
      again.push(stream);
    }
    for (const stream of again) this.arm(stream);
  }

  forget(): void {
    this.deadlines.clear();
    this.windows.clear();
  }
}
