/** The lanes of the status: what it is when, one lane for each key. */
import type { Translate } from '../../../editor/texts';
import { make } from '../../../editor/zones/dom';
import type { Piece } from '../../try-out/run';
import { xOf, type Scale } from './svg';

export interface StatusContext {
  t: Translate;
  scale: Scale;
  time: (at: number) => string;
  chosen: Piece | undefined;
  choose: (piece: Piece) => void;
}

/** What a piece is called: "raised (major)". */
export function pieceName(piece: Piece, t: Translate): string {
  const state = t(`tryout.state.${piece.state}`);
  return piece.state === 'raised'
    ? t('tryout.withSeverity', { state, severity: t(`option.${piece.severity}`) })
    : state;
}

/** From when to when it is so. */
export function pieceTime(piece: Piece, t: Translate, time: (at: number) => string): string {
  return piece.to === undefined
    ? t('tryout.fromOn', { from: time(piece.from) })
    : t('tryout.fromTo', { from: time(piece.from), to: time(piece.to) });
}

export function statusLane(pieces: readonly Piece[], context: StatusContext): HTMLElement {
  const { scale, t } = context;
  const lane = make('div', { class: 'city-try-status' }, ...pieces.map((piece) => pieceButton(piece, context)));
  lane.style.width = `${scale.width}px`;
  if (pieces.length === 0) lane.append(make('span', { class: 'city-try-normal' }, t('tryout.normal')));
  return lane;
}

function pieceButton(piece: Piece, { t, scale, time, chosen, choose }: StatusContext): HTMLElement {
  const from = xOf(scale, piece.from);
  const name = pieceName(piece, t);
  const whole = `${name}, ${pieceTime(piece, t, time)}`;
  const open = piece.to === undefined ? ' city-try-open' : '';
  const button = make(
    'button',
    {
      type: 'button',
      class: `city-try-piece city-try-${piece.state} city-try-${piece.severity}${open}`,
      'aria-label': whole,
      'aria-pressed': String(piece === chosen),
      title: whole,
    },
    make('span', {}, name),
  );
  button.style.left = `${from}px`;
  button.style.width = `${Math.max(4, xOf(scale, piece.to ?? scale.span) - from)}px`;
  button.addEventListener('click', () => choose(piece));
  return button;
}
