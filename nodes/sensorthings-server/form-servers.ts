/** The servers that forms ask about: as they stand in the editor, deployed or not, each with one connection for a while. */
import { createHash } from 'node:crypto';
import { text } from '../ecdm/text';
import { variableIn } from '../ecdm/variable';
import { AdminError } from '../runtime/admin';
import type { RuntimeApi, RuntimeNode } from '../runtime/node-red';
import { Connection } from './client/connection';
import { DemoServer, isDemo } from './demo/demo-server';
import { SENT_TO, SERVER_FIELDS, SERVER_SECRETS } from './description';
import type { StaServer } from './server';
import { type Credentials, readDemo, readSettings } from './settings';

export interface ServerNode extends RuntimeNode {
  staServer: StaServer;
  /** As it was deployed, without secrets. */
  saved: Readonly<Record<string, unknown>>;
}

interface TlsNode {
  addTLSOptions?(options: object): object;
}

/** What the editor shows in place of a saved password. */
const HIDDEN = '__PWRD__';
/** Largest description of a server and question, in characters. */
const LARGEST = 100_000;
/** Connections that are kept for the next question of a form, and for how long after the last one. */
const MOST_KEPT = 8;
const KEPT_MS = 60_000;

/** @param onClear as {@link Connection} takes it */
export function makeServer(
  RED: RuntimeApi,
  saved: Readonly<Record<string, unknown>>,
  secrets: Credentials,
  onClear?: (url: string) => void,
): StaServer {
  if (isDemo(saved['url'])) {
    const { speed, seed } = readDemo(saved);
    return new DemoServer(speed, seed);
  }
  const settings = readSettings(saved, secrets, tlsOf(RED, saved['tls']), tlsOf(RED, saved['mqttTls']));
  return new Connection(settings, onClear);
}

function tlsOf(RED: RuntimeApi, id: unknown): object | undefined {
  const node = typeof id === 'string' && id !== '' ? (RED.nodes.getNode(id) as TlsNode | null | undefined) : undefined;
  return node?.addTLSOptions?.({});
}

export class FormServers {
  private readonly kept = new Map<string, { server: StaServer; timer: NodeJS.Timeout }>();

  constructor(private readonly RED: RuntimeApi) {}

  /**
   * The server that a form describes. Saved secrets that the form does not hold are used only for the same origins
   * that they were saved for: else a changed address would be sent them.
   * @param anew with a connection that knows nothing yet
   * @throws AdminError 400, 413
   */
  of(body: unknown, anew: boolean): StaServer {
    const { lang } = this.RED.settings;
    if (typeof body !== 'object' || body === null) throw new AdminError(400, text(lang, 'adminObject'));
    if (JSON.stringify(body).length > LARGEST) throw new AdminError(413, text(lang, 'adminLarge', { most: LARGEST }));
    const form: Record<string, unknown> = { ...body };
    for (const name of ['url', 'mqttUrl', 'tokenUrl']) form[name] = fromEnvironment(form[name]);
    const secrets = this.secretsOf(form);
    const key = createHash('sha256')
      .update(JSON.stringify([['id', ...SERVER_FIELDS].map((name) => form[name]), secrets]))
      .digest('hex');
    const known = this.kept.get(key);
    if (known && !anew) {
      known.timer.refresh();
      return known.server;
    }
    this.drop(key);
    const server = makeServer(this.RED, form, secrets);
    const timer = setTimeout(() => this.drop(key), KEPT_MS);
    timer.unref();
    this.kept.set(key, { server, timer });
    if (this.kept.size > MOST_KEPT) this.drop(this.kept.keys().next().value!);
    return server;
  }

  close(): void {
    for (const key of [...this.kept.keys()]) this.drop(key);
  }

  private drop(key: string): void {
    const entry = this.kept.get(key);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.kept.delete(key);
    if (entry.server.kind === 'server') entry.server.close();
  }

  private secretsOf(form: Readonly<Record<string, unknown>>): Credentials {
    const node = typeof form['id'] === 'string' ? this.RED.nodes.getNode(form['id']) : undefined;
    const deployed = node?.type === 'sensorthings-server' ? (node as ServerNode) : undefined;
    const given = (form['credentials'] ?? {}) as Record<string, unknown>;
    const secrets: Record<string, string | undefined> = {};
    for (const name of SERVER_SECRETS) {
      const value = given[name];
      const here = typeof value === 'string' && value !== HIDDEN ? value : undefined;
      // a token that was got with a secret goes to the server, and MQTT addresses are named by it
      const trusted =
        deployed && ['url', SENT_TO[name]].every((field) => sameOrigin(deployed.saved[field], form[field]));
      secrets[name] = here ?? (trusted ? deployed.credentials?.[name] : undefined);
    }
    return secrets;
  }
}

/** A form holds the name of what Node-RED fills in when it starts a node. */
function fromEnvironment(value: unknown): unknown {
  const name = typeof value === 'string' ? variableIn(value.trim()) : undefined;
  return name === undefined ? value : (process.env[name] ?? '');
}

/** Two addresses of one origin; an address that is not there is the same as none. */
function sameOrigin(a: unknown, b: unknown): boolean {
  const [one, other] = [a, b].map((text) => (typeof text === 'string' ? text.trim() : ''));
  if (one === '' && other === '') return true;
  return originOf(one!) !== undefined && originOf(one!) === originOf(other!);
}

/** `URL.origin` is "null" for mqtt addresses. */
function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}`;
}
