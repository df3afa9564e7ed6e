import * as path from 'node:path';
import * as action from '../../nodes/action-notify/migrations';
import * as actuator from '../../nodes/actuator-out/migrations';
import * as domain from '../../nodes/ecdm-domain/migrations';
import * as event from '../../nodes/ecdm-event/migrations';
import * as status from '../../nodes/pattern-status/migrations';
import { migrate } from '../../nodes/runtime/migrate';
import { CliError, EXIT, type Command } from './command';
import { checkFile, mistakeText } from './definition-file';
import { prettyJson, readJson, writeText } from './files';
import { nodesOf, type FlowNode } from './flow-nodes';
import { flowToDefinition } from './flow-to-definition';

const STEPS: ReadonlyMap<string, typeof domain.migrations> = new Map([
  ['ecdm-domain', domain.migrations],
  ['ecdm-event', event.migrations],
  ['pattern-status', status.migrations],
  ['action-notify', action.migrations],
  ['actuator-out', actuator.migrations],
]);

/** As the runtime would read it: flows of older versions are brought up to date. */
function upToDate(node: FlowNode): FlowNode {
  const steps = STEPS.get(node.type);
  return steps === undefined ? node : migrate(node as Parameters<(typeof steps)[number]>[0] & FlowNode, steps);
}

export const exportCommand: Command = {
  name: 'export',
  summary: 'write the definition that a Node-RED flow holds',
  help: `usage: city-events export FLOWS [-o FILE]

Reads a Node-RED flow file (flows.json, or an exported flow) and writes the
definition (*.ecdm.json) that its nodes hold: domains, events, statuses,
actions and actuators. Nodes and tabs that are switched off are left out.

  -o, --output FILE   write to FILE instead of standard output
  -n, --name NAME     name of the definition; that of the tab when left out

Exit code 0: written. 1: written, but it has mistakes (they are explained), or
the file holds none of our nodes. 3: a file cannot be read or written.
`,
  options: { output: { type: 'string', short: 'o' }, name: { type: 'string', short: 'n' } },
  async run(args, { out, err }) {
    const file = args.only('FLOWS');
    const nodes = nodesOf(await readJson(file));
    if (nodes === undefined) throw new CliError(EXIT.mistakes, `${file} is not a Node-RED flow: a list of nodes is expected`);
    const found = flowToDefinition(nodes.map(upToDate), path.basename(file).replace(/\.json$/, ''));
    const definition = { ...found, name: args.text('name') ?? found.name };
    const { events, statuses, actions, actuators } = definition;
    if (events.length + statuses.length + actions.length + actuators.length === 0) {
      throw new CliError(EXIT.mistakes, `${file} holds no ecdm-event, pattern-status, action-notify or actuator-out node`);
    }
    const target = args.text('output');
    if (target === undefined) out(prettyJson(definition));
    else await writeText(target, prettyJson(definition));
    const { mistakes } = checkFile(definition);
    for (const mistake of mistakes) err(mistakeText(file, mistake));
    return mistakes.length === 0 ? EXIT.ok : EXIT.mistakes;
  },
};
