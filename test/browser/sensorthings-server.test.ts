/** The form of sensorthings-server: an address is typed, tried and looked into; what is wrong is said with what to do. */
import assert from 'node:assert/strict';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { startSimulator, type Simulator } from '../../flows/simulator';
import { BIG_CITY, bigCity } from '../support/big-city';
import { makeCertificates } from '../support/certificates';
import { assertAccessible, inEditor, leave } from './editor-session';
import { formClosed, formOpened, openEditor, picture, setTheme, type Demo, PATIENCE } from './support';

const FIRST = `(() => { let found; RED.nodes.eachNode((n) => { if (n.type === 'sensorthings-in') found = found || n; }); return found; })()`;

describe('a SensorThings server in the editor', function () {
  this.timeout(240_000);
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  let big: Simulator;
  let locked: Simulator;
  let secure: SecureServer;
  const errors = inEditor((opened) => ({ demo, browser, page } = opened));

  const result = async (what: RegExp): Promise<void> => {
    await page
      .waitForFunction(`${String(what)}.test(document.querySelector('#sta-server-result')?.textContent ?? '')`)
      .catch(async () => assert.match(await page.locator('#sta-server-result').innerText(), what));
  };
  const add = async (): Promise<void> => {
    await page.evaluate(`RED.editor.editConfig('', 'sensorthings-server', '_ADD_')`);
    await formOpened(page);
    await page.locator('#node-config-input-url').waitFor({ state: 'visible' });
    await page.waitForTimeout(500);
  };
  const tryAddress = async (url: string): Promise<void> => {
    await page.locator('#node-config-input-url').fill(url);
    await page.locator('#sta-server-test').click();
  };
  const choose = (field: string, value: string): Promise<unknown> =>
    page.locator(`#node-config-input-${field}`).selectOption(value);
  const visible = async (): Promise<string[]> =>
    (await page.evaluate(
      `[...document.querySelectorAll('#sta-server-real input, #sta-server-real select')].filter((e) => e.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })).map((e) => e.id.replace('node-config-input-', ''))`,
    )) as string[];

  before(async () => {
    big = await startSimulator({ store: bigCity(Date.now()), speed: 0, history: 0 });
    locked = await startSimulator({
      speed: 0,
      history: 5,
      mqttPort: false,
      auth: { user: 'city', password: 'secret' },
    });
    secure = createSecureServer(makeCertificates().selfSigned, (_request, response) => response.end('{}'));
    await new Promise<void>((ready) => secure.listen(0, '127.0.0.1', ready));
  });
  after(async () => {
    await big?.close();
    await locked?.close();
    secure?.close();
  });
  afterEach(() => leave(page, errors));

  it('offers the right path for a wrong one, and shows what is there', async () => {
    await add();
    await tryAddress(`${new URL(big.url).origin}/portal/v1.1`);
    await result(/there is nothing at this path.*There is a SensorThings service at http/);
    await picture(page, 'sta-server-wrong-path-light');
    await page.locator('#sta-server-use').click();
    await result(
      /^Found a SensorThings server, version v1\.1\. It sends new readings by MQTT at mqtt:.*The MQTT connection works/,
    );
    assert.equal(await page.locator('#node-config-input-url').inputValue(), big.url);
    await page.waitForFunction(`document.querySelectorAll('#sta-server-look tbody tr').length === 100`);
    const has = await page.locator('#sta-server-has').innerText();
    assert.match(has, /^100,000 Datastreams\. Properties: CO, Noise, PM2\.5, Temperature\. Units: .*ppm/);
    assert.match(
      await page.locator('#sta-server-look tbody tr').first().innerText(),
      /PM2\.5 at station 1\s+Station 1\s+PM2\.5\s+\d+ .g\/m³\s+\d+ \S+/,
    );
    await page.locator('#sta-server-words').fill('noise 24999');
    await page.waitForFunction(`document.querySelectorAll('#sta-server-look tbody tr').length === 1`);
    await page.locator('#sta-server-has').scrollIntoViewIfNeeded();
    await picture(page, 'sta-server-look-light');
    await setTheme(page, 'dark');
    await picture(page, 'sta-server-look-dark');
    await assertAccessible(page, '.red-ui-tray .city-form', { besides: ['heading-order'] });
  });

  it('says what to do about a certificate, a login and a server that is not there', async () => {
    await add();
    await tryAddress(`https://127.0.0.1:${(secure.address() as AddressInfo).port}/v1.1`);
    await result(/made its certificate itself.*add a TLS configuration/);
    await picture(page, 'sta-server-certificate-light');
    await tryAddress('http://127.0.0.1:9/v1.1');
    await result(/Nothing answers at this address and port/);
    await tryAddress('http://user:password@127.0.0.1/v1.1');
    await result(/Take user and password out of the address/);
    await tryAddress(locked.url);
    await result(/wants user and password.*login: Basic/);
    await choose('auth', 'basic');
    await page.locator('#node-config-input-user').fill('city');
    await page.locator('#node-config-input-password').fill('wrong');
    await page.locator('#sta-server-test').click();
    await result(/does not accept these/);
    await page.locator('#node-config-input-password').fill('secret');
    await page.locator('#sta-server-test').click();
    await result(/^Found a SensorThings server.*It offers no MQTT/);
    // HTTP works, MQTT does not
    await choose('mqttFrom', 'own');
    await page.locator('#node-config-input-mqttUrl').fill('mqtt://127.0.0.1:9');
    await page.locator('#sta-server-test').click();
    await result(/^Found a SensorThings server.*But nothing answers at the MQTT address/);
    assert.match((await page.locator('#sta-server-result').getAttribute('class'))!, /city-fault/);
  });

  it('says where the login for MQTT could be read on its way, and only there', async () => {
    await add();
    const told = page.locator('#sta-server-in-clear');
    const url = (text: string): Promise<void> => page.locator('#node-config-input-url').fill(text);
    const broker = (text: string): Promise<void> => page.locator('#node-config-input-mqttUrl').fill(text);
    await url('https://sensors.example.org/v1.1');
    await choose('auth', 'basic');
    await choose('mqttFrom', 'own');
    await broker('mqtt://sensors.example.org');
    assert.match(await told.innerText(), /^The login for MQTT goes to mqtt:\/\/sensors\.example\.org without.*mqtts:/);
    await told.scrollIntoViewIfNeeded();
    await picture(page, 'sta-server-in-clear-light');
    await assertAccessible(page, '.red-ui-tray .city-form', { besides: ['heading-order'] });
    for (const quiet of ['mqtts://sensors.example.org', 'mqtt://localhost', 'mqtt://other.example.org']) {
      await broker(quiet);
      assert.equal(await told.isVisible(), false, quiet);
    }
    // a login of its own goes where it was meant to
    await choose('mqttLogin', 'own');
    assert.equal(await told.isVisible(), true);
    await choose('mqttLogin', 'none');
    assert.equal(await told.isVisible(), false);
    await choose('mqttLogin', 'own');
    await url('http://192.168.1.5:8080/v1.1');
    await broker('mqtt://192.168.1.5');
    assert.equal(await told.isVisible(), false);
    // what the server itself names
    const answer = {
      ok: true,
      root: 'https://sensors.example.org/v1.1',
      version: 'v1.1',
      mqtt: 'mqtt://sensors.example.org:1883',
    };
    const probe = '**/city-events/sensorthings-server/*';
    await page.route(probe, (route) => route.fulfill({ json: answer }));
    await choose('mqttFrom', 'auto');
    await choose('mqttLogin', 'same');
    await tryAddress('https://sensors.example.org');
    await result(/^Found a SensorThings server/);
    assert.match(await told.innerText(), /goes to mqtt:\/\/sensors\.example\.org:1883 /);
    await url('https://other.example.org/v1.1');
    assert.equal(await told.isVisible(), false);
    await page.unroute(probe);
  });

  it('searches with a login that was just typed, and with one that only Node-RED knows', async () => {
    await add();
    await page.locator('#node-config-input-name').fill('locked city');
    await page.locator('#node-config-input-url').fill(locked.url);
    await choose('auth', 'basic');
    await page.locator('#node-config-input-user').fill('city');
    await page.locator('#node-config-input-password').fill('secret');
    await page.locator('#node-config-dialog-ok').click();
    await formClosed(page);
    const open = async (): Promise<void> => {
      await page.evaluate(`(() => {
        let server;
        RED.nodes.eachConfig((n) => { if (n.name === 'locked city') server = n; });
        Object.assign(${FIRST}, { server: server.id, version: 2, choose: 'rule', rule: {}, changed: true, dirty: true });
        RED.nodes.dirty(true);
        RED.editor.edit(${FIRST});
      })()`);
      await formOpened(page);
    };
    const close = async (): Promise<void> => {
      await page.locator('#node-dialog-cancel').click();
      await formClosed(page);
    };
    const look = async (): Promise<void> => {
      await open();
      const said = `/52 are there now/.test(document.querySelector('#sta-in-sentence')?.textContent ?? '')`;
      await page.waitForFunction(said, undefined, { timeout: PATIENCE / 2 }).catch(async () => {
        // on a busy machine the server may not have answered in time
        await close();
        await open();
        await page.waitForFunction(said);
      });
      await close();
    };
    await look();
    await page.locator('#red-ui-header-button-deploy').click();
    await page.waitForFunction(`!RED.nodes.dirty()`);
    const kept = (await page.evaluate(`(() => {
      let server;
      RED.nodes.eachConfig((n) => { if (n.name === 'locked city') server = n; });
      return JSON.stringify(server.credentials ?? {});
    })()`)) as string;
    assert.ok(!kept.includes('secret'), 'the editor has forgotten the password');
    await look();
  });

  it('shows only the fields of the chosen login', async () => {
    await add();
    await page.locator('#node-config-input-url').fill('https://city.example/v1.1');
    const common = ['auth', 'tls', 'mqttFrom', 'mqttLogin'];
    const own = async (): Promise<string[]> =>
      (await visible()).filter((name) => !common.includes(name) && !name.startsWith('red-ui') && name !== '');
    assert.deepEqual(await own(), []);
    await choose('auth', 'basic');
    assert.deepEqual(await own(), ['user', 'password']);
    await choose('auth', 'bearer');
    assert.deepEqual(await own(), ['token']);
    await choose('auth', 'apikey');
    assert.deepEqual(await own(), ['apiKeyIn', 'header', 'token']);
    await choose('auth', 'oauth2');
    assert.deepEqual(await own(), ['tokenUrl', 'clientId', 'clientSecret', 'scope', 'audience']);
    await picture(page, 'sta-server-oauth2-light');
    await choose('auth', 'none');
    await choose('mqttLogin', 'own');
    assert.deepEqual(await own(), ['mqttUser', 'mqttPassword']);
    await choose('mqttLogin', 'bearer');
    await choose('mqttFrom', 'own');
    assert.deepEqual(await own(), ['mqttUrl', 'mqttUser', 'mqttToken']);
  });

  it('chooses from 100,000 Datastreams with a handful of requests', async () => {
    await add();
    await page.locator('#node-config-input-name').fill('big city');
    await page.locator('#node-config-input-url').fill(big.url);
    await page.locator('#node-config-dialog-ok').click();
    await formClosed(page);
    await page.evaluate(`(() => {
      let server;
      RED.nodes.eachConfig((n) => { if (n.name === 'big city') server = n; });
      Object.assign(${FIRST}, { server: server.id, version: 2, choose: 'rule', rule: {} });
    })()`);
    let mark = big.log.length;
    /** Since the last time, when nothing is asked any more. */
    const requests = async (): Promise<number> => {
      for (let last = -1; last !== big.log.length; await page.waitForTimeout(1000)) last = big.log.length;
      const count = big.log.length - mark;
      mark = big.log.length;
      return count;
    };
    const says = (what: RegExp): Promise<unknown> =>
      page.waitForFunction(`${String(what)}.test(document.querySelector('#sta-in-sentence')?.textContent ?? '')`);
    await page.evaluate(`RED.editor.edit(${FIRST})`);
    await formOpened(page);
    await says(/100,000 are there now\. One node reads at most 20,000 of them/);
    const opening = await requests();
    assert.ok(opening <= 4, `${opening} requests to open the form`);
    await picture(page, 'sta-big-light');
    await page.locator('#sta-in-property').fill('Temperature');
    await page.locator('#sta-in-property').press('Enter');
    await says(/“Temperature”\. 25,000 are there now/);
    // the search, and the suggestions for what was typed
    const searching = await requests();
    assert.ok(searching <= 2, `${searching} requests for a property`);
    await page.locator('#sta-in-where').selectOption('box');
    // a box without sides changes nothing; it is looked at once
    const looked = await requests();
    assert.ok(looked <= 1, `${looked} requests for a box without sides`);
    for (const [side, value] of Object.entries({ west: 99.45, south: 7.45, east: 99.47, north: 7.47 })) {
      await page.locator(`#sta-in-area-${side}`).fill(String(value));
    }
    await page.locator('#sta-in-area-north').press('Tab');
    await says(/between 99\.45° and 99\.47°.*\. 60 are there now\.$/);
    assert.equal(await requests(), 1);
    await page.locator('#sta-in-choice .city-map').scrollIntoViewIfNeeded();
    await picture(page, 'sta-big-area-light');
    await page.getByRole('button', { name: 'Clear' }).click();
    await says(/25,000 are there now/);
    await requests();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.waitForFunction(`document.querySelectorAll('#sta-in-choice tbody tr').length === 200`);
    assert.equal(await requests(), 1);
    assert.ok(BIG_CITY.datastreams === 100_000);
  });

  it('speaks Thai', async () => {
    const thai = await openEditor(browser, demo.address, errors, { language: 'th', height: 1000 });
    await thai.evaluate(`RED.editor.editConfig('', 'sensorthings-server', '_ADD_')`);
    await formOpened(thai);
    await thai.locator('#node-config-input-url').fill(`${new URL(big.url).origin}/wrong/v1.1`);
    await thai.locator('#sta-server-test').click();
    await thai.waitForFunction(
      `/[\\u0e00-\\u0e7f].*http/.test(document.querySelector('#sta-server-result').textContent)`,
    );
    await thai.locator('#sta-server-use').click();
    await thai.waitForFunction(`/100,000/.test(document.querySelector('#sta-server-has').textContent)`);
    await thai.locator('#node-config-input-auth').selectOption('oauth2');
    await thai.evaluate(`document.querySelector('#sta-server-more').open = true`);
    await picture(thai, 'sta-server-th');
    const labels = (await thai.evaluate(
      `[...document.querySelectorAll('.red-ui-tray .city-form label, .red-ui-tray .city-form .city-hint, .red-ui-tray .city-form option, .red-ui-tray .city-form summary, .red-ui-tray .city-form button span')].filter((e) => !e.closest('.red-ui-editor-config')).map((e) => e.textContent.trim())`,
    )) as string[];
    const foreign = labels.filter((label) => label !== '' && !/\p{Script=Thai}/u.test(label));
    assert.deepEqual(
      [...new Set(foreign)]
        .sort()
        .filter((label) => !/^\d\.\d$|^(?:TLS|MQTT)$/.test(label) && !label.includes('tls-config')),
      [],
    );
    await thai.close();
  });
});
