/** Lists of boxes to tick: the statuses of the flow, and the states of a status. */
import { make } from './zones/dom';

interface Choice {
  id: string;
  text: string;
}

function boxes(fieldset: string, choices: readonly Choice[], chosen: readonly string[]): void {
  const rows = choices.map(({ id, text }) => {
    const box = make('input', { type: 'checkbox', class: 'city-check', value: id });
    box.checked = chosen.includes(id);
    return make('li', {}, make('label', {}, box, text));
  });
  document.querySelector(`#${fieldset} ul`)!.replaceChildren(...rows);
}

/** Values of the ticked boxes. */
export function ticked(fieldset: string): string[] {
  return [...document.querySelectorAll<HTMLInputElement>(`#${fieldset} input:checked`)].map((box) => box.value);
}

/** One box for each state. */
export function stateBoxes<T extends string>(
  fieldset: string,
  states: readonly T[],
  chosen: readonly string[] | undefined,
  word: (state: T) => string,
): void {
  boxes(
    fieldset,
    states.map((id) => ({ id, text: word(id) })),
    chosen ?? [],
  );
}

/**
 * One box for each status that a pattern-status node of the flow makes, deployed or not, and for those chosen before.
 * @param except id of a node whose status is not offered
 */
export function statusChoices(fieldset: string, chosen: readonly string[] | undefined, except?: string): void {
  const choices: Choice[] = [];
  RED.nodes.eachNode((node: { id: string; type: string; name?: string; statusId?: string }) => {
    if (node.type === 'pattern-status' && node.id !== except)
      choices.push({ id: node.statusId || node.id, text: node.name || node.id });
  });
  const known = new Set(choices.map(({ id }) => id));
  for (const id of chosen ?? []) if (!known.has(id)) choices.push({ id, text: id });
  boxes(fieldset, choices, chosen ?? []);
}
