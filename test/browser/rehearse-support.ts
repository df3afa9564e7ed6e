/** A flow that watches the air of Beijing, and the tab "Rehearse" in its forms. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { formOpened, root } from './support';

export const DATA = path.resolve(root, '../shared/data');
export const DECEMBER = path.join(DATA, 'beijing_air_2016-12.csv');

const event = (id: string, name: string, value: number, things?: string[]): object => ({
  id,
  name,
  observe: { properties: ['PM2.5'], ...(things && { things }) },
  when: { op: '>', value, unit: 'ug/m3' },
  emit: 'state',
});
const node = (id: string, type: string, x: number, more: object, wires: string[][] = [[], []]): object => ({
  id, type, z: 'tab0001', version: 1, x, y: 120, wires, ...more,
}); // prettier-ignore

/** A box around a place, in degrees. */
const box = (lon: number, lat: number, size = 0.1): object => ({
  type: 'Polygon',
  coordinates: [[[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]].map(([x, y]) => [lon + x! * size, lat + y! * size])],
}); // prettier-ignore
const PLACES = 'sensor,lon,lat\nAotizhongxin,116.397,39.982\nDongsi,116.417,39.929\nHuairou,116.628,40.328';
const ZONES = [
  { id: 'zone-north', name: 'Olympic park', level: 'zone', shape: box(116.397, 39.982, 0.02) },
  { id: 'zone-centre', name: 'Dongsi', level: 'zone', shape: box(116.417, 39.929, 0.02) },
  { id: 'zone-huairou', name: 'Huairou', level: 'zone', shape: box(116.628, 40.328, 0.1) },
];

const FLOW = [
  { id: 'tab0001', type: 'tab', label: 'Beijing', disabled: false, info: '' },
  { id: 'domain0001', type: 'ecdm-domain', name: 'Air', version: 1, description: '', from: '', to: '', sampling: '1 h', zones: [], method: 'average', language: 'auto', timeZone: 'Asia/Shanghai' },
  { id: 'zones0001', type: 'city-zones', name: 'Beijing', version: 1, zones: ZONES },
  node('rows0001', 'to-observation', 120, {
    name: 'stations', mode: 'live', whole: true,
    mapping: JSON.parse(readFileSync(path.join(root, 'test/definitions/beijing.map.json'), 'utf8')) as unknown,
  }, [['filter0001'], []]),
  node('filter0001', 'spatial-filter', 300, { name: 'zones', zones: 'zones0001', keep: 'all', choose: 'all', chosen: [], level: '', noPlace: 'pass', places: PLACES, arrays: 'keep', outputs: 2 }, [['one0001', 'all0001'], []]),
  node('one0001', 'ecdm-event', 500, { name: 'Aotizhongxin', domain: 'domain0001', events: [event('pm-one', 'PM2.5 high', 90, ['Aotizhongxin'])] }),
  node('all0001', 'ecdm-event', 500, { name: 'all stations', y: 200, domain: 'domain0001', events: [event('pm-all', 'PM2.5 high', 90)] }, [['status0001'], []]),
  node('status0001', 'pattern-status', 700, { name: 'Air pollution', y: 200, domain: 'domain0001', rule: { op: 'event', event: 'pm-all' }, per: 'station', severity: 'major', for: '3 h' }, [['notify0001'], []]),
  node('notify0001', 'action-notify', 880, { name: 'tell', y: 200, version: undefined, action: 'notify', form: 'event', on: ['raised', 'cleared'], statuses: [], minSeverity: 'warning' }),
]; // prettier-ignore

/** A user directory with this flow; `forget` removes it. */
export function userDirWithAir(): { folder: string; forget: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'city-events-rehearse-'));
  writeFileSync(path.join(folder, 'flows.json'), JSON.stringify(FLOW));
  return { folder, forget: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Opens the form of a node at its tab "Rehearse". */
export async function openRehearsal(page: Page, id: string): Promise<void> {
  await page.evaluate(`RED.editor.edit(RED.nodes.node(${JSON.stringify(id)}))`);
  await formOpened(page);
  await page.locator('.city-tabs [id$="-tabs-rehearse"]').click();
  await page.locator('#city-rehearse-run').waitFor({ state: 'visible' });
  // the form slides in: drawings are as wide as it is when it stands still
  await page.waitForTimeout(500);
}

/** Chooses a file as the history and rehearses it. */
export async function rehearseFile(page: Page, file: string): Promise<void> {
  await page.locator('#city-rehearse-history').selectOption('file');
  await page.locator('.city-rehearse input[type="file"]').setInputFiles(file);
  await page.locator('#city-rehearse-run').click();
  await done(page);
}

export async function done(page: Page): Promise<void> {
  await page.locator('#city-rehearse-cancel').waitFor({ state: 'hidden' });
}

/** A row of the comparison, as texts. */
export async function compared(page: Page, what: string): Promise<string[]> {
  const row: Locator = page.locator('.city-rehearse-compare tr', { hasText: what });
  return (await row.locator('td').allInnerTexts()).slice(1);
}
