/** A node as it stands in its open form: what Node-RED would save now, without saving it. */
import type { SavedNode } from '../rehearsal/contract';

/**
 * @param node the node in the editor
 * @param structured what Node-RED cannot read from a field by itself, as the form would save it
 */
export function settingsOf(node: any, structured: Readonly<Record<string, unknown>>): SavedNode {
  const settings: SavedNode = { id: node.id as string, type: node.type as string };
  for (const name of Object.keys(node._def.defaults as object)) settings[name] = fieldOf(name, node[name]);
  // a copy of its own: what is sent later must not change with the form
  return structuredClone({ ...settings, ...structured });
}

/** As the editor reads its own fields; what has none stays as it is saved. */
function fieldOf(name: string, saved: unknown): unknown {
  const field = $(`#node-input-${name}`);
  if (field.length === 0) return saved;
  if (field.attr('type') === 'checkbox') return field.prop('checked') === true;
  const value = field.val() as unknown;
  return value === '_ADD_' ? '' : (value ?? saved);
}
