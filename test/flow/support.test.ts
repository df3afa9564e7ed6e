import * as assert from 'node:assert/strict';
import { startEmbedded, type Embedded } from '../support/embedded';
import { nodeRedVersion } from '../support/node-red';

describe('the embedded Node-RED of the tests', () => {
  let city: Embedded;
  before(async () => {
    city = await startEmbedded();
  });
  after(() => city.stop());

  it('is the version that was asked for', () => {
    assert.equal(city.version, nodeRedVersion());
  });

  it('carries messages along the wires of a deployed flow', async () => {
    await city.deploy([
      {
        id: 'in',
        type: 'change',
        rules: [{ t: 'set', p: 'topic', pt: 'msg', to: 'seen', tot: 'str' }],
        wires: [['out']],
      },
      { id: 'out', type: 'test-sink', wires: [] },
    ]);
    city.inject('in', { payload: 1 });
    const [message] = await city.count('out', 1);
    assert.equal(message?.['payload'], 1);
    assert.equal(message?.['topic'], 'seen');
  });

  it('answers over HTTP, forgets the messages of an earlier flow', async () => {
    await city.deploy([
      { id: 'in', type: 'http in', url: '/hello', method: 'get', wires: [['answer']] },
      { id: 'answer', type: 'http response', statusCode: '200', wires: [] },
      { id: 'out', type: 'test-sink', wires: [] },
    ]);
    assert.equal((await fetch(`${city.url}/hello`)).status, 200);
    assert.equal((await fetch(`${city.url}/settings`)).status, 200);
    assert.deepEqual(city.messages('out'), []);
  });
});
