/** Opens a view that somebody sent as text. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { parseView } from '../../../shared/view-text.ts';
import { asAppError } from '../../api.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { AppError } from '../../../shared/errors.ts';
import { showHidden } from '../../model/visible-text.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { useViewActions } from './saved-views.ts';

/** @param text a view that came from outside, to be agreed to */
export function PasteViewDialog({ text: given }: { readonly text: string }) {
  const { t } = useWords();
  const { show } = useViewActions();
  const [text, setText] = useState(given);
  const read = text.trim() === '' ? undefined : tryView(text);
  return (
    <AppDialog title={t('views.pasteTitle')} data-testid="paste-view-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (read?.view === undefined) return;
          closeDialog();
          void show(text);
        }}
      >
        <Stack gap="md">
          {given !== '' && <Text size="sm">{t('views.fromOutside')}</Text>}
          <Textarea
            size="xs"
            label={t('views.pasteLabel')}
            placeholder="event-audit:view?…"
            autosize
            minRows={3}
            maxRows={10}
            value={text}
            data-autofocus
            data-testid="view-text"
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {read?.view !== undefined && read.view.open.length > 0 && (
            <div>
              <Text size="sm" c="dimmed">
                {t('views.opens')}
              </Text>
              {read.view.open.map((url) => (
                <bdi key={url} className="mono" style={{ display: 'block', overflowWrap: 'anywhere' }}>
                  {showHidden(url)}
                </bdi>
              ))}
            </div>
          )}
          {read?.problem !== undefined && <ErrorNotice error={read.problem} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={closeDialog}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={read?.view === undefined} data-testid="view-show">
              {t('views.doShow')}
            </Button>
          </Group>
        </Stack>
      </form>
    </AppDialog>
  );
}

function tryView(text: string): { readonly view?: ReturnType<typeof parseView>; readonly problem?: AppError } {
  try {
    return { view: parseView(text) };
  } catch (error) {
    return { problem: asAppError(error) };
  }
}
