import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { onInput } from '../../nodes/runtime/input';
import type { NodeMessage, RuntimeNode } from '../../nodes/runtime/node-red';

class FakeNode extends EventEmitter {
  readonly errors: [Error, NodeMessage | undefined][] = [];
  error(error: Error, message?: NodeMessage): void {
    this.errors.push([error, message]);
  }
}

/** Runs a handler as Node-RED would and gives what `done` and `node.error` were told. */
async function run(handler: () => void | Promise<void>, done: (error?: Error) => void): Promise<FakeNode['errors']> {
  const node = new FakeNode();
  onInput(node as unknown as RuntimeNode, handler);
  node.emit('input', { _msgid: 'm', payload: 1 }, () => undefined, done);
  await new Promise((resolve) => setImmediate(resolve));
  return node.errors;
}

describe('input wrapper', () => {
  const fail = (): never => {
    throw Object.assign(new Error('handler'), { code: 'x' });
  };

  it('calls done once, with the error of the handler', async () => {
    for (const handler of [fail, () => Promise.resolve().then(fail)]) {
      const told: unknown[][] = [];
      assert.deepEqual(await run(handler, (...args) => told.push(args)), []);
      assert.equal(told.length, 1);
      assert.equal((told[0]![0] as { code: string }).code, 'x');
    }
    const told: unknown[][] = [];
    await run(
      () => Promise.resolve(),
      (...args) => told.push(args),
    );
    assert.deepEqual(told, [[]]);
  });

  it('tells the error without the message where Node-RED cannot copy it', async () => {
    const uncopyable = (): never => {
      throw new Error('cannot be copied');
    };
    for (const handler of [fail, () => Promise.resolve().then(fail)]) {
      const [[error, message]] = (await run(handler, uncopyable)) as [[Error, NodeMessage]];
      assert.equal(error.message, 'handler');
      assert.deepEqual(message, { _msgid: 'm' });
    }
    const [[error]] = (await run(() => undefined, uncopyable)) as [[Error, NodeMessage]];
    assert.equal(error.message, 'cannot be copied');
  });
});
