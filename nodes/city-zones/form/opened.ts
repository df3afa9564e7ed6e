/** The form of the zones as it is open: map, list and coordinates show one draft. */
import { addStyle } from '../../editor/style';
import { translator } from '../../editor/texts';
import { make } from '../../editor/zones/dom';
import { exportGeoJson } from '../zones/geojson';
import { DEFAULT_LEVEL, LIMITS, type Finding, type Zone, type ZoneShape } from '../zones/model';
import { readZones } from '../zones/read-zones';
import { zoneDetails } from './details';
import { Draft } from './draft';
import { findingList, importPanel } from './import-panel';
import { MapEditor } from './map-editor';
import { undoKeys } from './map-keys';
import { findSensors } from './sensors';
import { tidy } from './shape-faults';
import css from './style.css';
import { toolbar } from './toolbar';
import { zoneTable } from './zone-table';

const t = translator('city-zones');
const byId = (id: string): HTMLElement => document.getElementById(id)!;

export class Opened {
  private readonly draft: Draft;
  private readonly saved: readonly Zone[];
  private touched = false;
  private readonly map: MapEditor;
  private readonly table: ReturnType<typeof zoneTable>;
  private readonly said = byId('city-zones-said');
  private sized: ResizeObserver | undefined;

  /** @param raw the zones of the saved configuration, of the present version */
  constructor(raw: unknown) {
    addStyle('city-zones-style', css);
    const { zones, problems } = readZones(raw);
    this.saved = zones;
    const draft = (this.draft = new Draft(zones));
    const map = (this.map = new MapEditor({
      draft,
      t,
      tiles: () => String($('#node-config-input-tiles').val() ?? '').trim(),
      tilesBy: () => String($('#node-config-input-tilesBy').val() ?? '').trim(),
      create: (shape) => this.create(shape),
      say: (text) => (this.said.textContent = text),
      toolsChanged: () => {
        tools.refresh();
        details.refresh();
      },
    }));
    const tools = toolbar(map, t, (on) => void this.showSensors(on));
    byId('city-zones-map').replaceChildren(tools.root, map.root);
    const details = zoneDetails(byId('city-zones-details'), map, t);
    this.table = zoneTable(byId('city-zones-table'), {
      draft,
      t,
      changed: () => this.changed(),
      open: (zone) => this.openZone(zone),
    });
    draft.onChange((what) => {
      if (what === 'list') this.table.refresh();
      else this.table.mark();
      if (what !== 'choice') this.changed();
      if (what !== 'shape') map.point = undefined;
      tools.refresh();
      details.refresh();
      map.paint();
    });
    this.sayProblems(problems);
    this.wire();
    this.showEmpty();
    map.fit();
    // who draws the first zone begins where the sensors are, not with the whole earth
    if (zones.length === 0) tools.showSensors();
  }

  /** The zones as they are now; the saved ones where nothing was changed. */
  zones(): Zone[] | undefined {
    if (!this.touched) return undefined;
    const before = new Map(this.saved.map((zone) => [zone.id, zone.shape]));
    return this.draft.zones.map((zone) =>
      before.get(zone.id) === zone.shape ? zone : { ...zone, shape: tidy(zone.shape) },
    );
  }

  close(): void {
    this.sized?.disconnect();
  }

  private wire(): void {
    const opener = byId('city-zones-import');
    const panel = byId('city-zones-import-panel');
    const openPanel = (file?: File): void =>
      importPanel(
        panel,
        () => this.draft.zones,
        t,
        (zones, replace) => this.take(zones, replace),
        () => opener.focus(),
        file,
      );
    opener.addEventListener('click', () => openPanel());
    byId('city-zones-export').addEventListener('click', () => {
      const zones = this.zones() ?? this.draft.zones;
      download(zones, String($('#node-config-input-name').val()));
      this.said.textContent = t('hint.exported', { count: zones.length });
    });
    const form = byId('city-zones-form');
    form.addEventListener('keydown', (event) => this.onKey(event));
    // a file that is dropped anywhere on the form is meant for it; without this the browser would leave the editor
    form.addEventListener('dragover', (event) => {
      event.preventDefault();
      event.stopPropagation();
    });
    form.addEventListener('drop', (event) => {
      event.preventDefault();
      event.stopPropagation();
      const file = event.dataTransfer?.files[0];
      if (file) openPanel(file);
    });
    $('#node-config-input-tiles, #node-config-input-tilesBy').on('change', () => this.map.paint());
    // the form gets its width only after it is prepared, and another one when the tray is dragged
    let width = 0;
    this.sized = new ResizeObserver(([entry]) => {
      const now = entry?.contentRect.width ?? 0;
      if (now === 0 || now === width) return;
      if (width === 0) this.map.fit();
      else this.map.paint();
      width = now;
    });
    this.sized.observe(byId('city-zones-map'));
  }

  /** Undo in the whole form; in a field that is typed in, the field's own comes first. */
  private onKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLTextAreaElement) return;
    if (event.target instanceof HTMLInputElement && event.target.type !== 'checkbox') return;
    if (!undoKeys(event.key.toLowerCase(), event.shiftKey, this.map)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private create(shape: ZoneShape): void {
    const { draft } = this;
    if (draft.zones.length >= LIMITS.zones) {
      this.said.textContent = t('finding.tooManyZones', { limit: LIMITS.zones });
      return;
    }
    const id = draft.freeId();
    const name = t('hint.newZone', { n: draft.zones.length + 1 });
    // what is drawn while a whole is chosen is mostly no part of it: the list says what it is a part of
    const zone: Zone = { id, name, level: draft.zones.at(-1)?.level ?? DEFAULT_LEVEL, shape };
    draft.mark();
    draft.add([zone]);
    this.nameForm();
    this.said.textContent = t('map.created', { zone: name });
  }

  private take(zones: Zone[], replace: boolean): void {
    this.draft.mark();
    this.draft.add(zones, replace);
    this.nameForm();
    this.map.fit();
    this.said.textContent = t('hint.taken', { count: zones.length });
  }

  /** A form without a name cannot be saved, and who has just drawn a zone has not thought of one. */
  private nameForm(): void {
    const name = $('#node-config-input-name');
    if (name.val() === '') name.val(t('title')).trigger('change');
  }

  private openZone(zone: Zone): void {
    this.draft.choose(zone.id);
    this.map.fit(zone);
    const details = byId('city-zones-details');
    details.scrollIntoView({ block: 'nearest' });
    details.querySelector<HTMLElement>('input')?.focus();
  }

  private changed(): void {
    this.touched = true;
    this.showEmpty();
    this.map.paint();
  }

  private showEmpty(): void {
    const none = this.draft.zones.length === 0;
    byId('city-zones-empty').hidden = !none;
    byId('city-zones-table').hidden = none;
  }

  private sayProblems(problems: readonly Finding[]): void {
    byId('city-zones-problems').replaceChildren(...findingList(problems, 'problems', t));
  }

  private async showSensors(on: boolean): Promise<void> {
    this.map.sensors = [];
    this.map.paint();
    if (!on) return;
    this.said.textContent = t('common.loading');
    const { sensors, failed, servers, more } = await findSensors();
    this.map.sensors = sensors;
    const words = [t(servers === 0 ? 'sensors.noServer' : 'sensors.count', { count: sensors.length })];
    if (failed.length > 0) words.push(t('sensors.failed', { servers: failed.join(', ') }));
    if (more) words.push(t('sensors.more'));
    this.said.textContent = words.join(' ');
    // not under the hand of somebody who has begun to draw
    if (this.draft.zones.length === 0 && !this.map.pen) this.map.fit();
    this.map.paint();
  }
}

/** Hands the zones to the browser as a file. */
function download(zones: readonly Zone[], name: string): void {
  const text = JSON.stringify(exportGeoJson(zones), null, 1);
  const address = URL.createObjectURL(new Blob([text], { type: 'application/geo+json' }));
  const link = make('a', {
    href: address,
    download: `${name.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-') || 'zones'}.geojson`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
