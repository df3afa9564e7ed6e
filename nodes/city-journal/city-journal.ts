import { asError, guard, onClose } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, RuntimeApi, RuntimeNode } from '../runtime/node-red';
import { Book } from './book';
import type { Journal, JournalHealth } from './journal-source';
import { makeStore } from './make-store';
import { migrations } from './migrations';
import { Retainer } from './retainer';
import { journalRoutes, type Running } from './routes';
import { readSettings } from './settings';
import { NoStore } from './store/none';
import { openWeb, webOf } from './web';

type JournalNode = RuntimeNode & { journal: Journal };

export = function (RED: RuntimeApi): void {
  const running = new Map<string, Running>();
  const web = webOf(RED);

  function CityJournal(this: JournalNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, migrations);
    const settings = readSettings(config, this.credentials ?? {}, RED.settings.userDir);
    const { lang } = RED.settings;
    const store =
      'fault' in settings
        ? new NoStore(RED._(`error.${settings.fault}`))
        : makeStore(settings.place, lang, RED._('error.noSqlite', { node: process.version }));
    const book = new Book(store, { id: this.id, language: lang, onError: (thrown) => this.error(asError(thrown)) });
    this.journal = book;
    const file = 'fault' in settings || settings.place.kind !== 'sqlite' ? undefined : settings.place.file;
    running.set(this.id, { book, store, name: this.name ?? '', file });

    let before: JournalHealth['history'] = 'kept';
    const tell = (health: JournalHealth): void => {
      const { history, waiting, missing, reason } = health;
      if (history === before) return;
      before = history;
      const said = RED._(`health.${history}`, { waiting, missing, reason });
      if (history === 'kept') this.log(said);
      else this.warn(said);
    };
    tell(book.health());
    book.onHealth(guard(this, tell));
    const retainer =
      'fault' in settings
        ? undefined
        : new Retainer(store, settings.retention, (thrown) =>
            this.warn(RED._('error.retention', { reason: asError(thrown).message })),
          );

    const closeWeb = openWeb(RED, this, config, book, web);
    onClose(this, async () => {
      running.delete(this.id);
      closeWeb();
      retainer?.close();
      await book.close();
    });
  }

  RED.nodes.registerType('city-journal', CityJournal, {
    credentials: { user: { type: 'text' }, password: { type: 'password' } },
  });
  journalRoutes(RED, running);
};
