/** The form of the zones with its map: a file of its own, loaded when such a form opens. */
export { Opened } from './opened';
