/** Shows the try-out when it is wanted. */
import type { StatusDefinition } from '../../ecdm/definition';
import type { KnownEvent } from '../try-out/board';
import { showTryOut, type TryOutHandle } from './tryout';

/**
 * @param definition the rule as it stands in the form; `undefined` while it says nothing
 * @returns what runs the rule again when it has changed, or the tab is opened
 */
export function tryOutTab(
  container: HTMLElement,
  definition: () => StatusDefinition | undefined,
  choices: () => readonly KnownEvent[],
): () => void {
  let handle: TryOutHandle | undefined;
  return () => {
    if (handle === undefined) handle = showTryOut(container, definition, choices);
    else handle.refresh();
  };
}
