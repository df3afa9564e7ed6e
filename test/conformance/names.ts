/** Names of streams, attributes and steps: what is not there would be told as a value that never fits. */
import { childrenOf, type Case, type EventNode, type Node, type NotNode } from './cases';
import { attributesOf, parseWhere, type Attribute } from './where';

/** Throws the first name of a condition, the partition or, where rows are compared, the selection that is not defined. */
export function checkNames(c: Case): void {
  const steps = stepsOf(c.pattern);
  const has = (stream: string, attribute: string): boolean =>
    c.streams[stream]?.some(([name]) => name === attribute) === true;
  const refs = new Map<string, string[]>();
  for (const { ref, stream } of steps) if (ref) refs.set(ref, [...(refs.get(ref) ?? []), stream]);
  const known = (ref: string, attribute: string): boolean =>
    refs.get(ref)?.some((stream) => attribute === '' || has(stream, attribute)) === true;

  const checkAttribute = ({ ref, name }: Attribute, stream: string): void => {
    if (ref === undefined ? !has(stream, name) && !refs.has(name) : !known(ref, name))
      throw new Error(`"${ref === undefined ? name : `${ref}.${name}`}" is no attribute of ${ref ?? stream}`);
  };
  for (const { where, stream } of steps) {
    if (typeof where !== 'string' || where.trim() === '') continue;
    for (const attribute of attributesOf(parseWhere(where))) checkAttribute(attribute, stream);
  }
  for (const [place, attribute] of c.expected.rows === undefined ? [] : (c.select ?? [])) {
    const ref = place.replace(/\[.*\]$/, '');
    if (!known(ref, attribute)) throw new Error(`select: "${place}.${attribute}" is no attribute of a step`);
  }
  for (const [, attribute, stream] of (c.partition ?? '').matchAll(/(\w+)\s+of\s+(\w+)/g))
    if (!has(stream!, attribute!)) throw new Error(`partition: "${attribute}" is no attribute of ${stream}`);
}

function stepsOf(node: Node): (EventNode | NotNode)[] {
  return node.op === 'event' || node.op === 'not' ? [node] : childrenOf(node).flatMap(stepsOf);
}
