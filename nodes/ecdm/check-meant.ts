/** What a status may say and nobody means: it runs, so that it is a warning. */
import { comparedNames, textOf } from './compared-names';
import type { Pattern, StatusDefinition } from './definition';
import type { Mistakes } from './mistake';
import { SEVERITIES } from './status';

type Path = readonly PropertyKey[];

export function warnOf(status: StatusDefinition, path: Path, mistakes: Mistakes): void {
  const { severity: base, steps = [] } = status;
  steps.forEach(({ severity }, i) => {
    // the highest severity counts, and the status begins with one
    if (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(base)) return;
    mistakes.warn([...path, 'steps', i, 'severity'], 'uselessStep', { severity: base });
  });
  if (clearsWhatItNeeds(status)) mistakes.warn([...path, 'clear', 'when'], 'clearSame');
}

/** It is cleared by the very pattern that raises it, or by one that it cannot do without. */
function clearsWhatItNeeds({ when, clear }: StatusDefinition): boolean {
  if (clear?.when === undefined) return false;
  const cleared = textOf(clear.when, comparedNames(clear.when));
  const compared = comparedNames(when);
  const needs = (pattern: Pattern): boolean =>
    textOf(pattern, compared) === cleared || (pattern.op === 'and' && pattern.of.some(needs));
  return needs(when);
}
