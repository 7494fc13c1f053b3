/** Small JSON files of the shell: read with a schema, written so that a crash leaves the old or the new one, never half. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { log } from './log.ts';

/**
 * The file's content, or what the schema makes of `{}` when there is none. A damaged file is moved aside (`.damaged`)
 * and treated as none, so that a person can still look at it.
 */
export function readJsonFile<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  const text = readText(path);
  if (text !== undefined) {
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    renameSync(path, `${path}.damaged`);
    log(`${path} could not be read; it is kept as ${path}.damaged and defaults are used`);
  }
  return schema.parse({});
}

/** Replaces the file at once. Only this user can read it. */
export function writeJsonFile(path: string, value: unknown): void {
  const scratch = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(scratch, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(scratch, path);
  } finally {
    rmSync(scratch, { force: true });
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** `undefined` for what is no JSON: no schema of ours accepts it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
