/** One table of commands serves menu, palette and keys: nothing is told that does not work, and every deed has one. */
import { expect, test } from 'vitest';
import { COMMAND_NAMES, COMMANDS, type Command } from '../../../src/renderer/features/frame/commands.ts';
import { matchesKey } from '../../../src/renderer/features/frame/key-match.ts';
import { KEYS } from '../../../src/renderer/features/frame/keys.ts';
import { de } from '../../../src/renderer/i18n/de.ts';
import { en } from '../../../src/renderer/i18n/en.ts';
import { ACTIONS } from '../../../src/shared/contract.ts';
import { MENU_COMMANDS } from '../../../src/shared/desktop.ts';

test('what the menu can order is in the table, and everything in the table has its words', () => {
  expect(MENU_COMMANDS.filter((name) => !Object.hasOwn(COMMANDS, name))).toEqual([]);
  expect(Object.keys(en.command).toSorted()).toEqual([...COMMAND_NAMES].toSorted());
  expect(Object.keys(de.command).toSorted()).toEqual([...COMMAND_NAMES].toSorted());
});

test('no key means two things', () => {
  const told = [...COMMAND_NAMES.flatMap((name) => COMMANDS[name].key ?? []), ...KEYS.map(({ key }) => key)];
  expect(told.toSorted()).toEqual([...new Set(told)].toSorted());
});

const pressed = { key: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

test('a key that is told is the one that works', () => {
  expect(matchesKey({ ...pressed, key: 'T', ctrlKey: true, shiftKey: true }, 'Ctrl ⇧ T')).toBe(true);
  expect(matchesKey({ ...pressed, key: 't', ctrlKey: true }, 'Ctrl ⇧ T')).toBe(false);
  expect(matchesKey({ ...pressed, key: 't', metaKey: true }, 'Ctrl T')).toBe(true);
  expect(matchesKey({ ...pressed, key: 'ArrowLeft', altKey: true }, 'Alt ←')).toBe(true);
  expect(matchesKey({ ...pressed, key: 'PageUp', ctrlKey: true, shiftKey: true }, 'Ctrl ⇧ PgUp')).toBe(true);
  expect(matchesKey({ ...pressed, key: 'F5', ctrlKey: true }, 'F5')).toBe(false);
});

/** What changes or hands over something, and the command that leads a person there. */
const DEEDS: Readonly<Record<string, Command | 'admin'>> = {
  event_audit_add_plugin: 'plugins',
  event_audit_capture_source: 'read_anew',
  event_audit_clear_source: 'admin',
  event_audit_close_snapshot: 'close_source',
  event_audit_export: 'export',
  event_audit_export_notes: 'notes',
  event_audit_export_rejects: 'rejects',
  event_audit_follow_snapshot: 'follow',
  event_audit_refresh_snapshot: 'reload_source',
  event_audit_remove_annotation: 'notes',
  event_audit_remove_connection: 'open',
  event_audit_remove_plugin: 'plugins',
  event_audit_remove_view: 'save_view',
  event_audit_resume_capture: 'resume',
  event_audit_save_annotation: 'notes',
  event_audit_save_connection: 'open',
  event_audit_save_snapshot: 'save_snapshot',
  event_audit_save_view: 'save_view',
  event_audit_set_option: 'admin',
  event_audit_verify: 'verify',
  event_audit_verify_journal: 'admin',
};

/** Deeds that the window leaves to the command line and to plugins. */
const NOT_IN_THE_WINDOW: ReadonlySet<string> = new Set(['event_audit_remove_events', 'event_audit_compare_snapshots']);

test('every deed of the product has a command', () => {
  const deeds = Object.keys(ACTIONS).filter((name) =>
    /^event_audit_(?:add|capture|clear|close|compare|export|follow|refresh|remove|resume|save|set|verify)_?/.test(name),
  );
  expect(deeds.filter((name) => !Object.hasOwn(DEEDS, name) && !NOT_IN_THE_WINDOW.has(name))).toEqual([]);
  const missing = Object.values(DEEDS).filter((command) => command !== 'admin' && !Object.hasOwn(COMMANDS, command));
  expect(missing).toEqual([]);
});
