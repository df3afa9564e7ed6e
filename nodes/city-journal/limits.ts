/** What the form and the runtime must agree upon. */

/** One year and 1 GB: a card of 16 GB has room for both, and for a backup. */
export const DEFAULTS = { days: 365, megabytes: 1000 } as const;
export const MOST_DAYS = 36_500;
export const MOST_MEGABYTES = 1_000_000;

/** A name of a schema that needs no quotes, so that people can type it. */
export const isSchema = (name: string): boolean => /^[a-z_][a-z0-9_]{0,62}$/.test(name);
