/** The one error type: what happened, to what, and what to do, with the exit code it ends a command with. */
import { z } from 'zod';

/** The exit codes of the command `event-audit`. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  source: 3,
  incomplete: 4,
  verification: 5,
  cancelled: 130,
} as const;

export const errorCodeSchema = z.enum([
  /** The request itself is wrong: an unknown field, an invalid date, a malformed source URL. */
  'invalid_input',
  /** The store did not answer. */
  'source_unreachable',
  /** The store answered and said no: wrong password, no permission. */
  'source_refused',
  /** The store answered, but what it holds is not an audit trail: wrong type, missing table, damaged file. */
  'source_invalid',
  /** What was asked for does not exist (a snapshot, an event, a file to verify). */
  'not_found',
  /** The target of an export can't be written. */
  'target_unwritable',
  /** There is no room left on the target's disk. */
  'disk_full',
  /** Verification found differences. */
  'verification_failed',
  /** The person or program that asked withdrew the request. */
  'cancelled',
  /** The engine process ended while the request was under way. */
  'engine_stopped',
  /** This build does not do this (yet). */
  'unsupported',
  /** A defect of ours. */
  'internal',
]);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

export const errorReplySchema = z.object({
  code: errorCodeSchema,
  /** One line: what, where, and what to do. */
  message: z.string(),
  details: z.unknown().optional(),
  retryable: z.boolean(),
});
export type ErrorReply = Readonly<z.infer<typeof errorReplySchema>>;

export interface AppErrorOptions {
  readonly details?: unknown;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** An expected failure. Anything thrown that is not an `AppError` is a defect and is reported as `internal`. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.retryable = options.retryable ?? (code === 'source_unreachable' || code === 'engine_stopped');
  }
}

/** The error as it crosses a process boundary. Unknown errors become `internal` with their message on one line. */
export function toErrorReply(error: unknown): ErrorReply {
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: error.message,
      retryable: error.retryable,
      ...(error.details === undefined ? {} : { details: error.details }),
    };
  }
  if (isAbort(error)) return { code: 'cancelled', message: 'Cancelled.', retryable: true };
  const text = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `Unexpected problem: ${text.replaceAll(/\s+/g, ' ')}`, retryable: false };
}

/** The reply turned back into the error, on the asking side of a process boundary. */
export function fromErrorReply(reply: ErrorReply): AppError {
  return new AppError(reply.code, reply.message, { details: reply.details, retryable: reply.retryable });
}

/** Whether the error only says that somebody aborted. */
export function isAbort(error: unknown): boolean {
  return (
    (error instanceof AppError && error.code === 'cancelled') || (error instanceof Error && error.name === 'AbortError')
  );
}

/** Throws `cancelled` when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.', { retryable: true });
}

/** The exit code that a command ends with when this error stops it. */
export function exitCodeFor(code: ErrorCode): number {
  switch (code) {
    case 'invalid_input':
    case 'unsupported':
      return EXIT.usage;
    case 'source_unreachable':
    case 'source_refused':
    case 'source_invalid':
      return EXIT.source;
    case 'verification_failed':
      return EXIT.verification;
    case 'cancelled':
      return EXIT.cancelled;
    case 'not_found':
    case 'target_unwritable':
    case 'disk_full':
    case 'engine_stopped':
    case 'internal':
      return EXIT.failed;
    default:
      return assertNever(code);
  }
}

/** Makes a `switch` exhaustive: the compiler refuses a value that can still exist here. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${String(value)}`);
}
