import type { CurveSetting, SavedNode } from '../contract';

/** The form that the tab is in. */
export interface Host {
  /** The node in the editor. */
  node: any;
  /** Language of the form. */
  language: string;
  /** The node as it stands in the form. */
  settings: () => SavedNode;
  /** Puts one number of a changed copy of the settings into the form; there is none where nothing can be tried. */
  take?: (changed: SavedNode, setting: CurveSetting) => void;
}
