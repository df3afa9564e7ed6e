/** What a new node begins with: the form, the definition file and the migration share it. */

/** Version of the saved configuration. */
export const VERSION = 2;

/**
 * Right for people who know nothing of alarms: what is new is told, once; what comes together is told together; a flood is
 * summed up; what nobody clears or acknowledges is brought to mind once a day.
 */
export const CALM = {
  onlyNew: true,
  group: '30 s',
  flood: 10,
  perHour: 20,
  remind: '1 d',
} as const;

/** As nodes were before there was any of it: each status is told by itself, at once. */
export const PLAIN = { onlyNew: false, group: '', flood: 0, perHour: 0, remind: '' } as const;

/** Lists of a new node. */
export const LISTS = { recipients: [], roles: [], maintenance: [], families: [], capCategories: [] } as const;

export const NEW_ON = ['raised', 'updated', 'nodata', 'cleared'] as const;
