import { ensureStyle } from '../editor/style';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { importPanel } from '../editor/zones/import-panel';
import { drawMap } from '../editor/zones/map';
import { zoneTable } from '../editor/zones/table';
import { migrate } from '../runtime/migrate';
import { migrations } from './migrations';
import { exportGeoJson } from './zones/geojson';
import type { Zone } from './zones/model';

const t = translator('city-zones');
const check = validators(t);

interface ZonesForm {
  name: string;
  version: number;
  zones: Zone[];
  /** The list as it is edited; becomes `zones` when the form is saved. */
  draft?: Zone[];
}

const byId = (id: string): HTMLElement => document.getElementById(id)!;

RED.nodes.registerType('city-zones', {
  category: 'config',
  color: '#A8CF9F',
  icon: 'city-zones.svg',
  defaults: {
    name: { value: '', label: t('label.name'), validate: check.required('label.name') },
    version: { value: 2 },
    zones: { value: [], label: t('label.zones'), validate: reasons(checkZones) },
  },
  paletteLabel: t('title'),
  label(this: ZonesForm) {
    return this.name || t('title');
  },
  oneditprepare(this: ZonesForm) {
    ensureStyle();
    const { version, zones } = this;
    const saved = migrate({ version, zones } as never, migrations)['zones'];
    const draft = (this.draft = Array.isArray(saved) ? (structuredClone(saved) as Zone[]) : []);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (chosen?: string): void => {
      byId('city-zones-empty').hidden = draft.length > 0;
      byId('city-zones-list').hidden = draft.length === 0;
      // after a pause in typing; and the form gets its width only after it is prepared
      clearTimeout(timer);
      timer = setTimeout(() => {
        const map = document.getElementById('city-zones-map');
        if (map && draft.length > 0) drawMap(map, draft, t('hint.map', { count: draft.length }), chosen);
      }, 100);
    };
    const table = zoneTable(byId('city-zones-table'), draft, t, show);
    const take = (zones: Zone[], replace: boolean): void => {
      draft.splice(replace ? 0 : draft.length, replace ? draft.length : 0, ...zones);
      const name = $('#node-config-input-name');
      if (name.val() === '') name.val(t('title')).trigger('change');
      table.refresh();
      show();
    };
    const opener = byId('city-zones-import');
    opener.addEventListener('click', () => {
      const panel = byId('city-zones-import-panel');
      importPanel(
        panel,
        () => draft,
        t,
        take,
        () => opener.focus(),
      );
    });
    byId('city-zones-export').addEventListener('click', () => save(draft, String($('#node-config-input-name').val())));
    show();
  },
  oneditsave(this: ZonesForm) {
    this.version = 2;
    this.zones = this.draft ?? this.zones;
    delete this.draft;
  },
  oneditcancel(this: ZonesForm) {
    delete this.draft;
  },
});

function checkZones(zones: unknown): true | string {
  if (!Array.isArray(zones) || zones.length === 0) return t('invalid.noZones');
  return (zones as Zone[]).every(({ name }) => name !== '') || t('invalid.nameMissing');
}

/** Hands the zones to the browser as a file. */
function save(zones: readonly Zone[], name: string): void {
  const address = URL.createObjectURL(
    new Blob([JSON.stringify(exportGeoJson(zones), null, 1)], { type: 'application/geo+json' }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-') || 'zones'}.geojson`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
