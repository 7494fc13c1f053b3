/** What the package exports, for repositories of one's own. A plugin imports it as `event-audit-viewer`. */
export { AppError, type ErrorCode } from '../../shared/errors.ts';
export type { AuditEvent } from '../../shared/event.ts';
export type { Filter } from '../../shared/filter.ts';
export type { Capabilities, Estimate, Note, StoreDescription } from '../../shared/contract.ts';
export type { SourceSecrets, SourceUrl } from '../../shared/source-url.ts';
export {
  AbstractRepository,
  READ_ONLY,
  type BrokenBatch,
  type CellBatch,
  type CountByTime,
  type CountRange,
  type EstimateOptions,
  type FollowOptions,
  type JsonBatch,
  type ReadOptions,
  type RecordBatch,
  type RemoveOptions,
  type RepositoryClass,
  type RepositoryContext,
  type RepositoryMeta,
  type RowBatch,
  type StoredRecord,
} from './repositories/repository.ts';
export { eventJson } from './repositories/event-json.ts';
export { registerRepository } from './repositories/registry.ts';
export { getAction, writeEvent, writeEvents, type Action, type NewEvent } from './actions/running.ts';
export type { CallOptions } from './actions/dispatcher.ts';
export { registerTracker, type Tracker, type TrackerContext } from './tracking/trackers.ts';
export type { Written } from './tracking/tracking.ts';
export { startEngine, type Engine, type EngineOptions } from './host.ts';
