/** A Node-RED that answers no requests of flows (httpNodeRoot: false): the web interface says why it stays closed. */
import assert from 'node:assert/strict';
import { hashToken, newToken } from '../../nodes/city-journal/rest/tokens';
import { startEmbedded, type Embedded } from '../support/embedded';

describe('the web interface of a journal without the side of flows', () => {
  let red: Embedded;
  before(async () => void (red = await startEmbedded({ settings: { httpNodeRoot: false } })));
  after(() => red.stop());

  it('stays closed and says so', async () => {
    const secret = newToken();
    const tokens = [{ name: 'A', role: 'admin', hash: hashToken(secret) }];
    await red.deploy([{ id: 'journal', type: 'city-journal', version: 1, store: 'sqlite', rest: true, tokens }]);
    assert.ok(red.logs.some(({ text }) => /httpNodeRoot is false/.test(text)));
    const answer = await fetch(`${red.url}/city-events/api/v1/alarms`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    assert.equal(answer.status, 404);
  });
});
