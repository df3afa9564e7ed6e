/** The level of zones of a rule: which there are, and a word of caution where a rule names another one. */
import type { Translate } from '../../editor/texts';
import { byId, fieldOf } from './fields';

/** Levels of all zones that the flows know. */
export function zoneLevels(): string[] {
  const levels = new Set<string>();
  RED.nodes.eachConfig((node: any) => {
    if (node.type === 'city-zones' && Array.isArray(node.zones))
      for (const zone of node.zones) if (zone?.level) levels.add(String(zone.level));
  });
  return [...levels].sort();
}

/** Zones may come with the messages, too: a level that no node knows is no fault. */
export function showUnknownLevel(t: Translate): void {
  const level = fieldOf('level');
  const levels = zoneLevels();
  const isOdd = fieldOf('per') === 'zone' && level !== '' && levels.length > 0 && !levels.includes(level);
  const told = byId('pattern-status-level-unknown');
  const text = isOdd ? t('hint.unknownLevel', { level, levels: levels.join(', ') }) : '';
  told.hidden = !isOdd;
  // what is set anew is read out anew, though it is the same
  if (told.textContent !== text) told.textContent = text;
}
