/** Client certificates through the core node tls-config, tokens in the middle of pages, and nothing of it in a log. */
import assert from 'node:assert/strict';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../flows/simulator';
import type { Observation } from '../../nodes/ecdm/observation';
import { type Certificates, makeCertificates } from '../support/certificates';
import { type Embedded, type FlowNode, startEmbedded } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';
import { readingTopics } from '../support/reading-topics';

const START = Date.parse('2026-11-20T07:00:00Z');
const MINUTE = 60_000;

describe('logins of sensorthings-in', function () {
  let red: Embedded;
  let simulator: Simulator;
  let certificates: Certificates;
  // what a node has read it does not read again: each deploy has another one
  let n = 0;

  before(async () => {
    certificates = makeCertificates();
    red = await startEmbedded();
  });
  after(() => red.stop());
  afterEach(async () => {
    await red.deploy([]);
    await simulator.close();
  });

  const deploy = async (server: object, config: object = {}, more: FlowNode[] = []): Promise<void> => {
    await red.deploy([
      { id: 'server', type: 'sensorthings-server', version: 1, url: simulator.url, ...server },
      { id: `in${++n}`, type: 'sensorthings-in', version: 2, server: 'server', choose: 'list', streams: [{ key: '1' }], mode: 'hybrid', interval: '1 s', emit: 'batch', ...config, wires: [['out'], ['problems']] }, // prettier-ignore
      { id: 'out', type: 'test-sink', wires: [] },
      { id: 'problems', type: 'test-sink', wires: [] },
      ...more,
    ]);
  };
  const got = (): Observation[] => red.payloads('out').flat() as Observation[];
  const codes = (): string[] => (red.payloads('problems').flat() as { code: string }[]).map(({ code }) => code);
  const simulate = async (options: SimulatorOptions): Promise<Simulator> =>
    (simulator = await startSimulator({ speed: 0, history: 10, start: START, ...options }));
  const told = (): string => JSON.stringify([red.logs, red.messages('problems'), [...red.statuses]]);
  const tls = (id: string, pair: { key: string; cert: string } | undefined, ca: string | undefined): FlowNode => ({
    id,
    type: 'tls-config',
    name: '',
    cert: '',
    key: '',
    ca: '',
    certname: 'cert.pem',
    keyname: 'key.pem',
    caname: 'ca.pem',
    servername: '',
    verifyservercert: true,
    credentials: { certdata: pair?.cert ?? '', keydata: pair?.key ?? '', cadata: ca ?? '' },
  });

  it('a client certificate for HTTPS and MQTTS, each through a tls-config; without it nobody comes in', async () => {
    const { ca, good } = certificates;
    await simulate({ tls: { ...good, ca, requestCert: true, rejectUnauthorized: true } });
    assert.match(simulator.url, /^https:/);
    await deploy({ tls: 'tls' }, {}, [tls('tls', good, ca)]);
    await waitFor('the newest by HTTPS', () => got().length === 1);
    await waitFor('subscribed by MQTTS', () => readingTopics(simulator).length === 1);
    await sleep(200);
    simulator.post(1, 99, START + MINUTE);
    await waitFor('a notice', () => got().some(({ value }) => value === 99));

    await deploy({ tls: 'none' }, {}, [tls('none', undefined, ca)]);
    await waitFor('no certificate of ours', () => codes().length > 0);
    assert.deepEqual(got(), []);

    await deploy({ tls: 'tls' }, {}, [tls('tls', good, undefined)]);
    await waitFor('an authority that is not known', () => codes().includes('certificate'));

    await deploy({ tls: 'tls', mqttTls: 'none' }, {}, [tls('tls', good, ca), tls('none', undefined, ca)]);
    await waitFor('HTTPS has its own', () => got().length === 1);
    await waitFor('MQTTS has none', () => /MQTT/.test(red.statuses.get(`in${n}`)?.text ?? ''));
    assert.ok(!told().includes('PRIVATE KEY'));
  });

  it('a token that ends in the middle of many pages: nothing is lost, and nothing of it is written anywhere', async () => {
    // by requests, not by time: on a busy machine a token would run out before it could be used at all, which is a refusal
    await simulate({ history: 600, personality: { maxTop: 50 }, auth: { oauth2: { clientId: 'me', clientSecret: 'very-secret', seconds: 600, requests: 5 } } }); // prettier-ignore
    const login = { auth: 'oauth2', tokenUrl: simulator.tokenUrl, clientId: 'me', credentials: { clientSecret: 'very-secret' } }; // prettier-ignore
    await deploy(login, { history: '9 h', mode: 'poll' });
    await waitFor('the history', () => got().length >= 540);
    assert.equal(new Set(got().map(({ id }) => id)).size, got().length);
    assert.ok(simulator.gate.issued > 2, `${simulator.gate.issued} tokens`);
    assert.ok(!told().includes('very-secret') && !told().includes('simulated-token'));
  });

  it('a wrong login is told once, in words, without what was sent, and tried again later', async () => {
    await simulate({ auth: { user: 'city', password: 'right' } });
    await deploy({ auth: 'basic', credentials: { user: 'city', password: 'wr0ng-pass' } });
    await waitFor('a problem', () => codes().includes('unauthorized'));
    await sleep(1500);
    assert.equal(codes().length, 1);
    assert.match(red.statuses.get(`in${n}`)!.text!, /login refused/);
    assert.ok(!told().includes('wr0ng-pass') && !told().includes(Buffer.from('city:wr0ng-pass').toString('base64')));
  });
});
