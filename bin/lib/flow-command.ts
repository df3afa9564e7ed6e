import { EXIT, type Command } from './command';
import { definitionToFlow } from './definition-to-flow';
import { readDefinition, readMapping } from './definition-file';
import { prettyJson, writeText } from './files';

export const flowCommand: Command = {
  name: 'flow',
  summary: 'write a Node-RED flow for a definition',
  help: `usage: city-events flow FILE [--map MAP] [-o FLOW]

Writes a Node-RED flow for a definition (*.ecdm.json), to be imported in the
editor: ecdm-event, pattern-status, action-notify and actuator-out nodes,
wired, with their domains. Connect your readings to the ecdm-event nodes.

  -m, --map MAP       put a to-observation node with this mapping in front
  -o, --output FLOW   write to FLOW instead of standard output

Exit code 0: written. 1: the definition has mistakes. 3: a file cannot be read
or written.
`,
  options: { output: { type: 'string', short: 'o' }, map: { type: 'string', short: 'm' } },
  async run(args, { out }) {
    const definition = await readDefinition(args.only('FILE'));
    const map = args.text('map');
    const text = prettyJson(definitionToFlow(definition, map === undefined ? undefined : await readMapping(map)));
    const target = args.text('output');
    if (target === undefined) out(text);
    else await writeText(target, text);
    return EXIT.ok;
  },
};
