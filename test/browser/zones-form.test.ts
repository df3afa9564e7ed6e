/** Zones drawn, changed, imported and exported in the form, by mouse and by keyboard alone, in light and dark. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { nodeRedVersion, waitFor } from '../support/node-red';
import { assertAccessible, inEditor, leave } from './editor-session';
import { formClosed, formOpened, openEditor, picture, setTheme, type Demo } from './support';


type Position = [number, number];
interface Saved {
  id: string;
  name: string;
  level: string;
  parent?: string;
  colour?: string;
  shape: { type: string; coordinates: any; center?: Position; radius?: number; line?: Position[]; width?: number };
}

describe('zones on the map of the form', function () {
  this.timeout(240_000);
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  const errors = inEditor((opened) => ({ demo, browser, page } = opened));

  const said = (): Promise<string> => page.locator('#city-zones-said').innerText();
  const hears = async (what: RegExp): Promise<void> => {
    await page
      .waitForFunction(
        `${String(what)}.test(document.querySelector('#city-zones-said')?.textContent ?? '')`)
      .catch(async () => assert.match(await said(), what));
  };
  const add = async (): Promise<void> => {
    await page.evaluate(`RED.editor.editConfig('', 'city-zones', '_ADD_')`);
    await formOpened(page);
    await page.locator('.city-zone-map').waitFor({ state: 'visible' });
    // the map goes to where the sensors are
    await hears(/places of sensors are shown/);
    await page.waitForTimeout(300);
  };
  const edit = async (): Promise<void> => {
    await page.evaluate(
      `(() => { let found; RED.nodes.eachConfig((n) => { if (n.type === 'city-zones') found = found || n; }); RED.editor.editConfig('', 'city-zones', found.id); })()`,
    );
    await page.locator('.city-zone-map').waitFor({ state: 'visible' });
    await formOpened(page);
    await page.waitForTimeout(500);
  };
  /** Saves the form; gives the zones that the editor now has. */
  const save = async (): Promise<Saved[]> => {
    const before = (await page.evaluate(
      `(() => { const ids = []; RED.nodes.eachConfig((n) => { if (n.type === 'city-zones') ids.push(n.id); }); return ids; })()`,
    )) as string[];
    await page.locator('#node-config-dialog-ok').click();
    await formClosed(page);
    return (await page.evaluate(
      `(() => { let zones; RED.nodes.eachConfig((n) => { if (n.type === 'city-zones' && (!${JSON.stringify(before)}.includes(n.id) || !zones)) zones = n.zones; }); return zones; })()`,
    )) as Saved[];
  };
  const box = async (): Promise<{ x: number; y: number; width: number; height: number }> => {
    await page.locator('.city-zone-map').scrollIntoViewIfNeeded();
    return (await page.locator('.city-zone-map').boundingBox())!;
  };
  const click = async (x: number, y: number, options = {}): Promise<void> => {
    const { x: left, y: top } = await box();
    await page.mouse.click(left + x, top + y, options);
    await page.waitForTimeout(60);
  };
  const drag = async (from: Position, to: Position): Promise<void> => {
    const { x, y } = await box();
    await page.mouse.move(x + from[0], y + from[1]);
    await page.mouse.down();
    await page.mouse.move(x + (from[0] + to[0]) / 2, y + (from[1] + to[1]) / 2);
    await page.mouse.move(x + to[0], y + to[1], { steps: 3 });
    await page.mouse.up();
    await page.waitForTimeout(80);
  };
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
    await page.waitForTimeout(60);
  };
  const shapes = (): Promise<string[]> => page.locator('.city-zones-table .city-shape').allInnerTexts();
  const noAxeFaults = async (): Promise<void> => {
    await assertAccessible(page, '.red-ui-tray .city-form', { besides: ['heading-order'] });
  };

  afterEach(() => leave(page, errors));

  it('draws an area, a circle and a corridor, cuts a hole, and saves them', async () => {
    await add();
    await page.locator('#city-zones-area').click();
    for (const [x, y] of [
      [60, 80],
      [240, 80],
      [240, 260],
    ] as const)
      await click(x, y);
    await hears(/3 points so far/);
    await click(60, 260);
    await click(60, 80);
    await hears(/"Zone 1" is there/);
    assert.deepEqual(await shapes(), ['area, 4 points']);
    await page.locator('#city-zones-hole').click();
    for (const [x, y] of [
      [100, 140],
      [160, 140],
      [130, 200],
    ] as const)
      await click(x, y);
    await page.locator('#city-zones-finish').click();
    await hears(/has a new hole/);
    assert.deepEqual(await shapes(), ['area, 7 points']);
    await page.locator('#city-zones-circle').click();
    await click(330, 120);
    await click(370, 120);
    await page.locator('#city-zones-width').fill('200');
    await page.locator('#city-zones-corridor').click();
    await click(290, 220);
    await click(380, 220);
    await click(410, 300);
    await picture(page, 'zones-drawing-light');
    await page.locator('#city-zones-finish').click();
    await hears(/"Zone 3" is there/);
    await picture(page, 'zones-drawn-light');
    await setTheme(page, 'dark');
    await picture(page, 'zones-drawn-dark');
    const [area, circle, corridor] = await save();
    assert.equal(area!.shape.type, 'Polygon');
    assert.deepEqual(
      area!.shape.coordinates.map((ring: Position[]) => ring.length),
      [5, 4],
    );
    // closed, and the outline against the clock as GeoJSON wants it
    const outline = area!.shape.coordinates[0] as Position[];
    assert.deepEqual(outline[0], outline.at(-1));
    const turn = outline.slice(1).reduce((sum, [x, y], i) => sum + (outline[i]![0] * y - x * outline[i]![1]), 0);
    assert.ok(turn > 0);
    assert.equal(circle!.shape.type, 'Circle');
    assert.ok(circle!.shape.radius! > 10);
    assert.equal(corridor!.shape.type, 'Corridor');
    assert.equal(corridor!.shape.width, 200);
    assert.equal(corridor!.shape.line!.length, 3);
  });

  it('moves, inserts and deletes points, catches a neighbour, and takes it back', async () => {
    await edit();
    // the district "Centre" by its row
    await page.locator('.city-zones-table tr[data-zone] input[type=text]').nth(4).focus();
    await page.waitForTimeout(150);
    const chosen = (await page.locator('tr.city-marked-row').getAttribute('data-zone'))!;
    await page.locator('tr.city-marked-row .city-shape').click();
    await page.waitForTimeout(300);
    const rows = page.locator('#city-zones-details tr[data-index]');
    const count = await rows.count();
    const handle = async (n: number): Promise<Position> => {
      const spot = page.locator(`.city-zone-map circle[data-point$=",${n}"]`).first();
      return [Number(await spot.getAttribute('cx')), Number(await spot.getAttribute('cy'))];
    };
    const lat = (n: number): Promise<string> => rows.nth(n).locator('input').first().inputValue();
    const before = await lat(0);
    const [x, y] = await handle(0);
    await drag([x, y], [x - 30, y + 20]);
    assert.notEqual(await lat(0), before);
    await hears(/^Point 1 of/);
    await picture(page, 'zones-vertex-light');
    await press('Control+z');
    assert.equal(await lat(0), before);
    await press('Control+y');
    assert.notEqual(await lat(0), before);
    const half = page.locator('.city-zone-map circle[data-between]').first();
    await click(Number(await half.getAttribute('cx')), Number(await half.getAttribute('cy')));
    assert.equal(await rows.count(), count + 1);
    await press('Delete');
    assert.equal(await rows.count(), count);
    const moved = await lat(0);
    const zones = await save();
    const changed = zones.find(({ id }) => id === chosen)!;
    assert.equal((changed.shape.coordinates[0] as Position[]).length, count + 1);
    assert.ok((changed.shape.coordinates[0] as Position[]).some(([, own]) => String(own) === moved));
  });

  it('does everything by keyboard alone', async () => {
    await add();
    await page.locator('.city-zone-map').focus();
    // an area: Enter puts a corner under the cross, the arrows move the map beneath it
    await press(
      'a',
      'Enter',
      'ArrowRight',
      'ArrowRight',
      'ArrowRight',
      'Enter',
      'ArrowDown',
      'ArrowDown',
      'ArrowDown',
      'Enter',
    );
    await picture(page, 'zones-keyboard-light');
    await press('Enter');
    await hears(/"Zone 1" is there/);
    assert.deepEqual(await shapes(), ['area, 3 points']);
    await press('n');
    await hears(/^Point 1 of 3/);
    const first = await said();
    await press('ArrowLeft');
    await page.waitForTimeout(100);
    assert.notEqual(await said(), first);
    await press('i');
    assert.deepEqual(await shapes(), ['area, 4 points']);
    await press('Delete');
    assert.deepEqual(await shapes(), ['area, 3 points']);
    await press('Escape', '0', 'c', 'Enter', 'ArrowRight', 'Enter');
    await hears(/"Zone 2" is there/);
    await press('k', 'Enter', 'ArrowUp', 'ArrowUp', 'Enter', 'f');
    await hears(/"Zone 3" is there/);
    // the whole zone
    await press('g', 'ArrowRight', 'ArrowRight', 'Enter');
    await hears(/is put down/);
    await press('Control+z');
    // coordinates, radius and names by typing
    await press('Shift+Z');
    await hears(/"Zone 2" is chosen/);
    const radius = page.locator('[data-focus="radius"]');
    await radius.focus();
    await radius.press('Control+a');
    await page.keyboard.type('250');
    await press('Enter');
    await page.locator('[data-focus="lat0"]').focus();
    await press('Control+a');
    await page.keyboard.type('53.5');
    await press('Tab');
    await page.keyboard.type('-2.25');
    await press('Enter');
    assert.ok((await shapes()).includes('circle, radius 250 m'));
    await page.locator('[data-focus="lat0"]').focus();
    await press('Control+a');
    await page.keyboard.type('95');
    await press('Enter');
    assert.equal(await page.locator('[data-focus="lat0"]').getAttribute('aria-invalid'), 'true');
    const name = page.locator('tr[data-zone="zone-2"] input[type=text]').first();
    await name.focus();
    await press('Control+a');
    await page.keyboard.type('Works site');
    await page.locator('tr[data-zone="zone-2"] input[type=text]').nth(1).focus();
    await press('Control+a');
    await page.keyboard.type('site');
    await press('Tab');
    await noAxeFaults();
    await setTheme(page, 'dark');
    await picture(page, 'zones-table-dark');
    await noAxeFaults();
    const zones = await save();
    const site = zones.find(({ id }) => id === 'zone-2')!;
    assert.deepEqual([site.name, site.level], ['Works site', 'site']);
    assert.deepEqual(site.shape, { type: 'Circle', center: [-2.25, 53.5], radius: 250 });
  });

  it('makes a new zone of typed coordinates alone, without the map', async () => {
    await add();
    const typed = page.locator('#city-zones-typed');
    await typed.focus();
    for (const text of ['7.5, 99.5', '7,5 99,6', '7.6; 99.6']) {
      await page.keyboard.type(text);
      await press('Enter');
    }
    await page.keyboard.type('95, 12');
    await press('Enter');
    await hears(/latitude and a longitude in degrees/);
    assert.equal(await typed.getAttribute('aria-invalid'), 'true');
    await press('Control+a', 'Delete', 'Enter');
    await hears(/"Zone 1" is there/);
    await page.locator('#city-zones-circle').focus();
    await press('Enter');
    await typed.focus();
    await page.keyboard.type('7.7 99.7');
    await press('Enter');
    await page.keyboard.type('7.7 99.71');
    await press('Enter');
    await hears(/"Zone 2" is there/);
    await picture(page, 'zones-typed-light');
    await noAxeFaults();
    const [area, circle] = await save();
    assert.deepEqual(area!.shape, { type: 'Polygon', coordinates: [[[99.5, 7.5], [99.6, 7.5], [99.6, 7.6], [99.5, 7.5]]] });
    assert.deepEqual(circle!.shape.center, [99.7, 7.7]);
    assert.ok(Math.abs(circle!.shape.radius! - 1101.9) < 1);
  });

  it('stays usable with 3,000 zones: the form opens, searches and zooms by wheel', async () => {
    const zones = Array.from({ length: 3000 }, (_, i) => {
      const [w, s] = [99 + (i % 60) * 0.01, 7 + Math.floor(i / 60) * 0.01];
      const ring = [[w, s], [w + 0.009, s], [w + 0.009, s + 0.009], [w, s + 0.009], [w, s]];
      return { id: `many-${i}`, name: `Many ${i}`, level: 'zone', shape: { type: 'Polygon', coordinates: [ring] } };
    });
    await page.evaluate(`(() => { let found; RED.nodes.eachConfig((n) => { if (n.type === 'city-zones') found = found || n; }); window.before = found.zones; found.zones = ${JSON.stringify(zones)}; })()`);
    const took = async (work: () => Promise<unknown>): Promise<number> => {
      const from = performance.now();
      await work();
      return performance.now() - from;
    };
    const drawn = (): Promise<unknown> => page.evaluate(`document.querySelector('.city-zone-map').innerHTML`);
    let before: unknown;
    const times = {
      open: await took(edit),
      wheel: await took(async () => {
        const { x, y } = await box();
        before = await drawn();
        await page.mouse.move(x + 200, y + 120);
        await page.keyboard.down('Control');
        for (let i = 0; i < 5; i++) await page.mouse.wheel(0, -120);
        await page.keyboard.up('Control');
        await page.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`);
      }),
      search: await took(async () => {
        await page.locator('#city-zones-table input[type=search]').fill('Many 2999');
        await page.locator('tr[data-zone="many-2999"]').waitFor();
      }),
    };
    console.log(`      milliseconds, on this machine now: ${JSON.stringify(times)}`);
    assert.notEqual(await drawn(), before);
    assert.equal(await page.locator('.city-zones-table tbody tr').count(), 1);
    await picture(page, 'zones-many-light');
    await page.locator('#node-config-dialog-ok').click();
    await formClosed(page);
    await page.evaluate(`(() => { let found; RED.nodes.eachConfig((n) => { if (n.type === 'city-zones') found = found || n; }); found.zones = window.before; })()`);
  });

  it('imports a faulty file by pasting, says what it mended, and exports it again', async () => {
    await add();
    await page.locator('#city-zones-import').click();
    const faulty = {
      type: 'FeatureCollection',
      features: [
        // latitude first, open, clockwise
        {
          type: 'Feature',
          properties: { ward: 'North', code: 'N1' },
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [7.5, 99.5],
                [7.6, 99.5],
                [7.6, 99.6],
                [7.5, 99.6],
              ],
            ],
          },
        },
        // a bow tie
        {
          type: 'Feature',
          properties: { ward: 'Bow', code: 'B1' },
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [7.5, 99.7],
                [7.6, 99.8],
                [7.6, 99.7],
                [7.5, 99.8],
                [7.5, 99.7],
              ],
            ],
          },
        },
        {
          type: 'Feature',
          properties: { ward: 'Dot', code: 'D1' },
          geometry: { type: 'Point', coordinates: [7.5, 99.7] },
        },
      ],
    };
    const source = page.locator('#city-zones-import-panel textarea');
    await source.fill(JSON.stringify(faulty));
    await page.locator('#city-zones-import-panel select').first().selectOption('ward');
    await page.locator('#city-zones-import-panel', { hasText: '"North"' }).waitFor();
    const words = await page.locator('#city-zones-import-panel').innerText();
    assert.match(words, /Latitude came first; the coordinates were swapped/);
    assert.match(words, /"North": the outline was open and has been closed/);
    assert.match(words, /"North": the outline ran clockwise and was turned/);
    assert.ok((await page.locator('#city-zones-import-panel svg path').count()) >= 2, 'the preview shows both areas');
    assert.match(
      words,
      /"Bow": the outline crossed itself near 7\.55000, 99\.75000 and was taken apart there, into 2 parts/,
    );
    assert.match(words, /1 × Point left out/);
    await picture(page, 'zones-import-light');
    await setTheme(page, 'dark');
    await picture(page, 'zones-import-dark');
    await setTheme(page, 'light');
    await page.getByRole('button', { name: 'add 2 zones' }).click();
    await hears(/2 zones taken over/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#city-zones-export').click()]);
    const exported = JSON.parse(readFileSync((await download.path())!, 'utf8')) as {
      features: { properties: { name: string }; geometry: { type: string } }[];
    };
    assert.deepEqual(
      exported.features.map(({ properties, geometry }) => [properties.name, geometry.type]),
      [
        ['North', 'Polygon'],
        ['Bow', 'MultiPolygon'],
      ],
    );
    const zones = await save();
    const [north, bow] = zones;
    assert.deepEqual(
      new Set((north!.shape.coordinates[0] as Position[]).map(String)),
      new Set(['99.5,7.5', '99.6,7.5', '99.6,7.6', '99.5,7.6']),
    );
    assert.equal(bow!.shape.coordinates.length, 2);
  });

  it('refuses another coordinate system with a hint, and takes a file that is dropped on the form', async () => {
    await add();
    await page.locator('#city-zones-import').click();
    const source = page.locator('#city-zones-import-panel textarea');
    const square = [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 0],
      ],
    ];
    await source.fill(
      JSON.stringify({
        type: 'FeatureCollection',
        crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::27700' } },
        features: [{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: square } }],
      }),
    );
    await page.locator('#city-zones-import-panel', { hasText: 'EPSG::27700' }).waitFor();
    assert.match(await page.locator('#city-zones-import-panel').innerText(), /EPSG::27700\. Only WGS84.*transform/);
    assert.equal(await page.locator('#city-zones-import-panel button').first().isDisabled(), true);
    await page.locator('#city-zones-import-panel').getByRole('button', { name: 'cancel' }).click();
    await page.evaluate(`(() => {
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(JSON.stringify({ type: 'Feature', properties: { name: 'Dropped' }, geometry: { type: 'Polygon', coordinates: square } }))}], 'x.geojson'));
      document.querySelector('.city-zone-map').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    })()`);
    await page.getByRole('button', { name: 'add 1 zone' }).click();
    assert.equal((await save())[0]!.name, 'Dropped');
  });

  it('shows the sensors of the flows and works without a network, tiles or not', async () => {
    await edit();
    assert.equal(await page.locator('.city-zone-map image').count(), 0);
    await page.locator('#city-zones-sensors').click();
    await hears(/\d+ places of sensors are shown/);
    // the map draws with the next frame, after the words
    await page.waitForFunction(`document.querySelectorAll('.city-map-sensor').length > 3`);
    await picture(page, 'zones-sensors-light');
    const asked: string[] = [];
    await page.route('https://tiles.invalid/**', (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    await page.getByText('Pictures under the map').click();
    await page.locator('#node-config-input-tiles').fill('https://tiles.invalid/{z}/{x}/{y}.png');
    await page.locator('#node-config-input-tiles').blur();
    await hears(/tiles cannot be loaded.*works without them/);
    assert.match(asked[0]!, /^https:\/\/tiles\.invalid\/\d+\/\d+\/\d+\.png$/);
  });

  it('takes a file from the chooser, and shows the pictures of a tile server', async () => {
    const asked: string[] = [];
    const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    const server = http.createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(200, { 'content-type': 'image/png' }).end(pixel);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      await add();
      await page.locator('#city-zones-import').click();
      const chooser = page.waitForEvent('filechooser');
      await page.locator('#city-zones-import-panel input[type=file]').click();
      const square = [[99, 7], [100, 7], [100, 8], [99, 8], [99, 7]];
      const feature = { type: 'Feature', properties: { name: 'Chosen' }, geometry: { type: 'Polygon', coordinates: [square] } };
      await (await chooser).setFiles({ name: 'x.geojson', mimeType: 'application/geo+json', buffer: Buffer.from(JSON.stringify(feature)) });
      await page.getByRole('button', { name: 'add 1 zone' }).click();
      await page.getByText('Pictures under the map').click();
      const { port } = server.address() as AddressInfo;
      await page.locator('#node-config-input-tiles').fill(`http://127.0.0.1:${port}/{z}/{x}/{y}.png`);
      await page.locator('#node-config-input-tiles').blur();
      await page.locator('.city-zone-map image').first().waitFor({ state: 'attached' });
      await waitFor('a picture to be asked for', () => asked.length > 0);
      await page.waitForTimeout(500);
      for (const one of asked) {
        const [z, x, y] = one.match(/^\/(\d+)\/(\d+)\/(\d+)\.png$/)!.slice(1).map(Number) as [number, number, number];
        // the tile of a place near Trang, by the usual formula
        const [lon, lat] = [(x / 2 ** z) * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI];
        assert.ok(Math.abs(lon - 99.5) < 6 && Math.abs(lat - 7.5) < 6, `${one}: ${lon} ${lat}`);
      }
      assert.doesNotMatch(await said(), /cannot be loaded/);
      await picture(page, 'zones-tiles-light');
      assert.equal((await save())[0]!.name, 'Chosen');
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('speaks Thai, on the Node-RED that is under test', async () => {
    const thai = await openEditor(browser, demo.address, errors, { language: 'th', height: 1000 });
    // a Node-RED that runs beside a git repository says so behind its version
    assert.equal(String(await thai.evaluate('RED.settings.version')).replace(/-git$/, ''), nodeRedVersion());
    await thai.evaluate(`RED.editor.editConfig('', 'city-zones', '_ADD_')`);
    await formOpened(thai);
    await thai.waitForFunction(`/[\\u0e00-\\u0e7f].*\\d+/.test(document.querySelector('#city-zones-said')?.textContent ?? '')`);
    await thai.locator('.city-zone-map').focus();
    for (const key of ['a', 'Enter', 'ArrowRight', 'Enter', 'ArrowDown', 'Enter', 'f']) await thai.keyboard.press(key);
    await thai.locator('.city-zones-table tbody tr').waitFor();
    await picture(thai, 'zones-th');
    const texts = (await thai.locator('#city-zones-body button, #city-zones-body th, #city-zones-body summary, #city-zones-said').allInnerTexts()).filter((text) => /\p{L}/u.test(text));
    assert.ok(texts.length > 12);
    for (const text of texts) assert.match(text, /[\u0e00-\u0e7f]/, text);
    await thai.close();
  });
});
