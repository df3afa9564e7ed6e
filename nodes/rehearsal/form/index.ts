/** The tab "Rehearse" of the forms: a file of its own, loaded when the tab is opened. */
import { addStyle } from '../../editor/style';
import type { Host } from './host';
import { Opened } from './opened';
import css from './style.css';

export type { Host } from './host';
export { savedOf } from './request';
export { runTests } from './tests-view';
export type { Opened } from './opened';

/** Shows the tab. */
export function showRehearsal(container: HTMLElement, host: Host): Opened {
  addStyle('city-rehearse-style', css);
  return new Opened(container, host);
}
