/**
 * Node-RED takes a text for a reason only from a validator that declares two parameters; from any other one a text is
 * "true" and the field is never invalid. The built forms are run with a stand-in for the editor.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

const built = path.resolve(__dirname, '../../nodes');
const types = readdirSync(built, { withFileTypes: true })
  .map(({ name }) => name)
  .filter((name) => existsSync(path.join(built, name, `${name}.html`)));

interface Definition {
  defaults: Record<string, { validate?: (value: unknown, options: unknown) => unknown }>;
}

function definitionOf(type: string): Definition {
  const html = readFileSync(path.join(built, type, `${type}.html`), 'utf8');
  const script = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
  let found: Definition | undefined;
  const RED = {
    _: (key: string) => key,
    nodes: { registerType: (_type: string, definition: Definition) => (found = definition) },
    settings: {},
    events: { on: () => undefined },
    validators: new Proxy({}, { get: () => () => (_value: unknown, _options: unknown) => true }),
  };
  const quiet = new Proxy(() => quiet, { get: () => quiet }) as unknown;
  vm.runInNewContext(script, { RED, $: quiet, document: quiet, window: {}, URL, Intl, structuredClone, console });
  if (found === undefined) throw new Error(`${type} registers no type`);
  return found;
}

describe('validators of the forms', () => {
  it('are those of eleven nodes', () => assert.equal(types.length, 11));

  for (const type of types) {
    it(`${type}: declare two parameters, so that their reasons count`, () => {
      const deaf = Object.entries(definitionOf(type).defaults)
        .filter(([, { validate }]) => validate !== undefined && validate.length !== 2)
        .map(([name]) => name);
      assert.deepEqual(deaf, []);
    });
  }

  it('refuse a length of time that would be cut in silence', () => {
    const { defaults } = definitionOf('sensorthings-in');
    const isTaken = (field: string, value: string): boolean => defaults[field]!.validate!(value, {}) === true;
    for (const field of ['interval', 'history', 'overlap', 'recheck']) {
      assert.deepEqual(['7 d', '10 min', '${TIME}'].map((value) => isTaken(field, value)), [true, true, true], field); // prettier-ignore
      assert.deepEqual(['8 d', '10 bananas'].map((value) => isTaken(field, value)), [false, false], field);
    }
    assert.deepEqual(['interval', 'recheck', 'history'].map((field) => isTaken(field, '1 ms')), [false, false, true]);
    assert.deepEqual(['interval', 'history'].map((field) => isTaken(field, '')), [false, true]);
  });
});
