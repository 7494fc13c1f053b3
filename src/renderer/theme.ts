/** How Mantine looks here: grey chrome, one indigo accent, small type, next to no shadow or motion. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const grey: MantineColorsTuple = [
  '#f7f7f8',
  '#eff0f2',
  '#e1e3e7',
  '#cdd0d6',
  '#aeb2bb',
  '#8b909b',
  '#6c717c',
  '#535862',
  '#3a3e46',
  '#23262b',
];

const dark: MantineColorsTuple = [
  '#e4e5e8',
  '#c3c6cc',
  '#a3a8b1',
  '#7b808a',
  '#44474e',
  '#34363c',
  '#292b30',
  '#202226',
  '#18191c',
  '#121315',
];

/** 120 ms is the longest that anything here moves. */
const quick = { duration: 80 };

/** What opens above the window stays inside it: it moves, over its button if need be, and scrolls when it is larger. */
const insideWindow = { flip: true, shift: { crossAxis: true, padding: 8 }, size: { padding: 8 } };

/** The same, but never over the field in which one types. */
const besideField = { ...insideWindow, shift: { padding: 8 } };

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 7 },
  colors: { gray: grey, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '16px', sm: '16px', md: '20px', lg: '20px', xl: '24px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '18px' }, h2: { fontSize: '15px' }, h3: { fontSize: '13px' } },
  },
  radius: { xs: '2px', sm: '3px', md: '4px', lg: '6px', xl: '8px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: { transitionProps: quick, centered: true, overlayProps: { backgroundOpacity: 0.4 } },
      styles: { content: { border: '1px solid var(--mantine-color-default-border)' } },
    },
    Popover: { defaultProps: { transitionProps: quick, shadow: 'md', middlewares: insideWindow } },
    // A menu holds its items and nothing else: the first of them has the focus when it opens.
    Menu: { defaultProps: { transitionProps: quick, shadow: 'md', withInitialFocusPlaceholder: false } },
    Combobox: { defaultProps: { transitionProps: quick, shadow: 'md', middlewares: besideField } },
    Tooltip: { defaultProps: { transitionProps: quick, openDelay: 400, withArrow: false, multiline: true, maw: 360 } },
    Button: { defaultProps: { size: 'compact-sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 24 } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Radio: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Tabs: { defaultProps: { keepMounted: false } },
  },
});

/** Greys that Mantine picks too light to be read: raised to AA against both backgrounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1d1f23',
    '--mantine-color-dimmed': '#5b606a',
    '--mantine-color-placeholder': '#666b75',
    '--mantine-color-default-border': '#cdd0d6',
    '--mantine-color-error': '#c01c28',
  },
  dark: {
    '--mantine-color-body': '#18191c',
    '--mantine-color-text': '#e4e5e8',
    '--mantine-color-dimmed': '#a3a8b1',
    '--mantine-color-placeholder': '#9095a0',
    '--mantine-color-default-border': '#44474e',
    '--mantine-color-error': '#ff8f8f',
  },
});
