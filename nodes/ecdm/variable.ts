/** As Node-RED itself looks for them; `$(NAME)` is how its first versions wrote it. */
const NAMED = /^\$(?:\{(\S+)\}|\((\S+)\))$/;

/**
 * A setting that comes from the environment, such as `${NAME}`: Node-RED fills it in when it starts the node.
 * @returns name of the variable; `undefined` where it is no such setting
 */
export function variableIn(setting: unknown): string | undefined {
  const [, braces, brackets] = (typeof setting === 'string' && NAMED.exec(setting)) || [];
  return braces ?? brackets;
}
