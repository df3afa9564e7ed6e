/**
 * An input that could not be used, with the reason. It is sent out, never swallowed.
 * `code` is stable and made for programs; `message` says what and where, `hint` says how to mend it.
 */
export interface Problem {
  code: string;
  message: string;
  hint: string;
  /** Id of the node that says so; filled in by the runtime. */
  node: string;
  /** The item, shortened to what can be shown safely. */
  item: unknown;
}

/** Most problems that one message tells of; of those beyond it is only said how many there were. */
export const MOST_TOLD = 100;

/** Longest text of an item that a problem repeats. */
const ITEM_TEXT = 500;

/**
 * A copy of `item` that is safe to send on: plain JSON, at most 500 characters, never circular, never huge.
 * Anything else becomes a short text.
 */
export function safeItem(item: unknown): unknown {
  if (item === null || item === undefined || typeof item === 'number' || typeof item === 'boolean') {
    return typeof item === 'number' && !Number.isFinite(item) ? String(item) : (item ?? null);
  }
  if (typeof item === 'string') return clip(item);
  if (typeof item !== 'object') return `(${typeof item})`;
  try {
    let left = 200;
    const seen = new WeakSet<object>();
    const text = JSON.stringify(item, (_key, value: unknown) => {
      if (typeof value === 'bigint') return `${value}n`;
      if (typeof value === 'string') return clip(value);
      if (typeof value === 'object' && value !== null) {
        if (seen.has(value)) return '(again)';
        seen.add(value);
      }
      return left-- > 0 ? value : undefined;
    });
    if (text === undefined) return '(nothing)';
    return text.length <= ITEM_TEXT ? (JSON.parse(text) as unknown) : clip(text);
  } catch {
    // circular beyond repair, nested too deeply, or a getter or a proxy that throws
    return '(an object that cannot be shown)';
  }
}

function clip(text: string): string {
  return text.length <= ITEM_TEXT ? text : `${text.slice(0, ITEM_TEXT)}… (${text.length} characters)`;
}

/** Builds a problem whose item is safe to send on. */
export function makeProblem(code: string, message: string, hint: string, item: unknown): Problem {
  return { code, message, hint, node: '', item: safeItem(item) };
}
