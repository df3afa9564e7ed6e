/**
 * Draft, approve, send: what a status asks to be told to the public is drafted, a person approves or rejects it, and only then
 * is there a message. A draft whose status is over meanwhile is withdrawn. What was sent is remembered, so that Update and
 * Cancel refer to it. Pure: the time is given.
 */
import type { Mode } from '../../ecdm/city';
import { isOpen } from '../../ecdm/operator';
import type { Realm } from '../../ecdm/realms';
import type { Status } from '../../ecdm/status';
import { faultsOf, type CapFault, type CapKind, type MessageType } from './alert';
import { compose, draftIdOf, type CapSettings, type Reference } from './compose';
import { NO_CITY, type CityFacts } from './place';
import type { Shape } from './area';
import { toXml } from './xml';

/** Most episodes that are followed; the oldest that nothing was sent about is forgotten first. */
const MOST_EPISODES = 1000;
/** Most messages of an episode that a later one refers to. */
const MOST_REFERENCES = 50;
const LONGEST_WHO = 200;
const LONGEST_WHY = 2000;

export interface Draft {
  draftId: string;
  msgType: MessageType;
  status: Status;
  mode: Mode;
  /** Epoch milliseconds. */
  made: number;
}

interface Episode {
  statusId: string;
  sent: Reference[];
  /** What was told last, so that only what changes is told again. */
  told?: Pick<Status, 'severity' | 'state'>;
  draft?: Draft;
  /** A message that was approved and of which it is not known that it went out. */
  outgoing?: CapMessage;
}

export interface CapMessage {
  statusId: string;
  revision: number;
  identifier: string;
  msgType: MessageType;
  status: CapKind;
  sent: string;
  /** Who approved it, and why. */
  who: string;
  why?: string;
  notes: Shape['notes'];
  xml: string;
}

/** Why an act is refused: a key of the texts under `act.`. */
export type ActFault = 'act' | 'who' | 'why' | 'unknown' | 'invalid';

export type CapEvent =
  | { is: 'draft'; draft: Draft; kind: CapKind; xml: string; faults: CapFault[]; notes: Shape['notes'] }
  | { is: 'withdrawn'; draft: Draft }
  | { is: 'rejected'; draft: Draft; who: string; why?: string }
  | { is: 'message'; message: CapMessage }
  | { is: 'refused'; fault: ActFault; faults: CapFault[]; raw: unknown };

export class CapDesk {
  private readonly episodes = new Map<string, Episode>();
  /** Of which something has changed that a file must know. */
  private readonly dirty = new Set<string>();

  /** @param realm of all that it is given: a replay withdraws no draft of the city */
  constructor(
    private readonly settings: CapSettings,
    private readonly realm: Realm = 'real',
    private readonly city: CityFacts = NO_CITY,
  ) {}

  /** Drafts that wait for somebody. */
  drafts(): Draft[] {
    return [...this.episodes.values()].flatMap(({ draft }) => draft ?? []);
  }

  /** Whether something about this episode was drafted or sent: then its end is to be told, whatever its severity is now. */
  knows(statusId: string): boolean {
    return this.episodes.has(statusId);
  }

  /** A status that is to be told; each revision once. */
  take(status: Status, mode: Mode, now: number): CapEvent[] {
    if (status.state === 'pending') return [];
    const episode = this.episodes.get(status.statusId);
    if (!isOpen(status)) return episode === undefined ? [] : this.over(episode, status, mode, now);
    const followed = episode ?? this.follow(status);
    const msgType = followed.sent.length === 0 ? 'Alert' : 'Update';
    const { draft, told } = followed;
    const changed =
      told === undefined ||
      told.severity !== status.severity ||
      (told.state === 'nodata') !== (status.state === 'nodata');
    // what was told is told again only when it changes
    if (draft === undefined && !changed) return [];
    if (draft !== undefined && !changed) return this.withdraw(followed, draft);
    // what people were shown is what goes out
    if (draft !== undefined && isSameText(draft.status, status)) return [];
    return [this.draft(followed, msgType, status, mode, now)];
  }

  /** What a person decides: `{act: 'approve' | 'reject', draftId, who, why}`. */
  act(raw: unknown, now: number): CapEvent[] {
    const refuse = (fault: ActFault, faults: CapFault[] = []): CapEvent[] => [{ is: 'refused', fault, faults, raw }];
    if (!isCapAct(raw)) return refuse('act');
    const { act, draftId, who, why } = raw;
    if (typeof who !== 'string' || who.trim() === '' || who.length > LONGEST_WHO) return refuse('who');
    if (why !== undefined && (typeof why !== 'string' || why.length > LONGEST_WHY)) return refuse('why');
    const episode = [...this.episodes.values()].find(({ draft }) => draft?.draftId === draftId);
    const draft = episode?.draft;
    if (episode === undefined || draft === undefined) return refuse('unknown');
    const by = why === undefined || why.trim() === '' ? { who: who.trim() } : { who: who.trim(), why: why.trim() };
    if (act === 'reject') return this.reject(episode, draft, by);
    const { alert, notes } = compose(
      this.settings,
      draft.status,
      draft.msgType,
      episode.sent,
      draft.mode,
      now,
      this.city,
    );
    const faults = faultsOf(alert);
    if (faults.length > 0) return refuse('invalid', faults);
    const { identifier, sent, sender, status, msgType } = alert;
    const { statusId, revision } = draft.status;
    const message: CapMessage = {
      statusId,
      revision,
      identifier,
      msgType,
      status,
      sent,
      ...by,
      notes,
      xml: toXml(alert),
    };
    delete episode.draft;
    episode.told = { severity: draft.status.severity, state: draft.status.state };
    episode.sent = [...episode.sent, { sender, identifier, sent }].slice(-MOST_REFERENCES);
    episode.outgoing = message;
    this.touch(episode);
    return [{ is: 'message', message }];
  }

  /** A message has gone out: it is not sent again after a restart. One of another desk changes nothing. */
  gone({ statusId, msgType, identifier }: CapMessage): void {
    const episode = this.episodes.get(statusId);
    if (episode?.outgoing?.identifier !== identifier) return;
    delete episode.outgoing;
    this.touch(episode);
    if (msgType === 'Cancel') this.episodes.delete(statusId);
  }

  /** Messages that were approved and may not have gone out; to be sent again as they are. */
  outgoing(): CapMessage[] {
    return [...this.episodes.values()].flatMap(({ outgoing }) => outgoing ?? []);
  }

  /** What has changed since the last call, as lines of JSON; what is not real is not to be kept. */
  *changing(): Generator<string, void> {
    for (const id of this.dirty) yield episodeLine(id, this.episodes.get(id));
    this.dirty.clear();
  }

  /** All that it remembers, as lines of JSON. */
  *whole(): Generator<string, void> {
    for (const [id, episode] of this.episodes) yield episodeLine(id, episode);
  }

  /** Takes over a line; what is none is left. */
  restore(line: unknown): void {
    if (!Array.isArray(line) || line[0] !== 'episode' || typeof line[1] !== 'string') return;
    const episode = line[2] as Partial<Episode> | null;
    this.episodes.delete(line[1]);
    if (episode?.statusId === line[1] && Array.isArray(episode.sent)) this.episodes.set(line[1], episode as Episode);
  }

  /** How a draft would go out now, for those who approve it. */
  preview(draft: Draft, now: number): Extract<CapEvent, { is: 'draft' }> {
    const sent = this.episodes.get(draft.status.statusId)?.sent ?? [];
    const { alert, notes } = compose(this.settings, draft.status, draft.msgType, sent, draft.mode, now, this.city);
    return {
      is: 'draft',
      draft,
      kind: alert.status,
      xml: toXml({ ...alert, status: 'Draft' }),
      faults: faultsOf(alert),
      notes,
    };
  }

  private over(episode: Episode, status: Status, mode: Mode, now: number): CapEvent[] {
    const { draft, sent } = episode;
    if (sent.length === 0) {
      this.touch(episode);
      this.episodes.delete(episode.statusId);
      return draft === undefined ? [] : [{ is: 'withdrawn', draft }];
    }
    if (draft?.msgType === 'Cancel' || episode.outgoing?.msgType === 'Cancel') return [];
    return [this.draft(episode, 'Cancel', status, mode, now)];
  }

  private draft(episode: Episode, msgType: MessageType, status: Status, mode: Mode, now: number): CapEvent {
    const draft: Draft = {
      draftId: draftIdOf(status, msgType, this.realm),
      msgType,
      status,
      mode,
      made: now,
    };
    episode.draft = draft;
    this.touch(episode);
    return this.preview(draft, now);
  }

  private withdraw(episode: Episode, draft: Draft): CapEvent[] {
    delete episode.draft;
    this.touch(episode);
    return [{ is: 'withdrawn', draft }];
  }

  private reject(episode: Episode, draft: Draft, by: { who: string; why?: string }): CapEvent[] {
    delete episode.draft;
    this.touch(episode);
    // not asked again for the same
    episode.told = { severity: draft.status.severity, state: draft.status.state };
    // nobody was told that it is over: then that stands until it expires
    if (draft.msgType === 'Cancel') this.episodes.delete(episode.statusId);
    return [{ is: 'rejected', draft, ...by }];
  }

  private follow(status: Status): Episode {
    if (this.episodes.size >= MOST_EPISODES) {
      const values = [...this.episodes.values()];
      const least = values.find(({ sent }) => sent.length === 0) ?? values[0]!;
      this.touch(least);
      this.episodes.delete(least.statusId);
    }
    const episode: Episode = { statusId: status.statusId, sent: [] };
    this.episodes.set(status.statusId, episode);
    return episode;
  }

  private touch({ statusId }: Episode): void {
    // nobody asks for what is not real
    if (this.realm === 'real') this.dirty.add(statusId);
  }
}

/** @param episode without, where it is forgotten */
function episodeLine(id: string, episode: Episode | undefined): string {
  return JSON.stringify(['episode', id, episode ?? null]);
}

/** Whether a message decides about a draft. */
export function isCapAct(raw: unknown): raw is Record<string, unknown> & { act: 'approve' | 'reject' } {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return false;
  const act: unknown = Object.hasOwn(raw, 'act') ? (raw as Record<string, unknown>)['act'] : undefined;
  return act === 'approve' || act === 'reject';
}

/** Nothing that people decide about has changed. */
function isSameText(a: Status, b: Status): boolean {
  return a.severity === b.severity && (a.state === 'nodata') === (b.state === 'nodata');
}
