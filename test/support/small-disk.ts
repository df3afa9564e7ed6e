/** A disk of its own that can be full or read-only, where one may be made: as root, on a system that has tmpfs. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

export class SmallDisk {
  private constructor(readonly folder: string) {}

  /**
   * @param megabytes how much it holds
   * @returns `undefined` where nothing may be mounted
   */
  static mount(folder: string, megabytes: number): SmallDisk | undefined {
    if (process.getuid?.() !== 0) return undefined;
    mkdirSync(folder, { recursive: true });
    try {
      run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
      return new SmallDisk(folder);
    } catch {
      return undefined;
    }
  }

  /** Takes all that is left but some bytes. */
  fill(left = 0): void {
    const file = openSync(this.ballast, 'a');
    try {
      let free = Number(run('df', '--output=avail', '-B1', this.folder).split('\n')[1]) - left;
      // a write that does not fit whole takes what there is
      for (; free > 0; free -= 65_536) writeSync(file, Buffer.alloc(Math.min(free, 65_536)));
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(this.ballast, { force: true });
  }

  /** Nothing on it may be open for writing. */
  lock(readOnly: boolean): void {
    run('mount', '-o', `remount,${readOnly ? 'ro' : 'rw'}`, this.folder);
  }

  unmount(): void {
    run('umount', '--lazy', this.folder);
  }

  private get ballast(): string {
    return path.join(this.folder, 'ballast');
  }
}

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { stdio: 'pipe' }).toString();
}
