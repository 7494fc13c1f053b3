/** The keys of the window as they are told to people. */

export const KEYS = [
  { name: 'arrows', key: '↑ ↓ ← →' },
  { name: 'homeEnd', key: 'Home · End' },
  { name: 'pages', key: 'PgUp · PgDn' },
  { name: 'enter', key: 'Enter' },
  { name: 'escape', key: 'Esc' },
  { name: 'search', key: 'Ctrl F' },
  { name: 'palette', key: 'Ctrl K' },
  { name: 'export', key: 'Ctrl E' },
  { name: 'open', key: 'Ctrl O' },
  { name: 'save', key: 'Ctrl S' },
  { name: 'refresh', key: 'F5' },
  { name: 'include', key: 'I' },
  { name: 'exclude', key: 'X' },
  { name: 'neighbours', key: '[ · ]' },
  { name: 'space', key: 'Space' },
  { name: 'range', key: '⇧ ↑ · ⇧ ↓' },
  { name: 'selectAll', key: 'Ctrl A' },
  { name: 'copy', key: 'Ctrl C' },
  { name: 'undo', key: 'Ctrl Z · Ctrl ⇧ Z' },
  { name: 'menu', key: '⇧ F10' },
] as const;
