/** The JSON Schemas that the package publishes (`city-events schema`, `dist/nodes/ecdm/schemas/`). */
import { z } from 'zod';
import { definitionSchema } from './definition';
import { mappingSchema } from './mapping-schema';
import {
  actionEventSchema,
  commandSchema,
  commandStateSchema,
  eventMessageSchema,
  observationSchema,
  problemSchema,
  statusMessageSchema,
} from './message-schemas';

const SOURCES: readonly [name: string, title: string, schema: z.ZodType][] = [
  ['definition', 'Definition of domains, events, statuses, actions and actuators (*.ecdm.json)', definitionSchema],
  ['mapping', 'Mapping of rows to observations (*.map.json)', mappingSchema],
  ['observation', 'Observation', observationSchema],
  ['event', 'Event', eventMessageSchema],
  ['status', 'Status', statusMessageSchema],
  ['action-event', 'ActionEvent', actionEventSchema],
  ['command', 'Command', commandSchema],
  ['command-state', 'CommandState', commandStateSchema],
  ['problem', 'Problem', problemSchema],
];

/** Names that {@link schema} knows. */
export const SCHEMA_NAMES: readonly string[] = SOURCES.map(([name]) => name);

/** One JSON Schema by its name; `undefined` where there is none of that name. */
export function schema(name: string): Record<string, unknown> | undefined {
  const found = SOURCES.find(([known]) => known === name);
  if (found === undefined) return undefined;
  const [, title, source] = found;
  // what people write: fields with a default may be left out
  const { $schema, ...rest } = z.toJSONSchema(source, { io: 'input' });
  return { $schema, title, ...rest };
}

/** All schemas by file name. */
export function schemas(): Record<string, object> {
  return Object.fromEntries(SCHEMA_NAMES.map((name) => [`${name}.schema.json`, schema(name)!]));
}
