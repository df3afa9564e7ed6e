/** The part of an action that is a warning for the public, as a node saves it and as a definition says it. */
import type { ActionDefinition } from '../ecdm/definition-answers';
import { compact, textOf, type SavedConfig } from '../ecdm/saved-config';
import { CATEGORIES } from './cap/alert';
import { readCapSettings } from './cap/settings';
import { joined, listOf, namesToDefinition } from './definition-lists';
import { readSettings } from './settings';

type Cap = NonNullable<ActionDefinition['cap']>;

/** As in a new node. */
const NEW = { kind: 'Test', scope: 'Public', expires: '12 h', radius: 1 } as const;

export function capToDefinition(config: SavedConfig): Cap | undefined {
  const { kind, scope, category, radius, reallyActual } = readCapSettings(config, readSettings(config));
  const said = <T>(value: T, usual: T): T | undefined => (value === usual ? undefined : value);
  const cap: Cap = compact({
    sender: textOf(config['capSender']),
    senderName: textOf(config['capSenderName']),
    status: said<Cap['status']>(kind, NEW.kind),
    actual: reallyActual ? true : undefined,
    scope: said<Cap['scope']>(scope, NEW.scope),
    restriction: textOf(config['capRestriction']),
    addresses: textOf(config['capAddresses']),
    category,
    categories: listOf(config['capCategories'], categoryToDefinition),
    event: textOf(config['capEvent']),
    expires: said(textOf(config['capExpires']), NEW.expires),
    radius: said(radius / 1000, NEW.radius),
    contact: textOf(config['capContact']),
    web: textOf(config['capWeb']),
  });
  return Object.keys(cap).length > 0 ? cap : undefined;
}

/** A row without a category says nothing. */
function categoryToDefinition(one: SavedConfig): NonNullable<Cap['categories']>[number] | undefined {
  const category = CATEGORIES.find((known) => known === one['category']);
  const { statuses, domains } = one;
  return category && compact({ category, statuses: namesToDefinition(statuses), domains: namesToDefinition(domains) });
}

/** The zones, whose outlines a warning names, stay in Node-RED. */
export function capFromDefinition(cap: Cap): SavedConfig {
  return {
    capSender: cap.sender ?? '',
    capSenderName: cap.senderName ?? '',
    capKind: cap.status ?? NEW.kind,
    capActual: cap.actual ?? false,
    capScope: cap.scope ?? NEW.scope,
    capRestriction: cap.restriction ?? '',
    capAddresses: cap.addresses ?? '',
    capCategory: cap.category ?? '',
    capCategories: (cap.categories ?? []).map(({ category, statuses, domains }) => ({
      category,
      statuses: joined(statuses),
      domains: joined(domains),
    })),
    capEvent: cap.event ?? '',
    capExpires: cap.expires ?? NEW.expires,
    capRadius: cap.radius ?? NEW.radius,
    capContact: cap.contact ?? '',
    capWeb: cap.web ?? '',
  };
}
