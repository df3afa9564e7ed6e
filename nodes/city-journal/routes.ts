/** What the form asks of a journal that runs. */
import path from 'node:path';
import { adminDownload, adminGet, adminPost, AdminError } from '../runtime/admin';
import type { AdminRequest, RuntimeApi } from '../runtime/node-red';
import type { Book } from './book';
import { Copies, type NoCopy } from './copies';
import { exported, FORMATS, MEDIA_TYPES, type Format } from './export';
import type { HistoryQuery } from './journal-source';
import { hashToken, newToken } from './rest/tokens';
import type { Store } from './store/store';

export interface Running {
  book: Book;
  store: Store;
  name: string;
  /** Where it is, if it is a file. */
  file: string | undefined;
}

/** Fields of a query that are one text each. */
const FIELDS = ['from', 'to', 'alarm', 'statusId', 'domain', 'status', 'text'] as const;

export function journalRoutes(RED: RuntimeApi, running: ReadonlyMap<string, Running>): void {
  const find = ({ params }: AdminRequest): Running => {
    const found = running.get(String(params['id']));
    if (found === undefined) throw new AdminError(404, RED._('error.notRunning'));
    return found;
  };
  // shown once, by whoever asked; the form saves only the hash
  adminPost(RED, 'city-journal/token', 'flows.write', () => {
    const token = newToken();
    return { token, hash: hashToken(token) };
  });
  // a journal that is not deployed yet is nothing that went wrong
  adminGet(RED, 'city-journal/:id/state', 'flows.read', ({ params }) =>
    running.get(String(params['id']))?.book.health(),
  );
  adminPost(RED, 'city-journal/:id/check', 'city-journal.read', (request) => find(request).store.check());
  let copies: Copies | undefined;
  const noCopy = (no: NoCopy): AdminError => {
    if (no.fault === 'copyRoom') {
      const { needs, free } = no;
      return new AdminError(507, RED._('error.copyRoom', { needs: megabytes(needs), free: megabytes(free) }));
    }
    const count = no.fault === 'copies' ? no.count : 0;
    return new AdminError(409, RED._(`error.${no.fault}`, { count, folder: copies?.folder }));
  };
  adminPost(RED, 'city-journal/:id/backup', 'city-journal.write', async (request) => {
    const { store, file } = find(request);
    const { userDir } = RED.settings;
    if (userDir === undefined) throw new AdminError(409, RED._('error.noFolder'));
    // the caller does not choose where: an admin of flows need not be one of the machine
    copies ??= new Copies(path.join(userDir, 'city-events'));
    const made = await copies.make((copy) => store.backup(copy), file);
    if ('fault' in made) throw noCopy(made);
    return made;
  });
  adminDownload(RED, 'city-journal/:id/export', 'city-journal.read', (request) => {
    const { store, name } = find(request);
    const { query } = request;
    const format = FORMATS.find((one) => one === query['format']);
    if (format === undefined) throw new AdminError(400, RED._('error.format', { formats: FORMATS.join(', ') }));
    return {
      name: `${name}.${format}`,
      type: MEDIA_TYPES[format satisfies Format],
      chunks: exported((asked) => store.query(asked), format, queryOf(query)),
    };
  });
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

function queryOf(query: Readonly<Record<string, unknown>>): HistoryQuery {
  const asked: HistoryQuery = {};
  for (const field of FIELDS) if (typeof query[field] === 'string') asked[field] = query[field];
  return asked;
}
