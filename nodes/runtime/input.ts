/**
 * The one wrapper that every handler of this pack goes through. Node-RED does not catch a rejected promise of a
 * handler: it becomes an unhandled rejection and the whole runtime exits. Nothing here ever rejects.
 */
import type { Done, NodeMessage, RuntimeNode, Send } from './node-red';

/** Node-RED waits at most 15 s for a node to close; we give up before that, so that our own word is the last. */
const CLOSE_LIMIT = 10_000;

type InputHandler = (message: NodeMessage, send: Send) => void | Promise<void>;

/** Turns whatever was thrown into an Error that a Catch node can show, and keeps its `code`. */
export function asError(thrown: unknown): Error & { code?: string } {
  if (thrown instanceof Error) return thrown;
  try {
    return new Error(typeof thrown === 'string' ? thrown : JSON.stringify(thrown));
  } catch {
    return new Error('something that is not an error was thrown');
  }
}

/**
 * Listens for messages. `done` is called exactly once: without an argument when the handler has finished, with the
 * error when it failed, so that Complete and Catch nodes both work.
 */
export function onInput(node: RuntimeNode, handler: InputHandler): void {
  node.on('input', (message: NodeMessage, send: Send, done: Done) => {
    let result: void | Promise<void>;
    try {
      result = handler(message, send);
    } catch (thrown) {
      finish(node, message, done, thrown);
      return;
    }
    // most handlers are synchronous: no promise is made for them
    if (result === undefined) finish(node, message, done);
    else {
      result.then(
        () => finish(node, message, done),
        (thrown: unknown) => finish(node, message, done, thrown),
      );
    }
  });
}

/**
 * Complete and Catch nodes get a copy of the message, and Node-RED throws where a message cannot be copied (a getter
 * that throws, a proxy). Then the error is told with the message's identity alone.
 */
function finish(node: Pick<RuntimeNode, 'error'>, message: NodeMessage, done: Done, ...thrown: unknown[]): void {
  try {
    if (thrown.length === 0) done();
    else done(asError(thrown[0]));
  } catch (uncopyable) {
    node.error(asError(thrown.length === 0 ? uncopyable : thrown[0]), { _msgid: message['_msgid'] });
  }
}

/** Wraps a listener or timer callback: an error of it is reported by the node and goes no further. */
export function guard<A extends unknown[]>(
  node: Pick<RuntimeNode, 'error'>,
  callback: (...args: A) => void | Promise<void>,
): (...args: A) => void {
  return (...args: A) => {
    try {
      const result = callback(...args);
      if (result !== undefined) result.catch((thrown: unknown) => node.error(asError(thrown)));
    } catch (thrown) {
      node.error(asError(thrown));
    }
  };
}

/** Runs `handler` when the node closes; Node-RED is told when it is done, at the latest after ten seconds. */
export function onClose(node: RuntimeNode, handler: (removed: boolean) => void | Promise<void>): void {
  node.on('close', (removed: boolean, done: () => void) => {
    let open = true;
    const finish = (): void => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      done();
    };
    const failed = (thrown: unknown): void => {
      node.error(asError(thrown));
      finish();
    };
    const timer = setTimeout(finish, CLOSE_LIMIT);
    timer.unref();
    try {
      const result = handler(removed);
      if (result === undefined) finish();
      else result.then(finish, failed);
    } catch (thrown) {
      failed(thrown);
    }
  });
}
