/** What the package exports, for repositories of one's own. A plugin imports it as `event-audit-viewer`. */
export { AppError, type ErrorCode } from '../../shared/errors.ts';
export type { AuditEvent } from '../../shared/event.ts';
export type { Filter } from '../../shared/filter.ts';
export type { Capabilities, Note, StoreDescription } from '../../shared/contract.ts';
export type { SourceSecrets, SourceUrl } from '../../shared/source-url.ts';
export {
  AbstractRepository,
  READ_ONLY,
  type JsonBatch,
  type ReadOptions,
  type RecordBatch,
  type RepositoryClass,
  type RepositoryContext,
  type RepositoryMeta,
  type RowBatch,
} from './repositories/repository.ts';
export { registerRepository } from './repositories/registry.ts';
