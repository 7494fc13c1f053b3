/** Which SQLite file, and which of its tables. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { asAppError, desktop } from '../../api.ts';
import { useWords } from '../../i18n/use-words.ts';
import { DEFAULT_TABLE, sqliteFormUrl, type SqliteForm } from '../../model/connection-form.ts';
import { reportProblem } from '../../stores/problems.ts';

interface SqliteFieldsProps {
  readonly form: SqliteForm | undefined;
  readonly onChange: (url: string) => void;
}

const NO_FILE: SqliteForm = { path: '', table: DEFAULT_TABLE };

export function SqliteFields({ form = NO_FILE, onChange }: SqliteFieldsProps) {
  const { t } = useWords();
  const change = (part: Partial<SqliteForm>): void => {
    const next = { ...form, ...part };
    onChange(next.path === '' ? '' : sqliteFormUrl(next));
  };
  const choose = async (): Promise<void> => {
    try {
      const { paths } = await desktop('choose_files', { purpose: 'sqlite' });
      const path = paths[0];
      if (path !== undefined) change({ path });
    } catch (error) {
      reportProblem(asAppError(error));
    }
  };
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end" wrap="nowrap">
        <TextInput
          label={t('connect.file')}
          value={form.path}
          spellCheck={false}
          style={{ flex: 1 }}
          data-testid="sqlite-path"
          onChange={(event) => change({ path: event.currentTarget.value })}
        />
        <Button size="xs" variant="default" data-testid="sqlite-choose" onClick={() => void choose()}>
          {t('connect.chooseFile')}
        </Button>
      </Group>
      <TextInput
        label={t('connect.table')}
        value={form.table}
        spellCheck={false}
        disabled={form.path === ''}
        onChange={(event) => change({ table: event.currentTarget.value })}
      />
    </Stack>
  );
}
