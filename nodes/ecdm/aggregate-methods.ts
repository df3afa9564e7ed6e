/** How the readings of a window become one value. Apart from the schemas, which whoever only reads names does not need. */
export const AGGREGATE_METHODS = [
  'average', 'time-weighted average', 'energy average', 'min', 'max', 'sum', 'count', 'median', 'percentile',
  'first', 'last', 'range', 'standard deviation', 'rate of change', 'share of time true', 'distinct count',
] as const; // prettier-ignore
export type AggregateMethod = (typeof AGGREGATE_METHODS)[number];
