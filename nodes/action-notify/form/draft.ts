/** The warning as it would be, for the form. */
import { sampleStatus } from '../../ecdm/status-fields';
import { faultsOf } from '../cap/alert';
import { compose } from '../cap/compose';
import { readCapSettings } from '../cap/settings';
import { capText } from '../cap/texts';
import { toXml } from '../cap/xml';
import { readSettings } from '../settings';

/** @param config the node's configuration as the form holds it */
export function draftOf(config: Readonly<Record<string, unknown>>): { xml: string; faults: string[] } {
  const settings = readSettings(config);
  const cap = readCapSettings(config, settings);
  const { alert } = compose(cap, sampleStatus('raised'), 'Alert', [], 'live', Date.now());
  const faults = faultsOf(alert).map(({ key, where }) => capText(settings.language, `fault.${key}`, { where }));
  return { xml: toXml(alert), faults: [...new Set(faults)] };
}
