/** The bundled sample store: it is what its generator makes, it is well-formed, and its stories can be found. */
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { generateSample } from '../../scripts/sample/generate.ts';
import { auditEventSchema, EVENT_FIELDS, type AuditEvent } from '../../src/shared/event.ts';

const FILE = new URL('../../resources/sample-store.jsonl.gz', import.meta.url);
const rowSchema = z.record(z.string(), z.unknown());
const userResult = z.object({ new: z.object({ id: z.string(), name: z.string() }) });
const memberResult = z.object({
  new: z.object({ table_id: z.string(), capacity: z.string() }),
  old: z.object({ capacity: z.string() }),
});
const packageResult = z.object({ new: z.object({ title: z.string(), name: z.string(), owner_org: z.string() }) });

let stored = '';
let lines: readonly string[] = [];
let events: readonly AuditEvent[] = [];

beforeAll(() => {
  stored = gunzipSync(readFileSync(FILE)).toString('utf8');
  lines = stored.split('\n').slice(0, -1);
  events = lines.map((line) => auditEventSchema.parse(JSON.parse(line)));
});

/** Microseconds are not needed to find stories; naive times are UTC. */
function instant(event: AuditEvent): number {
  return Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(event.timestamp) ? event.timestamp : `${event.timestamp}Z`);
}

function between(from: string, to: string): readonly AuditEvent[] {
  return events.filter((event) => instant(event) >= Date.parse(from) && instant(event) < Date.parse(to));
}

/** Whom a name belongs to, as the `User` events tell. */
function userId(name: string): string {
  for (const event of events) {
    if (event.action_object !== 'User' || event.category !== 'model') continue;
    const result = userResult.parse(event.result);
    if (result.new.name === name) return result.new.id;
  }
  throw new Error(`No User event names “${name}”.`);
}

describe('the sample store', () => {
  it('is what the generator makes', () => {
    expect(generateSample() === stored).toBe(true);
  });

  it('is small', () => {
    expect(statSync(FILE).size).toBeLessThan(8 * 1024 * 1024);
  });

  it('holds about 25,000 events of 2024, in time order, each with an id of its own', () => {
    expect(events.length).toBeGreaterThan(24_000);
    expect(events.length).toBeLessThan(26_000);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    const times = events.map(instant);
    expect(times.every((time, index) => time >= (times[index - 1] ?? Date.UTC(2024, 0, 1)))).toBe(true);
    expect(times.at(-1)).toBeLessThan(Date.UTC(2025, 0, 1));
  });

  it('is written as the extension writes: compact, the eleven fields in order', () => {
    for (const line of lines) {
      const value = rowSchema.parse(JSON.parse(line));
      expect(JSON.stringify(value)).toBe(line);
      const fields = 'result' in value ? EVENT_FIELDS : EVENT_FIELDS.slice(0, 9);
      expect(Object.keys(value)).toEqual(fields);
    }
  });

  it('has model events without an actor, and no key that the writer would have dropped', () => {
    const model = events.filter((event) => event.category === 'model');
    expect(model.length).toBeGreaterThan(8_000);
    expect(model.every((event) => event.actor === '' && event.action_object_id !== '')).toBe(true);
    expect(stored).not.toMatch(/"_[a-z]/);
    expect(stored).toContain('"None"');
  });

  it('has a few events whose content the store left out', () => {
    const dropped = lines.filter((line) => !line.includes('"payload":') && !line.includes('"result":'));
    expect(dropped.length).toBeGreaterThanOrEqual(3);
    expect(dropped.length).toBeLessThan(30);
  });

  it('has custom events with targets and three spellings of time', () => {
    const approvals = events.filter((event) => event.category === 'approval');
    expect(approvals.every((event) => event.target_type !== '' && event.target_id !== '')).toBe(true);
    const spellings = new Set(approvals.map((event) => /Z$|\+02:00$/.exec(event.timestamp)?.[0] ?? 'naive'));
    expect(spellings).toEqual(new Set(['naive', '+02:00', 'Z']));
  });

  it('has titles with umlauts, emoji and a leading equals sign', () => {
    expect(stored).toMatch(/"title":"[^"]*[äöü]/);
    expect(stored).toMatch(/"title":"[^"]*\p{Extended_Pictographic}/u);
    expect(stored).toContain('"title":"=SUMME(');
  });
});

describe('its stories', () => {
  it('tell of a bulk import by one administrator in March', () => {
    const evening = between('2024-03-12T18:00:00Z', '2024-03-12T20:00:00Z');
    expect(evening.length).toBeGreaterThan(2_800);
    const importer = userId('j.lindqvist');
    const creations = evening.filter((event) => event.action === 'package_create');
    expect(creations.filter((event) => event.actor === importer).length).toBeGreaterThan(300);
  });

  it('tell of a harvester that works every night but for one week in October', () => {
    const nights = new Set(
      events.filter((event) => event.action === 'harvest_jobs_run').map((event) => event.timestamp.slice(0, 10)),
    );
    expect(nights.size).toBe(366 - 7);
    const week = between('2024-10-06T22:00:00Z', '2024-10-13T22:00:00Z');
    expect(week.length).toBeGreaterThan(50);
    expect(week.some((event) => event.actor === 'harvest')).toBe(false);
  });

  it('tell of 37 datasets deleted within ten minutes on a Saturday night, each looked at before', () => {
    const night = between('2024-08-17T20:00:00Z', '2024-08-17T22:00:00Z');
    const culprit = userId('t.brandl');
    const own = night.filter((event) => event.actor === culprit);
    expect(own[0]?.action).toBe('user.login');
    const deletions = own.filter((event) => event.action === 'package_delete');
    const ids = deletions.map((event) => z.object({ id: z.string() }).parse(event.payload).id);
    expect(new Set(ids).size).toBe(37);
    const times = deletions.map(instant);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(10 * 60_000);
    const viewed = new Set(
      own.filter((event) => event.action === 'dataset.read').map((event) => event.action_object_id),
    );
    expect(ids.every((id) => viewed.has(id))).toBe(true);
  });

  it('keep the state of what was deleted: in earlier events and in the deletions', () => {
    const start = Date.parse('2024-08-17T21:00:00Z');
    const gone = between('2024-08-17T21:00:00Z', '2024-08-17T22:00:00Z').filter(
      (event) => event.action === 'deleted' && event.action_object === 'Package',
    );
    expect(gone).toHaveLength(37);
    for (const deletion of gone) {
      const last = packageResult.parse(deletion.result).new;
      const earlier = events.findLast(
        (event) =>
          event.action_object === 'Package' &&
          event.action_object_id === deletion.action_object_id &&
          event.category === 'model' &&
          instant(event) < start,
      );
      expect(packageResult.parse(earlier?.result).new.owner_org).toBe(last.owner_org);
    }
  });

  it('tell of an editor made administrator on the evening before', () => {
    const promotion = between('2024-08-16T20:00:00Z', '2024-08-16T22:00:00Z').find(
      (event) => event.action === 'changed' && event.action_object === 'Member',
    );
    const result = memberResult.parse(promotion?.result);
    expect(result.new).toMatchObject({ table_id: userId('t.brandl'), capacity: 'admin' });
    expect(result.old.capacity).toBe('editor');
    const holiday = between('2024-08-05T00:00:00Z', '2024-08-25T00:00:00Z');
    const ofOwner = holiday.filter((event) => event.actor === userId('b.krueger'));
    expect(ofOwner.map((event) => event.action)).toEqual(['user.login', 'organization_member_create']);
  });

  it('tell of an account that lived for three days', () => {
    const guest = userId('gast.analyse');
    const own = events.filter((event) => event.actor === guest).map(instant);
    expect(own.length).toBeGreaterThan(100);
    expect(Math.min(...own)).toBeGreaterThan(Date.parse('2024-06-04T00:00:00Z'));
    expect(Math.max(...own)).toBeLessThan(Date.parse('2024-06-07T00:00:00Z'));
    const life = events.filter((event) => event.category === 'model' && event.action_object_id === guest);
    expect(life[0]?.action).toBe('created');
    expect(z.object({ new: z.object({ state: z.string() }) }).parse(life.at(-1)?.result).new.state).toBe('deleted');
  });
});
