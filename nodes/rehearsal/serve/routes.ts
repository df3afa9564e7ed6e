/** The routes of the rehearsal, below `city-events/rehearsal/`; what they take and give is in `contract.ts`. */
import { adminGet, adminPost } from '../../runtime/admin';
import type { RuntimeApi } from '../../runtime/node-red';
import type * as Behind from './service';

/** Each Node-RED has them once, whichever of the nodes that are rehearsed is registered first. */
const registered = new WeakSet();

/** To be called by every type of node whose form rehearses. */
export function rehearsalRoutes(RED: RuntimeApi): void {
  if (registered.has(RED.httpAdmin)) return;
  registered.add(RED.httpAdmin);
  let service: Behind.Service | undefined;
  const behind = (): Behind.Service => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it with every Node-RED
    service ??= new (require('./service') as typeof Behind).Service(RED);
    return service;
  };
  adminPost(RED, 'rehearsal/offers', 'flows.read', ({ body }) => behind().offers(body));
  adminPost(RED, 'rehearsal/upload', 'flows.write', ({ body }) => behind().upload(body));
  adminPost(RED, 'rehearsal/start', 'flows.write', ({ body }) => behind().start(body));
  adminGet(RED, 'rehearsal/job', 'flows.read', ({ query }) => behind().job(query));
  adminPost(RED, 'rehearsal/cancel', 'flows.write', ({ body }) => behind().cancel(body));
  adminGet(RED, 'rehearsal/readings', 'flows.read', ({ query }) => behind().readings(query));
  adminPost(RED, 'rehearsal/keep', 'flows.write', ({ body }) => behind().keep(body));
  adminPost(RED, 'rehearsal/test', 'flows.write', ({ body }) => behind().test(body));
}
