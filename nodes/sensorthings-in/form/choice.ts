/** What is chosen in the form while it is open. */
import type { ChosenStream } from '../../editor/streams/result-table';
import { openRule, type SavedRule } from './saved-rule';

export interface Choice {
  by: 'rule' | 'list' | 'path';
  rule: SavedRule;
  chosen: Map<string, ChosenStream>;
  path: string;
}

/** A choice of its own: nothing in it is shared with what was saved. */
export function openChoice(saved: { choose: unknown; rule: unknown; streams: unknown; path: unknown }): Choice {
  const streams = Array.isArray(saved.streams) ? (saved.streams as ChosenStream[]) : [];
  return {
    by: saved.choose === 'list' || saved.choose === 'path' ? saved.choose : 'rule',
    rule: openRule(saved.rule),
    chosen: new Map(streams.map((stream) => [stream.key, stream] as const)),
    path: typeof saved.path === 'string' ? saved.path : '',
  };
}
