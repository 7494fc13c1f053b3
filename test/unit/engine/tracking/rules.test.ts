import { describe, expect, it } from 'vitest';
import { skippedBy, type EventOrigin } from '../../../../src/main/engine/tracking/rules.ts';
import { CHATTY_ACTIONS, DEFAULT_OPTIONS, type OptionValues } from '../../../../src/shared/options.ts';

const model = (name: string, action = 'changed') => ({ category: 'model', action, action_object: name });
const call = (action: string) => ({ category: 'api', action, action_object: '' });

function skipped(facts: ReturnType<typeof model>, origin: EventOrigin, rules: Partial<OptionValues> = {}) {
  return skippedBy(facts, origin, { ...DEFAULT_OPTIONS, ...rules });
}

describe('by default', () => {
  it('calls, changes of models and written events are recorded', () => {
    expect(skipped(call('event_audit_export'), 'api')).toBeUndefined();
    expect(skipped(model('SavedView'), 'model')).toBeUndefined();
    expect(skipped({ category: 'door', action: 'opened', action_object: 'Room' }, 'written')).toBeUndefined();
  });

  it.each(['package_show', 'user_show', ...CHATTY_ACTIONS])('%s is not', (action) => {
    expect(skipped(call(action), 'api')).toBe('ignore.actions');
  });

  it('the model Option is not', () => {
    expect(skipped(model('Option'), 'model')).toBe('ignore.models');
  });
});

describe('the switches', () => {
  it('track_api=false keeps calls out and nothing else', () => {
    const rules = { track_api: false };
    expect(skipped(call('event_audit_export'), 'api', rules)).toBe('track_api');
    expect(skipped(model('SavedView'), 'model', rules)).toBeUndefined();
    expect(skipped(call('event_audit_export'), 'written', rules)).toBeUndefined();
  });

  it('track_model=false keeps changes out and nothing else', () => {
    const rules = { track_model: false };
    expect(skipped(model('SavedView'), 'model', rules)).toBe('track_model');
    expect(skipped(call('event_audit_export'), 'api', rules)).toBeUndefined();
  });
});

describe('the lists', () => {
  it('ignore.categories holds for every event, whoever made it', () => {
    const rules = { 'ignore.categories': ['model', 'door'] };
    expect(skipped(model('SavedView'), 'model', rules)).toBe('ignore.categories');
    expect(skipped({ category: 'door', action: 'opened', action_object: '' }, 'written', rules)).toBe(
      'ignore.categories',
    );
    expect(skipped(call('event_audit_export'), 'api', rules)).toBeUndefined();
  });

  it('ignore.actions replaces its default', () => {
    const rules = { 'ignore.actions': ['event_audit_export'] };
    expect(skipped(call('event_audit_export'), 'api', rules)).toBe('ignore.actions');
    expect(skipped(call('package_show'), 'api', rules)).toBeUndefined();
  });

  it('ignore.models and track.models are case-sensitive', () => {
    expect(skipped(model('SavedView'), 'model', { 'ignore.models': ['savedview'] })).toBeUndefined();
    expect(skipped(model('SavedView'), 'model', { 'track.models': ['savedview'] })).toBe('track.models');
  });

  it('track.models has priority: ignore.models has no effect beside it', () => {
    const rules = { 'track.models': ['Connection', 'Option'], 'ignore.models': ['Connection'] };
    expect(skipped(model('Connection'), 'model', rules)).toBeUndefined();
    expect(skipped(model('Option'), 'model', rules)).toBeUndefined();
    expect(skipped(model('SavedView'), 'model', rules)).toBe('track.models');
  });

  it('the lists of models say nothing about other categories', () => {
    expect(
      skipped({ category: 'api', action: 'x', action_object: 'SavedView' }, 'written', {
        'track.models': ['Connection'],
        'ignore.models': ['SavedView'],
      }),
    ).toBeUndefined();
  });
});
