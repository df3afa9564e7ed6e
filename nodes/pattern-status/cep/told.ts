/** What was told of a key's status: by it is decided what there is to tell next. */
import type { CityEvent } from '../../ecdm/event';
import type { StatusState } from '../../ecdm/status';
import type { ZoneRef } from '../../ecdm/zone';
import type { MessageKey } from './message';

/** What was told of a status that is open. */
export class Told {
  /** First detection when it was first told: fixes the identity, later than all that was said of the one before. */
  first = -Infinity;
  /** The same, later than the end of the one before. */
  begun = -Infinity;
  since = -Infinity;
  /** `since` when it was first told; late events may make it earlier. */
  opened = -Infinity;
  revision = 0;
  state: StatusState = 'pending';
  /** Event time that the last message is about. */
  said = -Infinity;
  /** What stands as event time in the last message: each one's is later than that of the one before. */
  stamp = -Infinity;
  /** An earlier episode was found behind one that was told early; it is not yet clear whether both are one. */
  earlier: number | undefined = undefined;
  /** Place in the order of severities, as it was told last. */
  severity = 0;
  /** When it was raised; not while it is pending. */
  raised: number | undefined = undefined;
  /** When it was raised or people were reminded of it. */
  reminded = -Infinity;
  /** Patterns of steps that have happened since, as bits. */
  steps = 0;
  /** When a pattern of a step last changed; what was before says nothing of the present severity. */
  stepped = -Infinity;
  /** The condition is back to normal since then; the status is kept, because it flaps or is latched. */
  normal: number | undefined = undefined;
  /** When the condition was back last, while the status was kept. */
  back: number | undefined = undefined;
  /** Somebody has cleared it while the condition held: it goes when that is over. */
  released = false;
  /** It flaps; since then nothing has changed. */
  changed: number | undefined = undefined;
  /** Detections of the episodes before the present one. */
  before = 0;
  /** The last message said that it is kept although the condition is back to normal. */
  saidNormal = false;
  /** The rule was changed to look elsewhere, and since then nothing was found here. */
  left = false;
  /** It rests on something simulated. */
  simulated = false;
  /** Where it was, as it was told last. */
  zones: readonly ZoneRef[] | undefined = undefined;
  /** Evidence of the last episode, while there is none at present. */
  kept: CityEvent[] | undefined = undefined;
}

/** The part of a key that the teller looks at. */
export interface ToldKey extends MessageKey {
  told: Told | undefined;
  /** End of the last episode that was told. */
  lastUntil: number;
  /** Event time of the last message of the status before, where that is later. */
  lastSaid: number;
  /** Raises that count for flapping; made when there is one. */
  raises: number[] | undefined;
}

/** Makes it that of a status of which nothing is told yet. @param severity place in the order of severities */
export function begin(told: Told, first: number, begun: number, since: number, t: number, severity: number): Told {
  told.first = first;
  told.begun = begun;
  told.since = told.opened = since;
  told.revision = 0;
  told.state = 'pending';
  told.said = told.reminded = told.stepped = t;
  told.stamp = first - 1;
  told.severity = severity;
  told.steps = told.before = 0;
  told.earlier = told.raised = told.normal = told.back = told.changed = undefined;
  told.released = told.saidNormal = told.left = told.simulated = false;
  told.kept = told.zones = undefined;
  return told;
}
