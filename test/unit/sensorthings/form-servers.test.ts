/** The servers that forms ask about: saved secrets go where they were saved for and nowhere else; all of it is bounded. */
import assert from 'node:assert/strict';
import { text } from '../../../nodes/ecdm/text';
import type { RuntimeApi } from '../../../nodes/runtime/node-red';
import { FormServers } from '../../../nodes/sensorthings-server/form-servers';
import type { ServerSettings } from '../../../nodes/sensorthings-server/client/connection';

const SAVED = {
  url: 'https://city.example/v1.1',
  mqttFrom: 'own',
  mqttUrl: 'mqtts://mqtt.city.example',
  tokenUrl: 'https://login.city.example/token',
};
const SECRETS = {
  user: 'u',
  password: 'p',
  token: 't',
  clientSecret: 'c',
  mqttUser: 'mu',
  mqttPassword: 'mp',
  mqttToken: 'mt',
};
const HIDDEN = Object.fromEntries(
  Object.keys(SECRETS).map((name) => [name, name === 'user' || name === 'mqttUser' ? undefined : '__PWRD__']),
);

describe('a server as a form describes it', () => {
  const nodes: Record<string, unknown> = {
    server: { type: 'sensorthings-server', saved: SAVED, credentials: SECRETS },
    other: { type: 'inject', saved: SAVED, credentials: SECRETS },
  };
  const servers = new FormServers({
    nodes: { getNode: (id: string) => nodes[id] ?? null },
    settings: { lang: 'th' },
  } as unknown as RuntimeApi);
  after(() => servers.close());
  /** Everything that the connection knows, as text. */
  const settings = (form: object): ServerSettings => {
    const server = servers.of({ id: 'server', credentials: HIDDEN, ...SAVED, ...form }, true);
    assert.ok(server.kind === 'server');
    return server.settings;
  };
  const kinds = ['basic', 'bearer', 'apikey', 'oauth2'];

  it('has the saved secrets for the saved addresses', () => {
    assert.deepEqual(settings({ auth: 'basic' }).auth, { type: 'basic', user: 'u', password: 'p' });
    assert.equal(settings({ auth: 'bearer', url: 'https://city.example/other/v1.1' }).auth.token, 't');
    assert.equal(settings({ auth: 'oauth2' }).auth.clientSecret, 'c');
    assert.equal(settings({ mqttLogin: 'own' }).mqttAuth?.password, 'mp');
    assert.equal(settings({ mqttLogin: 'bearer' }).mqttAuth?.token, 'mt');
  });

  it('has none of them for another address, in no kind of login', () => {
    const secrets = [...Object.values(SECRETS)].map((secret) => `"${secret}"`);
    const strangers = [
      { url: 'https://thief.example/v1.1' },
      { url: 'http://city.example/v1.1' },
      { url: 'https://city.example:8443/v1.1' },
      { url: 'https://city.example.thief.example/v1.1' },
      { id: 'other' },
      { id: 'nobody' },
    ];
    for (const stranger of strangers) {
      for (const auth of kinds) {
        for (const mqttLogin of ['own', 'bearer', 'same']) {
          const text = JSON.stringify(settings({ ...stranger, auth, mqttLogin }));
          for (const secret of secrets)
            assert.ok(!text.includes(secret), `${JSON.stringify(stranger)} ${auth} ${mqttLogin}: ${text}`);
        }
      }
    }
    assert.equal(settings({ auth: 'oauth2', tokenUrl: 'https://thief.example/token' }).auth.clientSecret, '');
    assert.equal(settings({ mqttLogin: 'own', mqttUrl: 'mqtts://thief.example' }).mqttAuth?.password, '');
    assert.equal(
      settings({ mqttLogin: 'bearer', mqttUrl: 'mqtt://mqtt.city.example' }).mqttAuth?.token,
      '',
      'plain instead of TLS',
    );
  });

  it('takes what is typed into the form, wherever it goes', () => {
    const typed = { password: 'new', token: 'new', clientSecret: 'new' };
    const url = 'https://elsewhere.example/v1.1';
    assert.equal(settings({ url, auth: 'basic', credentials: typed }).auth.password, 'new');
    assert.equal(settings({ url, auth: 'oauth2', credentials: typed }).auth.clientSecret, 'new');
  });

  it('keeps one connection for the questions of a form, and a new one for a test or another login', () => {
    const form = { url: 'https://a.example/v1.1', auth: 'basic', credentials: { user: 'u', password: 'p' } };
    const first = servers.of(form, false);
    assert.equal(servers.of(form, false), first);
    assert.notEqual(servers.of({ ...form, credentials: { user: 'u', password: 'q' } }, false), first);
    assert.notEqual(servers.of(form, true), first);
    const held = Array.from({ length: 30 }, (_, i) => servers.of({ url: `https://a${i}.example/v1.1` }, false));
    assert.notEqual(servers.of({ url: 'https://a0.example/v1.1' }, false), held[0], 'the oldest was let go');
  });

  it('refuses what is no description, or too large', () => {
    for (const nonsense of [undefined, null, 5, 'x'])
      assert.throws(() => servers.of(nonsense, false), { statusCode: 400, message: text('th', 'adminObject') });
    const large = { statusCode: 413, message: text('th', 'adminLarge', { most: 100_000 }) };
    assert.throws(() => servers.of({ url: 'x'.repeat(200_000) }, false), large);
  });
});
