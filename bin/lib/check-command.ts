import { EXIT, type Command } from './command';
import { checkFile, mistakeText } from './definition-file';
import { readJson } from './files';

export const checkCommand: Command = {
  name: 'check',
  summary: 'explain every mistake of a definition',
  help: `usage: city-events check FILE [--json] [--language LANGUAGE]

Reads a definition (*.ecdm.json) and explains every mistake with its place in
the file and how to mend it. "-" reads standard input.

      --json                print the mistakes as JSON:
                            [{ "path", "message", "hint" }]
  -l, --language LANGUAGE   language of the mistakes: en-US (default), th

Exit code 0: no mistakes. 1: mistakes were found. 3: the file cannot be read.
`,
  options: { json: { type: 'boolean' }, language: { type: 'string', short: 'l' } },
  async run(args, { out, err }) {
    const file = args.only('FILE');
    const { definition, mistakes } = checkFile(await readJson(file), args.language());
    if (args.flag('json')) out(`${JSON.stringify(mistakes, null, 2)}\n`);
    else for (const mistake of mistakes) err(mistakeText(file, mistake));
    if (definition === undefined) {
      err(`${file}: ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}\n`);
      return EXIT.mistakes;
    }
    const { domains, events, statuses, actions, actuators } = definition;
    const parts = [
      count(domains, 'domain', 'domains'),
      count(events, 'event', 'events'),
      count(statuses, 'status', 'statuses'),
      count(actions, 'action', 'actions'),
      count(actuators, 'actuator', 'actuators'),
    ];
    if (!args.flag('json')) out(`${file}: no mistakes (${parts.join(', ')})\n`);
    return EXIT.ok;
  },
};

const count = (list: readonly unknown[], one: string, many: string): string => `${list.length} ${list.length === 1 ? one : many}`;
