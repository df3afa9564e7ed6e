/** What a form sent: everything is looked at before it is believed. */
import { checks } from '../../ecdm/schemas';
import type { Mapping } from '../../ecdm/mapping-schema';
import { AdminError } from '../../runtime/admin';
import type { CurveSetting, History, OffersRequest, RehearsalRequest, SavedNode, UploadPiece } from '../contract';
import { say } from './texts';

/** Types of the nodes whose forms rehearse. */
const REHEARSED: ReadonlySet<unknown> = new Set(['ecdm-event', 'pattern-status', 'spatial-filter', 'action-notify']);

const LONGEST_ID = 200;
const MOST_NODES = 5000;
/** Values of a curve: each is a copy of the node. */
const MOST_VALUES = 200;
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

type Raw = Readonly<Record<string, unknown>>;

const record = (raw: unknown): Raw => (typeof raw === 'object' && raw !== null ? (raw as Raw) : {});
const isId = (raw: unknown): raw is string => typeof raw === 'string' && raw !== '' && raw.length <= LONGEST_ID;

/** The language that a form asks in. */
export function languageIn(body: unknown): string | undefined {
  const { language } = record(body);
  return typeof language === 'string' && language.length <= 20 ? language : undefined;
}

/** Reads fields; what is wrong is told by its name. */
class Fields {
  readonly language: string | undefined;

  constructor(private readonly body: Raw) {
    this.language = languageIn(body);
  }

  wrong(field: string): AdminError {
    return new AdminError(400, say(this.language, 'field', { field }));
  }

  node(): SavedNode {
    const { node } = this.body;
    if (!isNode(node) || !REHEARSED.has(node.type)) throw this.wrong('node');
    return node;
  }

  sources(): string[] {
    const { sources } = this.body;
    if (!Array.isArray(sources) || sources.length > MOST_NODES || !sources.every(isId)) throw this.wrong('sources');
    return sources;
  }

  undeployed(): SavedNode[] {
    const { undeployed } = this.body;
    if (!Array.isArray(undeployed) || undeployed.length > MOST_NODES || !undeployed.every(isNode)) {
      throw this.wrong('undeployed');
    }
    return undeployed;
  }

  time(field: 'since' | 'until'): number | undefined {
    const raw = this.body[field] ?? undefined;
    if (raw === undefined) return undefined;
    if (typeof raw !== 'number' || !(raw >= EARLIEST && raw <= LATEST)) throw this.wrong(field);
    return raw;
  }

  history(): History {
    const history = record(this.body['history']);
    const { source, upload, seed } = history;
    switch (history['from']) {
      case 'remembered':
      case 'server':
        if (!isId(source)) throw this.wrong('history.source');
        return { from: history['from'], source };
      case 'file':
        if (!isId(upload)) throw this.wrong('history.upload');
        return { from: 'file', upload, mapping: history['mapping'] ?? undefined };
      case 'demo':
        if (seed !== undefined && !(Number.isSafeInteger(seed) && (seed as number) >= 0))
          throw this.wrong('history.seed');
        return { from: 'demo', seed: seed as number | undefined };
      default:
        throw this.wrong('history.from');
    }
  }

  curve(): RehearsalRequest['curve'] {
    if (this.body['curve'] === undefined || this.body['curve'] === null) return undefined;
    const { setting, values } = record(this.body['curve']);
    if (!isSetting(setting)) throw this.wrong('curve.setting');
    if (!Array.isArray(values) || values.length > MOST_VALUES || !values.every(Number.isFinite)) {
      throw this.wrong('curve.values');
    }
    return { setting, values: values as number[] };
  }
}

function isNode(raw: unknown): raw is SavedNode {
  const { id, type } = record(raw);
  return isId(id) && isId(type);
}

function isSetting(raw: unknown): raw is CurveSetting {
  const { of, event } = record(raw);
  if (event === undefined) return of === 'within' || of === 'for';
  return (of === 'limit' || of === 'clear' || of === 'for') && Number.isInteger(event) && (event as number) >= 0;
}

/** @throws AdminError 400 */
export function readRequest(body: unknown): RehearsalRequest {
  const fields = new Fields(record(body));
  const [since, until] = [fields.time('since'), fields.time('until')];
  if (since !== undefined && until !== undefined && since > until) throw fields.wrong('until');
  return {
    node: fields.node(),
    sources: fields.sources(),
    undeployed: fields.undeployed(),
    history: fields.history(),
    since,
    until,
    language: fields.language ?? 'en-US',
    curve: fields.curve(),
  };
}

/** @throws AdminError 400 */
export function readOffersRequest(body: unknown): OffersRequest {
  const fields = new Fields(record(body));
  const [node, sources, undeployed] = [fields.node(), fields.sources(), fields.undeployed()];
  return { node, sources, undeployed, language: fields.language ?? 'en-US' };
}

/** @throws AdminError 400 */
export function readPiece(body: unknown): UploadPiece {
  const { upload, name, piece, text, last } = record(body);
  const fields = new Fields(record(body));
  if (upload !== undefined && upload !== null && !isId(upload)) throw fields.wrong('upload');
  if (!Number.isSafeInteger(piece) || (piece as number) < 0) throw fields.wrong('piece');
  if (typeof text !== 'string') throw fields.wrong('text');
  const known = isId(upload) ? { upload } : {};
  return { ...known, name: String(name), piece: piece as number, text, last: last === true };
}

/**
 * The mapping that a form sent with a file.
 * @throws AdminError 400
 */
export function readMapping(raw: unknown, language: string): Mapping | undefined {
  if (raw === undefined || raw === null) return undefined;
  const { mapping, mistakes } = checks().checkMapping(raw, language);
  const [first] = mistakes;
  if (mapping === undefined && first) throw new AdminError(400, `${first.path} ${first.message} ${first.hint}`);
  return mapping;
}
