/** What is wrong in a text, with the place that an editor can mark. */
import type { TextParameters } from '../../../ecdm/text-table';
import type { Span } from './tokens';
import { languageText } from './words';

export interface TextError {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units, as editors count. */
  column: number;
  /** 0 where the text ends too early. */
  length: number;
  message: string;
  /** What to write instead, or how to find out. */
  suggestion: string;
}

/** Most mistakes that are told at once. */
const MOST_ERRORS = 20;

/** Ends the reading of a text: what follows the first fault of form means nothing. */
export class Stop extends Error {}

/** Collects what is wrong with one text, in the reader's language. */
export class TextErrors {
  private readonly found: { span: Span; message: string; suggestion: string }[] = [];

  constructor(
    private readonly text: string,
    private readonly language: string | undefined,
  ) {}

  get count(): number {
    return this.found.length;
  }

  /** True where nothing more is kept. */
  get full(): boolean {
    return this.found.length >= MOST_ERRORS;
  }

  say(key: string, parameters?: TextParameters): string {
    return languageText(this.language, key, parameters);
  }

  /** @param suggestion a whole sentence */
  put(span: Span, message: string, suggestion: string): void {
    if (!this.full) this.found.push({ span, message, suggestion });
  }

  add(span: Span, error: string, parameters: TextParameters, suggestion: string): void {
    this.put(span, this.say(`error.${error}`, parameters), suggestion);
  }

  stop(span: Span, error: string, parameters: TextParameters, suggestion: string): never {
    this.add(span, error, parameters, suggestion);
    throw new Stop(error);
  }

  /** In the order of the text. */
  list(): TextError[] {
    const starts = lineStarts(this.text);
    return [...this.found]
      .sort((a, b) => a.span.start - b.span.start)
      .map(({ span, message, suggestion }) => {
        const line = starts.findLastIndex((start) => start <= span.start);
        const place = { line: line + 1, column: span.start - starts[line]! + 1, length: span.end - span.start };
        return { ...place, message, suggestion };
      });
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { 0: end, index } of text.matchAll(/\r\n?|\n/g)) starts.push(index + end.length);
  return starts;
}
