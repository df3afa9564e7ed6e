/** The simulator's FROST and a real one give the same answers to the same requests. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { startSimulator, type Simulator } from '../../flows/simulator';
import { askAll, type Recorded } from './ask';
import { askMqtt } from './ask-mqtt';
import { differencesOf, type Differences } from './differences';
import { firstAnswers, frost } from './shared';

describe('contract: simulator and FROST', function () {
  let real: Recorded[];
  let simulated: Recorded[];
  let simulator: Simulator;
  let known: Differences;
  before(async () => {
    const { version } = await frost();
    known = differencesOf(version);
    real = firstAnswers().http;
    const personality = { multiDatastreams: true, tasking: true };
    simulator = await startSimulator({ city: false, speed: 0, personality });
    simulated = await askAll(simulator.url);
    // to take over what a newer FROST answers into recorded.json
    const file = process.env['CITY_FROST_RECORD'];
    const lines = real.map((answer) => `    ${JSON.stringify(answer)}`).join(',\n');
    if (file) writeFileSync(file, `{\n  "server": "FROST-Server ${version}",\n  "answers": [\n${lines}\n  ]\n}\n`);
    if (file) writeFileSync(`${file}.mqtt`, JSON.stringify(firstAnswers().mqtt.came, undefined, 2));
  });

  after(() => simulator?.close());

  for (const kind of ['GET', 'walk', 'POST', 'PATCH', 'DELETE', 'afterwards']) {
    it(kind, () => {
      const mine = real.flatMap(({ request }, i) => (request.startsWith(kind) ? [i] : []));
      assert.ok(mine.length > 0);
      const expected = (i: number): Recorded | undefined => known.http.get(real[i]!.request) ?? simulated[i];
      const wrong = mine.filter((i) => JSON.stringify(real[i]) !== JSON.stringify(expected(i)));
      assert.deepEqual(
        wrong.map((i) => expected(i)),
        wrong.map((i) => real[i]),
      );
    });
  }

  it('an older FROST differs in few things, each with its reason', () => {
    assert.ok(known.http.size <= 25, `${known.http.size} answers`);
    assert.ok(known.reasons.every((reason) => reason.length > 20));
  });

  it('MQTT: what is granted, and what comes of creates and changes', async () => {
    const [there, here] = [firstAnswers().mqtt, await askMqtt(simulator.url, simulator.mqttUrl)];
    assert.deepEqual({ ...here, came: { ...here.came, ...known.mqtt } }, there);
    const counts = Object.values(there.came).map(({ length }) => length);
    assert.ok(counts.filter((n) => n > 0).length >= 12, counts.join());
  });
});
