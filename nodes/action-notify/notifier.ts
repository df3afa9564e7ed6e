/** What the node does with what comes in: read, decide, once each, and hand over to the form of output 1. */
import type { ActionEvent } from '../ecdm/action';
import { isUnreal, type Mode } from '../ecdm/city';
import { makeProblem } from '../ecdm/problem';
import { readItem } from '../ecdm/read-item';
import { Revisions } from '../ecdm/revisions';
import { text } from '../ecdm/text';
import { createForm } from './forms';
import type { Entry, Form, OutMessage, Report } from './forms/form';
import { isFresh, isWanted, makeNotice, statusOfEvent } from './notices';
import type { NotifySettings } from './settings';

/** Events that are remembered so that a re-read tells nothing twice. */
const EVENTS_KEPT = 2000;

export interface Answer {
  /** The notices, for the form `event`. */
  notices: ActionEvent[];
  /** Messages of the other forms. */
  messages: OutMessage[];
}

export class Notifier {
  /** Kept over a restart by the node. */
  readonly revisions = new Revisions();
  /** A replay and a simulation may be run again: what they told is forgotten then, and never mixed with what is real. */
  private replayed = new Revisions();
  private replayedEvents = new Revisions(EVENTS_KEPT);
  private readonly events = new Revisions(EVENTS_KEPT);
  readonly form: Form | undefined;

  constructor(
    private readonly settings: NotifySettings,
    private readonly report: Report,
  ) {
    this.form = createForm(settings, report);
  }

  /** @param now milliseconds of the wall clock */
  take(items: readonly unknown[], mode: Mode, now: number): Answer {
    const entries: Entry[] = [];
    const notices: ActionEvent[] = [];
    for (const raw of items) {
      const entry = this.entry(raw, mode);
      if (entry === undefined) continue;
      entries.push(entry);
      if (entry.kind !== 'observation' && entry.notice !== undefined) notices.push(entry.notice);
    }
    const messages = entries.length > 0 ? (this.form?.take(entries, now) ?? []) : [];
    return { notices, messages };
  }

  /** A replay has come to its end, or a simulation starts over. */
  forgetRun(): void {
    this.replayed = new Revisions();
    this.replayedEvents = new Revisions(EVENTS_KEPT);
  }

  private entry(raw: unknown, mode: Mode): Entry | undefined {
    const { settings } = this;
    const item = readItem(raw, settings.language);
    if ('code' in item) {
      this.report(item);
      return undefined;
    }
    switch (item.kind) {
      case 'status': {
        const { status } = item;
        if (!isFresh(isUnreal(mode) ? this.replayed : this.revisions, status)) return undefined;
        const wanted = isWanted(settings, status);
        const notice = wanted ? makeNotice(settings, status, mode) : undefined;
        return { kind: 'status', status, wanted, notice, mode };
      }
      case 'event': {
        const { event } = item;
        if (!(isUnreal(mode) ? this.replayedEvents : this.events).isNew(event.id, 1)) return undefined;
        const status = statusOfEvent(event, settings.language);
        const wanted = isWanted(settings, status);
        const notice = wanted ? makeNotice(settings, status, mode) : undefined;
        return { kind: 'event', event, wanted, notice, mode };
      }
      case 'observation':
        if (this.drawsReadings()) return { kind: 'observation', observation: item.observation, mode };
        this.say('item/no-notice', 'noNotice', raw);
        return undefined;
      case 'action':
        this.say('item/none', 'none', raw);
        return undefined;
    }
  }

  private drawsReadings(): boolean {
    const { action, form } = this.settings;
    return action === 'createDashboard' || form === 'chart' || form === 'table' || form === 'worldmap';
  }

  private say(code: string, key: string, item: unknown): void {
    const { language } = this.settings;
    this.report(makeProblem(code, text(language, `item.${key}`), text(language, `item.${key}Hint`), item));
  }
}
