import { parseRule, type TextError } from '../../nodes/pattern-status/cep/language';
import { CliError, EXIT, type Command } from './command';
import { namedEvents, readDefinition, ruleMistakes } from './definition-file';
import { prettyJson } from './files';

export const ruleCommand: Command = {
  name: 'rule',
  summary: 'read a rule that is written as text, and print it as JSON',
  help: `usage: city-events rule FILE --text TEXT

Reads a rule such as

  when "smoke" then no "pump on" for 2 min in the same station

with the names of the events and statuses of a definition (*.ecdm.json; "-"
reads standard input), and prints what it says as JSON, to be put into a status
of the definition. "city-events check --text" writes the rules of a definition
in this form.

  -t, --text TEXT           the rule
  -l, --language LANGUAGE   language of its words and of mistakes: en-US
                            (default), th; English is always understood

Exit code 0: printed. 1: the rule or the definition has mistakes. 2: called
wrongly. 3: the file cannot be read.
`,
  options: { text: { type: 'string', short: 't' }, language: { type: 'string', short: 'l' } },
  async run(args, { out, err }) {
    const file = args.only('FILE');
    const text = args.text('text');
    if (text === undefined) throw new CliError(EXIT.usage, '--text is missing');
    const language = args.language();
    const definition = await readDefinition(file, language);
    const { rule, errors } = parseRule(text, language, namedEvents(definition));
    for (const error of errors) err(pointed(text, error));
    if (errors.length > 0) return EXIT.mistakes;
    const mistakes = ruleMistakes(rule!, definition, language);
    for (const { path, message, hint } of mistakes) err(`${path}: ${message} ${hint}\n`);
    if (mistakes.length > 0) return EXIT.mistakes;
    out(prettyJson(rule));
    return EXIT.ok;
  },
};

/** The mistake, and below it the line with a mark under the place. */
function pointed(text: string, { line, column, length, message, suggestion }: TextError): string {
  const written = text.split(/\r\n?|\n/)[line - 1]!;
  const start = column - 1;
  // a mark that goes on in the next line ends here
  const mark = '^'.repeat(Math.max(1, cells(written.slice(start, start + length))));
  const said = suggestion === undefined ? message : `${message} ${suggestion}`;
  const before = ' '.repeat(cells(written.slice(0, start)));
  return `${line}:${column}: ${said}\n  ${written.replaceAll('\t', ' ')}\n  ${before}${mark}\n`;
}

/** How many cells of a screen a text takes: vowels and tones above or below a letter take none of their own. */
const cells = (text: string): number => [...text.replace(/[\p{Mn}\p{Me}\p{Cf}]/gu, '')].length;
