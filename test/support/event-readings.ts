import { makeObservation } from '../../nodes/ecdm/observation';
import type { Embedded } from './embedded';

let serial = 0;

/** Gives the node `events` a reading of PM2.5 of this moment, as a source sends it; what is not live brings its clock. */
export function readNow(nr: Embedded, value: number, thing: string, mode: string): void {
  const time = Date.now();
  const id = `r${serial++}`;
  const reading = makeObservation({ id, datastream: `d ${thing}`, property: 'PM2.5', thing, time, value });
  const clock = mode === 'live' ? {} : { clock: { source: 's', time } };
  nr.inject('events', { payload: [{ ...reading }], city: { mode, ...clock } });
}
