/** What runs in each thread of the deep run: one slice after the other, as they are asked for. */
import './one-format-each';
import { parentPort, workerData } from 'node:worker_threads';
import { properties } from '../properties';
import { runSlice, type Slice } from './slice';

const over = workerData as Int32Array;

parentPort!.on('message', (slice: Slice) => {
  const property = properties.find(({ id }) => id === slice.id)!;
  parentPort!.postMessage(runSlice(property, slice, () => Atomics.load(over, 0) === 1));
});
