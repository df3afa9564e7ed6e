import { parseRule, type TextError } from '../../nodes/pattern-status/cep/language';
import { CliError, EXIT, type Command } from './command';
import { namedEvents, readDefinition } from './definition-file';
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
    const { rule, errors } = parseRule(text, language, namedEvents(await readDefinition(file, language)));
    for (const error of errors) err(pointed(text, error));
    if (errors.length > 0) return EXIT.mistakes;
    out(prettyJson(rule));
    return EXIT.ok;
  },
};

/** The mistake, and below it the line with a mark under the place. */
function pointed(text: string, { line, column, length, message, suggestion }: TextError): string {
  const written = text.split(/\r\n?|\n/)[line - 1]!;
  // a mark that goes on in the next line ends here
  const mark = '^'.repeat(Math.max(1, Math.min(length, written.length - column + 1)));
  const said = suggestion === undefined ? message : `${message} ${suggestion}`;
  return `${line}:${column}: ${said}\n  ${written.replaceAll('\t', ' ')}\n  ${' '.repeat(column - 1)}${mark}\n`;
}
