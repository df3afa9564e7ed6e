/** A rehearsal that cannot be held, with the reason and what to do, in the language of the request. */
export class RehearsalError extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}
