/**
 * Thai as it is normally written, without blanks: "in the same station" is one word to the tokenizer. Pages on the web
 * put spaces without width between Thai words: where they stand inside a word of the language, or inside a name, they
 * mean nothing.
 */
import { NO_WIDTH, visible, type Names } from './names';
import type { Piece, Token } from './tokens';
import { phraseAt, type Vocabulary } from './words';

/** Longer ones are none of several words of the language. */
const LONGEST = 300;
/** All that a name without quotes may be written of, and what may stand between its letters. */
const RUN = /[\p{L}\p{M}\p{N}_.\-/#\u200b]+/uy;
/** Parts between spaces without width that are looked at together, and how many a word may have. */
const MOST_PARTS = 24;
const MOST_IN_A_WORD = 8;
const THAI = /[\u0e00-\u0e4f\u0e5a-\u0e7f]/;
const WORD = /^[\p{L}\p{M}\p{N}_]+$/u;
const OTHER_LETTER = /^[^\u0e00-\u0e4f\u0e5a-\u0e7f]/;
const DIGITS = /^[\d\u0e50-\u0e59]+/;
/** Letters of others and digits, up to the next Thai letter: "CO", "10min", "1.5", "e1.value"; at the end any more. */
const OTHER =
  /^(?:(?![\u0e00-\u0e4f\u0e5a-\u0e7f])[\p{L}\p{M}\p{N}_])+(?:\.(?:value|key|property|time|[\d\u0e50-\u0e59]+))?(?=[\u0e00-\u0e4f\u0e5a-\u0e7f]|$)|^[^\u0e00-\u0e4f\u0e5a-\u0e7f]+$/u;

/** What a piece follows: two names never stand next to each other, and behind "as" there is one more name. */
type After = 'word' | 'name' | 'as';

interface Found {
  /** Without places yet. */
  pieces: readonly Pick<Piece, 'kind' | 'value'>[];
  /** Whether all in it is known. */
  sure: boolean;
}

export class ThaiWords {
  /** Names that the text itself gives to events. */
  private readonly aliases = new Set<string>();

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly names: Names,
  ) {}

  /**
   * The words, names and numbers that a word, and what follows it without a blank, is written of.
   * @param start where the word begins
   * @param before tokens before it
   * @returns `undefined` where it is one word, where a part of it is none, and where it can be read in two ways
   */
  split(text: string, start: number, word: string, before: readonly Token[]): readonly Piece[] | undefined {
    // one more than is looked at, to see that it is too long
    const window = text.slice(start, start + LONGEST + 1);
    RUN.lastIndex = 0;
    const run = RUN.exec(window)?.[0] ?? word;
    if (!THAI.test(run) || this.isAlias(word, before)) return undefined;
    const { ends, sure } = endsOf(run);
    for (const end of this.begins(visible(run)) ? ends : []) {
      const part = run.slice(0, end);
      const shown = visible(part);
      if (part === shown && this.isName(shown)) {
        // of a name that is one word the parser finds out by itself
        const isName = !WORD.test(shown) && !this.isSaid(shown);
        return isName ? [{ kind: 'name', value: shown, start, end: start + part.length }] : undefined;
      }
      const pieces = this.piecesOf(shown);
      if (pieces === undefined || (pieces.length === 1 && part === shown)) continue;
      const placed = place(pieces, part, start);
      if (placed !== undefined) return placed.filter((one, i) => i === 0 || one.end <= start + sure);
    }
    return this.ofWord(word, start);
  }

  /** A word alone, whatever sign stands behind it: "when" and "2" of "when2-5times". */
  private ofWord(word: string, start: number): readonly Piece[] | undefined {
    if (word.length > LONGEST || this.isName(word)) return undefined;
    const said = this.said(word, new Set());
    return said !== undefined && said.length > 1 ? place(said, word, start) : undefined;
  }

  /** Whether it can be written of anything that is known; most words can not. */
  private begins(shown: string): boolean {
    return (
      OTHER_LETTER.test(shown) || this.vocabulary.thaiAt(shown).length > 0 || this.names.beginning(shown).length > 0
    );
  }

  private isName(word: string): boolean {
    return this.names.called(word).length > 0;
  }

  /** What an event is called, and what a value has in it, may be any word. */
  private isAlias(word: string, before: readonly Token[]): boolean {
    const last = before.at(-1);
    if (last?.value === '.' && last.kind === 'sign') return true;
    const named = before.length > 0 && phraseAt(before, before.length - 1, this.vocabulary.of('word', 'as')) > 0;
    if (named) this.aliases.add(word);
    return named || this.aliases.has(word);
  }

  private piecesOf(shown: string): Found['pieces'] | undefined {
    const said = WORD.test(shown) ? this.said(shown, new Set()) : undefined;
    if (said !== undefined) return said;
    const found = this.found(shown, 'word', new Map());
    if (typeof found !== 'object') return undefined;
    const near = this.names.near(shown);
    const isSlip = near !== undefined && !found.pieces.some(({ value }) => value === near);
    return isSlip ? undefined : found.pieces;
  }

  private isSaid(shown: string): boolean {
    return this.said(shown, new Set()) !== undefined;
  }

  /**
   * Words of the language and numbers alone.
   * @param stuck rests that are known not to be written of words only, by their length
   */
  private said(rest: string, stuck: Set<number>): Found['pieces'] | undefined {
    if (rest === '') return [];
    if (stuck.has(rest.length)) return undefined;
    const digits = DIGITS.exec(rest)?.[0];
    for (const value of digits === undefined ? this.vocabulary.thaiAt(rest) : [digits]) {
      const others = this.said(rest.slice(value.length), stuck);
      const kind = digits === undefined ? 'word' : 'other';
      if (others !== undefined) return [{ kind, value }, ...others];
    }
    stuck.add(rest.length);
    return undefined;
  }

  /**
   * Names, too, and what only stands between Thai letters.
   * @param known what was found for a rest before
   * @returns `unclear` where there are two ways
   */
  private found(
    rest: string,
    after: After,
    known: Map<string, Found | 'unclear' | undefined>,
  ): Found | 'unclear' | undefined {
    if (rest === '') return { pieces: [], sure: true };
    const key = `${after}${rest.length}`;
    if (!known.has(key)) known.set(key, this.only(this.ways(rest, after, known)));
    return known.get(key);
  }

  private *ways(
    rest: string,
    after: After,
    known: Map<string, Found | 'unclear' | undefined>,
  ): Generator<Found | 'unclear'> {
    const other = OTHER.exec(rest)?.[0];
    if (after === 'as') {
      // where a name ends that the text gives, a blank tells
      if (other === rest) yield { pieces: [{ kind: 'other', value: rest }], sure: true };
      return;
    }
    for (const value of this.vocabulary.thaiAt(rest)) {
      const next = this.vocabulary.of('word', 'as').some(([first]) => first === value) ? 'as' : 'word';
      const others = this.found(rest.slice(value.length), next, known);
      if (others === undefined) continue;
      // of words of the language the longest counts
      yield begunWith({ kind: 'word', value }, true, others);
      break;
    }
    if (after === 'name') return;
    const names = this.names.beginning(rest).filter((name) => !this.isSaid(name));
    for (const value of names) {
      const others = this.found(rest.slice(value.length), 'name', known);
      if (others !== undefined) yield begunWith({ kind: WORD.test(value) ? 'word' : 'name', value }, true, others);
    }
    if (other === undefined || names.includes(other)) return;
    const others = this.found(rest.slice(other.length), 'name', known);
    if (others !== undefined) yield begunWith({ kind: 'other', value: other }, DIGITS.test(other), others);
  }

  /** What is known comes before what could be anything. */
  private only(ways: Iterable<Found | 'unclear'>): Found | 'unclear' | undefined {
    const all = [...ways];
    const sure = all.filter((way) => way === 'unclear' || way.sure);
    const [first, second] = sure.length > 0 ? sure : all;
    return second === undefined ? first : 'unclear';
  }
}

/**
 * Where what is tried may end: at the end of all, or at a space without width, the last one first.
 * @returns `sure`: up to where a word is not cut off, though what is looked at ends before the run does
 */
function endsOf(run: string): { ends: number[]; sure: number } {
  const all = [...run.matchAll(/(?<!\u200b)(?:\u200b|$)/gu)].map(({ index }) => index);
  const ends = all.filter((end) => end <= LONGEST).slice(0, MOST_PARTS);
  const sure = (ends.length < all.length ? (ends.at(-MOST_IN_A_WORD) ?? ends[0]) : ends.at(-1)) ?? 0;
  return { ends: ends.reverse(), sure };
}

const begunWith = (piece: Found['pieces'][number], isSure: boolean, others: Found | 'unclear'): Found | 'unclear' =>
  others === 'unclear' ? others : { pieces: [piece, ...others.pieces], sure: isSure && others.sure };

/**
 * Pieces with their places.
 * @param part as it is written
 * @returns `undefined` where a space without width parts what is no Thai: there it is a blank
 */
function place(pieces: Found['pieces'], part: string, start: number): Piece[] | undefined {
  let at = 0;
  const skip = (letters: number): number => {
    for (let n = letters; n > 0; at++) if (part[at] !== NO_WIDTH) n--;
    return at;
  };
  const placed = pieces.map((piece) => {
    while (part[at] === NO_WIDTH) at++;
    return { ...piece, start: start + at, end: start + skip(piece.value.length) };
  });
  return placed.some((one) => one.kind === 'other' && one.end - one.start > one.value.length) ? undefined : placed;
}
