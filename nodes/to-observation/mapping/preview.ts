import { checks } from '../../ecdm/schemas';
import type { Mistake } from '../../ecdm/mistake';
import type { Observation } from '../../ecdm/observation';
import type { Problem } from '../../ecdm/problem';
import { formatTime } from '../../ecdm/time';
import { compileMapping, type MapResult } from './mapper';
import { openSample } from './sample';

/** What the form sends: the mapping as it stands and a sample to try it on. */
export interface PreviewRequest {
  mapping: unknown;
  text: string;
  kind: 'text' | 'object';
  topic?: string;
  language?: string;
}

export interface Preview {
  mistakes: Mistake[];
  observations: { thing: string; property: string; time: string; value: unknown; unit: string; place: string; quality: string }[];
  problems: Pick<Problem, 'message' | 'hint'>[];
  result?: MapResult;
  /** Columns of the sample, to choose from. */
  columns: string[];
}

const SHOWN = 20;

/** The input that a sample stands for. */
export function sampleInput(request: Pick<PreviewRequest, 'text' | 'kind'>): unknown {
  if (request.kind !== 'object') return request.text;
  try {
    return JSON.parse(request.text);
  } catch {
    return request.text;
  }
}

/** Tries a mapping on a sample. */
export function preview(request: PreviewRequest, now: number): Preview {
  const input = sampleInput(request);
  const columns = openSample(input)?.columns.map((column) => column.name) ?? [];
  const { mapping, mistakes } = checks().checkMapping(request.mapping, request.language);
  if (mapping === undefined) return { mistakes, observations: [], problems: [], columns };
  const out: Observation[] = [];
  const problems: Problem[] = [];
  const mapper = compileMapping(mapping, { language: request.language, mostProblems: SHOWN });
  const result = mapper.map(input, out, problems, { topic: request.topic, now });
  return {
    mistakes,
    observations: out.slice(0, SHOWN).map((o) => shownRow(o, mapping.time.zone)),
    problems: problems.map(({ message, hint }) => ({ message, hint })),
    result,
    columns,
  };
}

function shownRow(o: Observation, zone: string | undefined): Preview['observations'][number] {
  const end = o.timeEnd === undefined ? '' : ` – ${formatTime(o.timeEnd, zone)}`;
  return {
    thing: o.meta?.thing?.name ?? o.thing ?? '',
    property: o.property,
    time: formatTime(o.time, zone) + end,
    value: o.value,
    unit: o.unit ?? '',
    place: o.place === undefined ? '' : `${o.place[1]}, ${o.place[0]}`,
    quality: o.quality ?? '',
  };
}
