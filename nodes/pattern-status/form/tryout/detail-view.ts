/** What is known of the mark or the piece that is selected. */
import type { Translate } from '../../../editor/texts';
import { make } from '../../../editor/zones/dom';
import type { Lane, Mark } from '../../try-out/board';
import type { Piece } from '../../try-out/run';
import { pieceName, pieceTime } from './status-view';

type Time = (at: number) => string;

export function piecePanel(piece: Piece, t: Translate, time: Time): HTMLElement {
  const panel = make(
    'div',
    { class: 'city-try-panel' },
    make('p', {}, make('strong', {}, pieceName(piece, t)), ` · ${pieceTime(piece, t, time)}`),
    make('p', {}, piece.reason),
  );
  if (piece.over !== undefined && piece.over !== piece.reason) panel.append(make('p', {}, piece.over));
  return panel;
}

export function markPanel(
  mark: Mark,
  lane: Lane,
  t: Translate,
  time: Time,
  act: { change: (mark: Mark) => void; remove: () => void },
): HTMLElement {
  const when =
    mark.to === undefined ? time(mark.from) : t('tryout.fromTo', { from: time(mark.from), to: time(mark.to) });
  const panel = make(
    'div',
    { class: 'city-try-panel city-bar' },
    make('span', {}, make('strong', {}, lane.name), ` · ${when}`),
  );
  panel.append(valueField(mark, t, act.change));
  if (mark.to !== undefined) panel.append(silentField(mark, t, act.change));
  const remove = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small' }, t('button.remove'));
  remove.addEventListener('click', act.remove);
  panel.append(remove);
  return panel;
}

function valueField(mark: Mark, t: Translate, change: (mark: Mark) => void): HTMLElement {
  const input = make('input', { type: 'number', step: 'any', class: 'city-number', id: 'city-try-value' });
  input.value = mark.value === undefined ? '' : String(mark.value);
  input.addEventListener('change', () => {
    const { value: _old, ...bare } = mark;
    change(
      input.value.trim() === '' || !Number.isFinite(Number(input.value))
        ? bare
        : { ...mark, value: Number(input.value) },
    );
  });
  return make('label', { class: 'city-check-label' }, t('tryout.value'), input);
}

function silentField(mark: Mark, t: Translate, change: (mark: Mark) => void): HTMLElement {
  const box = make('input', { type: 'checkbox', class: 'city-check', id: 'city-try-silent' });
  box.checked = mark.silent === true;
  box.addEventListener('change', () => {
    const { silent: _old, ...bare } = mark;
    change(box.checked ? { ...bare, silent: true } : bare);
  });
  return make('label', { class: 'city-check-label' }, box, t('tryout.silent'));
}
