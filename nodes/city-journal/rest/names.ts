/** What both the form and the runtime know of the web interface. */

export const ROOT = '/city-events';
/** A name in an address: letters, digits and dashes. */
export const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];
