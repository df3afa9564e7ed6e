/** Loads the try-out when it is wanted. */
import type { StatusDefinition } from '../../ecdm/definition';
import { PACKAGE, type Translate } from '../../editor/texts';
import type { KnownEvent } from '../try-out/board';
import type * as Loaded from './tryout';

/**
 * Shows the try-out in an element, once its file is there.
 * @param definition the rule as it stands in the form; `undefined` while it says nothing
 * @returns what runs the rule again when it has changed, or the tab is opened
 */
export function tryOutTab(
  container: HTMLElement,
  definition: () => StatusDefinition | undefined,
  choices: () => readonly KnownEvent[],
  t: Translate,
): () => void {
  let handle: Loaded.TryOutHandle | undefined;
  let loading = false;
  return () => {
    if (handle !== undefined) handle.refresh();
    if (handle !== undefined || loading) return;
    loading = true;
    container.textContent = t('common.loading');
    // relative to the page, so that it works behind a proxy and with httpAdminRoot
    const url = new URL(`resources/${PACKAGE}/try-out.js`, document.baseURI).href;
    (import(url) as Promise<typeof Loaded>)
      .then(({ showTryOut }) => (handle = showTryOut(container, definition, choices)))
      .catch((error: unknown) => {
        // asked for again the next time
        loading = false;
        container.textContent = t('common.failed', { reason: error instanceof Error ? error.message : String(error) });
      });
  };
}
