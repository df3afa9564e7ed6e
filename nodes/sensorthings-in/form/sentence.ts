/** The choice of Datastreams as a sentence: what it means, and how many there are now. */
import type { Zone } from '../../city-zones/zones/model';
import type { Translate } from '../../editor/texts';
import { readRule } from '../../sensorthings-server/client/rule';
import type { Answer } from '../../editor/streams/asking';
import type { Choice } from './choice';
import { savedRule } from './saved-rule';

/** What the choice means, before a server was asked. */
export function meaning(choice: Choice, t: Translate, zones: readonly Pick<Zone, 'id' | 'name'>[] = []): string {
  if (choice.by === 'list') return t('sentence.list', { count: choice.chosen.size });
  if (choice.by === 'path') return t('sentence.path', { path: choice.path.trim() || 'Datastreams' });
  const { where, zone } = choice.rule;
  const { properties, units, things, area, filter } = readRule(savedRule(choice.rule));
  const named = zones.find(({ id }) => id === zone)?.name ?? zone;
  const or = (texts: readonly string[]): string =>
    texts.map((text) => t('sentence.quoted', { text })).join(t('sentence.or'));
  const parts = [
    properties.length > 0 ? t('sentence.property', { list: or(properties) }) : '',
    units.length > 0 ? t('sentence.unit', { list: or(units) }) : '',
    things.length > 0 ? t('sentence.thing', { list: or(things) }) : '',
    area ? t('sentence.area', { ...area }) : '',
    where === 'zone' && zone !== '' ? t('sentence.zone', { name: t('sentence.quoted', { text: named }) }) : '',
    filter === '' ? '' : t('sentence.filter', { filter }),
  ].filter((part) => part !== '');
  return parts.length === 0 ? t('sentence.everything') : t('sentence.rule', { parts: parts.join(t('sentence.and')) });
}

/** How many fit now, what is not read of them, and what the server leaves to us. */
export function counting(answer: Answer, found: number, most: number, t: Translate): string {
  const { total, next, here = [] } = answer;
  const known = total ?? (next === undefined ? found : undefined);
  const number = new Intl.NumberFormat(t('common.language'));
  const words = [
    known === undefined
      ? t(found === 0 ? 'sentence.notYet' : 'sentence.atLeast', { count: number.format(found || (next ?? 0)) })
      : t(known === 0 ? 'sentence.none' : known === 1 ? 'sentence.one' : 'sentence.many', {
          count: number.format(known),
        }),
  ];
  if ((known ?? found) > most) words.push(t('sentence.most', { most: number.format(most) }));
  if (here.length > 0) words.push(t('sentence.here', { parts: here.map((part) => t(`part.${part}`)).join(', ') }));
  return words.join(' ');
}
