/** Version of the mapping format; grows when an older program could not read a newer file. */
export const MAPPING_VERSION = 1;

/** What stands for "no value" unless the mapping says otherwise. */
export const USUAL_MISSING: readonly string[] = [
  '', 'NA', 'N/A', 'NaN', 'null', 'none', 'nil', '-', '--', 'n/d', '#N/A', 'missing',
];
