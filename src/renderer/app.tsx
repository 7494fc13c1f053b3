/** The window: its providers, and its parts from left to right. */
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './global.css';
import 'dayjs/locale/de';
import { mergeThemeOverrides, MantineProvider } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Frame } from './features/frame/frame.tsx';
import { useCurrentWords, WordsContext } from './i18n/use-words.ts';
import { usePreferences } from './stores/preferences.ts';
import { cssVariables, theme } from './theme.ts';

const client = new QueryClient({
  defaultOptions: {
    // The engine is on this machine and says itself when its answers changed.
    queries: { staleTime: Infinity, gcTime: 60_000, retry: false, networkMode: 'always', refetchOnWindowFocus: false },
  },
});

export function App() {
  const words = useCurrentWords();
  const scheme = usePreferences((state) => state.values.theme);
  const dismiss = words.t('common.dismiss');
  const spoken = useMemo(
    () =>
      mergeThemeOverrides(theme, {
        components: { Notification: { defaultProps: { closeButtonProps: { 'aria-label': dismiss } } } },
      }),
    [dismiss],
  );
  return (
    <WordsContext value={words}>
      <MantineProvider
        theme={spoken}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        {...(scheme !== 'system' && { forceColorScheme: scheme })}
      >
        <DatesProvider settings={{ locale: words.language, firstDayOfWeek: 1 }}>
          <QueryClientProvider client={client}>
            <Notifications position="bottom-center" limit={3} autoClose={6_000} transitionDuration={80} />
            <Frame />
          </QueryClientProvider>
        </DatesProvider>
      </MantineProvider>
    </WordsContext>
  );
}
