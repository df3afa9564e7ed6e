import { ensureForm } from '../editor/style';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { make } from '../editor/zones/dom';
import { WebAccess } from './form/web-access';
import type { JournalHealth } from './journal-source';
import { DEFAULTS, isSchema, MOST_DAYS, MOST_MEGABYTES } from './limits';
import { NAME } from './rest/names';
import type { CheckResult } from './store/store';

const t = translator('city-journal');
const check = validators(t);

interface JournalForm {
  id: string;
  name: string;
  store: string;
  tokens?: unknown;
  /** The form that is open. */
  web?: WebAccess;
}

const byId = (id: string): HTMLElement => document.getElementById(id)!;

RED.nodes.registerType('city-journal', {
  category: 'config',
  color: '#D8BFD8',
  icon: 'city-journal.svg',
  defaults: {
    name: { value: '', label: t('label.name') },
    version: { value: 1 },
    store: { value: 'sqlite', label: t('label.store') },
    url: {
      value: '',
      label: t('label.url'),
      validate: reasons(function (this: JournalForm, value) {
        const wanted = this.store === 'postgres';
        return !wanted || /^postgres(ql)?:\/\/[^\s@]+$/.test(String(value)) || t('invalid.url');
      }),
    },
    schema: {
      value: '',
      label: t('label.schema'),
      validate: reasons(
        (value) =>
          value === '' || value === undefined || (typeof value === 'string' && isSchema(value)) || t('invalid.schema'),
      ),
    },
    days: { value: DEFAULTS.days, label: t('label.days'), validate: check.number('label.days', 0, MOST_DAYS, true) },
    megabytes: {
      value: DEFAULTS.megabytes,
      label: t('label.megabytes'),
      validate: check.number('label.megabytes', 0, MOST_MEGABYTES, true),
    },
    rest: { value: false, label: t('label.rest') },
    restName: {
      value: 'api',
      label: t('label.restName'),
      validate: reasons(
        (value) =>
          value === undefined ||
          value === '' ||
          (typeof value === 'string' && NAME.test(value)) ||
          t('invalid.restName'),
      ),
    },
    tokens: { value: [], label: t('label.web') },
  },
  credentials: { user: { type: 'text' }, password: { type: 'password' } },
  paletteLabel: t('title'),
  label(this: JournalForm) {
    return this.name || t('title');
  },
  oneditprepare: prepare,
  oneditsave(this: JournalForm) {
    if (this.web !== undefined) this.tokens = this.web.tokens;
    delete this.web;
  },
  oneditcancel(this: JournalForm) {
    delete this.web;
  },
});

function prepare(this: JournalForm): void {
  ensureForm(t);
  const store = byId('node-config-input-store') as HTMLSelectElement;
  if (store.value === '') store.value = 'sqlite';
  const show = (): void => {
    byId('city-journal-postgres').hidden = store.value !== 'postgres';
    byId('city-journal-sqlite').hidden = store.value === 'postgres';
  };
  store.addEventListener('change', show);
  $(store).on('change', show);
  show();
  this.web = new WebAccess(t, this.tokens);
  tools(this.id);
}

/** What can be done with the journal as it runs. */
function tools(id: string): void {
  const address = (what: string): string => `city-events/city-journal/${encodeURIComponent(id)}/${what}`;
  const say = (text: string, faults: readonly string[] = []): void => {
    byId('city-journal-said').textContent = text;
    byId('city-journal-faults').replaceChildren(...faults.map((fault) => make('li', {}, fault)));
  };
  const ask = (what: string, type: 'GET' | 'POST', done: (answer: any) => void): void => {
    $.ajax({
      url: address(what),
      type,
      success: done,
      error: (request: { status: number; responseJSON?: { error?: string } }) => {
        const denied = request.status === 401 || request.status === 403;
        say(denied ? t('said.denied') : (request.responseJSON?.error ?? `HTTP ${request.status}`));
      },
    });
  };
  ask('state', 'GET', (health: JournalHealth | null) => {
    byId('city-journal-tools').hidden = health === null || health.history === 'none';
    if (health === null) {
      say(t('error.notRunning'));
      return;
    }
    const { history, waiting, missing, reason } = health;
    say(t(`health.${history}`, { waiting, missing, reason: reason ?? '' }));
  });
  byId('city-journal-check').addEventListener('click', () => {
    say(t('said.checking'));
    ask('check', 'POST', ({ ok, entries, last, faults }: CheckResult) => {
      say(t(ok ? 'said.sound' : 'said.broken', { entries, last: last.seq, hash: last.hash }), faults);
    });
  });
  byId('city-journal-backup').addEventListener('click', () => {
    say(t('said.copying'));
    ask('backup', 'POST', ({ file }: { file: string }) => say(t('said.copied', { file })));
  });
  for (const link of document.querySelectorAll<HTMLAnchorElement>('#city-journal-tools a[data-format]')) {
    link.href = address(`export?format=${link.dataset['format']}`);
  }
}
