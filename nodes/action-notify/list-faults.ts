/** What is wrong in an entry of the lists of the form: the key of a sentence under `fault.`, or nothing. */
import { parseDuration } from '../ecdm/duration';
import { isTimeZone, parseTime } from '../ecdm/time';
import { parseClock } from './desk/day-span';
import {
  namesOf,
  sameRole,
  type SavedCategory,
  type SavedFamily,
  type SavedMaintenance,
  type SavedRecipient,
  type SavedRole,
} from './saved-lists';

export type ListFault =
  | 'name'
  | 'after'
  | 'quiet'
  | 'timeZone'
  | 'mail'
  | 'topic'
  | 'once'
  | 'weekly'
  | 'parents'
  | 'circle'
  | 'category'
  | 'role'
  | 'nobody';

const isEmpty = (text: string | undefined): boolean => text === undefined || text.trim() === '';

export function recipientFault(one: SavedRecipient): ListFault | undefined {
  const { name, after, quietFrom, quietTo, timeZone, channel, address } = one;
  if (isEmpty(name)) return 'name';
  if (!isEmpty(after) && parseDuration(after) === undefined) return 'after';
  if (isEmpty(quietFrom) !== isEmpty(quietTo)) return 'quiet';
  if (!isEmpty(quietFrom) && (parseClock(quietFrom) === undefined || parseClock(quietTo) === undefined)) return 'quiet';
  if (!isEmpty(timeZone) && !isTimeZone(timeZone)) return 'timeZone';
  if (isEmpty(address) || address!.startsWith('${')) return undefined;
  if (channel === 'mail' && !address!.split(',').every((part) => /^[^\s@]+@[^\s@]+$/.test(part.trim()))) return 'mail';
  return channel === 'mqtt' && /[+#]/.test(address!) ? 'topic' : undefined;
}

/** @param recipients of the same node: a role that none of them has is a slip of the pen */
export function roleFault({ role }: SavedRole, recipients: readonly SavedRecipient[]): ListFault | undefined {
  if (isEmpty(role)) return 'role';
  return recipients.some((one) => sameRole(one.role, role)) ? undefined : 'nobody';
}

export function maintenanceFault({ kind, from, to }: SavedMaintenance): ListFault | undefined {
  if (kind !== 'once') return parseClock(from) === undefined || parseClock(to) === undefined ? 'weekly' : undefined;
  const begin = parseTime(from);
  const end = parseTime(to);
  return begin === undefined || end === undefined || end <= begin ? 'once' : undefined;
}

export function categoryFault({ statuses, domains }: SavedCategory): ListFault | undefined {
  return isEmpty(statuses) && isEmpty(domains) ? 'category' : undefined;
}

/** @param all the whole list: two that hold back each other are a mistake */
export function familyFault(one: SavedFamily, all: readonly SavedFamily[]): ListFault | undefined {
  const parents = namesOf(one.parents);
  if (parents.size === 0) return 'parents';
  const children = namesOf(one.children);
  if ([...children].some((name) => parents.has(name))) return 'circle';
  const back = all.some(
    (other) =>
      other !== one &&
      [...namesOf(other.parents)].some((name) => children.has(name)) &&
      [...namesOf(other.children)].some((name) => parents.has(name)),
  );
  return back ? 'circle' : undefined;
}
