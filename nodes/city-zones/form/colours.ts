import { ZONE_COLOURS } from '../zones/model';

/** The editor's own colours: they suit its light and its dark look. */
const VARIABLES: Record<(typeof ZONE_COLOURS)[number], string> = {
  blue: '--red-ui-node-status-colors-blue',
  green: '--red-ui-node-status-colors-green',
  orange: '--red-ui-border-color-warning',
  red: '--red-ui-node-status-colors-red',
  yellow: '--red-ui-node-status-colors-yellow',
  grey: '--red-ui-node-status-colors-grey',
};

/** Value for a style: the named colour, or one by the position in the list where no colour was chosen. */
export function colourOf(name: string | undefined, position: number): string {
  const known = ZONE_COLOURS.find((colour) => colour === name);
  return `var(${VARIABLES[known ?? ZONE_COLOURS[position % (ZONE_COLOURS.length - 1)]!]})`;
}
