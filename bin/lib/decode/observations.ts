/** The Observations of an answer, by the very code that the client reads them with. */
import type { StreamInfo } from '../../../nodes/sensorthings-server/client/datastream';
import { decodeObservations, rowsOf } from '../../../nodes/sensorthings-server/client/decode';
import { isRecord } from '../../../nodes/sensorthings-server/client/tolerant';
import { type Shown, showObservation } from './entity';
import type { FileContext } from './file-context';

/** Rows of a page or of an expanded list, or groups of a dataArray. */
export function readObservations(
  list: readonly unknown[],
  stream: StreamInfo | undefined,
  context: FileContext,
): Shown[] {
  return list.flatMap((item) => {
    const own = context.streams.of(isRecord(item) ? item : {}, stream);
    const read = decodeObservations({ value: [item] }, own, context.decode);
    // the rows of a dataArray have nothing that is not in the observation
    const raw = isRecord(item) && !rowsOf(item) ? item : undefined;
    return read.map((one) => showObservation(one, raw, context));
  });
}
