/** The tab "Rehearse" of a form: what its settings would have done. Its script is loaded when it is opened. */
import type * as Form from '../rehearsal/form';
import { settingsOf } from './form-settings';
import { Resource } from './resource';
import type { Tab } from './tabs';
import { languageOf, type Translate } from './texts';

export const script = new Resource<typeof Form>('rehearsal.js');

interface RehearsedForm {
  /** The node in the editor. */
  node: any;
  t: Translate;
  /** What Node-RED cannot read from a field by itself, as the form would save it. */
  structured: () => Record<string, unknown>;
  /** Puts a number that was found into the form. */
  take?: Form.Host['take'];
  /** Tests as they stand in the form, changed in place. */
  tests?: Form.Host['tests'];
}

/** @param panel an empty element with an id */
export function rehearsalTab(
  panel: HTMLElement,
  { node, t, structured, take, tests }: RehearsedForm,
): Tab & { enter: () => void } {
  let opened: Form.Opened | undefined;
  const host: Form.Host = {
    node,
    language: languageOf(t),
    settings: () => settingsOf(node, structured()),
    ...(take && { take }),
    ...(tests && { tests }),
  };
  const enter = (): void => {
    if (opened) {
      opened.refresh();
      return;
    }
    panel.textContent = t('common.loading');
    script
      .load()
      .then(({ showRehearsal }) => {
        // the form may be closed by now, or the tab was opened twice
        if (panel.isConnected) opened ??= showRehearsal(panel, host);
      })
      .catch((error: unknown) => {
        console.error(error);
        panel.textContent = t('common.rehearseFailed', {
          reason: error instanceof Error ? error.message : String(error),
        });
      });
  };
  return { id: 'rehearse', label: t('common.rehearse'), panel, enter };
}
