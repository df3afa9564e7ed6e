import type { Translate } from '../../editor/texts';
import { FIELD_KINDS, fieldKind, getPath, parseInput, setPath, showInput, type Draft, type Kind } from './mapping-state';

type Changed = () => void;

/** Ties the inputs with `data-path` to places in the mapping. */
export function bindPaths(root: any, draft: () => Draft, changed: Changed): { show(): void } {
  const inputs = root.find('[data-path]');
  inputs.on('input change', function (this: HTMLInputElement) {
    const kind = (this.dataset['kind'] ?? 'text') as Kind;
    setPath(draft(), this.dataset['path']!, parseInput(String($(this).val()), kind));
    changed();
  });
  return {
    show: () =>
      inputs.each(function (this: HTMLInputElement) {
        const kind = (this.dataset['kind'] ?? 'text') as Kind;
        $(this).val(showInput(getPath(draft(), this.dataset['path']!), kind));
      }),
  };
}

/** Ties a pair of inputs (kind and text) to a field: a column, a template or a constant. */
export function bindField(root: any, path: string, t: Translate, draft: () => Draft, changed: Changed): { show(): void } {
  const kind = root.find(`[data-field-kind="${path}"]`);
  const text = root.find(`[data-field="${path}"]`);
  for (const name of FIELD_KINDS) kind.append($('<option>').val(name).text(t(`form.fields.${name || 'none'}`)));
  const keep = (): void => {
    const name = String(kind.val());
    text.toggle(name !== '');
    setPath(draft(), path, name === '' ? undefined : { [name]: String(text.val()).trim() });
    changed();
  };
  kind.on('change', keep);
  text.on('input change', keep);
  return {
    show: () => {
      const field = getPath(draft(), path);
      const name = fieldKind(field);
      kind.val(name);
      text.val(name === '' ? '' : showInput((field as Draft)[name], 'text')).toggle(name !== '');
    },
  };
}

const CELLS = ['column', 'property', 'unit', 'type', 'scale', 'offset'] as const;

/** The table of columns, each a property with its unit. */
export function bindColumns(root: any, t: Translate, draft: () => Draft, changed: Changed): { show(): void } {
  const body = root.find('#to-observation-wide-rows');
  const add = root.find('#to-observation-add');
  const list = (): Draft[] => (getPath(draft(), 'values.columns') as Draft[] | undefined) ?? [];

  const cell = (row: Draft, name: (typeof CELLS)[number]): any => {
    const input =
      name === 'type'
        ? $('<select>').append(['number', 'text', 'boolean'].map((v) => $('<option>').val(v === 'number' ? '' : v).text(t(`form.types.${v}`))))
        : $('<input type="text">');
    if (name === 'column') input.attr('list', 'to-observation-columns');
    const kind: Kind = name === 'scale' || name === 'offset' ? 'number' : 'text';
    input.attr('aria-label', t(`form.${name}`)).addClass(`to-observation-${name}`).val(showInput(row[name], kind));
    input.on('input change', () => {
      setPath(row, name, parseInput(String(input.val()), kind));
      changed();
    });
    return $('<td>').append(input);
  };
  const show = (): void => {
    body.empty();
    for (const row of list()) {
      const remove = $('<button type="button" class="red-ui-button red-ui-button-small">')
        .attr('aria-label', `${t('common.remove')} ${showInput(row['column'], 'text')}`)
        .append('<i class="fa fa-times" aria-hidden="true"></i>')
        .on('click', () => {
          const at = list().indexOf(row);
          setPath(draft(), 'values.columns', list().filter((one) => one !== row));
          show();
          const next = body.find('button').eq(Math.min(at, list().length - 1));
          (next.length > 0 ? next : add).trigger('focus');
          changed();
        });
      body.append($('<tr>').append(CELLS.map((name) => cell(row, name)), $('<td>').append(remove)));
    }
  };
  add.on('click', () => {
    setPath(draft(), 'values.columns', [...list(), { column: '', property: '' }]);
    show();
    body.find('tr:last input:first').trigger('focus');
    changed();
  });
  return { show };
}
