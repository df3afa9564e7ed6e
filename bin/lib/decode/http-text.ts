/** HTTP messages as text: what `curl -i` prints, and the parts of a multipart batch (OGC 18-088 clause 11). */

export interface HttpText {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly request?: { readonly method: string; readonly url: string };
  readonly sent?: boolean;
}

/** Parts of a batch and nesting of change sets. */
const MOST_PARTS = 1000;
const DEPTH = 3;

/** Head and body, divided by a blank line. */
function divide(text: string): [string[], string] {
  const match = /\r?\n\r?\n/.exec(text);
  if (!match) return [text.split(/\r?\n/), ''];
  return [text.slice(0, match.index).split(/\r?\n/), text.slice(match.index + match[0].length)];
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

/** One answer; of several in a row (redirects, "100 Continue") the last. */
export function httpMessages(text: string): HttpText[] {
  let rest = text;
  for (;;) {
    const [head, body] = divide(rest);
    const status = Number(/^HTTP\/\S+\s+(\d{3})/.exec(head[0] ?? '')?.[1] ?? NaN);
    if (body.trimStart().startsWith('HTTP/')) rest = body.trimStart();
    else return [{ status: Number.isNaN(status) ? undefined : status, headers: headersOf(head.slice(1)), text: body }];
  }
}

/** The parts of a batch: answers, or requests. */
export function multipart(text: string, depth = 0): HttpText[] {
  const boundary = /^--(\S+)/.exec(text)?.[1]?.replace(/--$/, '');
  if (boundary === undefined || depth > DEPTH) return [];
  const pieces = `\n${text}`.split(`\n--${boundary}`).slice(1, MOST_PARTS + 1);
  return pieces
    .filter((piece) => !piece.startsWith('--'))
    .flatMap((piece) => part(piece.replace(/^[^\S\n]*\r?\n/, ''), depth));
}

function part(piece: string, depth: number): HttpText[] {
  const [head, body] = divide(piece);
  const headers = headersOf(head);
  if (/multipart\/mixed/i.test(headers['content-type'] ?? '')) return multipart(body.trim(), depth + 1);
  const inner = body.trim();
  if (inner.startsWith('HTTP/')) return httpMessages(inner);
  const [lines, content] = divide(inner);
  const asked = /^([A-Z]+)\s+(\S+)(?:\s+HTTP\/\S+)?$/.exec(lines[0] ?? '');
  if (!asked) return [];
  return [
    { headers: headersOf(lines.slice(1)), text: content, request: { method: asked[1]!, url: asked[2]! }, sent: true },
  ];
}
