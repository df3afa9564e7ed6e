export { DefinitionError } from './errors';
export {
  compileStatus,
  PatternEngine,
  type Counters,
  type KeySummary,
  type PatternOptions,
} from './engine';
export type { Match } from './open-runs';
export { describePattern, describeRule } from './sentence';
export { isStatus, statusToEvent } from './from-status';
export type { ExpectedKey, Observing, ObservingOf } from './roster';
export type { Inspection, KeyView } from './inspect';
