/**
 * The form of a rule with the engine, the language and the try-out. It is a file of its own, loaded once there is a rule
 * in the flows: together they are ten times as large as what the palette needs.
 */
export { Opened } from './opened';
export { deepFault } from './refusal';
