/**
 * A node that tells people, with the clock of the data: who would have been told what and when. It is the node's own desk, only
 * that nobody is behind it; what waits for a time of day, for others or for a reaction waits in the time of the readings.
 */
import { CapDesk } from '../action-notify/cap/desk';
import { readCapSettings } from '../action-notify/cap/settings';
import { migrations } from '../action-notify/migrations';
import { isWanted } from '../action-notify/notices';
import { Notifier, type Answer } from '../action-notify/notifier';
import { readSettings, type NotifySettings } from '../action-notify/settings';
import { readDomain } from '../ecdm-domain/domain';
import { readCity } from '../ecdm/city';
import { readItem } from '../ecdm/read-item';
import type { Status } from '../ecdm/status';
import { parseTime } from '../ecdm/time';
import { migrate } from '../runtime/migrate';
import type { NodeMessage } from '../runtime/node-red';
import type { Episode, SavedNode } from './contract';
import type { FlowSlice } from './slice';
import type { Tally } from './tally';
import type { Trial } from './trial';

/** How often something may be due between two readings: reminders each minute of two weeks. */
export const MOST_TICKS = 20_000;

export class NoticeTrial implements Trial {
  held = 0;
  /** More was due than is done: some came later or not at all. */
  cut = false;
  private readonly settings: NotifySettings;
  private readonly notifier: Notifier;
  private readonly cap: CapDesk | undefined;
  private now = -Infinity;

  constructor(
    { configs }: Pick<FlowSlice, 'configs'>,
    private readonly saved: SavedNode,
    readonly tally: Tally,
  ) {
    const config = migrate(saved, migrations);
    const domain = configs.find(({ id, type }) => type === 'ecdm-domain' && id === config['domain']);
    this.settings = readSettings(config, domain && readDomain(domain).definition);
    this.cap =
      this.settings.action === 'cap' ? new CapDesk(readCapSettings(config, this.settings), 'simulated') : undefined;
    this.notifier = new Notifier(this.settings, ({ code, message, hint }) => tally.problem(code, message, hint));
  }

  /** Shows how things are, and tells nobody. */
  get showsOnly(): boolean {
    return this.cap === undefined && this.notifier.showsOnly;
  }

  take({ payload, city: raw }: NodeMessage): void {
    const items = Array.isArray(payload) ? (payload as unknown[]) : [payload];
    const { clock } = readCity(raw);
    for (const [time, item] of inOrder(items)) {
      this.goTo(time);
      if (this.cap === undefined) this.answer(this.notifier.take([item], 'simulated', this.now));
      else this.draft(this.cap, item);
    }
    if (clock === undefined) return;
    this.goTo(clock.time, true);
    if (clock.end === true) this.answer(this.notifier.forgetRun('simulated', this.now));
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Does what is due before then. @param too what is due at that very time: all that comes then has come */
  private goTo(time: number, too = false): void {
    for (let n = 0; ; n++) {
      const due = this.notifier.due();
      if (due === undefined || due > time || (due === time && !too)) break;
      if (n === MOST_TICKS) {
        this.cut = true;
        break;
      }
      this.now = Math.max(this.now, due);
      this.answer(this.notifier.tick(this.now));
    }
    this.now = Math.max(this.now, time);
  }

  private answer({ told, held }: Answer): void {
    this.held += held.length;
    for (const { letter, notice } of told) {
      const status = letter.items[0]?.status;
      const episode: Episode = {
        rule: this.saved.id,
        name: notice.headline,
        key: status?.key ?? notice.key,
        since: letter.at,
        severity: notice.severity,
        reason: notice.text,
      };
      this.tell(episode, status, notice.recipient?.name);
    }
  }

  private draft(cap: CapDesk, item: unknown): void {
    const read = readItem(item, this.settings.language);
    if ('code' in read) return this.tally.problem(read.code, read.message, read.hint);
    if (read.kind !== 'status') return;
    const { status } = read;
    if (!isWanted(this.settings, status) && !cap.knows(status.statusId)) return;
    for (const event of cap.take(status, 'simulated', this.now)) {
      if (event.is !== 'draft') continue;
      const { name, key, severity, reason } = status;
      const episode: Episode = {
        rule: this.saved.id,
        name: `${event.draft.msgType}: ${name}`,
        key,
        since: this.now,
        severity,
        reason,
      };
      this.tell(episode, status);
    }
  }

  private tell(episode: Episode, status: Status | undefined, recipient?: string): void {
    if (status?.keyName !== undefined && status.keyName !== episode.key) episode.keyName = status.keyName;
    if (status?.place !== undefined) episode.place = status.place;
    const { zones } = status ?? {};
    if (zones !== undefined && zones.length > 0) episode.zones = zones.map(({ id }) => id);
    if (recipient !== undefined) episode.name = `${episode.name} (${recipient})`;
    this.tally.point(episode, zones);
  }
}

/** Items with their times; what has none goes with the one before it. */
function inOrder(items: readonly unknown[]): [time: number, item: unknown][] {
  let last = -Infinity;
  const timed = items.map((item): [number, unknown] => {
    const { updated, time } = Object(item) as { updated?: unknown; time?: unknown };
    last = (typeof time === 'number' ? time : parseTime(updated)) ?? last;
    return [last, item];
  });
  return timed.sort(([a], [b]) => (a === b ? 0 : a - b));
}
