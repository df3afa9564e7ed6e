/** A named area as it travels with observations, events and statuses: a shared, frozen object. */
export interface ZoneRef {
  readonly id: string;
  readonly name: string;
  /** Level in the hierarchy, such as "city", "district", "zone" or "site". */
  readonly level: string;
}
