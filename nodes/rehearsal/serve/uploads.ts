/** Files that forms sent, piece by piece: on disk for an hour after their last use. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { AdminError } from '../../runtime/admin';
import type { UploadAnswer, UploadPiece } from '../contract';
import { say } from './texts';

/** Bytes of one file. */
export const LARGEST_FILE = 200_000_000;
/** Characters of one piece. */
const LARGEST_PIECE = 1_500_000;
/** Files at the same time; the one that was used longest ago makes room for another one. */
const MOST_FILES = 3;
const KEPT_MS = 3_600_000;

interface Upload {
  readonly file: string;
  bytes: number;
  /** Pieces so far. */
  pieces: number;
  whole: boolean;
  readonly timer: NodeJS.Timeout;
  /** One piece after the other. */
  writing: Promise<void>;
}

export class Uploads {
  /** In the order of their last use. */
  private readonly kept = new Map<string, Upload>();

  /** @param folder of its own: what is left in it from before is removed */
  constructor(private readonly folder: string) {
    rmSync(folder, { recursive: true, force: true });
  }

  /** @throws AdminError 404 for a file that is not there any more, 409 for a piece out of order, 413 */
  async take({ upload, piece, text, last }: UploadPiece, language: string | undefined): Promise<UploadAnswer> {
    if (text.length > LARGEST_PIECE) throw new AdminError(413, say(language, 'largePiece', { most: LARGEST_PIECE }));
    // a file that does not begin makes no other one go
    if (upload === undefined && piece !== 0) throw new AdminError(409, say(language, 'order', { n: 0 }));
    const id = upload ?? this.begin();
    const entry = this.find(id, language);
    const bytes = Buffer.from(text, 'utf8');
    if (entry.bytes + bytes.length > LARGEST_FILE) {
      this.drop(id);
      throw new AdminError(413, say(language, 'largeFile', { most: LARGEST_FILE / 1_000_000 }));
    }
    if (entry.whole || piece !== entry.pieces) throw new AdminError(409, say(language, 'order', { n: entry.pieces }));
    entry.pieces++;
    entry.bytes += bytes.length;
    entry.whole = last;
    entry.writing = entry.writing.then(async () => {
      await mkdir(this.folder, { recursive: true });
      await appendFile(entry.file, bytes, { mode: 0o600 });
    });
    try {
      await entry.writing;
    } catch (thrown) {
      this.drop(id);
      throw new AdminError(507, say(language, 'disk', { reason: (thrown as Error).message }));
    }
    return { upload: id, bytes: entry.bytes };
  }

  /**
   * A file that has come whole.
   * @throws AdminError 404, 409
   */
  fileOf(id: string, language: string | undefined): string {
    const { file, whole, pieces } = this.find(id, language);
    if (!whole) throw new AdminError(409, say(language, 'notWhole', { n: pieces }));
    return file;
  }

  private begin(): string {
    const [oldest] = this.kept.keys();
    if (this.kept.size >= MOST_FILES && oldest !== undefined) this.drop(oldest);
    // whoever does not know it cannot use it
    const id = randomUUID();
    const timer = setTimeout(() => this.drop(id), KEPT_MS);
    timer.unref();
    const file = path.join(this.folder, `${id}.txt`);
    this.kept.set(id, { file, bytes: 0, pieces: 0, whole: false, timer, writing: Promise.resolve() });
    return id;
  }

  private find(id: string, language: string | undefined): Upload {
    const upload = this.kept.get(id);
    if (upload === undefined) throw new AdminError(404, say(language, 'gone'));
    upload.timer.refresh();
    this.kept.delete(id);
    this.kept.set(id, upload);
    return upload;
  }

  private drop(id: string): void {
    const upload = this.kept.get(id);
    if (upload === undefined) return;
    this.kept.delete(id);
    clearTimeout(upload.timer);
    const remove = (): Promise<void> => rm(upload.file, { force: true });
    // nobody can do anything about a file that cannot be removed: the next start removes the folder
    upload.writing.then(remove, remove).catch(() => undefined);
  }
}
