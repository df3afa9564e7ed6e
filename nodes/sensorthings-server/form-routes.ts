/** What the forms ask a server, through the runtime: browsers may not, and must not know the passwords. */
import { adminPost } from '../runtime/admin';
import type { RuntimeApi } from '../runtime/node-red';
import { readZones } from '../city-zones/zones/read-zones';
import { adviceOf, findRoot } from './client/advice';
import type { Connection } from './client/connection';
import type { Query } from './client/door';
import { networkError, StaError } from './client/errors';
import { findPage, LAST_ROW } from './client/find-page';
import { tryMqtt } from './client/mqtt-probe';
import { readRule, type RuleZone, zoneNamed } from './client/rule';
import { ruleZone } from './client/rule-zone';
import { distinctUnits, suggest } from './client/suggest';
import { listCapabilities } from './client/tasking';
import type { FormServers } from './form-servers';
import type { StaServer } from './server';

type Body = Readonly<Record<string, unknown>>;

const text = (value: unknown, most: number): string => (typeof value === 'string' ? value.slice(0, most) : '');

function readQuery(body: Body): Query {
  return { rule: readRule(body['rule'], readZone(body)), path: text(body['path'], 3000) };
}

/** The zone as it stands in the editor, deployed or not: the form sends it along. */
function readZone({ rule, zones }: Body): RuleZone | undefined {
  const id = zoneNamed(rule);
  if (id === undefined) return undefined;
  const zone = ruleZone(readZones(zones).zones, id);
  if (!zone) throw new StaError('config', 'bad-zone', `there is no zone "${id.slice(0, 100)}"`);
  return zone;
}

/** Registers the routes. They reach out to an address that the caller chooses: only for those who may change flows. */
export function formRoutes(RED: RuntimeApi, servers: FormServers): void {
  const route = (name: string, run: (server: StaServer, body: Body) => Promise<object>): void => {
    adminPost(RED, `sensorthings-server/${name}`, 'sensorthings-server.write', async ({ body }) => {
      const server = servers.of(body, name === 'probe');
      try {
        return { ok: true, ...(await run(server, body as Body)) };
      } catch (thrown) {
        // what the server said is an answer, not an error
        return refusal(server, networkError(thrown));
      }
    });
  };
  route('probe', async (server) => {
    if (server.kind === 'demo') return { demo: true, things: server.city.things.length, mqtt: '' };
    const { root, version, simulated } = await server.facts();
    return { root, version, mqtt: (await server.mqttUrl()) ?? '', simulated };
  });
  route('mqtt', async (server) => (server.kind === 'demo' ? { url: '', connected: false } : tryMqtt(server)));
  route('find', async (server, body) => {
    const skip = Math.min(Math.max(0, Math.floor(Number(body['skip']) || 0)), LAST_ROW);
    const query = readQuery(body);
    if (server.kind === 'demo') return { ...server.find(query, skip), now: server.now() };
    const page = await findPage(await server.door(), query, skip);
    // the clock of a simulated server may be ahead of ours: its newest reading tells
    const { simulated } = await server.facts();
    const newest = simulated ? Math.max(...page.items.map(({ time }) => time ?? 0)) : 0;
    return { ...page, now: Math.max(Date.now(), newest) };
  });
  route('suggest', async (server, body) => {
    const set = body['set'] === 'Things' ? 'Things' : 'ObservedProperties';
    const words = text(body['text'], 100);
    return server.kind === 'demo' ? server.suggest(set, words) : suggest(await server.door(), set, words);
  });
  // what can be ordered of the server, for the form of actuator-out
  route('capabilities', async (server) => ({ items: server.kind === 'demo' ? [] : await listCapabilities(server) }));
  route('units', async (server) => {
    if (server.kind === 'demo') return { names: server.units() };
    const { distinct } = await server.facts();
    return { names: distinct ? ((await distinctUnits(await server.door())) ?? []) : [] };
  });
}

/** Why not, what to do about it, and the address that would be right, where there is one. */
async function refusal(server: StaServer, error: StaError): Promise<object> {
  const { message, status } = error;
  const suggestion = server.kind === 'server' ? await better(server, error) : undefined;
  return { ok: false, code: adviceOf(error), message, status, suggestion };
}

async function better(server: Connection, error: StaError): Promise<string | undefined> {
  try {
    return await findRoot(server.get, server.settings.url, error);
  } catch {
    // the first error is the one to tell
    return undefined;
  }
}
