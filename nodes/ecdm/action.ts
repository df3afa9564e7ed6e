import type { Severity, StatusState } from './status';

export type ActionKind = 'notify' | 'alert' | 'createDashboard' | 'cap' | 'command';

/** What is done in answer to a status (ECDM ActionEvent). */
export interface ActionEvent {
  /** action definition | statusId | revision */
  actionId: string;
  action: ActionKind;
  statusId: string;
  revision: number;
  name: string;
  key: string;
  keyName?: string;
  state: StatusState;
  severity: Severity;
  headline: string;
  text: string;
  instruction?: string;
  /** One line, for where there is little room (SMS, a sign). */
  short?: string;
  /** Texts per language where more than one is asked for. */
  languages: Record<string, { headline: string; text: string; instruction?: string; short?: string }>;
  channel?: string;
  /** ISO 8601 with offset. */
  time: string;
  simulated?: boolean;
  /** Why it is told; without it: because the status is another one than before. */
  occasion?: NoticeOccasion;
  /** How many alarms it is about, and which of them (at most 100), where it is not about one. */
  count?: number;
  members?: { statusId: string; revision: number }[];
  /** Whom it is for, where the node knows its recipients. */
  recipient?: { id: string; name: string; role?: string; address?: string };
}

/**
 * `reminder`: nothing is new. `escalation`: nobody has reacted. `released`: what held it back (a shelf, maintenance) has ended.
 * The others are about several alarms: that came close together, in quiet hours, in a flood, and when that is over.
 */
export type NoticeOccasion = 'reminder' | 'escalation' | 'released' | 'group' | 'digest' | 'flood' | 'flood-over';

/** How sure the sender wants to be: handed over, accepted by the far side, seen to be done. */
export type ConfirmLevel = 'sent' | 'accepted' | 'done';

/** An order to an actuator. */
export interface Command {
  commandId: string;
  actuator: string;
  parameters: Record<string, unknown>;
  statusId?: string;
  revision?: number;
  /** ISO 8601: not sent earlier. */
  notBefore?: string;
  /** ISO 8601: never sent later, so that an outage does not end in old orders. */
  validUntil: string;
  confirm: ConfirmLevel;
  simulated?: boolean;
  /** The person who orders it, and why; without them it is automation, and waits while a person has taken over. */
  who?: string;
  why?: string;
}

export type CommandProgress = 'sent' | 'accepted' | 'done' | 'failed' | 'expired';

/** What became of a command. */
export interface CommandState {
  commandId: string;
  actuator: string;
  state: CommandProgress;
  /** ISO 8601 with offset. */
  time: string;
  /** Why, in a sentence, when it failed or expired. */
  reason?: string;
  statusId?: string;
  simulated?: boolean;
  /** Nothing was moved: the actuator is set so, or it is simulated. */
  dryRun?: boolean;
  /** The person who ordered it. */
  who?: string;
}
