/** What the settings of a filter mean, in one or two sentences. */
import type { Zone } from '../../city-zones/zones/model';
import { typedDurationText } from '../../ecdm/words';
import { languageOf, type Translate } from '../../editor/texts';
import { zonesOf } from '../../editor/zones/zones-of';

export interface FilterForm {
  name: string;
  zones: string;
  keep: string;
  choose: string;
  chosen: string[];
  level: string;
  /** `[longitude, latitude]` */
  point: number[] | null;
  thing: string;
  metres: string | number;
  moves: string[];
  dwell: string;
  noPlace: string;
  keepZones: boolean;
  outputs: number;
}

/** Names that a sentence spells out; of more, the rest is counted. */
const SPELLED_OUT = 4;

export function sentenceOf(form: Omit<FilterForm, 'name' | 'keepZones' | 'outputs'>, t: Translate): string {
  const place = placeOf(form, t);
  const parts =
    form.keep === 'moves'
      ? t('sentence.moves', { moves: movesOf(form, t), zones: place })
      : t(`sentence.${form.keep}`, { zones: place });
  return `${parts} ${t(`sentence.${form.noPlace}`)}`;
}

function movesOf({ moves, dwell }: Pick<FilterForm, 'moves' | 'dwell'>, t: Translate): string {
  const length = typedDurationText(languageOf(t), dwell);
  const words = moves.map((kind) => t(`sentence.${kind}`, { dwell: length }));
  const last = words.pop();
  if (last === undefined) return t('sentence.noMoves');
  return words.length === 0 ? last : t('sentence.or', { list: words.join(', '), last });
}

function placeOf(form: Omit<FilterForm, 'name' | 'keepZones' | 'outputs'>, t: Translate): string {
  const { choose, point, thing } = form;
  const metres = Number(form.metres) || 0;
  if (choose === 'point') {
    const at = point ? `${point[1]}, ${point[0]}` : '?';
    return t('sentence.point', { metres, at });
  }
  if (choose === 'thing') return t('sentence.thing', { metres, thing: thing || '?' });
  const zones = describe(form, zonesOf(form.zones), t);
  const counts = form.keep === 'inside' || form.keep === 'outside';
  return metres > 0 && counts ? t('sentence.near', { metres, zones }) : zones;
}

/** The zones in words. */
function describe(
  { choose, chosen, level }: Pick<FilterForm, 'choose' | 'chosen' | 'level'>,
  zones: readonly Zone[],
  t: Translate,
): string {
  if (choose === 'level') return t('sentence.level', { level });
  if (choose !== 'zones') return t('sentence.allZones', { count: zones.length });
  const names = zones.filter(({ id }) => chosen.includes(id)).map(({ name }) => name);
  if (names.length > SPELLED_OUT) return t('sentence.allZones', { count: names.length });
  const last = names.pop();
  if (last === undefined) return t('sentence.none');
  return names.length === 0 ? last : t('sentence.or', { list: names.join(', '), last });
}
