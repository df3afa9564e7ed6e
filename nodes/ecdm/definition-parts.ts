/** What the parts of a definition are made of. */
import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from './duration';

// what a rule says of a wrong value is a key of the check's texts, below "form"
export const id = z.string().min(1).max(200);
export const name = z.string().min(1).max(200);
export const duration = z
  .string()
  .regex(DURATION_PATTERN, 'duration')
  // what is no duration at all has been told
  .refine((text) => !DURATION_PATTERN.test(text) || parseDuration(text) !== undefined, 'tooLong');
export const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'clock');
export const severity = z.enum(['warning', 'minor', 'major', 'critical']);
