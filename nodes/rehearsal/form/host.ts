import type { RuleTest } from '../../ecdm/rule-test';
import type { CurveSetting, SavedNode } from '../contract';

/** The form that the tab is in. */
export interface Host {
  /** The node in the editor. */
  node: any;
  /** Language of the form. */
  language: string;
  /** The node as it stands in the form. */
  settings: () => SavedNode;
  /** Tests as they stand in the form, to be changed in place; there are none for nodes without rules. */
  tests?: RuleTest[];
  /** Puts one number of a changed copy of the settings into the form; there is none where nothing can be tried. */
  take?: (changed: SavedNode, setting: CurveSetting) => void;
}
