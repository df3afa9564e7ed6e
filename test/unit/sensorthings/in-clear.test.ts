/** A login over MQTT that could be read on its way is told; what is meant to be so is not. */
import assert from 'node:assert/strict';
import { Connection } from '../../../nodes/sensorthings-server/client/connection';
import { isInClear } from '../../../nodes/sensorthings-server/client/in-clear';
import { readSettings } from '../../../nodes/sensorthings-server/settings';

const SECURE = 'https://sensors.example.org/v1.1';

describe('a login over MQTT in the clear', () => {
  it('beside a server with https: where the broker is not encrypted and not this machine', () => {
    for (const broker of ['mqtt://sensors.example.org', 'ws://Other.example.org:9001/mqtt', 'mqtt://192.168.1.5:1883', 'mqtt://broker'])
      assert.ok(isInClear(broker, SECURE), broker); // prettier-ignore
    for (const broker of ['mqtts://sensors.example.org', 'wss://x.example.org', 'mqtt://127.0.0.1', 'mqtt://localhost', 'mqtt://LocalHost.', 'mqtt://[::1]:1883', '${BROKER}', ''])
      assert.ok(!isInClear(broker, SECURE), broker); // prettier-ignore
  });

  it('beside a server without: where the broker lies in the internet, and never at home', () => {
    const server = 'http://192.168.1.5:8080/FROST-Server/v1.1';
    const far = [
      'sensors.example.org', '8.8.8.8', '172.32.0.1', '100.128.0.1', '192.169.1.1', '[2001:db8::1]', '10.example.org', 'fritz.box.example.org',
    ]; // prettier-ignore
    for (const host of far) assert.ok(isInClear(`mqtt://${host}:1883`, server), host);
    const near = [
      '192.168.1.5', '10.1.2.3', '172.16.0.1', '172.31.255.1', '169.254.7.7', '100.100.1.1', '[fd12::1]', '[fe80::1]', 'localhost',
      'mosquitto', 'raspberrypi.local', 'broker.lan', 'RasPi.fritz.box', 'host.docker.internal', 'nas.home.arpa', '127.0.1.1',
    ]; // prettier-ignore
    for (const host of near) assert.ok(!isInClear(`mqtt://${host}:1883`, server), host);
  });

  /** What is told while MQTT is asked for twice. */
  const told = async (
    saved: Record<string, unknown>,
    secrets: Record<string, string>,
    offered: string[] = [],
  ): Promise<string[]> => {
    const urls: string[] = [];
    const connection = new Connection(readSettings({ url: SECURE, ...saved }, secrets), (url) => urls.push(url));
    connection.facts = () =>
      Promise.resolve({
        root: SECURE, version: 'v1.1', mqtt: offered, dataArray: true, multi: false, distinct: false, simulated: false,
      }); // prettier-ignore
    assert.ok(await connection.mqtt());
    await connection.mqtt();
    connection.close();
    return urls;
  };

  it('of a broker that the server names is told once, before it is sent', async () => {
    const plain = 'mqtt://sensors.example.org:1883';
    const basic = { user: 'city', password: 'secret' };
    assert.deepEqual(await told({ auth: 'basic' }, basic, [plain]), [plain]);
    assert.deepEqual(await told({ auth: 'bearer' }, { token: 'abc' }, [plain]), [plain]);
    assert.deepEqual(await told({ auth: 'oauth2', tokenUrl: 'https://x.org' }, { clientSecret: 's' }, [plain]), [
      plain,
    ]);
    // the encrypted one of several is taken
    assert.deepEqual(await told({ auth: 'basic' }, basic, [plain, 'mqtts://sensors.example.org']), []);
    // nothing goes to another host, and a key does not go to MQTT
    assert.deepEqual(await told({ auth: 'basic' }, basic, ['mqtt://other.example.org']), []);
    assert.deepEqual(await told({ auth: 'apikey', header: 'x-key' }, { token: 'abc' }, [plain]), []);
    assert.deepEqual(await told({ auth: 'none' }, {}, [plain]), []);
    assert.deepEqual(await told({ auth: 'basic', mqttLogin: 'none' }, basic, [plain]), []);
  });

  it('of an address that was set is told where a login goes there', async () => {
    const mqttUrl = 'mqtt://other.example.org';
    const own = { mqttFrom: 'own', mqttUrl, mqttLogin: 'own' };
    assert.deepEqual(await told(own, { mqttUser: 'm', mqttPassword: 'q' }), [mqttUrl]);
    assert.deepEqual(await told({ ...own, mqttLogin: 'bearer' }, { mqttToken: 'q' }), [mqttUrl]);
    assert.deepEqual(await told({ ...own, mqttUrl: 'mqtts://other.example.org' }, { mqttPassword: 'q' }), []);
    assert.deepEqual(await told(own, {}), []);
    // that of HTTP does not go to another host
    assert.deepEqual(await told({ ...own, auth: 'basic', mqttLogin: 'same' }, { user: 'u', password: 'p' }), []);
  });
});
