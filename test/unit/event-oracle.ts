/**
 * What events must come out, worked out minute by minute in the most naive way. Shares no code with the engine; all
 * times of its input are whole minutes.
 */
export interface OracleRule {
  on: number;
  /** Back to normal below. */
  off: number;
  lasting: number;
  gap: number;
  gapEnds: boolean;
  point: boolean;
}

export interface OracleReading {
  minute: number;
  value: number | null;
}

export function oracleEvents(rule: OracleRule, readings: readonly OracleReading[], end: number): [string, number][] {
  const out: [string, number][] = [];
  let high = false;
  let phase: 'idle' | 'waiting' | 'open' | 'unknown' = 'idle';
  let since = 0;
  let heard = 0;
  const say = (kind: string, minute: number): void => {
    if ((kind === 'point') === rule.point) out.push([kind, minute]);
  };
  for (let minute = 0; minute <= end; minute++) {
    for (const { value } of readings.filter((one) => one.minute === minute)) {
      if (value === null) {
        if (phase === 'open' && !rule.point) {
          phase = 'unknown';
          say('nodata', minute);
        }
        continue;
      }
      heard = minute;
      high = high && !rule.point ? value >= rule.off : value > rule.on;
      if (!high) {
        if (phase === 'open' || phase === 'unknown') say('end', minute);
        phase = 'idle';
        continue;
      }
      if (phase === 'idle') {
        phase = 'waiting';
        since = minute;
      }
      if (phase === 'unknown' || (phase === 'waiting' && minute - since >= rule.lasting)) {
        phase = 'open';
        say('begin', minute);
      }
      if (phase === 'open') say('point', minute);
    }
    // what becomes due by the passing of time alone
    if (phase === 'waiting' && minute - since === rule.lasting && minute - heard <= rule.gap) {
      phase = 'open';
      say('begin', minute);
    }
    if (minute - heard === rule.gap) {
      if (phase === 'waiting') {
        phase = 'idle';
        high = false;
      } else if (phase === 'open' || (phase === 'unknown' && rule.gapEnds)) {
        const ends = rule.gapEnds || rule.point;
        phase = ends ? 'idle' : 'unknown';
        if (ends) high = false;
        say(ends ? 'end' : 'nodata', minute);
      }
    }
  }
  return out;
}

/** The summary of some values, from scratch. Values are hundredths, so that sums are exact. */
export function oracleSummary(method: string, samples: readonly { minute: number; value: number }[], percentile: number): number | undefined {
  const sorted = [...samples].sort((a, b) => a.minute - b.minute);
  const values = sorted.map(({ value }) => value);
  const n = values.length;
  if (n === 0) return undefined;
  const exact = (list: number[]): number => Number(list.reduce((sum, x) => sum + BigInt(Math.round(x * 100)), 0n)) / 100;
  const ranked = [...values].sort((a, b) => a - b);
  const at = (p: number): number => {
    const rank = (p / 100) * (n - 1);
    const low = ranked[Math.floor(rank)]!;
    return low + (ranked[Math.ceil(rank)]! - low) * (rank - Math.floor(rank));
  };
  switch (method) {
    case 'average':
      return exact(values) / n;
    case 'sum':
      return exact(values);
    case 'count':
      return n;
    case 'min':
      return ranked[0];
    case 'max':
      return ranked[n - 1];
    case 'range':
      return ranked[n - 1]! - ranked[0]!;
    case 'median':
      return at(50);
    case 'percentile':
      return at(percentile);
    case 'first':
      return values[0];
    case 'last':
      return values[n - 1];
    case 'distinct count':
      return new Set(values).size;
    case 'energy average':
      return 10 * Math.log10(values.reduce((sum, x) => sum + 10 ** (x / 10), 0) / n);
    case 'standard deviation': {
      if (n < 2) return undefined;
      const mean = exact(values) / n;
      return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1));
    }
    case 'rate of change': {
      const [first, last] = [sorted[0]!, sorted[n - 1]!];
      return last.minute === first.minute ? undefined : ((last.value - first.value) / (last.minute - first.minute)) * 60;
    }
    default:
      throw new Error(method);
  }
}
