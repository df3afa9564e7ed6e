import { text, type TextParameters } from '../../ecdm/text';

/** A rule that cannot be run as it is written: where, what is wrong, and the question to answer. */
export class DefinitionError extends Error {
  readonly hint: string;

  constructor(
    /** Place in the definition, such as `when.of[1]`. */
    readonly path: string,
    /** What is wrong: a key of the texts under `refuse`. */
    readonly code: string,
    private readonly parameters?: TextParameters,
  ) {
    super(text('en-US', `refuse.${code}.message`, parameters));
    this.name = 'DefinitionError';
    this.hint = text('en-US', `refuse.${code}.hint`, parameters);
  }

  /** Message and hint in a language. */
  in(language: string | undefined): { message: string; hint: string } {
    return {
      message: text(language, `refuse.${this.code}.message`, this.parameters),
      hint: text(language, `refuse.${this.code}.hint`, this.parameters),
    };
  }
}
