/**
 * What is checked with schemas, loaded when it is first asked for. The schemas are built with a large library; a Node-RED
 * loads every node of the palette, and pays for them only where a flow has one that needs them.
 */
/* eslint-disable @typescript-eslint/no-require-imports -- an import would load at once */
import type * as Check from './check';
import type * as Shape from './check-shape';
import type * as Definition from './definition';

export const definitions = (): typeof Definition => require('./definition') as typeof Definition;
export const checks = (): typeof Check => require('./check') as typeof Check;
export const shapes = (): typeof Shape => require('./check-shape') as typeof Shape;
