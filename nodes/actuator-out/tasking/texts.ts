import { text } from '../../ecdm/text';
import type { TaskFault } from './fields';

/** What is wrong with one parameter, in a sentence. */
export function taskFaultText(language: string, { field, key, parameters }: TaskFault): string {
  return text(language, `task.${key}`, { field: field.slice(0, 200), ...parameters });
}
