import { checkCommand } from './check-command';
import { decodeCommand } from './decode-command';
import { CliError, EXIT, readArguments, type Command, type Output } from './command';
import { exportCommand } from './export-command';
import { flowCommand } from './flow-command';
import { journalCommand } from './journal-command';
import { replayCommand } from './replay-command';
import { ruleCommand } from './rule-command';
import { schemaCommand } from './schema-command';
import { testCommand } from './test-command';
import { nearest } from '../../nodes/ecdm/nearest';

const COMMANDS: readonly Command[] = [checkCommand, ruleCommand, replayCommand, testCommand, schemaCommand, exportCommand, flowCommand, decodeCommand, journalCommand];

const HELP = `usage: city-events COMMAND [...]

Checks rules, replays data through them, turns Node-RED flows into definition
files and back, and shows what is read from a SensorThings server.

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`).join('\n')}

  --help     help; also after a command
  --version  the version

Exit codes: 0 all well, 1 mistakes were found, 2 called wrongly,
3 a file cannot be read or written.
`;

/** Runs the command line. @returns the exit code */
export async function main(argv: readonly string[], output: Output, version: string): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const about = COMMANDS.find((command) => command.name === rest[0]);
    (name === undefined ? output.err : output.out)(about?.help ?? HELP);
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === '--version' || name === '-v') {
    output.out(`${version}\n`);
    return EXIT.ok;
  }
  const command = COMMANDS.find((one) => one.name === name);
  try {
    if (command === undefined) throw unknown(name);
    const args = readArguments(command, rest);
    if (args === 'help') {
      output.out(command.help);
      return EXIT.ok;
    }
    return await command.run(args, output);
  } catch (error) {
    if (!(error instanceof CliError)) {
      output.err(`city-events: something went wrong: ${error instanceof Error ? error.message : String(error)}\n`);
      return EXIT.mistakes;
    }
    const usage = error.exitCode === EXIT.usage;
    const hint = usage ? `see "city-events ${command === undefined ? '' : `${command.name} `}--help"\n` : '';
    output.err(`${usage ? 'city-events: ' : ''}${error.message}\n${hint}`);
    return error.exitCode;
  }
}

function unknown(name: string): CliError {
  const near = nearest(name, COMMANDS.map((command) => command.name));
  return new CliError(EXIT.usage, `there is no command "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`);
}
