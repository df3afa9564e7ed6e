/**
 * The try-out of a rule: a time line on which the events of the rule are clicked, and the rise and fall of the status is
 * drawn by the engine itself.
 */
import type { StatusDefinition } from '../../../ecdm/definition';
import { addStyle } from '../../../editor/style';
import { translator } from '../../../editor/texts';
import type { KnownEvent } from '../../try-out/board';
import css from './tryout.css';
import { TryOut } from './try-out';

export interface TryOutHandle {
  /** Runs the rule as it now stands in the form. */
  refresh(): void;
}

/** @param definition the rule as it stands in the form, deployed or not; `undefined` while it says nothing */
export function showTryOut(
  container: HTMLElement,
  definition: () => StatusDefinition | undefined,
  choices: () => readonly KnownEvent[],
): TryOutHandle {
  addStyle('city-events-try-out', css);
  const view = new TryOut(container, definition, choices, translator('pattern-status'));
  view.refresh();
  return view;
}
