/** Asks the runtime about a server as a form (or a configuration node in the editor) describes it. */
import { SERVER_FIELDS, SERVER_SECRETS } from '../sensorthings-server/description';

export interface ServerAnswer {
  ok: boolean;
  /** Why not; a key of `probe.<code>` in the texts of sensorthings-server. */
  code?: string;
  message?: string;
  [field: string]: unknown;
}

/** Never rejects: what goes wrong on the way is an answer too. */
export function askServer(
  what: 'probe' | 'mqtt' | 'find' | 'suggest' | 'units' | 'capabilities',
  body: Record<string, unknown>,
): Promise<ServerAnswer> {
  return new Promise((resolve) => {
    $.ajax({
      // relative: works behind a proxy and with httpAdminRoot
      url: `city-events/sensorthings-server/${what}`,
      type: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(body),
      success: (answer: unknown) => resolve(answer as ServerAnswer),
      error: (request: { status: number; responseJSON?: { error?: string } }) => {
        const denied = request.status === 401 || request.status === 403;
        const message = request.responseJSON?.error ?? `HTTP ${request.status}`;
        resolve({ ok: false, code: denied ? 'not-allowed' : 'editor', message });
      },
    });
  });
}

/** A configuration node as it stands in the editor, deployed or not. */
export function describeServer(id: string): Record<string, unknown> | undefined {
  const node = RED.nodes.node(id) as Record<string, any> | null;
  if (!node) return undefined;
  const credentials: Record<string, unknown> = {};
  for (const name of SERVER_SECRETS) credentials[name] = node['credentials']?.[name];
  return { id, credentials, ...Object.fromEntries(SERVER_FIELDS.map((name) => [name, node[name]])) };
}
