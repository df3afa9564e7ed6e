/**
 * Ids of a definition as ids of nodes and back: the kind in front keeps a domain and an action of one name apart, and
 * letters that the editor could stumble over are written as their bytes.
 */
export type Kind = 'flow' | 'domain' | 'events' | 'status' | 'action' | 'actuator' | 'input' | 'note';

/** The id of the node that stands for this in a flow. */
export function nodeId(kind: Kind, id: string): string {
  let text = '';
  for (const byte of new TextEncoder().encode(id)) {
    const letter = String.fromCharCode(byte);
    text += /[A-Za-z0-9-]/.test(letter) ? letter : `_${byte.toString(16).padStart(2, '0')}`;
  }
  return `${kind}-${text}`;
}

/** The id of the definition; a node that the editor has given its id keeps that. */
export function definitionId(kind: Kind, id: string): string {
  if (!id.startsWith(`${kind}-`)) return id;
  const bytes: number[] = [];
  for (const [whole, hex] of id.slice(kind.length + 1).matchAll(/_([0-9a-f]{2})|[\s\S]/g)) {
    bytes.push(hex === undefined ? whole.charCodeAt(0) : parseInt(hex, 16));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
