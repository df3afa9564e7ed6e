/** The properties of the pattern core, for the suite (10,000 cases each) and for the deep run (1,000,000). */
import { aggregates } from './aggregates';
import { arrival } from './arrival';
import { bounds } from './bounds';
import { comparedBrackets } from './compared';
import { evidence } from './evidence';
import { laws } from './laws';
import { lifeCycle } from './life-cycle';
import { lifeModel } from './life-model';
import { meaning } from './meaning';
import { monotone } from './monotone';
import { names } from './names';
import { pairings } from './pairing';
import type { Property } from './property';
import { deepSequences } from './sequences';
import { shortcuts } from './shortcuts';
import { text } from './text';
import { zones } from './zones';

export { runCase, type Property } from './property';

const number = ({ id }: Property): number => Number.parseInt(id, 10);

export const properties: readonly Property[] = [
  ...meaning,
  ...evidence,
  ...pairings,
  ...deepSequences,
  ...comparedBrackets,
  ...laws,
  ...arrival,
  ...shortcuts,
  ...monotone,
  ...names,
  ...lifeCycle,
  ...lifeModel,
  ...bounds,
  ...text,
  ...aggregates,
  ...zones,
].sort((a, b) => number(a) - number(b) || (a.id < b.id ? -1 : 1));

/** Those of a family ("2") or one ("2b"); all of them without a choice. */
export function chosen(wanted: string | undefined): Property[] {
  if (wanted === undefined) return [...properties];
  const found = properties.filter((property) => property.id === wanted || String(number(property)) === wanted);
  if (found.length === 0) {
    throw new Error(`there is no property "${wanted}"; there are ${properties.map(({ id }) => id).join(', ')}`);
  }
  return found;
}
