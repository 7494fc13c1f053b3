import { describe, expect, it } from 'vitest';
import {
  askedFor,
  choiceFrom,
  firstChoice,
  isColumn,
  isMask,
  moved,
} from '../../../src/renderer/model/export-choice.ts';
import { exportFormatSchema, exportInputSchema } from '../../../src/shared/contract.ts';
import { EVENT_FIELDS, FLAT_FIELDS } from '../../../src/shared/event.ts';

describe('what is chosen for an export', () => {
  it('begins with what each format is for', () => {
    expect(firstChoice('csv', 1)).toMatchObject({ whole: false, columns: FLAT_FIELDS, mask: [] });
    expect(firstChoice('xlsx', 2).columns).toEqual([...FLAT_FIELDS, 'source']);
    expect(firstChoice('parquet', 1)).toMatchObject({ whole: true, columns: EVENT_FIELDS });
  });

  it.each(exportFormatSchema.options)('is something the engine takes: %s', (format) => {
    const asked = askedFor(format, {
      ...firstChoice(format, 2),
      names: 'both',
      mask: ['payload.email'],
      timeZone: 'UTC',
    });
    expect(exportInputSchema.safeParse({ snapshot_id: 's', output: '/x', ...asked }).error).toBeUndefined();
  });

  it('is remembered without columns and masks that are none any more', () => {
    const kept = {
      ...firstChoice('csv', 1),
      columns: ['id', 'gone', 'id', 'result.new.title'],
      mask: ['actor', 'timestamp'],
    };
    expect(choiceFrom('csv', 1, { ...kept, whole: true, mask: [...kept.mask] })).toMatchObject({
      whole: false,
      columns: ['id', 'result.new.title'],
      mask: ['actor'],
    });
    expect(choiceFrom('csv', 1, { ...kept, columns: ['gone'], mask: [] }).columns).toEqual(FLAT_FIELDS);
  });

  it('asks for no names beside masked ids, and for no zone in JSON', () => {
    const choice = {
      ...firstChoice('jsonl', 1),
      whole: false,
      columns: ['actor'],
      names: 'both' as const,
      timeZone: 'UTC',
    };
    expect(askedFor('jsonl', choice)).toMatchObject({ fields: ['actor', 'actor_name'] });
    expect(askedFor('jsonl', choice)).not.toHaveProperty('time_zone');
    expect(askedFor('csv', { ...choice, mask: ['actor'] })).toMatchObject({ fields: ['actor'], time_zone: 'UTC' });
  });

  it('moves a column by places, never out of the list', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
  });

  it('knows columns and masks by name or path', () => {
    expect(['id', 'instant', 'result.new.title', 'payload."a.b"[0]'].every(isColumn)).toBe(true);
    expect(['actor_name', 'new.title', 'result.', ''].some(isColumn)).toBe(false);
    expect(['actor', 'payload.user'].every(isMask)).toBe(true);
    expect(['timestamp', 'record', 'x'].some(isMask)).toBe(false);
  });
});
