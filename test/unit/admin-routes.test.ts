/** Routes of the editor: what they refuse, and in which words. */
import assert from 'node:assert/strict';
import { adminPost } from '../../nodes/runtime/admin';
import type { RuntimeApi } from '../../nodes/runtime/node-red';

describe('routes of the editor', () => {
  it('a request that is too large never reaches its handler, and is refused in the language of Node-RED', async () => {
    const said: unknown[] = [];
    for (const lang of ['en-US', 'th']) {
      const answered = await new Promise((resolve) => {
        const response = {
          headersSent: false,
          status: (code: number) => ({ json: (body: { error: string }) => resolve([code, body.error]) }),
        };
        const post = (_path: string, _allowed: unknown, run: (request: object, answer: object) => void): void =>
          run({ body: 'x'.repeat(2_000_001) }, response);
        const RED = { auth: { needsPermission: () => undefined }, httpAdmin: { post }, settings: { lang } };
        adminPost(RED as unknown as RuntimeApi, 'test', 'flows.read', () => resolve('handled'));
      });
      said.push(answered);
    }
    const [english, thai] = said as [number, string][];
    assert.equal(english![0], 413);
    assert.match(english![1], /too large: at most 2,?000,?000 characters/);
    assert.equal(thai![0], 413);
    assert.match(thai![1], /2,?000,?000/);
    assert.notEqual(thai![1], english![1]);
  });
});
