/**
 * The habits of real servers, one test for each row of the quirk table, named by it.
 *
 * Q1 to Q11, Q23, Q27, Q30, Q31, Q33, Q34: here (pages, links, identities, errors, roots).
 * Q12 to Q20, Q32: quirks-data.test.ts (times, results, units, names, places, spelling).
 * Q21 (time-outs), Q22 (hours that are being written), Q24 to Q26 (MQTT), Q28 (refused filters), Q29 (refused times):
 * test/flow/sensorthings-quirks-modes.test.ts.
 */
import assert from 'node:assert/strict';
import { readSaved } from '../../../bin/lib/decode';
import { bareStream } from '../../../nodes/sensorthings-server/client/datastream';
import { decodeObservations } from '../../../nodes/sensorthings-server/client/decode';
import { StaError } from '../../../nodes/sensorthings-server/client/errors';
import { rebase } from '../../../nodes/sensorthings-server/client/links';
import { pages } from '../../../nodes/sensorthings-server/client/paging';
import { nextLinkOf } from '../../../nodes/sensorthings-server/client/tolerant';
import { PAGE, VALUES, type QuirkServer, quirkServers, values } from './quirk-server';

const ROOT = 'https://city.example/v1.1';
const T = '2026-11-20T00:00:00Z';

describe('quirks of servers', () => {
  const { serve, readsAll } = quirkServers();
  const observations = (server: QuirkServer): string[] => server.asked.filter((line) => line.includes('/Observations'));

  it('Q1: a link to a next page is always there', async () => {
    const server = await readsAll({ personality: { ...PAGE, nextLink: 'always' } });
    assert.ok(observations(server).length <= 5, observations(server).join('\n'));
    // the own limit is the end, though there is a link
    let asked = 0;
    const get = (): Promise<unknown> =>
      Promise.resolve({
        value: [{ id: ++asked }, { id: -asked }],
        '@iot.nextLink': `${ROOT}/Things?$top=2&$skip=${asked * 2}`,
      });
    for await (const { rows } of pages(get, `${ROOT}/Things?$top=2`, { root: ROOT, limit: 4 })) assert.equal(rows, 2);
    assert.equal(asked, 2);
  });

  it('Q2: a link points to its own page, with $top=0 above all', async () => {
    const server = await readsAll({ personality: { ...PAGE, nextLink: 'self' } });
    assert.ok(observations(server).length < 20);
    assert.deepEqual(
      server.asked.filter((line) => /\$top=0(?!\d)/.test(line)),
      [],
    );
    const reasons: string[] = [];
    const start = `${ROOT}/Things?$top=5`;
    const get = (): Promise<unknown> => Promise.resolve({ value: [{ id: 1 }], '@iot.nextLink': start });
    for await (const { rows } of pages(get, start, { root: ROOT, limit: 99, onGuard: (why) => reasons.push(why) }))
      assert.equal(rows, 1);
    assert.deepEqual(reasons, ['repeated']);
  });

  it('a row that is nested too deeply does not end the walk, nor is its page taken for the one before', async () => {
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    const groups = `${'{"dataArray":['.repeat(20_000)}${']}'.repeat(20_000)}`;
    for (const row of [
      `{"id":ID,"result":${deep}}`,
      `{"id":ID,"dataArray":[[ID,${deep}]]}`,
      `{"id":ID,"dataArray":[${groups},[ID]]}`,
    ]) {
      // prettier-ignore
      let asked = 0;
      const get = (): Promise<unknown> => {
        const link = ++asked < 3 ? `,"@iot.nextLink":"${ROOT}/Things?$skip=${asked}"` : '';
        return Promise.resolve(JSON.parse(`{"value":[${row.replaceAll('ID', String(asked))}]${link}}`));
      };
      const reasons: string[] = [];
      const onGuard = (why: string): number => reasons.push(why);
      for await (const { rows } of pages(get, `${ROOT}/Things`, { root: ROOT, limit: 99, onGuard }))
        assert.ok(rows > 0);
      assert.deepEqual([asked, reasons], [3, []]);
    }
  });

  it('Q3: a link that is null or blank is the end', async () => {
    await readsAll({ personality: { ...PAGE, innerNextLinkNull: true } });
    for (const nothing of [null, '', undefined]) {
      assert.equal(nextLinkOf({ 'Observations@iot.nextLink': nothing }, 'Observations'), undefined);
      let asked = 0;
      const get = (): Promise<unknown> => Promise.resolve({ value: [{ id: ++asked }], '@iot.nextLink': nothing });
      for await (const { more } of pages(get, `${ROOT}/Things`, { root: ROOT, limit: 99 })) assert.equal(more, false);
      assert.equal(asked, 1);
    }
  });

  it('Q4: keys that nobody knows', async () => {
    await readsAll({ personality: { ...PAGE, topZero: 'prev' } });
    const page = {
      '@iot.prevLink': `${ROOT}/Observations`,
      value: [
        {
          'Datastream@iot.navigationLink': 'Datastreams(1)',
          'dataArray@iot.count': 1,
          components: ['id', 'result', 'phenomenonTime', 'colour'],
          dataArray: [[1, 5, T, 'red']],
          x: {},
        },
      ],
    };
    assert.deepEqual(values(decodeObservations(page, bareStream(ROOT, '1'))), [5]);
  });

  it('Q5: the link has lost options or the path', async () => {
    for (const lost of [['$select'], ['$resultFormat', '$filter'], ['$filter', '$orderby', '$top']]) {
      const server = await readsAll({ personality: { ...PAGE, nextLinkLoses: lost } });
      for (const line of observations(server)) assert.match(line, /\$filter=.*\$orderby=|\$orderby=.*\$filter=/);
    }
    // without its path the link would lead to the readings of all Datastreams
    await readsAll({ personality: { ...PAGE, nextLinkLosesPath: true } });
  });

  it('Q6: links with blanks and plus signs, or with everything encoded', async () => {
    for (const nextLinkStyle of ['raw', 'dollar'] as const) {
      const server = await readsAll({ personality: { ...PAGE, nextLinkStyle } });
      assert.ok(observations(server).length <= 4, nextLinkStyle);
    }
    const loose = rebase(
      'Observations?$filter=phenomenonTime gt 2026-11-20T00:00:00+07:00 and result gt 1&$skip=1',
      ROOT,
    )!;
    assert.equal(
      new URL(loose).searchParams.get('$filter'),
      'phenomenonTime gt 2026-11-20T00:00:00+07:00 and result gt 1',
    );
  });

  it('Q7: links with the inner host of a proxy', async () => {
    const server = await readsAll({
      personality: { ...PAGE, serviceRootUrl: 'http://frost.intern:8080/FROST-Server' },
    });
    const [first] = await server.read();
    assert.ok(first!.id.startsWith(`${server.simulator.url}|`), 'the identity is made of the address that is used');
    assert.equal(rebase('http://localhost:8080/FROST-Server/v1.1/Things(1)', ROOT), `${ROOT}/Things(1)`);
  });

  it('Q8: relative links of four kinds', async () => {
    for (const links of ['absolute', 'relative', 'dotted', 'rooted'] as const) {
      await readsAll({ personality: { ...PAGE, links } });
    }
    for (const link of [
      'Things(1)/Locations',
      '../Things(1)/Locations',
      '/v1.1/Things(1)/Locations',
      'v1.1/Things(1)/Locations',
    ]) {
      assert.equal(rebase(link, ROOT), `${ROOT}/Things(1)/Locations`);
    }
    assert.equal(rebase('../../../etc/passwd/../..', ROOT), undefined);
  });

  it('Q9: a page of a dataArray has no link though there is more', async () => {
    await readsAll({ personality: { ...PAGE, dataArray: 'no-next' } });
    await readsAll({ personality: { ...PAGE, dataArray: 'no-next', nextLink: 'never' } });
  });

  it('Q10: a dataArray in other words, or without ids', async () => {
    const truth = (await (await serve({})).read()).map(({ id }) => id.split('|').slice(1).join('|'));
    for (const dataArray of ['frost', 'full', 'no-link', 'values', 'at-id', 'no-id', 'none'] as const) {
      const server = await readsAll({ personality: { ...PAGE, dataArray } });
      const ids = (await server.read()).map(({ id }) => id.split('|').slice(1).join('|'));
      assert.deepEqual(ids, truth, `${dataArray}: the same identity as over MQTT`);
    }
  });

  it('Q11: counts that are those of the page, text or not there', async () => {
    for (const count of ['page', 'text', 'none'] as const) {
      const server = await readsAll({ personality: { ...PAGE, count } });
      assert.deepEqual(
        observations(server).filter((line) => line.includes('$count')),
        [],
        'nobody asks',
      );
    }
    const page = (n: number): object => ({
      '@iot.count': '1',
      value: n < 3 ? [{ id: n }] : [],
      '@iot.nextLink': `${ROOT}/Things?$skip=${n}`,
    });
    let asked = 0;
    for await (const { rows } of pages(() => Promise.resolve(page(++asked)), `${ROOT}/Things`, {
      root: ROOT,
      limit: 99,
    }))
      assert.equal(rows, 1);
    assert.equal(asked, 3, 'a count of 1 ends nothing');
  });

  it('Q23: what was created is told by the header alone, or by the body too', async () => {
    for (const created of ['location', 'entity'] as const) {
      const { simulator } = await serve({ personality: { created } });
      const body = JSON.stringify({ phenomenonTime: '2026-11-21T00:00:00Z', result: 1 });
      const answer = await fetch(`${simulator.url}/Datastreams(1)/Observations`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      const text = await answer.text();
      assert.equal(text === '', created === 'location');
      const saved = {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: text === '' ? '' : (JSON.parse(text) as unknown),
      };
      const [part] = readSaved(JSON.stringify(saved)).parts;
      assert.deepEqual([part!.is, part!['address']], ['created', `${simulator.url}/Observations(15)`]);
    }
  });

  it('Q27: errors of every shape', async () => {
    for (const errors of ['frost', 'detail', 'short', 'html'] as const) {
      const server = await serve({ personality: { errors } });
      const { root } = await server.connection.facts();
      await assert.rejects(server.connection.get(`${root}/Things(999)`), (thrown: unknown) => {
        assert.ok(thrown instanceof StaError);
        assert.deepEqual([thrown.kind, thrown.status], ['config', 404], errors);
        assert.ok(thrown.message.length <= 300 && !/[<{]/.test(thrown.message), thrown.message);
        return true;
      });
    }
  });

  it('Q30: links to what the server does not have', async () => {
    const server = await readsAll({ personality: { ...PAGE, bothDatastreams: true } });
    assert.deepEqual(
      server.asked.filter((line) => /MultiDatastreams|TaskingCapabilities|Loras/.test(line)),
      [],
    );
    const thing = {
      '@iot.id': 1,
      name: 'x',
      'TaskingCapabilities@iot.navigationLink': 'Things(1)/TaskingCapabilities',
      'Loras@iot.navigationLink': 'Things(1)/Loras',
    };
    const [part] = readSaved(JSON.stringify(thing)).parts;
    assert.deepEqual(part!['entities'], [{ kind: 'Thing', id: 1, address: 'Things(1)', name: 'x' }]);
  });

  it('Q31: ids without an order', async () => {
    for (const ids of ['string', 'uuid'] as const) {
      const server = await readsAll({ personality: PAGE, ids });
      for (const line of observations(server)) assert.doesNotMatch(line, /\bid gt/, 'the time is the position');
      const stream = await server.stream();
      assert.equal(stream.path, `Datastreams('${encodeURIComponent(String(server.keys[0]))}')`);
    }
  });

  it('Q33: a page shorter than asked for that is not the last', async () => {
    const server = await serve({ personality: { maxBytes: 400, dataArray: 'none' } });
    assert.deepEqual(values(await server.read(100)), VALUES);
    assert.ok(observations(server).length > 2, 'it was cut');
  });

  it('Q34: a root that says nothing, or what is not so', async () => {
    const silent = await readsAll({
      personality: { ...PAGE, versions: ['v1.0'], serverSettings: false, dataArray: 'none' },
    });
    assert.equal((await silent.connection.facts()).version, 'v1.0');
    // says dataArray and has none
    await readsAll({ personality: { ...PAGE, dataArray: 'none' } });
    const young = await readsAll({ personality: { ...PAGE, versions: ['v2.0'] } });
    assert.equal((await young.connection.facts()).version, 'v2.0');
  });
});
