/**
 * The simulator answers as FROST does. The answers of a real FROST-Server were recorded with the same requests
 * (test/frost/recorded.json); where a FROST can be had, test/frost compares with it directly.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startSimulator } from '../../flows/simulator';
import { askAll, type Recorded } from '../frost/ask';

const FILE = path.resolve(__dirname, '../../../test/frost/recorded.json');
const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as { server: string; answers: Recorded[] };

describe(`the simulator answers as ${recorded.server} did`, () => {
  let answers: Recorded[];
  before(async () => {
    const personality = { multiDatastreams: true, tasking: true };
    const simulator = await startSimulator({ city: false, speed: 0, mqttPort: false, personality });
    // what was added since the record was made is compared where a FROST runs
    const asked = new Set(recorded.answers.map(({ request }) => request));
    answers = (await askAll(simulator.url)).filter(({ request }) => asked.has(request));
    await simulator.close();
  });

  it('is asked all that was recorded', () => assert.equal(answers.length, recorded.answers.length));

  const groups = new Map<string, number[]>();
  for (const [i, answer] of recorded.answers.entries()) {
    const group = /^(afterwards|walk|POST|PATCH|DELETE|GET \w+(?:\?\$\w+)?)/.exec(answer.request)![1]!;
    groups.set(group, [...(groups.get(group) ?? []), i]);
  }
  for (const [group, places] of groups) {
    it(`${group} (${places.length})`, () => {
      for (const i of places) assert.deepEqual(answers[i], recorded.answers[i]);
    });
  }
});
