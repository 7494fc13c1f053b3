/** The keys that belong to no command: those of the grid, the tabs and what is under the focus. As they are told to people. */

export const KEYS = [
  { name: 'arrows', key: '↑ ↓ ← →' },
  { name: 'homeEnd', key: 'Home · End' },
  { name: 'pages', key: 'PgUp · PgDn' },
  { name: 'enter', key: 'Enter' },
  { name: 'escape', key: 'Esc' },
  { name: 'include', key: 'I' },
  { name: 'exclude', key: 'X' },
  { name: 'only', key: 'O' },
  { name: 'neighbours', key: '[ · ]' },
  { name: 'space', key: 'Space' },
  { name: 'range', key: '⇧ ↑ · ⇧ ↓' },
  { name: 'selectAll', key: 'Ctrl A' },
  { name: 'copy', key: 'Ctrl C' },
  { name: 'menu', key: '⇧ F10' },
  { name: 'place', key: 'Ctrl 1 … 9' },
] as const;
