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
  const rules: RuleNode[] = RED.nodes
    .filterNodes({ type: 'pattern-status' })
    .filter(({ id }: RuleNode) => id !== except);
  const names = rules.map(nameOf);
  const choices = rules.map((rule, i): Choice => {
    const isTwice = names.indexOf(names[i]!) !== names.lastIndexOf(names[i]!);
    return { id: rule.statusId || rule.id, text: isTwice ? `${names[i]} (${placeOf(rule)})` : names[i]! };
  });
  const known = new Set(choices.map(({ id }) => id));
  for (const id of chosen ?? []) if (!known.has(id)) choices.push({ id, text: id });
  boxes(fieldset, choices, chosen ?? []);
}

interface RuleNode {
  id: string;
  z: string;
  name?: string;
  statusId?: string;
}

const nameOf = ({ id, name }: RuleNode): string => name || id;

/** Where one of several rules of one name is drawn; in one flow only the id tells them apart. */
function placeOf(rule: RuleNode): string {
  const { label, name }: { label?: string; name?: string } =
    RED.nodes.workspace(rule.z) ?? RED.nodes.subflow(rule.z) ?? {};
  const flow = label || name || rule.z;
  const there: RuleNode[] = RED.nodes.filterNodes({ type: 'pattern-status', z: rule.z });
  return there.filter((one) => nameOf(one) === nameOf(rule)).length > 1 ? `${flow}, ${rule.id}` : flow;
}
