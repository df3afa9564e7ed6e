/** What a Node-RED loads with the pack before any flow uses it. The time itself is measured by `npm run bench:loading`. */
import assert from 'node:assert/strict';
import { measureLoading } from '../bench/loading';

describe('loading all nodes', () => {
  it('takes no large library along that only some flows need: MQTT, schemas', () => {
    const { packages, files } = measureLoading();
    assert.ok(files > 300, `${files} files`);
    assert.deepEqual(packages, ['luxon', 'papaparse']);
  });
});
