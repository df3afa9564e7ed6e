import { Resource } from '../editor/resource';
import { ensureForm } from '../editor/style';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { migrate } from '../runtime/migrate';
import type * as Form from './form';
import { tilesFault } from './form/tiles-fault';
import { migrations } from './migrations';
import type { Zone } from './zones/model';

const t = translator('city-zones');
const check = validators(t);

/** Map, list and import. */
const script = new Resource<typeof Form>('city-zones.js');

interface ZonesForm {
  name: string;
  version: number;
  zones: Zone[];
  tiles: string;
  /** The form that is open; its behaviour is not there before the script is. */
  form?: { opened?: Form.Opened };
}

RED.nodes.registerType('city-zones', {
  category: 'config',
  color: '#A8CF9F',
  icon: 'city-zones.svg',
  defaults: {
    name: { value: '', label: t('label.name'), validate: check.required('label.name') },
    version: { value: 2 },
    zones: { value: [], label: t('label.zones'), validate: reasons(checkZones) },
    tiles: { value: '', label: t('label.tiles'), validate: reasons(checkTiles) },
    tilesBy: { value: '', label: t('label.tilesBy') },
  },
  paletteLabel: t('title'),
  label(this: ZonesForm) {
    return this.name || t('title');
  },
  oneditprepare: prepare,
  oneditsave(this: ZonesForm) {
    // before the form is there, there is nothing in it to save: the zones stay as they were
    const zones = this.form?.opened?.zones();
    if (zones) {
      this.version = migrations.length + 1;
      this.zones = zones;
    }
    close.call(this);
  },
  oneditcancel: close,
});

function close(this: ZonesForm): void {
  this.form?.opened?.close();
  delete this.form;
}

function prepare(this: ZonesForm): void {
  ensureForm(t);
  const form: ZonesForm['form'] = {};
  this.form = form;
  const waiting = document.getElementById('city-zones-loading')!;
  waiting.textContent = t('common.loading');
  script
    .load()
    .then(({ Opened }) => {
      // closed meanwhile, or opened anew
      if (this.form !== form) return;
      const { version, zones } = this;
      waiting.hidden = true;
      document.getElementById('city-zones-body')!.hidden = false;
      form.opened = new Opened(migrate({ version, zones } as never, migrations)['zones']);
    })
    .catch((error: unknown) => {
      console.error(error);
      waiting.hidden = false;
      waiting.textContent = t('invalid.notLoaded', { reason: error instanceof Error ? error.message : String(error) });
    });
}

function checkZones(zones: unknown): true | string {
  if (!Array.isArray(zones) || zones.length === 0) return t('invalid.noZones');
  return (zones as Zone[]).every(({ name }) => name !== '') || t('invalid.nameMissing');
}

function checkTiles(tiles: unknown): true | string {
  const fault = typeof tiles === 'string' ? tilesFault(tiles.trim()) : undefined;
  return fault === undefined || t(`invalid.${fault}`);
}
