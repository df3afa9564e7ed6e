/**
 * The habits of the servers that are out there. Each of them is a healthy FROST with some switches turned: what a
 * client has to live with (the quirk table, Q1 to Q34).
 */
import type { Extensions } from './model';

export interface Personality extends Extensions {
  /** Rows of a page when none are asked for, and at most. */
  defaultTop: number;
  maxTop: number;
  /** A page is cut when its rows have this many bytes, and has a link although it is short (Q33). */
  maxBytes: number;
  /**
   * `always`: also after the last row, to empty pages without end (Q1); `self`: to the page itself; `never`: none
   * though there is more (Q9).
   */
  nextLink: 'correct' | 'always' | 'self' | 'never';
  /** Links say after which row to go on (`$skipFilter`), so that rows that come in between do not shift the pages. */
  keyset: boolean;
  /** Options that get lost in nextLink (Q5). */
  nextLinkLoses: readonly string[];
  /** The path that nextLink has lost: `Observations` instead of `Datastreams(1)/Observations` (Q5). */
  nextLinkLosesPath: boolean;
  /** How nextLink is written: encoded, `%24top` too, or with blanks and `+` as they are (Q6). */
  nextLinkStyle: 'encoded' | 'dollar' | 'raw';
  /** `$top=0` gives a link to the same page (Q2), or one back (Q4). */
  topZero: 'correct' | 'self' | 'prev';
  /** A collection inside an expand has `X@iot.nextLink: null` where it ends (Q3). */
  innerNextLinkNull: boolean;
  /** Root of all links where it is not the address that was called, as behind a proxy (Q7). */
  serviceRootUrl?: string;
  /** How navigation links look (Q8). */
  links: 'absolute' | 'relative' | 'dotted' | 'rooted';
  /** `@iot.count`: right, that of the page, as text, or none at all (Q11). */
  count: 'correct' | 'page' | 'text' | 'none';
  /** Versions that are served. */
  versions: readonly string[];
  /** serverSettings at the root (Q34). */
  serverSettings: boolean;
  mqtt: boolean;
  /** `frost`: an id only without `$select`; `full`: as the standard; `no-link`: groups without a Datastream; `values`: another key; `at-id`: `@iot.id`. */
  dataArray: 'frost' | 'full' | 'no-link' | 'values' | 'at-id' | 'no-id' | 'no-next' | 'none';
  /** Words that make a filter be refused with 400 (Q28). */
  refuseFilter: readonly string[];
  /** `$orderby` is taken and ignored, or answered with the status of a time-out on Observations (Q21). */
  orderby: 'correct' | 'ignored' | 'timeout';
  /** An empty page is a 504 (Q21), after so many milliseconds. */
  emptyPage: { status: number; after: number } | undefined;
  /** How times are written (Q12). */
  times: 'Z' | 'offset' | 'compact' | 'blank' | 'naive' | 'decimals';
  /** Numbers as text, objects and booleans lost (Q13). */
  results: 'any' | 'text' | 'no-objects';
  /** Observations link to a Datastream and to a MultiDatastream (Q16). */
  bothDatastreams: boolean;
  /** `{}` as the feature of a generated FeatureOfInterest (Q20). */
  emptyFeature: boolean;
  /** Writes `encodingtype` and `"@iot.id "` (Q32). */
  typos: boolean;
  /** Body of an error (Q27). */
  errors: 'frost' | 'detail' | 'short' | 'html';
  /** Answer to a create: only the Location, or the entity too (Q23). */
  created: 'location' | 'entity';
  /** An interval as phenomenonTime is refused, or taken for now where it cannot be read (Q29). */
  badTimes: 'refuse' | 'now' | 'refuse-intervals';
  /** Ids that are numbers come as text, with the number in the address (old GOST). */
  idsAsText: boolean;
  createObservations: boolean;
  /** FROST's `$select=distinct:` is there. */
  distinct: boolean;
  deletes: boolean;
}

const FROST: Personality = {
  multiDatastreams: false,
  tasking: false,
  defaultTop: 100,
  maxTop: 10_000,
  maxBytes: 25_000_000,
  nextLink: 'correct',
  keyset: true,
  nextLinkLoses: [],
  nextLinkLosesPath: false,
  nextLinkStyle: 'encoded',
  topZero: 'correct',
  innerNextLinkNull: false,
  links: 'absolute',
  count: 'correct',
  versions: ['v1.0', 'v1.1'],
  serverSettings: true,
  mqtt: true,
  dataArray: 'frost',
  refuseFilter: [],
  orderby: 'correct',
  emptyPage: undefined,
  times: 'Z',
  results: 'any',
  bothDatastreams: false,
  emptyFeature: false,
  typos: false,
  errors: 'frost',
  created: 'location',
  badTimes: 'refuse',
  idsAsText: false,
  createObservations: true,
  distinct: true,
  deletes: true,
};

const GEO = ['st_', 'geo.'];

/** Personalities by name; `frost` is the healthy one. */
export const PERSONALITIES = {
  frost: {},
  /** RIVM: 200 rows, 504 for an empty page and for $orderby on Observations, links that lose $select, no geo. */
  gost: {
    distinct: false,
    versions: ['v1.0'],
    serverSettings: false,
    defaultTop: 200,
    maxTop: 200,
    keyset: false,
    nextLinkLoses: ['$select'],
    dataArray: 'none',
    refuseFilter: [...GEO, 'substringof'],
    orderby: 'timeout',
    emptyPage: { status: 504, after: 50 },
    createObservations: false,
  },
  /** The GOST of 2016: ids as text, links with dots. */
  'gost-old': {
    distinct: false,
    versions: ['v1.0'],
    serverSettings: false,
    keyset: false,
    links: 'dotted',
    idsAsText: true,
    dataArray: 'none',
    refuseFilter: GEO,
  },
  istsos: {
    distinct: false,
    mqtt: false,
    defaultTop: 5,
    maxTop: 100,
    keyset: false,
    nextLinkStyle: 'dollar',
    topZero: 'self',
    innerNextLinkNull: true,
    dataArray: 'no-next',
    refuseFilter: ['st_within(Locations'],
    badTimes: 'now',
    versions: ['v1.1'],
  },
  stean: {
    distinct: false,
    multiDatastreams: true,
    mqtt: false,
    defaultTop: 200,
    keyset: false,
    nextLink: 'always',
    nextLinkStyle: 'raw',
    topZero: 'prev',
    count: 'page',
    dataArray: 'no-link',
    times: 'offset',
    results: 'no-objects',
    bothDatastreams: true,
    emptyFeature: true,
    errors: 'detail',
    created: 'entity',
    badTimes: 'refuse-intervals',
  },
  /** SensorUp of 2016: version 1.0, relative links, numbers as text. */
  sensorup: {
    distinct: false,
    versions: ['v1.0'],
    serverSettings: false,
    keyset: false,
    links: 'dotted',
    results: 'text',
    times: 'compact',
    dataArray: 'none',
  },
  hydroserver: {
    distinct: false,
    mqtt: false,
    versions: ['v1.1'],
    keyset: false,
    nextLink: 'always',
    nextLinkLoses: ['$resultFormat', '$filter'],
    dataArray: 'values',
    refuseFilter: [...GEO, 'substringof', 'tolower'],
    orderby: 'ignored',
    created: 'entity',
    createObservations: false,
  },
  /** Mozilla's: links that lose the path. */
  mozilla: {
    distinct: false,
    versions: ['v1.0'],
    serverSettings: false,
    keyset: false,
    nextLinkLosesPath: true,
    dataArray: 'none',
  },
  /** Version 2.0 of the standard beside 1.1. */
  v2: { versions: ['v1.1', 'v2.0'] },
} as const satisfies Record<string, Partial<Personality>>;

export type PersonalityName = keyof typeof PERSONALITIES;

/** A personality by its name, or FROST with some switches turned. */
export function personalityOf(wanted: PersonalityName | Partial<Personality> = {}): Personality {
  return { ...FROST, ...(typeof wanted === 'string' ? PERSONALITIES[wanted] : wanted) };
}
