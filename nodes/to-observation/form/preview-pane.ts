import type { Translate } from '../../editor/texts';
import type { Preview } from '../mapping/preview';

const COLUMNS = ['thing', 'property', 'time', 'value', 'unit', 'place', 'quality'] as const;

/** Shows what the mapping makes of the sample. Everything from outside goes in as text, never as markup. */
export function showPreview(
  pane: any,
  t: Translate,
  { mistakes, observations, problems, result, apart }: Preview,
): void {
  pane.empty();
  if (mistakes.length > 0) {
    pane.append(faults(mistakes.slice(0, 8).map((m) => `${m.path}: ${m.message} ${m.hint}`)));
    return;
  }
  if (result !== undefined) {
    pane.append($('<p>').text(t('form.result', { rows: result.rows, count: result.observations, bad: result.bad })));
  }
  if (apart !== undefined) pane.append($('<p class="city-fault">').text(t(`form.${apart.how}`, { time: apart.by })));
  if (problems.length > 0) pane.append(faults(problems.slice(0, 8).map((p) => `${p.message} ${p.hint}`)));
  if (observations.length === 0) return;
  const head = $('<tr>').append(COLUMNS.map((name) => $('<th scope="col">').text(t(`form.${name}`))));
  const rows = observations.map((o) => $('<tr>').append(COLUMNS.map((name) => $('<td>').text(shown(o[name])))));
  const table = $('<table>').append($('<thead>').append(head), $('<tbody>').append(rows));
  pane.append($('<div class="city-scroll" tabindex="0">').attr('aria-label', t('form.preview')).append(table));
}

function faults(lines: readonly string[]): any {
  return $('<ul class="city-fault">').append(lines.map((line) => $('<li>').text(line)));
}

function shown(value: unknown): string {
  if (value === null) return '∅';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
