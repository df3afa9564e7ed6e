import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { Language } from '../../nodes/ecdm/text-table';
import { decodeText, withoutMark } from '../../nodes/to-observation/mapping/decode';
import { CliError, EXIT } from './command';
import { fileText } from './texts';

/** What the system refuses and we have words for. */
const REASONS = new Set(['ENOENT', 'EISDIR', 'EACCES', 'ENOTDIR']);

/** Bytes that a packed file may have when it is unpacked: a text of V8 holds no more. */
const MOST_BYTES = 500_000_000;

/**
 * A file as text ("-" is standard input), packed by gzip or not, whatever of the usual encodings it is in.
 * @throws CliError where it cannot be read
 */
export async function readText(file: string, language?: Language): Promise<string> {
  try {
    const bytes = file === '-' ? await standardInput() : await readFile(file);
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return withoutMark(decodeText(packed ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes));
  } catch (error) {
    throw new CliError(EXIT.file, fileText(language, 'unread', { file, reason: reasonOf(error, language) }));
  }
}

/** @throws CliError where it cannot be written */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.file, `cannot write ${file}: ${reasonOf(error, undefined)}`);
  }
}

async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown, language: Language | undefined): string {
  const { code = '', message } = error as { code?: string; message?: string };
  return REASONS.has(code) ? fileText(language, code) : (message ?? String(error));
}

/**
 * A JSON file.
 * @throws CliError: what is not JSON is a mistake in it, not a file that cannot be read
 */
export async function readJson(file: string, language?: Language): Promise<unknown> {
  const text = await readText(file, language);
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    // the engine explains itself in English only, in some versions with the line
    const reason = language === 'th' ? '' : `: ${message}`;
    const where = reason.includes('(line') ? '' : lineOf(text, message, language);
    throw new CliError(EXIT.mistakes, `${fileText(language, 'notJson', { file })}${reason}${where}`);
  }
}

function lineOf(text: string, message: string, language: Language | undefined): string {
  const at = /at position (\d+)/.exec(message)?.[1] ?? (message.includes('end of JSON') ? text.length : undefined);
  if (at === undefined) return '';
  const before = text.slice(0, Number(at)).split('\n');
  return fileText(language, 'line', { line: before.length, column: before.at(-1)!.length + 1 });
}

/** JSON as people like to read and compare it. */
export const prettyJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
