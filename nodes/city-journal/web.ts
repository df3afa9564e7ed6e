/** Opens the web interface of a journal where its node says so, and tells whoever looks after it whether it is open. */
import type { Journal } from './journal-source';
import { asError } from '../runtime/input';
import type { NodeConfig, RuntimeApi, RuntimeNode } from '../runtime/node-red';
import type * as Rest from './rest/api';
import { Mount, type Handler } from './rest/mount';
import { NAME, ROOT } from './rest/names';
import { MOST_TOKENS, readTokens } from './rest/tokens';

/** Of what is offered; the address has its first number. */
const VERSION = '1.0';

/** All journals of a Node-RED share one place. */
export function webOf(RED: RuntimeApi): Mount {
  // Node-RED makes the application also where its user has switched that side off
  const http = RED.settings['httpNodeRoot'] === false ? undefined : RED.httpNode;
  const before = [RED.settings['httpNodeMiddleware']].flat().filter((one): one is Handler => typeof one === 'function');
  return new Mount(http, before);
}

/** @returns closes it again; does nothing where it was never opened */
export function openWeb(
  RED: RuntimeApi,
  node: RuntimeNode,
  config: NodeConfig,
  journal: Journal,
  mount: Mount,
): () => void {
  if (config['rest'] !== true) return () => undefined;
  const name = typeof config['restName'] === 'string' && config['restName'] !== '' ? config['restName'] : 'api';
  const closed = (why: string): (() => void) => {
    node.warn(RED._(`web.${why}`, { name }));
    return () => undefined;
  };
  if (!NAME.test(name)) return closed('name');
  if (RED.settings['httpNodeRoot'] === false) return closed('noRoot');
  const tokens = readTokens(config['tokens']);
  const { lang } = RED.settings;
  const { Api } = rest();
  const api = new Api({
    journal, tokens, language: lang, version: VERSION, now: Date.now, failed: (thrown) => node.error(asError(thrown)),
  }); // prettier-ignore
  const close = mount.add(name, api);
  if (close === undefined) {
    api.close();
    return closed('taken');
  }
  const root = typeof RED.settings['httpNodeRoot'] === 'string' ? RED.settings['httpNodeRoot'].replace(/\/$/, '') : '';
  const address = `${root}${ROOT}/${name}/v1`;
  node.log(RED._('web.open', { address, count: tokens.length }));
  if (tokens.length === 0) node.warn(RED._('web.noTokens', { address }));
  const unread = (Array.isArray(config['tokens']) ? config['tokens'].length : 0) - tokens.length;
  if (unread > 0) node.warn(RED._('web.unread', { count: unread, most: MOST_TOKENS }));
  return close;
}

/** Loaded for the first journal that is opened: what it answers is described by schemas, which take long to build. */
function rest(): typeof Rest {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at once
  return require('./rest/api') as typeof Rest;
}
