/** What the web interface offers: each route with who may ask, what it takes, and what it does. */
import { z } from 'zod';
import { ACTS, type OperatorAct } from '../../ecdm/operator';
import { formatTime } from '../../ecdm/time';
import type { AlarmView, Journal, JournalEntry } from '../journal-source';
import { alarmPage, isAskedFor } from './alarms';
import { ApiError, type Answer } from './answer';
import { metricsText } from './metrics';
import { ALARM_PARAMETERS, HISTORY_PARAMETERS, historyQuery, type ParameterName, type Parameters } from './parameters';
import { MOST_OF_TOKEN, type AlarmStream, type Wanted } from './stream';
import { tagOf, tagsOf } from './tags';
import { maySee, type Role, type Token } from './tokens';

/** What a route works with. */
export interface Context {
  journal: Journal;
  token: Token;
  /** From the path: `{alarm}`. */
  path: Record<string, string>;
  parameters: Parameters;
  body: unknown;
  /** The header If-Match. */
  ifMatch: string | undefined;
  now: number;
  stream: AlarmStream;
  requests: ReadonlyMap<number, number>;
}

/** A route that goes on instead of giving an answer: the live stream. */
export type Streaming = Wanted;

export interface Route {
  method: 'GET' | 'POST';
  path: string;
  /** Of the texts under `route.` and of the OpenAPI operation. */
  id: string;
  /** Who may ask; without one anybody, also without a token. */
  role?: Role;
  parameters: readonly ParameterName[];
  body?: z.ZodType;
  /** Name of the schema of what it gives back; without one it is text. */
  gives?: string;
  run: (context: Context) => Answer | Streaming | Promise<Answer>;
}

const actBody = z
  .strictObject({
    act: z.enum(ACTS),
    statusId: z.string().min(1).max(1000).optional(),
    why: z.string().max(2000).optional(),
    until: z.string().max(40).optional(),
    person: z.string().trim().min(1).max(100).optional(),
  })
  .describe('One act of a person. `person` stands before the name of the token in the journal.');

export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/health',
    id: 'health',
    parameters: [],
    gives: 'Health',
    run: ({ journal }) => health(journal),
  },
  {
    method: 'GET',
    path: '/alarms',
    id: 'alarms',
    role: 'viewer',
    parameters: ALARM_PARAMETERS,
    gives: 'AlarmPage',
    run: ({ journal, parameters, token, now }) => ({
      status: 200,
      body: alarmPage(journal.views(), parameters, token, now),
    }),
  },
  {
    method: 'GET',
    path: '/alarms/{alarm}',
    id: 'alarm',
    role: 'viewer',
    parameters: [],
    gives: 'Alarm',
    run: (context) => ({ status: 200, body: seen(context) }),
  },
  {
    method: 'POST',
    path: '/alarms/{alarm}/acts',
    id: 'act',
    role: 'operator',
    parameters: [],
    body: actBody,
    gives: 'Alarm',
    run: act,
  },
  {
    method: 'GET',
    path: '/history',
    id: 'history',
    role: 'viewer',
    parameters: HISTORY_PARAMETERS,
    gives: 'HistoryPage',
    run: history,
  },
  {
    method: 'GET',
    path: '/stream',
    id: 'stream',
    role: 'viewer',
    parameters: ALARM_PARAMETERS.filter((name) => name !== 'limit' && name !== 'after'),
    run: ({ stream, parameters, token, now }) => {
      if (stream.isFull) throw new ApiError(503, 'clients', {}, { 'retry-after': '60' });
      if (stream.isFullFor(token.hash))
        throw new ApiError(429, 'tokenClients', { name: token.name, n: MOST_OF_TOKEN }, { 'retry-after': '60' });
      return { wants: (view) => isAskedFor(view, parameters, token, now), token: token.hash };
    },
  },
  {
    method: 'GET',
    path: '/metrics',
    id: 'metrics',
    role: 'viewer',
    parameters: [],
    run: ({ journal, token, stream, requests, now }) => {
      // they count everything, also what lies outside
      if (token.zones !== undefined) throw new ApiError(403, 'zones');
      const figures = { views: journal.views(), health: journal.health(), streamClients: stream.size, requests, now };
      return {
        status: 200,
        body: metricsText(figures),
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      };
    },
  },
];

/** For load balancers, without a token: nothing about the city, only whether history is being kept. */
function health(journal: Journal): Answer {
  const { history: kept } = journal.health();
  return { status: 200, body: { status: kept === 'kept' ? 'ok' : 'degraded', history: kept } };
}

/** The alarm of the path. What lies in other zones does not exist: its name cannot be found out by trying. */
function seen({ journal, path, token }: Context): AlarmView {
  const view = journal.view(path['alarm']!);
  if (view === undefined || !maySee(token, view.status.zones)) {
    throw new ApiError(404, 'noAlarm', { alarm: path['alarm']!.slice(0, 200) });
  }
  return view;
}

async function act(context: Context): Promise<Answer> {
  const view = seen(context);
  const { ifMatch } = context;
  // whoever acts on what it has read is refused where that has changed since
  if (ifMatch !== undefined && ifMatch !== '*' && !tagsOf(ifMatch).includes(tagOf(JSON.stringify(view)))) {
    throw new ApiError(412, 'changed');
  }
  const { act: kind, statusId, why, until, person } = context.body as z.infer<typeof actBody>;
  const { name } = context.token;
  const asked: OperatorAct = {
    act: kind,
    alarm: view.alarm,
    who: person === undefined ? name : `${person} (${name})`,
    at: formatTime(context.now),
  };
  if (statusId !== undefined) asked.statusId = statusId;
  if (why !== undefined) asked.why = why;
  if (until !== undefined) asked.until = until;
  const answer = await context.journal.act(asked);
  if ('fault' in answer) throw new ApiError(STATUS_OF_FAULT[answer.fault] ?? 409, `act.${answer.fault}`);
  return { status: 200, body: answer };
}

/** What is wrong with the request itself; all others are conflicts with how things are. */
const STATUS_OF_FAULT: Partial<Record<string, number>> = { act: 422, who: 422, why: 422, until: 422, unknown: 404 };

async function history({ journal, parameters, token }: Context): Promise<Answer> {
  const query = historyQuery(parameters);
  if (token.zones !== undefined) {
    const asked = query.zones ?? token.zones;
    query.zones = asked.filter((zone) => token.zones!.includes(zone));
    if (query.zones.length === 0) return { status: 200, body: { entries: [] } };
  }
  const page = await journal.history(query).catch((thrown: unknown) => {
    throw new ApiError(503, 'history', { reason: thrown instanceof Error ? thrown.message : String(thrown) });
  });
  // looked at once more, whatever the store has found
  const entries = page.entries.filter((entry) => existsFor(token, entry, journal));
  return { status: 200, body: page.next === undefined ? { entries } : { entries, next: page.next } };
}

function existsFor(token: Token, entry: JournalEntry, journal: Journal): boolean {
  if (token.zones === undefined) return true;
  if (entry.kind === 'status') return maySee(token, (entry.body as { zones?: AlarmView['status']['zones'] }).zones);
  return entry.alarm !== undefined && maySee(token, journal.view(entry.alarm)?.status.zones);
}
