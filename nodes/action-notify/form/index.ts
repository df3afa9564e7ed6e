/** What only the part about CAP needs: a file of its own, loaded when such a form opens. */
export { draftOf } from './draft';
