/** A rule that is new asks what is raised: one before it tells it, and nobody else, because behind it people are told. */
import type { Realms } from '../ecdm/realms';
import { guard } from '../runtime/input';
import type { RuntimeApi, RuntimeNode } from '../runtime/node-red';
import type { Asked } from '../runtime/open-asked';
import { leadsStraightTo } from '../runtime/receivers';
import type { HandedWorld, World } from './world';

/** @returns answers, if it is asked of the rule's own statuses by a node that they come to as they are */
export function answerOf(
  RED: RuntimeApi,
  node: RuntimeNode,
  worlds: Realms<World, HandedWorld>,
): (asked: Asked) => void {
  return guard(node, ({ events, by }) => {
    if (!events.has(worlds.real.engine.definition.id) || !leadsStraightTo(RED, node, by)) return;
    for (const [, { engine, mode }] of worlds) {
      const payload = engine.raisedAsEvents();
      if (payload.length > 0) RED.nodes.getNode(by)?.receive?.({ payload, topic: 'event', city: { mode } });
    }
  });
}
