import { schema, SCHEMA_NAMES } from '../../nodes/ecdm/schema-export';
import { CliError, EXIT, type Command } from './command';
import { prettyJson } from './files';
import { nearest } from '../../nodes/ecdm/nearest';

export const schemaCommand: Command = {
  name: 'schema',
  summary: 'print a JSON Schema',
  help: `usage: city-events schema [NAME]

Prints the JSON Schema of a definition, or of NAME:
  ${SCHEMA_NAMES.slice(0, 5).join(', ')},
  ${SCHEMA_NAMES.slice(5).join(', ')}
`,
  options: {},
  run(args, { out }) {
    const name = args.positionals.length === 0 ? 'definition' : args.only('NAME');
    const found = schema(name);
    if (found === undefined) {
      const near = nearest(name, SCHEMA_NAMES);
      const hint = near === undefined ? `the schemas are ${SCHEMA_NAMES.join(', ')}` : `did you mean "${near}"?`;
      throw new CliError(EXIT.usage, `there is no schema "${name}": ${hint}`);
    }
    out(prettyJson(found));
    return EXIT.ok;
  },
};
