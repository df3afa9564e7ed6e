/**
 * What the deep run has seen so far, in one file: where to go on, and the summary for people. Cases count for the very
 * engine that they were run against; when its code changes they become "earlier" ones, and the run begins anew. The engine
 * is the folder of the pattern core: what writes times and texts for it, and what draws the cases, may change meanwhile.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Done } from './slice';

/** Of one property; it is not tried further then. */
export const MOST_FAILURES = 5;

export interface Line {
  id: string;
  says: string;
  /** The first seed; cases have the seeds from there on. */
  seed: number;
  /** Cases run against this engine, all of them held but for the failures. */
  cases: number;
  /** Cases run against earlier versions of the engine. */
  earlier: number;
  failures: number;
  /** The first seeds that failed. */
  failed: number[];
  /** Time of the threads that ran them. */
  seconds: number;
  /** When it was last run. */
  date: string;
}

export interface Summary {
  /** Names the compiled engine. */
  engine: string;
  properties: Line[];
}

/** Names the compiled files of the engine below a folder: the same code has the same name. */
export function engineOf(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  for (const name of files.sort()) {
    const code = readFileSync(path.join(folder, name), 'utf8');
    hash.update(name).update(code.replace(/^\/\/# sourceMappingURL=.*$/m, ''));
  }
  return hash.digest('hex').slice(0, 12);
}

export class Ledger {
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly file: string,
    private readonly engine: string,
  ) {
    if (!existsSync(file)) return;
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Summary;
    for (const line of kept.properties) this.lines.set(line.id, kept.engine === engine ? line : renewed(line));
  }

  /** The line of a property; with another first seed it begins anew. @throws where that would hide a failure */
  line(id: string, says: string, seed: number | undefined): Line {
    let line = this.lines.get(id);
    if (line === undefined) {
      line = { id, says, seed: seed ?? 1, cases: 0, earlier: 0, failures: 0, failed: [], seconds: 0, date: '' };
      this.lines.set(id, line);
    } else if (seed !== undefined && seed !== line.seed) {
      if (line.failures > 0) throw new Error(`property ${id} has failed from seed ${line.seed} on (${line.failed.join()}): mend that before trying other seeds`); // prettier-ignore
      line = { ...renewed(line), seed };
      this.lines.set(id, line);
    }
    line.says = says;
    return line;
  }

  add(line: Line, { cases, seconds, failed }: Done): void {
    line.cases += cases;
    line.failures += failed.length;
    line.failed.push(...failed.map(({ seed }) => seed));
    line.seconds = Math.round(10 * (line.seconds + seconds)) / 10;
    line.date = new Date().toISOString().slice(0, 10);
  }

  /** Writes all of it; a run that is cut off leaves the file whole. */
  save(order: readonly string[]): void {
    const known = order.flatMap((id) => this.lines.get(id) ?? []);
    const summary: Summary = { engine: this.engine, properties: known };
    writeFileSync(`${this.file}.new`, `${JSON.stringify(summary, null, 2)}\n`);
    renameSync(`${this.file}.new`, this.file);
  }
}

function renewed(line: Line): Line {
  return { ...line, cases: 0, earlier: line.earlier + line.cases, failures: 0, failed: [], seconds: 0 };
}
