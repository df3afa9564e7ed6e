/** The limits of guidelines on the axis of a curve, in the unit of the rule. */
import type { EventDefinition } from '../../ecdm/definition';
import { convert, toUcum } from '../../ecdm/units';
import { PRESETS } from '../../ecdm-event/editing/presets';

export interface PresetMark {
  id: string;
  value: number;
}

/** Guidelines for what the event observes that fall into a range; all of them where it names no property. */
export function presetMarks(event: EventDefinition, unit: string | undefined, from: number, to: number): PresetMark[] {
  const wanted = (event.observe?.properties ?? []).map((name) => name.toLowerCase());
  const into = unit === undefined ? undefined : toUcum(unit);
  if (into === undefined) return [];
  return PRESETS.flatMap((preset) => {
    if (wanted.length > 0 && !wanted.includes(preset.property.toLowerCase())) return [];
    const code = toUcum(preset.unit);
    const exact =
      code === undefined
        ? undefined
        : code === into
          ? preset.value
          : convert(preset.value, code, into, preset.property);
    if (exact === undefined) return [];
    const value = Number(exact.toPrecision(4));
    return value >= from && value <= to ? [{ id: preset.id, value }] : [];
  });
}
