/** Reading by ids from servers that make no sense: it ends. */
import assert from 'node:assert/strict';
import { ById, NoOrder } from '../../../nodes/sensorthings-server/client/by-id';

describe('observations in the order of their ids', () => {
  for (const [what, value] of [
    ['no entities', [null, 1]],
    ['a group that is none', [{ dataArray: [[1]] }, 'x']],
    ['ids that are texts', [{ '@iot.id': 'a' }]],
    ['ids that were there already', [{ '@iot.id': 3 }]],
  ] as const) {
    it(`a page of ${what} is the end of the belief that there is an order`, async () => {
      let asked = 0;
      const get = (): Promise<unknown> => {
        if (++asked > 20) throw new Error('asked again and again');
        return Promise.resolve({ value });
      };
      const pages = new ById(get, 'http://127.0.0.1/v1.1', false, {}).after(7, { before: 0, streams: new Map() });
      await assert.rejects(async () => {
        for await (const page of pages) void page;
      }, NoOrder);
    });
  }
});
