/** What is told of a status, by a model of few lines: one key, a state "A" or an instant "p", and a hand that clears. */
import type { CityEvent } from '../../nodes/ecdm/event';

export interface ModelOptions {
  /** How long it must hold, and how long it must be quiet, in ticks. */
  lasting: number;
  quiet: number;
  updateEvery: number;
  latched: boolean;
}

interface Told {
  raised: boolean;
  /** Back to normal, but kept until a hand clears it. */
  kept: boolean;
  /** The hand came before. */
  released: boolean;
  unknown: boolean;
  said: number;
  /** The last that was said is that it is kept. */
  saidKept: boolean;
}

export class ToldModel {
  /** "raised@5", in the order in which it is told. */
  readonly said: string[] = [];
  /** Streams of A: whether it is known that they are active. */
  private readonly streams = new Map<string, boolean>();
  private phase: 'normal' | 'pending' | 'raised' = 'normal';
  private since = 0;
  private fell = -Infinity;
  private pulse = -Infinity;
  private wasTrue = false;
  private told: Told | undefined;

  constructor(private readonly options: ModelOptions) {}

  private get level(): 'true' | 'unknown' | 'false' {
    const all = [...this.streams.values()];
    return all.includes(true) ? 'true' : all.length > 0 ? 'unknown' : 'false';
  }

  /** What happens at `t`, ends first. */
  tick(t: number, events: readonly CityEvent[]): void {
    const before = this.level;
    for (const { kind, stream } of events) {
      if (kind === 'begin') this.streams.set(stream, true);
      else if (kind === 'end') this.streams.delete(stream);
      else if (kind === 'nodata' && this.streams.has(stream)) this.streams.set(stream, false);
    }
    const rose = this.level === 'true' && !this.wasTrue;
    this.wasTrue = this.level === 'true' || (this.wasTrue && this.level === 'unknown');
    if (before !== 'false' && this.level === 'false') this.fell = t;
    const points = events.some(({ kind }) => kind === 'point');
    if (points) this.pulse = t;
    if (this.phase !== 'normal')
      this.goesOn(t, before, rose || events.some(({ kind }) => kind === 'begin' || kind === 'point'));
    else if (rose || points) {
      this.since = t;
      if (this.options.lasting === 0) this.raise(t);
      else {
        this.phase = 'pending';
        if (this.told === undefined) this.say('pending', t);
      }
    }
    this.deadlines(t);
  }

  private goesOn(t: number, before: string, more: boolean): void {
    if (this.phase !== 'raised') return;
    const { told, level } = this;
    if (before !== 'unknown' && level === 'unknown') {
      if (!told!.unknown) this.say('nodata', t);
    } else if (more && !(before === 'unknown' && level === 'true')) this.update(t);
  }

  private deadlines(t: number): void {
    const { lasting, quiet, latched } = this.options;
    if (this.phase === 'normal') return;
    if (this.level === 'false' && Math.max(this.fell, this.pulse) + quiet <= t) {
      this.phase = 'normal';
      if (!this.told!.kept && latched && this.told!.raised && !this.told!.released) {
        this.told!.kept = true;
        this.say('updated', t);
      } else if (!this.told!.kept) this.say('cleared', t);
    } else if (this.phase === 'pending' && this.since + lasting <= t) {
      this.raise(t);
    } else if (this.told?.unknown === true) this.update(t);
    // what was told to be over is back
    if (this.told?.saidKept === true && !this.told.kept) this.update(t);
  }

  private raise(t: number): void {
    this.phase = 'raised';
    if (this.told?.kept === true) {
      this.told.kept = false;
      this.update(t);
    } else this.say('raised', t);
    if (this.level === 'unknown') this.say('nodata', t);
  }

  hand(t: number): void {
    const { told } = this;
    if (told === undefined) return;
    if (this.options.latched && told.raised && !told.kept) told.released = true;
    else {
      this.say('cleared', t);
      if (!told.kept) this.phase = 'normal';
      else if (this.phase === 'pending') this.say('pending', t);
    }
  }

  private update(t: number): void {
    if (this.level === 'unknown') return;
    if (t - this.told!.said >= this.options.updateEvery) this.say('updated', t);
  }

  private say(state: string, t: number): void {
    this.said.push(`${state}@${t}`);
    if (state === 'cleared') {
      this.told = undefined;
      return;
    }
    const { kept = false, released = false, raised = false } = this.told ?? {};
    const unknown = state === 'nodata';
    this.told = { kept, released, raised: raised || state !== 'pending', unknown, said: t, saidKept: kept };
  }
}
