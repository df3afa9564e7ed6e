/** Times in fields of a form, which hold the clock of a place and no zone: "2016-12-01T08:00". */
import { zoneOffset } from '../../ecdm/time';

/** What a field of type `datetime-local` shows for a time. */
export const toField = (time: number, zone: string): string =>
  new Date(time + zoneOffset(time, zone)).toISOString().slice(0, 16);

/** The time that a field shows; `undefined` while it is empty or no time. */
export function fromField(text: string, zone: string): number | undefined {
  const local = text === '' ? NaN : Date.parse(`${text}Z`);
  if (Number.isNaN(local)) return undefined;
  const guess = local - zoneOffset(local, zone);
  // the offset of the place at that very time, which may be another one on days when clocks are put forward
  return local - zoneOffset(guess, zone);
}
