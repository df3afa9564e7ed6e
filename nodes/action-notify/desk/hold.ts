/** Why nobody is told of an alarm: its operators, the work that is done there, or what it is a consequence of. */
import { isShelved, type OperatorState } from '../../ecdm/operator';
import { parseTime } from '../../ecdm/time';
import type { Alarm } from './alarm';
import type { Families } from './family';
import { maintenanceOf, type MaintenanceWindow } from './maintenance';

export interface Hold {
  reason: 'out-of-service' | 'shelved' | 'maintenance' | 'parent';
  /** Who, which window, or the name of the parent. */
  by: string;
  /** Id of the parent's alarm. */
  parent?: string;
  /** Wall clock at which it ends by itself. */
  until?: number;
  /** What had held it back before without a notice after its end: that notice is still owed. */
  owes?: Exclude<Hold['reason'], 'parent'>;
}

/** What holds an alarm back now, the strongest first. */
export class Holds {
  constructor(
    private readonly windows: readonly MaintenanceWindow[],
    private readonly families: Families,
    private readonly timeZone: string | undefined,
    private readonly byId: (id: string) => Alarm | undefined,
  ) {}

  of(alarm: Alarm, now: number): Hold | undefined {
    const hold = byOperator(alarm.operator, now) ?? this.byMaintenance(alarm, now) ?? this.byParent(alarm);
    const before = alarm.hold;
    if (hold === undefined || before === undefined) return hold;
    const ended = endedBy(before);
    return ended === 'parent' || ended === hold.reason ? hold : { ...hold, owes: ended };
  }

  private byMaintenance(alarm: Alarm, now: number): Hold | undefined {
    const found = maintenanceOf(this.windows, alarm.status, now, this.timeZone);
    return found === undefined ? undefined : { reason: 'maintenance', by: found.name, until: found.until };
  }

  private byParent(alarm: Alarm): Hold | undefined {
    const parent = this.families.holderOf(alarm, this.byId);
    if (parent === undefined) return undefined;
    const { name, keyName, key } = parent.status;
    return { reason: 'parent', by: `${name}, ${keyName ?? key}`, parent: parent.id };
  }
}

export const isByPeople = (reason: Hold['reason']): boolean => reason === 'shelved' || reason === 'out-of-service';

/** What somebody is told of when it has ended: of several, what people had put aside. */
export function endedBy({ reason, owes }: Hold): Hold['reason'] {
  return owes !== undefined && (isByPeople(owes) || !isByPeople(reason)) ? owes : reason;
}

function byOperator(operator: OperatorState | undefined, now: number): Hold | undefined {
  if (operator?.outOfService !== undefined) return { reason: 'out-of-service', by: operator.outOfService.who };
  if (operator?.shelved === undefined || !isShelved(operator, now)) return undefined;
  return { reason: 'shelved', by: operator.shelved.who, until: parseTime(operator.shelved.until) };
}
