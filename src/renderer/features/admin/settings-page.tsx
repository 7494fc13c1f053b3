/** Each setting with its value, where that comes from, and the way to change it. */
import { Alert, Stack, Text } from '@mantine/core';
import { asAppError } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { useOptions } from './options.ts';
import { SettingLine } from './setting-line.tsx';
import classes from './admin.module.css';

export function SettingsPage() {
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
        {data?.options.map((option) => (
          <SettingLine key={option.name} option={option} />
        ))}
      </ul>
    </Stack>
  );
}
