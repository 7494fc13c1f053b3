/** Who may have caused a change: the right one on trails that tell, a doubt where several fit, and nobody where none can be. */
import { describe, expect, it } from 'vitest';
import { fitOf, mayWrite } from '../../../../src/main/engine/analysis/action-words.ts';
import { inferActor } from '../../../../src/main/engine/analysis/infer-actor.ts';
import type { ActorInference } from '../../../../src/shared/contract.ts';
import { capturedHere } from '../../../support/captured.ts';
import { trailWriter } from '../../../support/trail.ts';

const MINUTE = 60_000;

async function infer(records: readonly string[], n: number, window = MINUTE): Promise<ActorInference> {
  const { snapshot } = await capturedHere(records);
  return inferActor(snapshot, n, window);
}

function best({ candidates: [first] }: ActorInference): readonly unknown[] {
  return [first?.actor, first?.grade, first?.event.action];
}

function reasons(inference: ActorInference, at = 0): readonly string[] {
  return inference.candidates[at]?.reasons.map(({ code }) => code) ?? [];
}

const CHANGE = { new: { title: 'New title', name: 'wahlen' }, old: { title: 'Old title', name: 'wahlen' } };

describe('a request that names the object', () => {
  it('is very likely the cause, with its reasons', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [
        api('08:00:00', 'package_update', 'right', { id: 'p', title: 'New title' }),
        model('08:00:00.2', 'changed', 'Package:p', CHANGE),
      ],
      1,
    );
    expect(best(told)).toEqual(['right', 'strong', 'package_update']);
    expect(reasons(told)).toEqual(
      expect.arrayContaining(['action_exact', 'time_before', 'same_id', 'same_values', 'no_rivals']),
    );
    expect(told.inference).toBe(true);
    expect(told.candidates[0]?.delta_us).toBe(-200_000);
  });

  it('is found by the name the object had, too', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [
        api('08:00:00', 'package_patch', 'right', { id: 'wahlen' }),
        model('08:00:00.2', 'changed', 'Package:p', CHANGE),
      ],
      1,
    );
    expect(best(told)).toEqual(['right', 'strong', 'package_patch']);
    expect(reasons(told)).toContain('same_name');
  });

  it('is preferred to one that is nearer but is about another object', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [
        api('08:00:00', 'package_update', 'right', { id: 'p' }),
        api('08:00:03.9', 'package_update', 'wrong', { id: 'q' }),
        model('08:00:04', 'changed', 'Package:p', CHANGE),
        model('08:00:04.1', 'changed', 'Package:q', CHANGE),
      ],
      2,
    );
    expect(best(told)).toEqual(['right', 'strong', 'package_update']);
    expect(told.candidates.map(({ actor }) => actor)).not.toContain('wrong');
  });

  it('may be noted after the change', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [model('08:00:00', 'changed', 'Package:p', CHANGE), api('08:00:00.5', 'package_update', 'right', { id: 'p' })],
      0,
    );
    expect(best(told)).toEqual(['right', 'strong', 'package_update']);
    expect(reasons(told)).toContain('time_after');
  });
});

describe('several that fit', () => {
  it('are not told apart with more certainty than there is', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [
        api('08:00:00', 'package_update', 'one', { id: 'p' }),
        api('08:00:00.1', 'package_update', 'two', { id: 'p' }),
        model('08:00:00.2', 'changed', 'Package:p', CHANGE),
      ],
      2,
    );
    expect(told.grade).toBe('likely');
    expect(told.candidates.map(({ actor }) => actor).toSorted()).toEqual(['one', 'two']);
    expect(reasons(told)).toContain('rivals');
  });

  it('are weak where payloads were not stored', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [
        api('08:00:00', 'package_update', 'one'),
        api('08:00:00.1', 'package_update', 'two'),
        model('08:00:00.2', 'changed', 'Package:p'),
      ],
      2,
    );
    expect(told.grade).toBe('weak');
    expect(told.candidates).toHaveLength(2);
  });

  it('are one account when both are its requests', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [
        api('08:00:00', 'package_update', 'one', { id: 'p' }),
        api('08:00:00.1', 'package_patch', 'one', { id: 'p' }),
        model('08:00:00.2', 'changed', 'Package:p', CHANGE),
      ],
      2,
    );
    expect(best(told).slice(0, 2)).toEqual(['one', 'strong']);
  });
});

describe('one that says nothing of the object', () => {
  it('is likely when it is alone, exact and very near', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [api('08:00:00', 'package_update', 'one'), model('08:00:00.2', 'changed', 'Package:p')],
      1,
    );
    expect(best(told)).toEqual(['one', 'likely', 'package_update']);
  });

  it('is weak when it is half a minute away', async () => {
    const { api, model } = trailWriter();
    const told = await infer([api('08:00:00', 'package_update', 'one'), model('08:00:31', 'changed', 'Package:p')], 1);
    expect(told.grade).toBe('weak');
  });
});

describe('what can’t be the cause', () => {
  it('proposes nobody where there are only requests that read', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [
        api('08:00:00', 'package_show', 'one', { id: 'p' }),
        api('08:00:00.1', 'package_list', 'two'),
        model('08:00:00.2', 'changed', 'Package:p', CHANGE),
      ],
      2,
    );
    expect(told).toMatchObject({ grade: 'none', candidates: [], not_applicable: null });
    expect(told.considered).toMatchObject({ api_events: 2, writing_events: 0, actors: 0 });
  });

  it('proposes nobody outside the window, and the window is inclusive', async () => {
    const { api, model } = trailWriter();
    const records = [
      api('08:00:00', 'package_update', 'one', { id: 'p' }),
      model('08:01:00', 'changed', 'Package:p', CHANGE),
    ];
    expect((await infer(records, 1, MINUTE - 1)).grade).toBe('none');
    expect((await infer(records, 1, MINUTE)).grade).not.toBe('none');
  });

  it('does not explain events that name their actor, or that are no model events', async () => {
    const { api, model } = trailWriter();
    const records = [
      api('08:00:00', 'package_update', 'one', { id: 'p' }),
      model('08:00:00.1', 'changed', 'Package:p', CHANGE, { actor: 'named' }),
    ];
    expect(await infer(records, 0)).toMatchObject({ not_applicable: 'not_model', candidates: [] });
    expect(await infer(records, 1)).toMatchObject({ not_applicable: 'has_actor', candidates: [] });
  });

  it('refuses a position that is not there', async () => {
    await expect(infer([], 3)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('CKAN’s own traces', () => {
  it('take the account of an activity on the object', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [
        api('08:00:00', 'package_update', 'other'),
        model('08:00:00.2', 'changed', 'Package:p', CHANGE),
        model('08:00:00.3', 'created', 'Activity:a', { new: { user_id: 'right', object_id: 'p' } }),
      ],
      1,
    );
    expect(best(told).slice(0, 2)).toEqual(['right', 'strong']);
    expect(reasons(told)).toContain('activity_same_object');
  });

  it('leave it open where a request and an activity both name the object and disagree', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [
        api('08:00:00', 'package_update', 'other', { id: 'p' }),
        model('08:00:00.2', 'changed', 'Package:p', CHANGE),
        model('08:00:00.3', 'created', 'Activity:a', {
          new: { user_id: 'right', object_id: 'p', activity_type: 'changed package' },
        }),
      ],
      1,
    );
    expect(told.grade).toBe('likely');
    expect(told.candidates.map(({ actor, grade }) => `${actor} ${grade}`).toSorted()).toEqual([
      'other likely',
      'right likely',
    ]);
    for (const at of [0, 1]) expect(reasons(told, at)).toContain('others_disagree');
  });

  it('say where both agree', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [
        api('08:00:00', 'package_update', 'right', { id: 'p' }),
        model('08:00:00.2', 'changed', 'Package:p', CHANGE),
        model('08:00:00.3', 'created', 'Activity:a', { new: { user_id: 'right', object_id: 'p' } }),
      ],
      1,
    );
    expect(best(told).slice(0, 2)).toEqual(['right', 'strong']);
    expect(reasons(told)).toContain('others_agree');
  });

  it('take the user whom a new row names, but no user that it merely belongs to', async () => {
    const { model } = trailWriter();
    const records = [
      model('08:00:00', 'created', 'Package:p', { new: { creator_user_id: 'maker', title: 'A' } }),
      model('08:00:10', 'created', 'ApiToken:t', { new: { user_id: 'owner' } }),
      model('08:00:20', 'created', 'Package:q', { new: { creator_user_id: 'None' } }),
    ];
    expect(best(await infer(records, 0)).slice(0, 2)).toEqual(['maker', 'likely']);
    expect((await infer(records, 1)).grade).toBe('none');
    expect((await infer(records, 2)).grade).toBe('none');
  });
});

describe('anonymous requests and odd trails', () => {
  it('propose an anonymous request as such', async () => {
    const { api, model } = trailWriter();
    const told = await infer(
      [api('08:00:00', 'user_create', ''), model('08:00:00.1', 'created', 'User:u', { new: { name: 'x' } })],
      1,
    );
    expect(best(told).slice(0, 1)).toEqual(['']);
  });

  it('count a request that two stores hold once', async () => {
    const { api, model } = trailWriter();
    const request = api('08:00:00', 'package_update', 'one', { id: 'p' });
    const told = await infer([request, `${request} `, model('08:00:00.2', 'changed', 'Package:p', CHANGE)], 2);
    expect(told.considered.api_events).toBe(1);
    expect(told.candidates).toHaveLength(1);
  });

  it('learn from the neighbours that requests are noted last, and say so', async () => {
    const { api, model } = trailWriter();
    const records: string[] = [];
    for (let minute = 0; minute < 12; minute += 1) {
      const at = `08:${String(minute).padStart(2, '0')}`;
      records.push(model(`${at}:00`, 'changed', `Package:p${String(minute)}`));
      records.push(api(`${at}:00.4`, 'package_update', 'one'));
    }
    const told = await infer(records, 10);
    expect(told.order).toMatchObject({ usual: 'request_last' });
    expect(reasons(told)).toContain('usual_order');
  });

  it('hold where a payload is as hostile as it can be', async () => {
    const { api, model } = trailWriter();
    const deep = `${'['.repeat(500)}${']'.repeat(500)}`;
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_none, index) => [`k${String(index)}`, 'p']));
    const told = await infer(
      [
        api('08:00:00', 'package_update', 'deep', { id: 'p' }).replace('"payload":{', `"payload":{"deep":${deep},`),
        api('08:00:00.1', 'package_update', 'wide', wide),
        model('08:00:00.2', 'changed', 'Package:p', CHANGE),
      ],
      2,
    );
    expect(told.candidates.map(({ actor }) => actor).toSorted()).toEqual(['deep', 'wide']);
  });
});

describe('the names of actions', () => {
  it.each([
    ['package_show', false],
    ['package_search', false],
    ['user_list', false],
    ['package_create', true],
    ['bulk_update_private', true],
    ['resource_view_list', false],
    ['send_email_notifications', true],
    ['something_new', true],
    ['datastore_upsert', true],
    ['organization_list_for_user', false],
    ['', true],
  ])('tells whether “%s” may write', (action, writes) => {
    expect(mayWrite(action)).toBe(writes);
  });

  it.each([
    ['package_delete', 'Package', 'deleted', undefined, 'exact'],
    ['package_delete', 'Package', 'changed', true, 'exact'],
    ['package_update', 'Package', 'changed', true, 'object'],
    ['package_update', 'Package', 'changed', false, 'exact'],
    ['package_create', 'Package', 'changed', false, 'object'],
    ['package_update', 'Resource', 'changed', false, 'related'],
    ['resource_view_create', 'Resource', 'created', undefined, 'related'],
    ['resource_view_create', 'ResourceView', 'created', undefined, 'exact'],
    ['organization_member_create', 'Member', 'created', undefined, 'exact'],
    ['user_update', 'Package', 'changed', false, 'other'],
    ['package_show', 'Package', 'changed', false, 'reads'],
    ['harvest_source_update', 'HarvestSource', 'changed', false, 'exact'],
  ] as const)('“%s” and a %s that was %s (trashed: %s) fit: %s', (action, type, verb, isTrashed, fit) => {
    expect(fitOf(action, type, verb, isTrashed)).toBe(fit);
  });
});
