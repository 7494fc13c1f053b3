/** Keeps the shown view under a name, or gives a kept one another name. */
import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { SavedView } from '../../../shared/actions/models.ts';
import type { AppError } from '../../../shared/errors.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { savedText, useSavedViews, useViewActions } from './saved-views.ts';
import { shownViewText } from './shown-view.ts';

const MOST_LETTERS = 200;

/** `of` is renamed; without it, what is shown is kept. */
export function SaveViewDialog({ of }: { readonly of: SavedView | undefined }) {
  const { t } = useWords();
  const { keep } = useViewActions();
  const views = useSavedViews();
  const [name, setName] = useState(of?.name ?? '');
  const [withSources, setWithSources] = useState(false);
  const [problem, setProblem] = useState<AppError>();
  const [busy, setBusy] = useState(false);
  const trimmed = name.trim();
  const same = views.find((one) => one.name === trimmed && one.id !== of?.id);
  const taken = of !== undefined && same !== undefined;
  const save = async (): Promise<void> => {
    setBusy(true);
    const text = of === undefined ? shownViewText({ withSources }) : savedText(of);
    const failure = await keep(trimmed, text, of?.id ?? same?.id);
    setBusy(false);
    setProblem(failure);
    if (failure === undefined) closeDialog();
  };
  return (
    <AppDialog title={of === undefined ? t('views.saveTitle') : t('views.renameTitle')} data-testid="save-view-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (trimmed !== '' && !taken && !busy) void save();
        }}
      >
        <Stack gap="md">
          {of === undefined && (
            <Text size="sm" c="dimmed">
              {t('views.saveText')}
            </Text>
          )}
          <TextInput
            label={t('views.name')}
            value={name}
            maxLength={MOST_LETTERS}
            data-autofocus
            data-testid="view-name"
            error={taken ? t('views.taken') : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {of === undefined && (
            <Checkbox
              label={t('views.withSources')}
              description={t('views.withSourcesHint')}
              checked={withSources}
              onChange={(event) => setWithSources(event.currentTarget.checked)}
            />
          )}
          {of === undefined && same !== undefined && (
            <Text size="sm" role="status" data-testid="view-replaces">
              {t('views.willReplace')}
            </Text>
          )}
          {problem !== undefined && <ErrorNotice error={problem} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={closeDialog}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={busy} disabled={trimmed === '' || taken} data-testid="view-keep">
              {of === undefined && same !== undefined ? t('views.doReplace') : t('views.doSave')}
            </Button>
          </Group>
        </Stack>
      </form>
    </AppDialog>
  );
}
