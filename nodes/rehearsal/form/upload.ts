/**
 * Sends a file piece by piece, so that neither browser nor runtime ever hold the whole of it; and once, for as long as the
 * runtime has it: who turns a knob rehearses the same file again and again.
 */
import type { UploadAnswer, UploadPiece } from '../contract';
import { post } from './client';

/** Characters of one piece: its JSON stays below what an admin route takes. */
const PIECE = 900_000;

export class Sender {
  private last: { file: File; upload: string } | undefined;

  /** The id of a file that was sent before. @throws where it has changed on its disk since it was chosen */
  async known(file: File): Promise<string | undefined> {
    if (this.last?.file !== file) return undefined;
    // what the runtime has is the file as it was: a browser reads nothing of one that has changed, and says so
    await file.slice(0, 1).arrayBuffer();
    return this.last.upload;
  }

  /** As {@link sendFile}. */
  async send(...parameters: Parameters<typeof sendFile>): Promise<string | undefined> {
    const [file] = parameters;
    const upload = await sendFile(...parameters);
    this.last = upload === undefined ? undefined : { file, upload };
    return upload;
  }
}

/**
 * @param sent called with the share that is sent, 0 to 1
 * @param stopped asked before each piece
 * @returns the id of what was sent; `undefined` where it was stopped
 */
async function sendFile(
  file: File,
  sent: (share: number) => void,
  stopped: () => boolean,
): Promise<string | undefined> {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  let upload: string | undefined;
  let piece = 0;
  let waiting = '';
  let bytes = 0;
  const send = async (text: string, last: boolean): Promise<void> => {
    const body: UploadPiece = {
      ...(upload === undefined ? {} : { upload }),
      name: file.name,
      piece: piece++,
      text,
      last,
    };
    const answer = await post<UploadAnswer>('upload', body);
    upload = answer.upload;
    bytes = answer.bytes;
    sent(file.size === 0 ? 1 : Math.min(1, bytes / file.size));
  };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    waiting += value;
    while (waiting.length >= PIECE) {
      if (stopped()) return reader.cancel().then(() => undefined);
      const end = wholeUntil(waiting, PIECE);
      await send(waiting.slice(0, end), false);
      waiting = waiting.slice(end);
    }
  }
  if (stopped()) return undefined;
  await send(waiting, true);
  return upload;
}

/** Not between the two halves of one character. */
const wholeUntil = (text: string, end: number): number => {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code < 0xdc00 ? end - 1 : end;
};
