/** What describes a connection to a server, in a flow and in a form: its settings, and its secrets. */

/** Settings of a sensorthings-server that make one connection different from another. */
export const SERVER_FIELDS = [
  'url', 'protocol', 'demoSpeed', 'demoSeed', 'mqttFrom', 'mqttUrl', 'auth', 'header', 'apiKeyIn', 'tokenUrl',
  'clientId', 'scope', 'audience', 'tls', 'mqttLogin', 'mqttTls', 'zone', 'nameFrom',
] as const; // prettier-ignore

/** What lies in the credential store, as Node-RED registers it. */
export const CREDENTIALS = {
  user: { type: 'text' },
  password: { type: 'password' },
  token: { type: 'password' },
  clientSecret: { type: 'password' },
  mqttUser: { type: 'text' },
  mqttPassword: { type: 'password' },
  mqttToken: { type: 'password' },
} as const;

type Secret = keyof typeof CREDENTIALS;

export const SERVER_SECRETS = Object.keys(CREDENTIALS) as Secret[];

/** The setting that holds the address to which each of them may be sent. */
export const SENT_TO: Readonly<Record<Secret, 'url' | 'tokenUrl' | 'mqttUrl'>> = {
  user: 'url',
  password: 'url',
  token: 'url',
  clientSecret: 'tokenUrl',
  mqttUser: 'mqttUrl',
  mqttPassword: 'mqttUrl',
  mqttToken: 'mqttUrl',
};
