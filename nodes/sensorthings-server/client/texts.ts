/** What can be strange in the answers of a server, in the reader's language. */
import { makeProblem, type Problem } from '../../ecdm/problem';
import { textTable, type TextParameters } from '../../ecdm/text-table';
import type { StreamInfo, StreamNote } from './datastream';
import type { DecodeOptions } from './decode';
import english from './locales/en-US.json';
import thai from './locales/th.json';

const say = textTable(english, thai);

export type DecodeCode = keyof typeof english.problem;

/** Longest text of a server that a sentence repeats. */
const SHOWN = 60;

/** A problem with its sentence and what to do about it; `code` is stable. */
export function decodeProblem(
  code: DecodeCode,
  item: unknown,
  language: string | undefined,
  params: TextParameters = {},
): Problem {
  const shown: Record<string, string | number | undefined> = { ...params };
  for (const [name, value] of Object.entries(shown)) {
    if (typeof value === 'string' && value.length > SHOWN) shown[name] = `${value.slice(0, SHOWN - 1)}…`;
  }
  return makeProblem(
    code,
    say(language, `problem.${code}.message`, shown),
    say(language, `problem.${code}.hint`, shown),
    item,
  );
}

/**
 * Why a topic was refused, as far as the server says it (SUBACK: OASIS MQTT 5.0, 3.9.3; 128 is all that 3.1.1 has).
 * @param code of the SUBACK, 128 and above
 */
export function refusedTopic(topic: string, code: number, language: string | undefined): Problem {
  const known = Object.hasOwn(english.refusal, String(code));
  const reason = say(language, `refusal.${known ? code : 'other'}`, { code });
  return decodeProblem('mqtt-refused', topic, language, { topic, reason });
}

/** A Datastream that the server does not give. */
export function unreadable(key: string, { message }: Error, language: string | undefined): Problem {
  return decodeProblem('datastream', key, language, { datastream: key, reason: message });
}

/** What is strange about a Datastream itself. */
export function streamProblems(stream: StreamInfo, language?: string): Problem[] {
  return (stream.notes ?? []).map((note) => noteProblem(stream, note, language));
}

function noteProblem({ name, meta }: StreamInfo, { code, what }: StreamNote, language: string | undefined): Problem {
  return decodeProblem(code, meta, language, { what, datastream: name });
}

/** Things that are told of Datastreams in all. */
const MOST_TOLD = 1000;

/** Tells what is strange about Datastreams: a unit that is not known only once, however many have it. */
export function tellNotes(streams: readonly StreamInfo[], { told, onProblem, language }: DecodeOptions): void {
  if (!told) return;
  for (const stream of streams) {
    for (const note of stream.notes ?? []) {
      const key = `${note.code} ${note.code === 'unit-unknown' ? note.what : stream.id}`;
      if (told.has(key) || told.size >= MOST_TOLD) continue;
      told.add(key);
      onProblem?.(noteProblem(stream, note, language));
    }
  }
}
