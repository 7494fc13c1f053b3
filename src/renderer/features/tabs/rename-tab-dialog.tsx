/** Gives a tab a name of its own; an empty one lets it be named after what it shows again. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { AppDialog } from '../../components/app-dialog.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { tabOf } from '../../stores/tabs.ts';
import { renameTab } from './tab-actions.ts';

const MOST_LETTERS = 200;

export function RenameTabDialog({ id }: { readonly id: string }) {
  const { t } = useWords();
  const [name, setName] = useState(tabOf(id)?.name ?? '');
  return (
    <AppDialog title={t('tabs.renameTitle')} size={420} data-testid="rename-tab-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          renameTab(id, name);
          closeDialog();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('tabs.nameLabel')}
            description={t('tabs.nameHint')}
            value={name}
            maxLength={MOST_LETTERS}
            data-autofocus
            data-testid="tab-name"
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={closeDialog}>
              {t('common.cancel')}
            </Button>
            <Button type="submit">{t('tabs.doRename')}</Button>
          </Group>
        </Stack>
      </form>
    </AppDialog>
  );
}
