/** A rule that cannot be run as it is written: where, what is wrong, and the question to answer. */
export class DefinitionError extends Error {
  constructor(
    /** Place in the definition, such as `when.of[1]`. */
    readonly path: string,
    message: string,
    readonly hint: string,
  ) {
    super(message);
    this.name = 'DefinitionError';
  }
}
