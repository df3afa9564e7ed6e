import assert from 'node:assert/strict';
describe('x', () => it('y', () => assert.ok(true)));
