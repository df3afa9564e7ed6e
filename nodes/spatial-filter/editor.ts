import type { Zone } from '../city-zones/zones/model';
import { ensureStyle } from '../editor/style';
import { translator } from '../editor/texts';
import { reasons } from '../editor/validators';
import { fillSelect, make } from '../editor/zones/dom';

const t = translator('spatial-filter');

interface FilterForm {
  name: string;
  zones: string;
  keep: string;
  choose: string;
  chosen: string[];
  level: string;
  rest: boolean;
  outputs: number;
}

/** Names that a sentence spells out; of more, the rest is counted. */
const SPELLED_OUT = 4;

const byId = (id: string): HTMLElement => document.getElementById(id)!;
const valueOf = (id: string): string => String($(`#node-input-${id}`).val() ?? '');

RED.nodes.registerType('spatial-filter', {
  category: 'city-events',
  color: '#A8CF9F',
  icon: 'spatial-filter.svg',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    zones: { value: '', type: 'city-zones', required: true, label: t('label.zones') },
    keep: { value: 'inside', label: t('label.keep') },
    choose: { value: 'all', label: t('label.choose') },
    chosen: { value: [], label: t('label.chosen'), validate: reasons(checkChosen) },
    level: { value: '', label: t('label.level'), validate: reasons(checkLevel) },
    noPlace: { value: 'problem', label: t('label.noPlace') },
    rest: { value: false, label: t('label.rest') },
    outputs: { value: 2 },
  },
  inputs: 1,
  outputs: 2,
  paletteLabel: t('title'),
  label(this: FilterForm) {
    return this.name || t('title');
  },
  labelStyle(this: FilterForm) {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels: (output: number) => t(`output.${['kept', 'problems', 'rest'][output]}`),
  oneditprepare(this: FilterForm) {
    ensureStyle();
    const chosen = new Set(Array.isArray(this.chosen) ? this.chosen : []);
    const level = byId('spatial-filter-level-select') as HTMLSelectElement;
    const showZones = (): void => {
      const zones = zonesOf(valueOf('zones'));
      showChoices(zones, chosen, showSentence);
      const levels = [
        ...new Set([...(level.value || this.level ? [level.value || this.level] : []), ...zones.map((z) => z.level)]),
      ];
      fillSelect(
        level,
        levels.map((name) => [name, name]),
        level.value || this.level || levels[0] || '',
      );
      showSentence();
    };
    const showSentence = (): void => {
      const [keep, choose] = [valueOf('keep'), valueOf('choose')];
      byId('spatial-filter-choice').hidden = keep === 'all';
      byId('spatial-filter-level').hidden = choose !== 'level';
      byId('spatial-filter-zones').hidden = choose !== 'zones';
      const zones = describe(choose, zonesOf(valueOf('zones')), chosen, level.value);
      byId('spatial-filter-sentence').textContent =
        `${t(`sentence.${keep}`, { zones })} ${t(`sentence.${valueOf('noPlace')}`)}`;
    };
    $('#node-input-zones').on('change', showZones);
    $('#node-input-keep, #node-input-choose, #node-input-noPlace').on('change', showSentence);
    level.addEventListener('change', showSentence);
    showZones();
  },
  oneditsave(this: FilterForm) {
    const ticked = byId('spatial-filter-list').querySelectorAll<HTMLInputElement>('input:checked');
    this.chosen = [...ticked].map((box) => box.value);
    this.level = (byId('spatial-filter-level-select') as HTMLSelectElement).value;
    this.outputs = $('#node-input-rest').prop('checked') ? 3 : 2;
  },
});

/** The zones of a configuration node, as they stand in the editor (deployed or not). */
function zonesOf(id: string): Zone[] {
  const node = id === '_ADD_' ? null : RED.nodes.node(id);
  return Array.isArray(node?.zones) ? (node.zones as Zone[]) : [];
}

function showChoices(zones: readonly Zone[], chosen: Set<string>, changed: () => void): void {
  const known = new Set(zones.map(({ id }) => id));
  const gone = [...chosen].filter((id) => !known.has(id)).map((id) => ({ id, text: t('hint.gone', { id }) }));
  const choices = [...zones.map(({ id, name, level }) => ({ id, text: `${name} (${level})` })), ...gone];
  const rows = choices.map(({ id, text }) => {
    const box = make('input', { type: 'checkbox', class: 'city-check', value: id });
    box.checked = chosen.has(id);
    box.addEventListener('change', () => {
      if (box.checked) chosen.add(id);
      else chosen.delete(id);
      changed();
    });
    return make('li', {}, make('label', {}, box, text));
  });
  byId('spatial-filter-list').replaceChildren(...(rows.length > 0 ? rows : [make('li', {}, t('hint.noZones'))]));
}

/** The zones in words, for the sentence under the form. */
function describe(choose: string, zones: readonly Zone[], chosen: ReadonlySet<string>, level: string): string {
  if (choose === 'level') return t('sentence.level', { level });
  if (choose !== 'zones') return t('sentence.allZones', { count: zones.length });
  const names = zones.filter(({ id }) => chosen.has(id)).map(({ name }) => name);
  if (names.length > SPELLED_OUT) return t('sentence.allZones', { count: names.length });
  const last = names.pop();
  if (last === undefined) return t('sentence.none');
  return names.length === 0 ? last : t('sentence.or', { list: names.join(', '), last });
}

function checkChosen(this: FilterForm, chosen: unknown): true | string {
  if (this.keep === 'all' || this.choose !== 'zones') return true;
  if (!Array.isArray(chosen) || chosen.length === 0) return t('invalid.chosen');
  const zones = zonesOf(this.zones);
  const gone = chosen.filter((id) => !zones.some((zone) => zone.id === id));
  return gone.length === 0 || t('invalid.gone', { ids: gone.slice(0, 5).join(', ') });
}

function checkLevel(this: FilterForm, level: unknown): true | string {
  return (
    this.keep === 'all' || this.choose !== 'level' || (typeof level === 'string' && level !== '') || t('invalid.level')
  );
}
