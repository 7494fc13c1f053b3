/** A file dropped anywhere on the window is opened as a store. */
import { Overlay, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { AppError } from '../../../shared/errors.ts';
import { pathForFile } from '../../api.ts';
import { useWords } from '../../i18n/use-words.ts';
import { closeDialog, useDialog } from '../../stores/dialogs.ts';
import { reportProblem } from '../../stores/problems.ts';
import { openFile } from './open.ts';

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

export function DropZone() {
  const { t } = useWords();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      const paths = [...(event.dataTransfer?.files ?? [])].map(pathForFile).filter((path) => path !== '');
      // What is dropped while a form asks for a store is the answer.
      if (useDialog.getState().dialog.name === 'connect') closeDialog();
      if (paths.length === 0) reportProblem(new AppError('invalid_input', t('sources.dropNone')));
      for (const path of paths) openFile(path);
    };
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onOver);
      document.removeEventListener('dragleave', onLeave);
      document.removeEventListener('drop', onDrop);
    };
  }, [t]);
  if (!over) return null;
  return (
    <Overlay fixed center zIndex={500} backgroundOpacity={0.6} style={{ pointerEvents: 'none' }}>
      <Stack align="center" gap="xs" c="white">
        <Title order={2}>{t('sources.drop')}</Title>
        <Text>{t('sources.dropHint')}</Text>
      </Stack>
    </Overlay>
  );
}
