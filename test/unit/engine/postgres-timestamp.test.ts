import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { writeTimestamp } from '../../../src/main/engine/repositories/postgres/timestamp.ts';
import { parseTimestamp } from '../../../src/shared/timestamp.ts';

fc.configureGlobal({ seed: 20_240_301 });

const EPOCH_MICROS = 946_684_800_000_000n;

function written(micros: bigint, zone = true): string {
  const source = Buffer.alloc(8);
  source.writeBigInt64BE(micros);
  const target = Buffer.alloc(64);
  return target.toString('latin1', 0, writeTimestamp(source, 0, zone, target, 0));
}

it('writes every microsecond of the years 1 to 9999 so that it is read back', () => {
  const first = -62_135_596_800_000_000n - EPOCH_MICROS;
  const last = 253_402_300_799_999_999n - EPOCH_MICROS;
  fc.assert(
    fc.property(fc.bigInt({ min: first, max: last }), fc.boolean(), (micros, zone) => {
      const text = written(micros, zone);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?(\+00:00)?$/);
      expect(parseTimestamp(text)).toMatchObject({ micros: micros + EPOCH_MICROS, naive: !zone });
    }),
    { numRuns: 3_000 },
  );
});

it('leaves a fraction out when it is zero', () => {
  expect(written(0n)).toBe('2000-01-01T00:00:00+00:00');
  expect(written(1n)).toBe('2000-01-01T00:00:00.000001+00:00');
  expect(written(-1n)).toBe('1999-12-31T23:59:59.999999+00:00');
});
