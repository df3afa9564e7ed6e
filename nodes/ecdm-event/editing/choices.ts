import type { AggregateMethod, Scope } from '../../ecdm/definition';

// The editor must not load the schema library for two lists; the type checker sees that they are the same.
const METHODS: Record<AggregateMethod, true> = {
  average: true,
  'time-weighted average': true,
  'energy average': true,
  min: true,
  max: true,
  sum: true,
  count: true,
  median: true,
  percentile: true,
  first: true,
  last: true,
  range: true,
  'standard deviation': true,
  'rate of change': true,
  'share of time true': true,
  'distinct count': true,
};
const ALL_SCOPES: Record<Scope, true> = { datastream: true, station: true, zone: true, city: true };

export const AGGREGATE_METHODS = Object.keys(METHODS) as AggregateMethod[];
export const SCOPES = Object.keys(ALL_SCOPES) as Scope[];
