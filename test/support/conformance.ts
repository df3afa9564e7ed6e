/** Small cases for the comparison with another engine. */
import * as assert from 'node:assert/strict';
import type { Case, Node } from '../conformance/cases';
import { judge } from '../conformance/replay';

export const a = (where?: string): Node => ({ op: 'event', ref: 'e1', stream: 'A', where });
export const b = (where?: string): Node => ({ op: 'event', ref: 'e2', stream: 'B', where });

export function example(more: Pick<Case, 'pattern' | 'events' | 'expected'> & Partial<Case>): Case {
  const streams: Case['streams'] = {
    A: [
      ['price', 'float'],
      ['room', 'int'],
    ],
    B: [['price', 'float']],
  };
  return { id: 'own', streams, time_mode: 'sleep', select: [['e2', 'price']], ...more };
}

export function agrees(c: Case): void {
  assert.deepEqual(judge(c, {}), { id: c.id, is: 'agrees' });
}
