import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { LANGUAGES, languageOf, type Language } from '../../nodes/ecdm/text-table';

/** 0 all well; 1 mistakes were found; 2 called wrongly; 3 a file could not be read or written. */
export const EXIT = { ok: 0, mistakes: 1, usage: 2, file: 3 } as const;

/** Ends a command with a sentence for people and an exit code. */
export class CliError extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** Where a command writes; tests hand in their own. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export interface Command {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  help: string;
  options: ParseArgsOptionsConfig;
  run(args: Arguments, output: Output): Promise<number> | number;
}

export class Arguments {
  constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    readonly positionals: readonly string[],
  ) {}

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** The language that the reader asked for, also as that of a country ("th-TH"). */
  language(): Language | undefined {
    const wanted = this.text('language');
    if (wanted === undefined) return undefined;
    const [spoken] = wanted.split('-');
    if (LANGUAGES.some((known) => known.split('-')[0] === spoken)) return languageOf(wanted);
    throw new CliError(EXIT.usage, `there are no texts in the language "${wanted}"; known are ${LANGUAGES.join(', ')}`);
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  /** The one file that a command is about. */
  only(what: string): string {
    const [first, ...rest] = this.positionals;
    if (first === undefined) throw new CliError(EXIT.usage, `${what} is missing`);
    if (rest.length > 0) throw new CliError(EXIT.usage, `only one ${what} at a time; "${rest[0]}" is too much`);
    return first;
  }
}

/**
 * Reads the arguments of a command; `help` where they ask for it.
 * @throws CliError where they are not those of the command
 */
export function readArguments(command: Command, argv: readonly string[]): Arguments | 'help' {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      strict: true,
    });
    return values['help'] === true ? 'help' : new Arguments(values, positionals);
  } catch (error) {
    // parseArgs explains itself in its first sentence; the rest is about how to pass a dash
    const message = error instanceof Error ? error.message.split('. ')[0]! : String(error);
    throw new CliError(EXIT.usage, message);
  }
}
