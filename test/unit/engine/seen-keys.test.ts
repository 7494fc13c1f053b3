/** Duplicate detection is exact, for any keys in any number, and leaves no file behind. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenKeys } from '../../../src/main/engine/snapshot/seen-keys.ts';
import { generateEvents } from '../../support/events.ts';
import { createTempDir, tempDir } from '../../support/temp-dir.ts';

fc.configureGlobal({ seed: 20_240_301 });

/** Adds a key that lies amid other bytes. */
function added(seen: SeenKeys, key: Uint8Array): boolean {
  const around = Buffer.concat([Buffer.from('before'), key, Buffer.from('behind')]);
  return seen.add(around, 6, 6 + key.length);
}

describe('the keys seen so far', () => {
  it('are told from new ones like a set of byte strings does', () => {
    using folder = createTempDir();
    const key = fc.oneof(
      fc.uint8Array({ maxLength: 4, max: 3 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.string().map((text) => Buffer.from(text)),
    );
    let run = 0;
    fc.assert(
      fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
        run += 1;
        const seen = new SeenKeys(join(folder.path, String(run)));
        const model = new Set<string>();
        for (const each of keys) {
          const name = Buffer.from(each).toString('hex');
          expect(added(seen, each)).toBe(!model.has(name));
          model.add(name);
        }
        seen.close();
      }),
    );
  });

  it('stay right far beyond what is kept in memory', () => {
    const path = join(tempDir(), 'keys');
    const seen = new SeenKeys(path);
    const fields = [...generateEvents(60_000)].map(({ field }) => Buffer.from(field));
    expect(fields.filter((field) => !added(seen, field))).toHaveLength(0);
    expect(fields.filter((field) => added(seen, field))).toHaveLength(0);
    expect(added(seen, Buffer.from(`${String(fields[0])}!`))).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    seen.close();
    expect(existsSync(path)).toBe(false);
  });

  it('may be of any length', () => {
    const seen = new SeenKeys(join(tempDir(), 'keys'));
    const long = [1_048_575, 1_048_576, 1_048_577, 3_000_000].map((length) => Buffer.alloc(length, 'x'));
    for (const key of [...long, Buffer.alloc(0)]) expect(added(seen, key)).toBe(true);
    for (const key of [...long, Buffer.alloc(0)]) expect(added(seen, key)).toBe(false);
    const almost = Buffer.alloc(3_000_000, 'x');
    almost[1_500_000] = 0x79;
    expect(added(seen, almost)).toBe(true);
    seen.close();
  });

  it('that share their hash, or their beginning, are not mixed up', () => {
    const seen = new SeenKeys(join(tempDir(), 'keys'));
    const keys = Array.from({ length: 3_000 }, (_none, index) => Buffer.from(`${'\0'.repeat(index % 50)}${index}`));
    expect(keys.every((key) => added(seen, key))).toBe(true);
    expect(keys.some((key) => added(seen, key))).toBe(false);
    seen.close();
  });

  it('keeps a key as it was when it came, though its buffer is used again', () => {
    const seen = new SeenKeys(join(tempDir(), 'keys'));
    const buffer = Buffer.from('first');
    expect(seen.add(buffer, 0, buffer.length)).toBe(true);
    buffer.write('later');
    expect(added(seen, Buffer.from('first'))).toBe(false);
    expect(seen.add(buffer, 0, buffer.length)).toBe(true);
    seen.close();
    seen.close();
  });
});
