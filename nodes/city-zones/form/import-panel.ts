import { importGeoJson, listProperties, type ImportOptions, type ImportResult } from '../zones/geojson';
import { DEFAULT_LEVEL, type Finding, type Zone } from '../zones/model';
import type { Translate } from '../../editor/texts';
import { fillSelect, make, row } from '../../editor/zones/dom';
import { drawMap } from './preview';

/** Text that is shown in the field; a large file is kept beside it. */
const SHOWN_TEXT = 20_000;

/**
 * The form part that imports GeoJSON by file, paste or drop, with a preview before anything is taken over.
 * @param present the zones that are there already
 * @param take called with the new zones; `replace` says that they take the place of the present ones
 * @param closed called when the panel has gone, to put the focus back
 * @param dropped a file that was dropped on the form
 */
export function importPanel(
  container: HTMLElement,
  present: () => readonly Zone[],
  t: Translate,
  take: (zones: Zone[], replace: boolean) => void,
  closed: () => void,
  dropped?: File,
): void {
  let text = '';
  let result: ImportResult = { zones: [], problems: [], repaired: [] };
  const source = make('textarea', {
    rows: '5',
    class: 'city-wide',
    placeholder: t('placeholder.source'),
    spellcheck: 'false',
  });
  const file = make('input', { type: 'file', accept: '.geojson,.json,application/geo+json,application/json' });
  const name = make('select');
  const id = make('select');
  const level = make('input', { type: 'text', list: 'city-zone-levels', value: DEFAULT_LEVEL });
  const parent = make('select');
  const axis = make('select');
  const replace = make('input', { type: 'checkbox', class: 'city-check' });
  const preview = make('div', { class: 'city-preview' });
  const findings = make('div', { role: 'status', 'aria-live': 'polite' });
  const add = make('button', { type: 'button', class: 'red-ui-button' });
  const cancel = make('button', { type: 'button', class: 'red-ui-button' }, t('button.cancel'));
  const options = make(
    'div',
    {},
    row(t('label.nameProperty'), name),
    row(t('label.idProperty'), id),
    row(t('label.defaultLevel'), level),
    row(t('label.defaultParent'), parent),
    row(t('label.axisOrder'), axis),
  );
  fillSelect(
    axis,
    [
      ['auto', t('option.axisAuto')],
      ['lon-lat', t('option.axisLonLat')],
      ['lat-lon', t('option.axisLatLon')],
    ],
    'auto',
  );
  fillSelect(parent, [['', t('option.none')], ...present().map((zone) => [zone.id, zone.name] as const)], '');

  const read = (): void => {
    const chosen: ImportOptions = {
      ...(name.value ? { nameProperty: name.value } : {}),
      ...(id.value ? { idProperty: id.value } : {}),
      ...(level.value.trim() ? { level: level.value.trim() } : {}),
      ...(parent.value && !replace.checked ? { parent: parent.value } : {}),
      axisOrder: axis.value as 'auto',
      takenIds: replace.checked ? [] : present().map((zone) => zone.id),
    };
    result = text.trim() === '' ? { zones: [], problems: [], repaired: [] } : importGeoJson(text, chosen);
    const count = result.zones.length;
    options.hidden = count === 0;
    preview.hidden = count === 0;
    add.disabled = count === 0;
    add.textContent = t('button.add', { count });
    if (count > 0) drawMap(preview, result.zones, t('hint.importMap', { count }));
    findings.replaceChildren(
      ...findingList(result.problems, 'problems', t),
      ...findingList(result.repaired, 'repaired', t),
    );
  };

  const newText = (value: string): void => {
    text = value;
    const properties = value.trim() === '' ? [] : listProperties(value);
    const choices = properties.map(
      (p) => [p.property, t('hint.property', { property: p.property, sample: p.sample })] as const,
    );
    fillSelect(name, [['', t('option.guess')], ...choices], '');
    fillSelect(id, [['', t('option.guess')], ...choices], '');
    read();
  };
  const readFile = (chosen: File | undefined): void => {
    if (!chosen) return;
    chosen.text().then(
      (content) => {
        source.value = content.length > SHOWN_TEXT ? `${content.slice(0, SHOWN_TEXT)}…` : content;
        newText(content);
      },
      (error: unknown) =>
        findings.replaceChildren(make('p', { class: 'city-fault' }, t('common.failed', { reason: String(error) }))),
    );
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  source.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => newText(source.value), 300);
  });
  file.addEventListener('change', () => readFile(file.files?.[0]));
  for (const field of [name, id, level, parent, axis, replace]) field.addEventListener('change', read);
  // a file that is dropped anywhere on the panel is ours; without this the browser would leave the editor for it
  container.ondragover = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  container.ondrop = (event) => {
    event.preventDefault();
    event.stopPropagation();
    readFile(event.dataTransfer?.files[0]);
  };
  const close = (): void => {
    clearTimeout(timer);
    container.replaceChildren();
    container.hidden = true;
    closed();
  };
  add.addEventListener('click', () => {
    take(result.zones, replace.checked);
    close();
  });
  cancel.addEventListener('click', close);

  const checkLabel = make('label', { class: 'city-check-label' }, replace, ` ${t('label.replace')}`);
  container.replaceChildren(
    make(
      'fieldset',
      { class: 'city-import' },
      make('legend', {}, t('hint.importTitle')),
      row(t('label.file'), file),
      row(t('label.source'), source),
      findings,
      preview,
      options,
      checkLabel,
      make('div', { class: 'city-bar' }, add, cancel),
    ),
  );
  container.hidden = false;
  read();
  file.focus();
  readFile(dropped);
}

/** One sentence per kind of finding, with the number of zones that it holds for. */
export function findingList(findings: readonly Finding[], kind: 'problems' | 'repaired', t: Translate): HTMLElement[] {
  if (findings.length === 0) return [];
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(finding.code, [...(groups.get(finding.code) ?? []), finding]);
  const sentences = [...groups.values()].map(([first, ...others]) => {
    const sentence = t(`finding.${first!.code}`, { ...first!.params, zone: first!.zone ?? '' });
    return others.length === 0 ? sentence : t('finding.alsoIn', { sentence, count: others.length });
  });
  return [
    make('strong', { class: kind === 'problems' ? 'city-fault' : 'city-mended' }, t(`heading.${kind}`)),
    make('ul', {}, ...sentences.map((sentence) => make('li', {}, sentence))),
  ];
}
