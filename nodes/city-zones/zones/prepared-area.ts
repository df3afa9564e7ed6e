import type { Box } from './box-tree';

/** A part of a zone, made ready for many questions; a zone is where one of its parts is. */
export interface PreparedArea extends Box {
  /** Whether a place is inside; the longitude on the same copy of the world as the box. */
  contains(x: number, y: number): boolean;

  /**
   * Metres to the border; negative inside. Longitude as it comes, latitude within 90 degrees.
   * @param limit metres beyond which the distance may be told as infinite: a near border is found faster
   */
  signed(lon: number, lat: number, limit?: number): number;
}
