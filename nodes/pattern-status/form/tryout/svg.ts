/** How times become places on the screen. */
export interface Scale {
  span: number;
  width: number;
}

/** Room at both ends, so that a mark at the very beginning can be seen and hit. */
const EDGE = 10;

export const xOf = ({ span, width }: Scale, at: number): number =>
  EDGE + (Math.min(at, span) / span) * (width - 2 * EDGE);
export const atOf = ({ span, width }: Scale, x: number): number =>
  Math.min(span, Math.max(0, ((x - EDGE) / (width - 2 * EDGE)) * span));
/** How much time some pixels are. */
export const timeOf = ({ span, width }: Scale, pixels: number): number => (pixels / (width - 2 * EDGE)) * span;
