/**
 * Payloads of real servers, of the standards and of other people's tests, that were collected outside of this project.
 * What is expected of each is written from what the collection says a client must do with it, and from the payload
 * itself, read by eye. Left out where the collection is not there.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { frost } from './samples/frost';
import { others } from './samples/others';
import { Sample, SAMPLES } from './samples/sample';
import { standards } from './samples/standards';

interface Index {
  samples: { file: string; client_must?: string }[];
}

const EXPECTED = { ...standards, ...frost, ...others };
const there = existsSync(SAMPLES);
const index = there ? (JSON.parse(readFileSync(path.join(SAMPLES, 'index.json'), 'utf8')) as Index) : { samples: [] };

describe('collected payloads of SensorThings servers', () => {
  before(function () {
    if (!there) this.skip();
  });

  it('are all expected something of', () => {
    assert.deepEqual(index.samples.map(({ file }) => file).sort(), Object.keys(EXPECTED).sort());
  });

  for (const { file, client_must } of index.samples) {
    it(`${file}${client_must === undefined ? '' : `: ${client_must}`}`, () => EXPECTED[file]!(new Sample(file)));
  }
});
