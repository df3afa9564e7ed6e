/** A collected payload, and what can be asked of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type FileReading, type PartReading, readSaved, type ReadOptions } from '../../../../bin/lib/decode';

export const SAMPLES = path.resolve(__dirname, '../../../../../../shared/sta_samples');
export const ROOT = 'https://city.example/v1.1';

export type Any = Record<string, any>;

export class Sample {
  constructor(readonly file: string) {}

  get raw(): any {
    return JSON.parse(readFileSync(path.join(SAMPLES, this.file), 'utf8'));
  }

  read(options?: ReadOptions): FileReading {
    return readSaved(readFileSync(path.join(SAMPLES, this.file), 'utf8'), options);
  }

  /** The only answer in the file. */
  one(options?: ReadOptions): PartReading & Any {
    const { parts } = this.read(options);
    assert.equal(parts.length, 1);
    return parts[0]!;
  }

  part(name: string, options?: ReadOptions): PartReading & Any {
    const found = this.read(options).parts.find((part) => part.part === name);
    assert.ok(found, `no part "${name}"`);
    return found;
  }

  observations(options?: ReadOptions): Any[] {
    return this.one(options)['observations'] as Any[];
  }

  entities(options?: ReadOptions): Any[] {
    return this.one(options)['entities'] as Any[];
  }
}

export const fields = (list: Any[], ...names: string[]): unknown[][] =>
  list.map((one) => names.map((name) => one[name]));

/** By the name of the file. */
export type Expectations = Record<string, (sample: Sample) => void | Promise<void>>;
