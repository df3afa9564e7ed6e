import { durationField } from '../editor/duration-field';
import { rehearsalTab } from '../editor/rehearsal-tab';
import { ensureForm } from '../editor/style';
import { showTabs } from '../editor/tabs';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { fillSelect, make } from '../editor/zones/dom';
import { zonesOf } from '../editor/zones/zones-of';
import { pointFault, readPoint } from './form/point';
import { readPlaces } from './places';
import { sentenceOf, type FilterForm } from './form/sentence';
import { chosenKinds, MOVE_KINDS } from './move-kinds';

const t = translator('spatial-filter');
const valid = validators(t);

/** A quarter of the way around the earth, as the runtime bounds it. */
const FARTHEST = 20_000_000;

const byId = (id: string): HTMLElement => document.getElementById(id)!;
const fieldOf = (id: string): HTMLInputElement => byId(id) as HTMLInputElement;
const valueOf = (id: string): string => String($(`#node-input-${id}`).val() ?? '');
const ofZones = (choose: string): boolean => choose !== 'point' && choose !== 'thing';

RED.nodes.registerType('spatial-filter', {
  category: 'city-events',
  color: '#A8CF9F',
  icon: 'spatial-filter.svg',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    zones: { value: '', type: 'city-zones', required: false, label: t('label.zones'), validate: reasons(checkZones) },
    keep: { value: 'inside', label: t('label.keep') },
    choose: { value: 'all', label: t('label.choose') },
    chosen: { value: [], label: t('label.chosen'), validate: reasons(checkChosen) },
    level: { value: '', label: t('label.level'), validate: reasons(checkLevel) },
    point: { value: null, label: t('label.point'), validate: reasons(checkPoint) },
    thing: { value: '', label: t('label.thing'), validate: reasons(checkThing) },
    metres: { value: '', label: t('label.metres'), validate: reasons(checkMetres) },
    nearest: { value: false, label: t('label.nearest') },
    moves: { value: ['enter', 'exit'], label: t('label.moves') },
    dwell: { value: '10 min', label: t('label.dwell'), validate: valid.duration('label.dwell', true) },
    margin: { value: 15, label: t('label.margin'), validate: valid.number('label.margin', 0, FARTHEST, true) },
    noPlace: { value: 'problem', label: t('label.noPlace') },
    places: { value: '', label: t('label.places'), validate: reasons(checkPlaces) },
    arrays: { value: 'keep', label: t('label.arrays') },
    rest: { value: false, label: t('label.rest') },
    keepZones: { value: false, label: t('label.keepZones') },
    width: { value: 20, label: t('label.width'), validate: valid.number('label.width', 0.1, FARTHEST, true) },
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
  oneditprepare: prepare,
  oneditsave(this: FilterForm) {
    Object.assign(this, structured());
  },
});

/** What Node-RED cannot read from a field by itself. */
function structured(): Pick<FilterForm, 'chosen' | 'level' | 'point' | 'moves'> & { outputs: number } {
  const ticked = byId('spatial-filter-list').querySelectorAll<HTMLInputElement>('input:checked');
  return {
    chosen: [...ticked].map((box) => box.value),
    level: fieldOf('spatial-filter-level-select').value,
    point: readPoint(fieldOf('spatial-filter-lat').value, fieldOf('spatial-filter-lon').value),
    moves: movesNow(),
    outputs: $('#node-input-rest').prop('checked') ? 3 : 2,
  };
}

const movesNow = (): string[] => MOVE_KINDS.filter((kind) => fieldOf(`spatial-filter-${kind}`).checked);

function prepare(this: FilterForm): void {
  ensureForm(t);
  setDefaults(this);
  const chosen = new Set(Array.isArray(this.chosen) ? this.chosen : []);
  const level = byId('spatial-filter-level-select') as HTMLSelectElement;
  const showZones = (): void => {
    const zones = zonesOf(valueOf('zones'));
    showChoices(chosen, valueOf('zones'), show);
    const wanted = level.value || this.level;
    const levels = [...new Set([...(wanted ? [wanted] : []), ...zones.map((zone) => zone.level)])];
    fillSelect(
      level,
      levels.map((name) => [name, name]),
      wanted || levels[0] || '',
    );
    show();
  };
  const show = (): void => {
    showParts();
    byId('spatial-filter-sentence').textContent = sentenceOf(
      {
        zones: valueOf('zones'),
        keep: valueOf('keep'),
        choose: valueOf('choose'),
        chosen: [...chosen],
        level: level.value,
        point: readPoint(fieldOf('spatial-filter-lat').value, fieldOf('spatial-filter-lon').value),
        thing: valueOf('thing'),
        metres: valueOf('metres'),
        moves: movesNow(),
        dwell: valueOf('dwell'),
        noPlace: valueOf('noPlace'),
      },
      t,
    );
  };
  $('#node-input-zones').on('change', showZones);
  $(
    '#node-input-keep, #node-input-choose, #node-input-noPlace, #node-input-nearest, #node-input-metres, #node-input-thing, #node-input-dwell, #spatial-filter-level-select, #spatial-filter-lat, #spatial-filter-lon, #spatial-filter-moves input',
  ).on('change', show);
  for (const side of ['lat', 'lon']) fieldOf(`spatial-filter-${side}`).addEventListener('input', markPoint);
  $('#node-input-places').on('change input', sayPlaces);
  durationField($('#node-input-dwell'), t, t('label.dwell'));
  sayPlaces();
  markPoint();
  showZones();
  showTabs(byId('spatial-filter-tabs'), t('common.tabs'), [
    { id: 'settings', label: t('common.settings'), panel: byId('spatial-filter-panel-settings') },
    rehearsalTab(byId('spatial-filter-panel-rehearse'), { node: this, t, structured }),
  ]);
}

/** A node that was saved before there was a setting has the runtime's own value for it. */
function setDefaults(node: FilterForm): void {
  const set = (id: string, value: string): void => {
    if (valueOf(id) === '') $(`#node-input-${id}`).val(value);
  };
  set('arrays', 'keep');
  set('margin', '15');
  set('width', '20');
  set('dwell', '10 min');
  const moves = chosenKinds(node.moves);
  for (const kind of MOVE_KINDS) fieldOf(`spatial-filter-${kind}`).checked = moves.includes(kind);
  const [lon = '', lat = ''] = Array.isArray(node.point) ? node.point.map(String) : [];
  fieldOf('spatial-filter-lat').value = lat;
  fieldOf('spatial-filter-lon').value = lon;
}

/** Only what has a meaning with the other choices is shown. */
function showParts(): void {
  const [keep, choose] = [valueOf('keep'), valueOf('choose')];
  const nearest = Boolean($('#node-input-nearest').prop('checked'));
  byId('spatial-filter-choice').hidden = keep === 'all' && !nearest;
  byId('spatial-filter-level').hidden = choose !== 'level';
  byId('spatial-filter-zones').hidden = choose !== 'zones';
  byId('spatial-filter-point').hidden = choose !== 'point';
  byId('spatial-filter-thing').hidden = choose !== 'thing';
  byId('spatial-filter-metres').hidden = keep === 'all' || keep === 'moves' || keep === 'perZone';
  byId('spatial-filter-moves').hidden = keep !== 'moves';
  byId('spatial-filter-dwell-row').hidden = !fieldOf('spatial-filter-dwell').checked;
  byId('spatial-filter-arrays').hidden = keep === 'moves';
}

function markPoint(): void {
  for (const side of ['lat', 'lon'] as const) {
    const field = fieldOf(`spatial-filter-${side}`);
    const fault = field.value.trim() !== '' && pointFault(side, field.value);
    field.classList.toggle('input-error', fault);
    field.setAttribute('aria-invalid', String(fault));
    field.title = fault ? t('invalid.point') : '';
  }
}

function sayPlaces(): void {
  const text = valueOf('places');
  const { places, bad } = readPlaces(text);
  const words = text.trim() === '' ? t('hint.places') : t('hint.placesRead', { count: places.size });
  byId('spatial-filter-places-said').textContent = bad > 0 ? `${words} ${t('hint.placesBad', { count: bad })}` : words;
}

function showChoices(chosen: Set<string>, list: string, changed: () => void): void {
  const zones = zonesOf(list);
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

/** Without a list of zones there is nothing to judge by, unless a point or a Thing is what counts. */
function checkZones(this: FilterForm, zones: unknown): true | string {
  const isNeeded = ofZones(this.choose) && this.keepZones !== true;
  return !isNeeded || (typeof zones === 'string' && zones !== '' && zones !== '_ADD_') || t('invalid.zones');
}

function checkChosen(this: FilterForm, chosen: unknown): true | string {
  if (this.keep === 'all' || this.choose !== 'zones') return true;
  if (!Array.isArray(chosen) || chosen.length === 0) return t('invalid.chosen');
  const zones = zonesOf(this.zones);
  // zones that come by message are not known here
  const gone = this.keepZones ? [] : chosen.filter((id) => !zones.some((zone) => zone.id === id));
  return gone.length === 0 || t('invalid.gone', { ids: gone.slice(0, 5).join(', ') });
}

function checkLevel(this: FilterForm, level: unknown): true | string {
  return (
    this.keep === 'all' || this.choose !== 'level' || (typeof level === 'string' && level !== '') || t('invalid.level')
  );
}

function checkPoint(this: FilterForm, point: unknown): true | string {
  return this.keep === 'all' || this.choose !== 'point' || Array.isArray(point) || t('invalid.point');
}

function checkThing(this: FilterForm, thing: unknown): true | string {
  const isThere = typeof thing === 'string' && thing.trim() !== '';
  return this.keep === 'all' || this.choose !== 'thing' || isThere || t('invalid.thing');
}

/** Near a point or a Thing only means something with a distance. */
function checkMetres(this: FilterForm, metres: unknown): true | string {
  const isNeeded = this.keep !== 'all' && !ofZones(this.choose);
  if (!isNeeded && (metres === undefined || metres === null || metres === '')) return true;
  const number = Number(metres);
  return (number >= 0 && number <= FARTHEST && (!isNeeded || number > 0)) || t('invalid.metres');
}

function checkPlaces(places: unknown): true | string {
  const { bad } = readPlaces(places);
  return bad === 0 || t('hint.placesBad', { count: bad });
}
