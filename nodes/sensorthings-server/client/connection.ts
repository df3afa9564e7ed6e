/** One SensorThings server as all nodes of it share it: requests, metadata, facts and the MQTT connection. */
import type { AgentOptions } from 'node:https';
import { type Auth, Login } from './auth';
import { probe, type ServerFacts } from './discovery';
import type { Door } from './door';
import { StaError } from './errors';
import { isInClear, isSameHost } from './in-clear';
import { type GetOptions, HttpClient, type Made } from './http';
import { cleanRoot } from './links';
import { Metadata } from './metadata';
import { MqttLink } from './mqtt';
import { Abilities } from './push-down';

export interface ServerSettings {
  url: string;
  /** Empty: what the server offers. */
  mqttUrl?: string;
  auth: Auth;
  /** User and password for MQTT; the same as for HTTP when left out. */
  mqttAuth?: Auth;
  /** Version of the standard to use, such as `v1.1`; found out when left out. */
  protocol?: string;
  tls?: AgentOptions;
  /** Options of a TLS connection of MQTT. */
  mqttTls?: AgentOptions;
  /** IANA zone of times without an offset. */
  zone?: string;
  /** Where names lie that people know, such as `properties.monitoringLocationName`; `name` when left out. */
  nameFrom?: string;
}

const HTTP_SCHEMES = new Set(['http:', 'https:']);
const MQTT_SCHEMES = new Set(['mqtt:', 'mqtts:', 'ws:', 'wss:']);

/** @throws StaError `bad-url` for anything but an address of one of the schemes */
function checkUrl(url: string, schemes: ReadonlySet<string>): void {
  if (url.length > 2000 || !URL.canParse(url) || !schemes.has(new URL(url).protocol)) {
    throw new StaError('config', 'bad-url', `"${url.slice(0, 100)}" is not an address that can be used here`);
  }
  // a password in the address would be shown with it
  const { username, password } = new URL(url);
  if (username !== '' || password !== '') {
    throw new StaError('config', 'login-in-url', 'user and password do not belong into the address');
  }
}

/** Something of it goes to MQTT that others must not know; a key for HTTP does not go there. */
function isSecret({ type, password, token }: Auth): boolean {
  return (type === 'basic' && Boolean(password)) || (type === 'bearer' && Boolean(token)) || type === 'oauth2';
}

export class Connection {
  readonly kind = 'server';
  private client: HttpClient | undefined;
  private known: Promise<ServerFacts> | undefined;
  private data: Metadata | undefined;
  private link: MqttLink | undefined;
  private who: Login | undefined;
  private readonly abilities = new Abilities();
  private readonly multiAbilities = new Abilities('MultiDatastreams');

  /**
   * Nothing is opened before the first request.
   * @param onClear told the address of MQTT once, before a login goes there that can be read on the way
   */
  constructor(
    readonly settings: ServerSettings,
    private readonly onClear: (url: string) => void = () => undefined,
  ) {}

  get zone(): string | undefined {
    return this.settings.zone;
  }

  /** What the server offers; asked once, and again after a failure. */
  facts(): Promise<ServerFacts> {
    if (!this.known) {
      const asked = this.ask();
      this.known = asked;
      asked.catch(() => {
        if (this.known === asked) this.known = undefined;
      });
    }
    return this.known;
  }

  readonly get = (url: string, signal?: AbortSignal): Promise<unknown> => this.http().getJson(url, { signal });

  /** As {@link get}, with all that a request may be told. */
  readonly read = (url: string, options: GetOptions = {}): Promise<unknown> => this.http().getJson(url, options);

  /** Gives JSON to the server, once. */
  readonly post = (url: string, content: unknown, signal?: AbortSignal): Promise<Made> =>
    this.http().postJson(url, content, signal);

  /** Metadata of the Datastreams, shared by all nodes. */
  async metadata(): Promise<Metadata> {
    const { root } = await this.facts();
    this.data ??= new Metadata(this.get, root, { nameFrom: this.settings.nameFrom });
    return this.data;
  }

  /** For the search for Datastreams; what the server can do is remembered with the connection. */
  async door(): Promise<Door> {
    const { root, multi } = await this.facts();
    const { get, abilities, zone } = this;
    return {
      get,
      root,
      metadata: await this.metadata(),
      abilities,
      multi: multi ? this.multiAbilities : undefined,
      zone,
    };
  }

  /** The address that MQTT is offered at: the one set, else one of the server's, secure and plain TCP first. */
  async mqttUrl(): Promise<string | undefined> {
    const { mqttUrl } = this.settings;
    if (mqttUrl) {
      checkUrl(mqttUrl, MQTT_SCHEMES);
      return mqttUrl;
    }
    const { mqtt } = await this.facts();
    const secure = this.settings.url.startsWith('https:');
    const order = secure ? ['mqtts:', 'wss:', 'mqtt:', 'ws:'] : ['mqtt:', 'ws:', 'mqtts:', 'wss:'];
    for (const scheme of order) {
      const url = mqtt.find((candidate) => candidate.startsWith(scheme));
      if (url !== undefined && URL.canParse(url)) return url;
    }
    return undefined;
  }

  /** The shared MQTT connection; it opens with its first listener and closes with its last. */
  async mqtt(): Promise<MqttLink | undefined> {
    const url = await this.mqttUrl();
    if (url === undefined) return undefined;
    const { version } = await this.facts();
    // version 2.0 of the standard tells over MQTT 5 what happened to an entity
    const protocol = version.startsWith('v2') ? 5 : 4;
    if (!this.link) {
      const auth = this.mqttAuth(url);
      this.link = new MqttLink(url, auth ?? this.login(), this.settings.mqttTls as object, protocol);
      if (isSecret(auth ?? this.settings.auth) && isInClear(url, this.settings.url)) this.onClear(url);
    }
    return this.link;
  }

  /** Ends every request and connection; the next request opens them anew. */
  close(): void {
    this.client?.close();
    this.link?.close();
    this.client = this.link = this.known = this.data = this.who = undefined;
  }

  /**
   * Own credentials of MQTT are for the address that was set with them. Those of HTTP go to the host of the HTTP
   * address only: an endpoint that a server merely names must not be able to collect them.
   * @returns `undefined` for those of HTTP
   */
  private mqttAuth(url: string): Auth | undefined {
    const { mqttAuth, mqttUrl } = this.settings;
    const sameHost = isSameHost(url, this.settings.url);
    if (mqttAuth) return mqttUrl || sameHost ? mqttAuth : { type: 'none' };
    return sameHost ? undefined : { type: 'none' };
  }

  /** One login for HTTP and MQTT: a token serves both. */
  private login(): Login {
    const { auth, tls, url } = this.settings;
    const token = auth.tokenUrl ?? '';
    const same = URL.canParse(token) && new URL(token).origin === new URL(url).origin;
    // a client certificate proves who we are to the server it was set for; elsewhere only its authority counts
    const others = tls && { ca: tls.ca, rejectUnauthorized: tls.rejectUnauthorized };
    this.who ??= new Login(auth, same ? tls : others);
    return this.who;
  }

  private async ask(): Promise<ServerFacts> {
    // a probe fails at once: whoever waits for it knows when to try again
    return probe((url) => this.http().getJson(url, { tries: 1 }), this.settings.url, this.settings.protocol);
  }

  private http(): HttpClient {
    if (!this.client) {
      checkUrl(this.settings.url, HTTP_SCHEMES);
      const { tls } = this.settings;
      this.client = new HttpClient({ root: cleanRoot(this.settings.url), login: this.login(), tls });
    }
    return this.client;
  }
}
