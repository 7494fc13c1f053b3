/** One error type, one exit code for each code, one line for each message. */
import { describe, expect, it } from 'vitest';
import {
  AppError,
  errorCodeSchema,
  EXIT,
  exitCodeFor,
  fromErrorReply,
  isAbort,
  throwIfAborted,
  toErrorReply,
} from '../../../src/shared/errors.ts';

describe('an exit code', () => {
  it('says which kind of thing went wrong', () => {
    const codes = Object.fromEntries(errorCodeSchema.options.map((code) => [code, exitCodeFor(code)]));
    expect(codes).toEqual({
      invalid_input: 2,
      unsupported: 2,
      source_unreachable: 3,
      source_refused: 3,
      source_invalid: 3,
      not_found: 1,
      target_unwritable: 1,
      disk_full: 1,
      verification_failed: 5,
      cancelled: 130,
      engine_stopped: 1,
      internal: 1,
    });
    expect(EXIT).toEqual({ done: 0, failed: 1, usage: 2, source: 3, incomplete: 4, verification: 5, cancelled: 130 });
  });
});

describe('an error', () => {
  it('of ours crosses a process boundary as it is, without its cause', () => {
    const error = new AppError('source_refused', 'No.', { details: { a: 1 }, cause: new Error('secret') });
    expect(toErrorReply(error)).toEqual({
      code: 'source_refused',
      message: 'No.',
      retryable: false,
      details: { a: 1 },
    });
    expect(toErrorReply(fromErrorReply(toErrorReply(error)))).toEqual(toErrorReply(error));
  });

  it('may be tried again when the store or the engine was away, unless it says otherwise', () => {
    for (const code of errorCodeSchema.options) {
      expect(new AppError(code, '').retryable).toBe(code === 'source_unreachable' || code === 'engine_stopped');
    }
    expect(new AppError('source_unreachable', '', { retryable: false }).retryable).toBe(false);
  });

  it('of nobody’s is internal, on one line', () => {
    expect(toErrorReply(new TypeError('a\n  b\tc'))).toEqual({
      code: 'internal',
      message: 'Unexpected problem: a b c',
      retryable: false,
    });
    expect(toErrorReply('text')).toMatchObject({ code: 'internal', message: 'Unexpected problem: text' });
    expect(toErrorReply(undefined)).toMatchObject({ code: 'internal' });
  });

  it('of an abort is a cancellation, whoever threw it', () => {
    const controller = new AbortController();
    throwIfAborted(controller.signal);
    throwIfAborted(undefined);
    controller.abort();
    expect(() => throwIfAborted(controller.signal)).toThrow(expect.objectContaining({ code: 'cancelled' }));
    expect(isAbort(controller.signal.reason)).toBe(true);
    expect(toErrorReply(controller.signal.reason)).toMatchObject({ code: 'cancelled', retryable: true });
    expect(isAbort(new Error('x'))).toBe(false);
  });
});
