/**
 * A rule test: what a rule makes of a sample of readings, kept with the definition. It is green as long as the rule still
 * makes just these episodes of it.
 */
import { z } from 'zod';
import { parseTime } from './time';

/** Characters of a sample that lies in the test itself; a larger one lies in a file. */
export const LONGEST_SAMPLE = 20_000;
/** Episodes that a test expects at most: a rehearsal lists so many. */
const MOST_EXPECTED = 1000;

const id = z.string().min(1).max(200);
// what a rule says of a wrong value is a key of the check's texts, below "form"
const instant = z.string().max(40).refine((text) => parseTime(text) !== undefined, 'instant'); // prettier-ignore

const expectedSchema = z.strictObject({
  /** Id of the event, where the test is about events. */
  event: id.optional(),
  /** The instance of the rule: a station, a zone, ... */
  key: z.string().max(2000),
  since: instant,
  /** Left out while it is still so at the end of the sample. */
  until: instant.optional(),
  severity: z.enum(['warning', 'minor', 'major', 'critical']).optional(),
});

export const ruleTestSchema = z
  .strictObject({
    id,
    name: z.string().min(1).max(200),
    /** Ids of the events that it is about; others of the same node do not matter. */
    events: z.array(id).min(1).max(1000).optional(),
    /** Id of the status that it is about; a test that lies in a node is about the status of that node. */
    status: id.optional(),
    /** The sample: lines of readings as sources remember them. */
    readings: z.string().max(LONGEST_SAMPLE).optional(),
    /** Or the name of a file, from where the definition (or the flow) lies: such lines, CSV, NDJSON or JSON. */
    file: z.string().min(1).max(500).optional(),
    expect: z.array(expectedSchema).max(MOST_EXPECTED),
  })
  .refine(({ readings, file }) => (readings === undefined) !== (file === undefined), 'sample');

export type RuleTest = z.infer<typeof ruleTestSchema>;
export type Expected = z.infer<typeof expectedSchema>;

/** Tests of a node or of a definition. */
const MOST_TESTS = 100;
export const ruleTestsSchema = z.array(ruleTestSchema).max(MOST_TESTS);
