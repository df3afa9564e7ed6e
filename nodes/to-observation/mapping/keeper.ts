import { parseJson } from '../../ecdm/parse-json';
import { at } from './columns';
import { decodeText } from './decode';
import { formatOf } from './rows';

/** What is shown of a message in the form: rows enough to try a mapping on. */
export interface SampleText {
  /** `object`: the text is JSON of what came as an object; `text`: it came as a text or bytes. */
  kind: 'text' | 'object';
  text: string;
  topic?: string;
  /** Epoch milliseconds. */
  received: number;
}

const TEXT_KEPT = 100_000;
const JSON_KEPT = 20_000_000;
const ROWS_KEPT = 50;

/** Keeps the last input, so that the form can show it; of large inputs only the beginning. */
export class LastInput {
  private payload: unknown;
  private topic: string | undefined;
  private received = NaN;

  /** Costs next to nothing for each message: what is to be shown is cut when it is asked for. */
  keep(payload: unknown, topic: unknown, now: number): void {
    this.payload = typeof payload === 'string' ? beginning(payload) : payload;
    this.topic = typeof topic === 'string' ? topic.slice(0, 1000) : undefined;
    this.received = now;
  }

  show(): SampleText | undefined {
    if (Number.isNaN(this.received)) return undefined;
    const { kind, text } = shownText(this.payload);
    return { kind, text, topic: this.topic, received: this.received };
  }
}

/** A copy, because a slice would keep the whole text in memory. JSON is of use only as a whole. */
function beginning(text: string): string {
  if (text.length <= 2 * TEXT_KEPT || (text.length <= JSON_KEPT && formatOf(text) === 'json')) return text;
  return decodeText(new TextEncoder().encode(wholeLines(text.slice(0, TEXT_KEPT))));
}

function wholeLines(text: string): string {
  const end = text.lastIndexOf('\n');
  return text.length >= TEXT_KEPT && end > 0 ? text.slice(0, end + 1) : text;
}

function shownText(payload: unknown): { kind: 'text' | 'object'; text: string } {
  const text = payload instanceof Uint8Array ? decodeText(payload.subarray(0, JSON_KEPT)) : payload;
  if (typeof text === 'string') {
    if (formatOf(text) !== 'json') return { kind: 'text', text: firstLines(wholeLines(text.slice(0, TEXT_KEPT))) };
    try {
      return { kind: 'text', text: json(parseJson(text)) };
    } catch {
      return { kind: 'text', text: text.slice(0, TEXT_KEPT) };
    }
  }
  return { kind: 'object', text: json(payload) };
}

function firstLines(text: string): string {
  const lines = text.split('\n');
  return lines.length > ROWS_KEPT + 1 ? `${lines.slice(0, ROWS_KEPT + 1).join('\n')}\n` : text;
}

/** JSON with long lists cut, never circular, never huge. */
function json(value: unknown): string {
  const seen = new WeakSet<object>();
  let left = 20_000;
  const cut = (inner: unknown, depth: number): unknown => {
    if (left-- <= 0 || depth > 12) return undefined;
    if (typeof inner === 'bigint') return String(inner);
    if (typeof inner === 'string') return inner.slice(0, 5000);
    if (typeof inner !== 'object' || inner === null) return inner;
    if (seen.has(inner)) return undefined;
    seen.add(inner);
    if (Array.isArray(inner)) return inner.slice(0, ROWS_KEPT).map((one) => cut(one, depth + 1));
    return Object.fromEntries(Object.keys(inner).slice(0, 500).map((key) => [key, cut(at(inner, key, [key]), depth + 1)]));
  };
  return JSON.stringify(cut(value, 0), null, 1) ?? '';
}
