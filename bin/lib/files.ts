import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { decodeText, withoutMark } from '../../nodes/to-observation/mapping/decode';
import { CliError, EXIT } from './command';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
  ENOTDIR: 'a part of the path is not a folder',
};

/** Bytes that a packed file may have when it is unpacked: a text of V8 holds no more. */
const MOST_BYTES = 500_000_000;

/** A file as text ("-" is standard input), packed by gzip or not, whatever of the usual encodings it is in. */
export async function readText(file: string): Promise<string> {
  try {
    const bytes = file === '-' ? await standardInput() : await readFile(file);
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return withoutMark(decodeText(packed ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes));
  } catch (error) {
    throw new CliError(EXIT.file, `cannot read ${file}: ${reasonOf(error)}`);
  }
}

export async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.file, `cannot write ${file}: ${reasonOf(error)}`);
  }
}

async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return (code !== undefined && Object.hasOwn(REASONS, code) ? REASONS[code] : message) ?? String(error);
}

/** A JSON file. What is not JSON is a mistake in it, not a file that cannot be read. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(EXIT.mistakes, `${file} is not JSON: ${(error as Error).message}${lineOf(text, error as Error)}`);
  }
}

function lineOf(text: string, { message }: Error): string {
  const at = /at position (\d+)/.exec(message)?.[1];
  if (at === undefined || message.includes('(line')) return '';
  const before = text.slice(0, Number(at)).split('\n');
  return ` (line ${before.length} column ${before.at(-1)!.length + 1})`;
}

/** JSON as people like to read and compare it. */
export const prettyJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
