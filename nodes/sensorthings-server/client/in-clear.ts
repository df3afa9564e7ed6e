/** Whether a login over MQTT can be read on its way; for the connection, and for the form before there is one. */

/** This machine itself: nothing leaves it. */
const HERE = /^(?:localhost|.+\.localhost|127(?:\.\d+){1,3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\])$/;

/** Numbers that are given out at home and in companies, and by networks between one's own machines (100.64.0.0/10). */
const NEAR_NUMBERS =
  /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)[\d.]+$|^\[f[cd][0-9a-f]{2}:|^\[fe[89ab][0-9a-f]:/;

/** Names that nobody outside can look up: without a dot, or with an ending that is kept for that. */
const NEAR_NAMES =
  /^[^.:[\]]+$|\.(?:local|localdomain|lan|home|internal|intranet|private|corp|test|home\.arpa)$|^(?:.+\.)?fritz\.box$/;

/**
 * True where the way to this broker is not encrypted, and whoever set it up would hardly expect that: beside a server that is
 * encrypted itself, or out in the internet. A broker at home beside such a server, or on this machine, is as it is meant to be.
 */
export function isInClear(broker: string, server: string): boolean {
  if (!URL.canParse(broker)) return false;
  const { protocol, hostname } = new URL(broker);
  if (protocol !== 'mqtt:' && protocol !== 'ws:') return false;
  const host = hostname.toLowerCase().replace(/\.$/, '');
  if (HERE.test(host)) return false;
  return /^\s*https:/i.test(server) || !(NEAR_NUMBERS.test(host) || NEAR_NAMES.test(host));
}

/** Where the login of HTTP may go, and one of MQTT without an address of its own. */
export function isSameHost(broker: string, server: string): boolean {
  return URL.canParse(broker) && URL.canParse(server) && new URL(broker).hostname === new URL(server).hostname;
}
