import { adminPost, AdminError } from '../runtime/admin';
import { onClose } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, RuntimeApi, RuntimeNode } from '../runtime/node-red';
import { Connection } from './client/connection';
import { networkError, StaError } from './client/errors';
import { DemoServer, isDemo } from './demo/demo-server';
import { migrations } from './migrations';
import type { StaServer } from './server';
import { type Credentials, readDemo, readSettings } from './settings';

interface ServerNode extends RuntimeNode {
  staServer: StaServer;
}

interface TlsNode {
  addTLSOptions?(options: object): object;
}

/** Rows that the list of the form shows at most. */
const MOST_FOUND = 200;
const SECRETS = ['user', 'password', 'token', 'mqttUser', 'mqttPassword'];
/** What the editor shows in place of a saved password. */
const HIDDEN = '__PWRD__';

export = function (RED: RuntimeApi): void {
  function tlsOf(id: unknown): object | undefined {
    const node =
      typeof id === 'string' && id !== '' ? (RED.nodes.getNode(id) as TlsNode | null | undefined) : undefined;
    return node?.addTLSOptions?.({});
  }

  function makeServer(saved: Readonly<Record<string, unknown>>, credentials: Credentials): StaServer {
    if (isDemo(saved['url'])) {
      const { speed, seed } = readDemo(saved);
      return new DemoServer(speed, seed);
    }
    return new Connection(readSettings(saved, credentials, tlsOf(saved['tls'])));
  }

  function SensorThingsServer(this: ServerNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const server = makeServer(migrate(saved, migrations), this.credentials ?? {});
    this.staServer = server;
    onClose(this, () => {
      if (server.kind === 'server') server.close();
    });
  }
  RED.nodes.registerType('sensorthings-server', SensorThingsServer, {
    credentials: {
      user: { type: 'text' },
      password: { type: 'password' },
      token: { type: 'password' },
      mqttUser: { type: 'text' },
      mqttPassword: { type: 'password' },
    },
  });

  /**
   * The server as the form describes it, deployed or not. Saved secrets that the form does not hold are used only for
   * the same origin that they were saved for: else a changed address would be sent them.
   */
  function fromForm(body: unknown): StaServer {
    if (typeof body !== 'object' || body === null) throw new AdminError(400, 'an object is expected');
    const form: Record<string, unknown> = { ...body };
    for (const name of ['url', 'mqttUrl']) form[name] = fromEnvironment(form[name]);
    const deployed = typeof form['id'] === 'string' ? RED.nodes.getNode(form['id']) : undefined;
    const kept = deployed?.type === 'sensorthings-server' ? (deployed as ServerNode) : undefined;
    const trusted = kept?.staServer.kind === 'server' && sameOrigin(kept.staServer.settings.url, form['url']);
    const given = (form['credentials'] ?? {}) as Record<string, unknown>;
    const credentials: Record<string, string | undefined> = {};
    for (const name of SECRETS) {
      const value = given[name];
      const here = typeof value === 'string' && value !== HIDDEN ? value : undefined;
      credentials[name] = here ?? (trusted ? kept?.credentials?.[name] : undefined);
    }
    return makeServer(form, credentials);
  }

  /** Runs one request of a form; what the server said is an answer, not an error. */
  async function withServer(body: unknown, run: (server: StaServer) => Promise<object>): Promise<object> {
    const server = fromForm(body);
    try {
      return await run(server);
    } catch (thrown) {
      const error = thrown instanceof StaError ? thrown : networkError(thrown);
      return { ok: false, code: error.code, message: error.message, status: error.status };
    } finally {
      if (server.kind === 'server') server.close();
    }
  }

  // both reach out to an address that the caller chooses: only for those who may change flows
  adminPost(RED, 'sensorthings-server/probe', 'sensorthings-server.write', ({ body }) =>
    withServer(body, async (server) => {
      if (server.kind === 'demo') return { ok: true, demo: true, things: server.city.things.length, mqtt: '' };
      const facts = await server.facts();
      const mqtt = await server.mqttUrl();
      return { ok: true, root: facts.root, version: facts.version, mqtt: mqtt ?? '', simulated: facts.simulated };
    }),
  );
  adminPost(RED, 'sensorthings-server/search', 'sensorthings-server.write', ({ body }) =>
    withServer(body, async (server) => {
      const words = textOf((body as Record<string, unknown>)['words']).slice(0, 200);
      const items = await server.search(words, MOST_FOUND);
      const now = server.kind === 'demo' ? server.now() : Date.now();
      return { ok: true, items, now, more: items.length >= MOST_FOUND };
    }),
  );
};

/** Node-RED fills `${NAME}` in when it starts a node; a form holds the name. */
function fromEnvironment(value: unknown): unknown {
  const name = typeof value === 'string' ? /^\$\{(\w+)\}$/.exec(value.trim())?.[1] : undefined;
  return name === undefined ? value : (process.env[name] ?? '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function sameOrigin(a: string, b: unknown): boolean {
  return typeof b === 'string' && URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;
}
