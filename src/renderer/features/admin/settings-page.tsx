/** Each setting with its value, where that comes from, and the way to change it: the rules of tracking, or all others. */
import { Alert, Stack, Text } from '@mantine/core';
import type { OptionName } from '../../../shared/options.ts';
import { asAppError } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { useOptions } from './options.ts';
import { SettingLine } from './setting-line.tsx';
import { TrackerList } from './tracker-list.tsx';
import classes from './admin.module.css';

/** What says which events come to be, and what they hold. */
const RULES: ReadonlySet<string> = new Set<OptionName>([
  'track_api',
  'track_model',
  'ignore.categories',
  'ignore.actions',
  'ignore.models',
  'track.models',
  'track.store_previous_model_state',
  'store_payload_and_result',
]);

export function SettingsPage({ of }: { readonly of: 'rules' | 'others' }) {
  const { t } = useWords();
  const { data, error } = useOptions();
  return (
    <Stack gap="md">
      <Text size="sm">{t('admin.settingsText')}</Text>
      {data !== undefined && data.ini !== null && (
        <Text size="sm" c="dimmed">
          {t('admin.fromIni', { path: cellText(data.ini, 400) })}
        </Text>
      )}
      {error !== null && <ErrorNotice error={asAppError(error)} />}
      {data?.warnings.map((warning) => (
        <Alert key={warning} variant="outline" color="yellow" lang="en">
          <bdi>{cellText(warning, 600)}</bdi>
        </Alert>
      ))}
      <ul className={classes.list}>
        {data?.options
          .filter(({ name }) => RULES.has(name) === (of === 'rules'))
          .map((option) => (
            <SettingLine key={option.name} option={option} />
          ))}
      </ul>
      {of === 'rules' && <TrackerList />}
    </Stack>
  );
}
