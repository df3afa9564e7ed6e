/** A flow with the events of a rainy city, and the form of a rule in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { formClosed, formOpened } from './support';

const event = (id: string, name: string, emit: 'state' | 'point' = 'state'): object => ({
  id,
  name,
  emit,
  when: { op: '>', value: 10 },
});

/** As version 1 of the node saved it: none of the newer fields is there. */
const OLD = {
  id: 'rule0001',
  type: 'pattern-status',
  z: 'tab0001',
  name: 'old flood',
  version: 1,
  statusId: '',
  domain: '',
  rule: { op: 'then', of: [{ op: 'event', event: 'rain' }, { op: 'event', event: 'drain' }], within: '1 h' },
  per: 'zone',
  level: 'district',
  severity: 'major',
  for: '5 min',
  clearAfter: '10 min',
  clearWhen: null,
  byHand: false,
  updateEvery: '',
  lateness: '30 s',
  x: 500,
  y: 80,
  wires: [[], []],
};
const NEW = { ...OLD, id: 'rule0002', name: 'street flooded', y: 160, rule: null, per: 'station', level: '', for: '', clearAfter: '', lateness: '' };
const WATCHED = { ...OLD, id: 'rule0003', name: 'maintenance', y: 240, rule: { op: 'event', event: 'road' } };

const FLOW = [
  { id: 'tab0001', type: 'tab', label: 'rain', disabled: false, info: '' },
  { id: 'domain0001', type: 'ecdm-domain', name: 'Water', version: 1, description: '', from: '', to: '', sampling: '1 h', zones: [], method: 'average', language: 'auto', timeZone: '' },
  {
    id: 'events0001', type: 'ecdm-event', z: 'tab0001', name: '', version: 1, domain: 'domain0001', x: 200, y: 120,
    events: [event('rain', 'rain heavy'), event('drain', 'drain full'), event('road', 'road closed')],
    wires: [['rule0001', 'rule0002'], []],
  },
  {
    id: 'events0002', type: 'ecdm-event', z: 'tab0001', name: '', version: 1, domain: 'domain0001', x: 200, y: 220,
    events: [event('pump', 'pump on'), event('door', 'door forced', 'point')], wires: [[], []],
  },
  {
    id: 'events0003', type: 'ecdm-event', z: 'tab0001', name: '', version: 1, domain: '', x: 200, y: 280,
    events: [event('pm25', 'PM2.5 high')], wires: [[], []],
  },
  {
    id: 'filter0001', type: 'spatial-filter', z: 'tab0001', name: 'Harbour', version: 1, zones: '', x: 200, y: 340,
    keep: 'all', moves: ['exit', 'dwell'], wires: [['rule0002'], []],
  },
  OLD, NEW, WATCHED,
]; // prettier-ignore

/** A user directory with this flow; `forget` removes it. */
export function userDirWithRules(): { folder: string; forget: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'city-events-rules-'));
  writeFileSync(path.join(folder, 'flows.json'), JSON.stringify(FLOW));
  return { folder, forget: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Opens the form of a rule. */
export async function openRule(page: Page, id: string): Promise<void> {
  await page.evaluate(`RED.editor.edit(RED.nodes.node(${JSON.stringify(id)}))`);
  await formOpened(page);
  await page.waitForSelector('#pattern-status-rows .city-event', { state: 'visible' });
  await page.waitForTimeout(400);
}

export async function closeForm(page: Page, button: 'ok' | 'cancel'): Promise<void> {
  await page.locator(`#node-dialog-${button}`).last().click();
  await formClosed(page);
}

/** A field of the node as it stands in the editor. */
export function saved(page: Page, id: string, field: string): Promise<unknown> {
  return page.evaluate(`(() => { const value = RED.nodes.node(${JSON.stringify(id)})[${JSON.stringify(field)}]; return value === undefined ? undefined : JSON.parse(JSON.stringify(value)); })()`);
}
