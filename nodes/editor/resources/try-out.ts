export { showTryOut } from '../../pattern-status/form/tryout';
