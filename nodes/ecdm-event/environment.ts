/**
 * Settings that come from the environment: `${NAME}`, of the instance of a subflow, a group or the machine. Node-RED puts in what
 * it says when the flow starts, and that of the machine is always a text; where nobody says anything, the name stays.
 */
import { variableIn } from '../ecdm/variable';

const ORDERED: ReadonlySet<unknown> = new Set(['>', '>=', '<', '<=']);
const NUMBERS: ReadonlySet<string> = new Set(['clear', 'low', 'high', 'margin', 'minSamples', 'percentile']);
const LENGTHS: ReadonlySet<string> = new Set(['for', 'after', 'lateness', 'over', 'step']);
/** Conditions are not nested deeper than people can read. */
const DEEPEST = 50;

type Fields = Readonly<Record<string, unknown>>;
/** What takes the place of a text; the text itself where nothing does. */
type Fill = (text: string, field: string, owner: Fields) => unknown;

const isNumeric = (field: string, { op }: Fields): boolean =>
  NUMBERS.has(field) || (field === 'value' && ORDERED.has(op));

/** Texts where the settings of an event want numbers, made numbers: of '35', not of what is none. */
export function withNumbers(event: unknown): unknown {
  return filled(event, (text, field, owner) => {
    const number = isNumeric(field, owner) && text.trim() !== '' ? Number(text) : NaN;
    return Number.isFinite(number) ? number : text;
  });
}

/** The first variable that an event needs, and that nobody has set. */
export function unsetIn(event: unknown): string | undefined {
  let unset: string | undefined;
  filled(event, (text, field, owner) => {
    if (isNumeric(field, owner) || LENGTHS.has(field)) unset ??= variableIn(text);
    return text;
  });
  return unset;
}

/** The event with something that would do for what is not known before the flow starts. */
export function assumed<T>(event: T): T {
  return filled(event, (text, field, owner) => {
    if (variableIn(text) === undefined) return text;
    if (LENGTHS.has(field)) return '1 min';
    if (!isNumeric(field, owner)) return text;
    const { value, clear, low, high, margin } = owner;
    // a limit for coming back that is the limit itself cannot be wrong, nor can a range that is as wide as it has to be
    if (field === 'margin') return 0;
    const [known = 1] = [value, clear, low, high].filter((one) => typeof one === 'number');
    const wide = typeof margin === 'number' ? 2 * margin : 0;
    return field === 'low' ? known - wide : field === 'high' ? known + wide : known;
  }) as T;
}

function filled(raw: unknown, fill: Fill, depth = 0): unknown {
  if (typeof raw !== 'object' || raw === null || depth > DEEPEST) return raw;
  if (Array.isArray(raw)) return raw.map((one) => filled(one, fill, depth + 1));
  const owner = raw as Fields;
  const made = Object.entries(owner).map(([field, value]) => [
    field,
    typeof value === 'string' ? fill(value, field, owner) : filled(value, fill, depth + 1),
  ]);
  return Object.fromEntries(made);
}
