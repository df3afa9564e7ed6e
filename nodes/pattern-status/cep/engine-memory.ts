/** What an engine remembers, told while it goes on, and taken over by a fresh one. */
import type { Core } from './core';
import { number, plain } from './pattern-json';
import { Restoring } from './restoring';
import type { Routing } from './routing';
import { Saving } from './saving';
import { layoutOf, shapeOf, type Shape } from './shape';
import { SNAPSHOT_VERSION, type Header, type Line } from './snapshot';

export class EngineMemory {
  constructor(
    private readonly core: Core,
    private readonly routing: Routing,
  ) {}

  /** What of the rule decides what it remembers: with another rule of the same shape its memory can be used. */
  get shape(): Shape {
    const { definition, options } = this.core;
    return shapeOf(definition, options.emit ?? (() => undefined));
  }

  save(): Saving {
    const { core } = this;
    // up to now the time was watched, although nothing came
    if (core.live && core.options.now !== undefined) core.wall = Math.max(core.wall, core.options.now());
    const { settled, wall, mode, clocks, teller, gate } = core;
    core.saving?.giveUp();
    core.runner.lookAtAll();
    const header: Header = {
      version: SNAPSHOT_VERSION,
      shape: this.shape,
      layout: layoutOf(core.rule),
      settled: plain(settled),
      wall: plain(wall),
      mode,
      total: this.core.totals(),
      clocks: clocks.toJSON(),
      lineage: [...teller.lineage],
      ...(gate === undefined ? {} : { near: plain(gate.time) }),
    };
    const saving: Saving = new Saving(header, core, () => this.isOver(saving));
    this.watch(saving);
    return saving;
  }

  private isOver(saving: Saving): void {
    if (this.core.saving === saving) this.watch(undefined);
  }

  private watch(saving: Saving | undefined): void {
    const { core } = this;
    core.saving = core.seen.saving = core.runner.saving = core.keys.saving = saving;
  }

  snapshot(): Line[] {
    const saving = this.save();
    const lines: Line[] = [];
    for (let line = saving.line(); line !== undefined; line = saving.line()) lines.push(line);
    this.watch(undefined);
    return lines;
  }

  restoring(now?: number): Restoring {
    const { core, shape } = this;
    const { rule, rosters, seen, runner, keys, gate } = core;
    return new Restoring(
      {
        rule,
        shape,
        layout: layoutOf(rule),
        begin: (header, whole) => this.resume(header, whole, now),
        roster: (source, keys, streams) => rosters.restore(source, keys, streams),
        suppressors: (streams, made) => core.suppressors?.restore(streams, made),
        zoneStates: (states) => core.zoneStates?.restore(states),
        quiet: (quiet) => quiet.forEach(([key, length]) => core.quiet?.set(key, length)),
        stream: (stream, newest, ids) => seen.restore(stream, newest, ids),
        newEntry: (key, known) => keys.add(key, known),
        stateOf: (entry) => runner.at(entry),
        entryOf: (key) => keys.get(key),
        wait: (entry, event, arrived) => {
          const isOwn = core.suppressors?.has(event.event) !== true && !entry.expected;
          if (isOwn && core.states.time(entry.slot) === -Infinity) this.routing.beginsAt(entry, event.time);
          core.wait(entry, event, arrived);
        },
        waitAtGate: (event, arrived) => gate !== undefined && core.wait(gate.entry, event, arrived),
        around: (states) => gate?.router.restore(states),
        happenedBefore: (events) => gate?.options.recent?.take(events, -Infinity),
        routeAnew: (event) => {
          // it counts once, though it may come again
          seen.note(event);
          this.routing.keepForLater(event);
        },
        where: (entry, where) => core.whereabouts.restore(entry, where),
        isBack: (entry) => {
          runner.latest = Math.max(runner.latest, core.states.time(entry.slot));
          core.runs?.restored(entry, runner.at(entry).pattern);
          const reached = core.live && now !== undefined ? core.eventTime(entry, now) : -Infinity;
          core.teller.resumed(entry, runner.at(entry).life, Math.max(core.settled, reached));
          if (gate !== undefined) core.runs?.looked(entry, runner.at(entry).pattern);
          core.schedule(entry);
        },
        done: () => {
          if (gate !== undefined) core.liveQueue.queueUp(gate.entry);
          // it was written by a clock that was ahead
          if (core.live && now !== undefined && core.wall > now) core.setBack(core.wall - now, now);
        },
      },
      now,
    );
  }

  private resume({ settled, wall, mode, total, clocks, lineage, near }: Header, whole: boolean, now = -Infinity): void {
    const { core } = this;
    core.clocks.restore(clocks);
    for (const id of lineage) core.teller.lineage.add(id);
    if (core.gate !== undefined && near !== undefined) core.gate.time = number(near);
    core.settled = number(settled);
    core.wall = Math.max(number(wall), now);
    core.enter(mode);
    Object.assign(core.total, total);
    core.runner.detections = total.detections;
    if (core.runs === undefined) return;
    core.runs.open = whole ? total.runs : 0;
    core.runs.dropped = total.runsDropped;
    core.total.runsDropped = 0;
  }

  restore(kept: unknown, now?: number): true | 'version' | 'rule' | 'broken' {
    const restoring = this.restoring(now);
    for (const line of Array.isArray(kept) ? (kept as unknown[]) : [kept]) restoring.take(line);
    const restored = restoring.finish();
    if (restored.kept === 'all') return true;
    if (restored.kept === 'open') return 'rule';
    const { keys } = this.core;
    for (const entry of keys.all()) keys.forget(entry);
    return restored.because === 'id' ? 'rule' : restored.because;
  }
}
