/** Older than this program: no clock that was ever set says so. A small computer without a clock of its own begins in 1970. */
const FIRST = Date.UTC(2024, 0, 1);

/** The clock of this machine was not set yet: it waits for a network, or for somebody. */
export const isUnset = (wallNow: number): boolean => wallNow < FIRST;
