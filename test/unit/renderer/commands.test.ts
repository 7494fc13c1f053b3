/** One table of commands serves menu, palette and keys: nothing is told that does not work, and every deed has one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** What the shell itself brings to the menu, and the command that is the same. */
const ROLES: Readonly<Record<string, Command>> = {
  quit: 'quit',
  resetZoom: 'zoom_reset',
  zoomIn: 'zoom_in',
  zoomOut: 'zoom_out',
  togglefullscreen: 'full_screen',
};

/** Menus, what belongs to the text under the cursor, and what only developers have. */
const NO_COMMANDS: ReadonlySet<string> = new Set([
  'appMenu',
  'help',
  'cut',
  'copy',
  'paste',
  'selectAll',
  'toggleDevTools',
]);

test('whatever the menu of the shell does, the palette does, too', () => {
  const menu = readFileSync(join(import.meta.dirname, '../../../src/main/electron/menu.ts'), 'utf8');
  const roles = [...menu.matchAll(/\brole: '(\w+)'/g)].map((match) => match[1] ?? '');
  expect(roles.length).toBeGreaterThan(8);
  expect(roles.filter((role) => !Object.hasOwn(ROLES, role) && !NO_COMMANDS.has(role))).toEqual([]);
  expect(Object.values(ROLES).filter((name) => !Object.hasOwn(COMMANDS, name))).toEqual([]);
  const own = [...menu.matchAll(/\bid: '(\w+)', label/g)].map((match) => match[1] ?? '');
  expect(own).toContain('clear_recents');
  expect(own.filter((name) => !Object.hasOwn(COMMANDS, name))).toEqual([]);
});

test('the palette answers to the words that people look for', () => {
  const looked = {
    de: ['Zeitzone', 'Zeitraum', 'Bedingung', 'JSON', 'Umfeld', 'Verlauf', 'Exporte', 'Zoom', 'Vollbild', 'Beenden'],
    en: ['time zone', 'time range', 'condition', 'JSON', 'around', 'history', 'exports', 'zoom', 'full screen', 'quit'],
  };
  for (const [language, words] of Object.entries(looked)) {
    const told = Object.values(language === 'de' ? de.command : en.command)
      .join('\n')
      .toLowerCase();
    expect(words.filter((word) => !told.includes(word.toLowerCase()))).toEqual([]);
  }
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
