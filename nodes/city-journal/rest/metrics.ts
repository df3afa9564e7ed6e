/** Figures for Prometheus (text exposition format 0.0.4). Names and help are for machines and their keepers: English. */
import { isOpen, isShelved } from '../../ecdm/operator';
import { SEVERITIES } from '../../ecdm/status';
import type { AlarmView, JournalHealth } from '../journal-source';

export interface Figures {
  views: Iterable<AlarmView>;
  health: JournalHealth;
  streamClients: number;
  /** Requests that were answered, by status code. */
  requests: ReadonlyMap<number, number>;
  now: number;
}

type Sample = [labels: Record<string, string>, value: number];

export function metricsText({ views, health, streamClients, requests, now }: Figures): string {
  const open = new Map<string, number>(SEVERITIES.map((severity) => [severity, 0]));
  const people = { acknowledged: 0, unacknowledged: 0, shelved: 0, out_of_service: 0 };
  for (const { status, operator } of views) {
    if (isOpen(status)) {
      open.set(status.severity, open.get(status.severity)! + 1);
      people[operator.acknowledged === undefined ? 'unacknowledged' : 'acknowledged']++;
    }
    if (isShelved(operator, now)) people.shelved++;
    if (operator.outOfService !== undefined) people.out_of_service++;
  }
  return [
    metric('alarms_raised', 'gauge', 'Alarms that are raised, by severity.', labelled('severity', open)),
    metric('alarms_by_operator_state', 'gauge', 'Raised alarms by acknowledgement; alarms that are shelved or out of service.', labelled('state', Object.entries(people))), // prettier-ignore
    metric('journal_kept', 'gauge', '1 while everything is written to the journal.', [
      [{}, health.history === 'kept' ? 1 : 0],
    ]),
    metric('journal_waiting', 'gauge', 'Entries that wait for the store.', [[{}, health.waiting]]),
    metric('journal_missing', 'counter', 'Entries that were lost because too many waited.', [[{}, health.missing]]),
    metric('stream_clients', 'gauge', 'Clients of the live stream.', [[{}, streamClients]]),
    metric('http_requests_total', 'counter', 'Requests to this interface, by answer.', labelled('code', requests)),
  ].join('');
}

function labelled(name: string, values: Iterable<readonly [string | number, number]>): Sample[] {
  return [...values].map(([label, value]) => [{ [name]: String(label) }, value]);
}

function metric(name: string, type: 'gauge' | 'counter', help: string, samples: Sample[]): string {
  const full = `city_events_${name}`;
  const lines = samples.map(([labels, value]) => {
    const inner = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`).join(','); // prettier-ignore
    return `${full}${inner === '' ? '' : `{${inner}}`} ${value}\n`;
  });
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
