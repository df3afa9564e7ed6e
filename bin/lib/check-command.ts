import { EXIT, type Command } from './command';
import { describeRule } from '../../nodes/pattern-status/cep';
import { printRule } from '../../nodes/pattern-status/cep/language';
import type { Definition } from '../../nodes/ecdm/definition';
import { checkFile, mistakeText, namedEvents, warningText } from './definition-file';
import { readJson } from './files';
import { fileText } from './texts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'explain every mistake of a definition',
  help: `usage: city-events check FILE [--json | --text] [--language LANGUAGE]

Reads a definition (*.ecdm.json) and explains every mistake with its place in
the file and how to mend it. "-" reads standard input. Of a definition without
mistakes it says in a sentence what each status means. A warning names what can
be run, but is hardly meant so.

      --json                print the mistakes as JSON:
                            [{ "path", "message", "hint" }]; a warning
                            has "warning": true, too
  -t, --text                write each rule as text, too: "city-events rule"
                            reads it back
  -l, --language LANGUAGE   language of all that is said: en-US (default), th

Exit code 0: no mistakes. 1: mistakes were found. 3: the file cannot be read.
`,
  options: {
    json: { type: 'boolean' },
    text: { type: 'boolean', short: 't' },
    language: { type: 'string', short: 'l' },
  },
  async run(args, { out, err }) {
    const file = args.only('FILE');
    const language = args.language();
    const { definition, mistakes, warnings } = checkFile(await readJson(file, language), language);
    if (args.flag('json')) out(`${JSON.stringify([...mistakes, ...warnings], null, 2)}\n`);
    else {
      for (const mistake of mistakes) err(mistakeText(file, mistake));
      for (const warning of warnings) err(warningText(file, warning, language));
    }
    if (definition === undefined) {
      err(`${file}: ${fileText(language, 'mistakes', { count: mistakes.length })}\n`);
      return EXIT.mistakes;
    }
    if (args.flag('json')) return EXIT.ok;
    const parts = PARTS.map((part) => fileText(language, part, { count: definition[part].length }));
    out(`${file}: ${fileText(language, 'right', { list: parts.join(', ') })}\n`);
    out(rules(definition, language, args.flag('text')));
    return EXIT.ok;
  },
};

/** What a definition is made of, in the order in which it is counted. */
const PARTS = ['domains', 'events', 'statuses', 'actions', 'actuators'] as const;

/** What each status means, and with `text` how its rule is written. */
function rules(definition: Definition, language: string | undefined, text: boolean): string {
  const events = namedEvents(definition);
  const known = new Map(events.map((event) => [event.id, event]));
  const said = definition.statuses.map((status) => {
    const name = (id: string): string => known.get(id)?.name ?? id;
    const sentence = `\n${status.id}: ${describeRule(status, name, language, (id) => known.get(id)?.emit)}\n`;
    return text ? `${sentence}\n  ${printRule(status, language, events).replaceAll('\n', '\n  ')}\n` : sentence;
  });
  return said.join('');
}
