/** The frame of every dialog. */
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/use-words.ts';
import { closeDialog } from '../stores/dialogs.ts';

interface AppDialogProps {
  readonly title: string;
  readonly size?: number;
  readonly children: ReactNode;
  readonly 'data-testid'?: string;
}

export function AppDialog({ title, size = 560, children, 'data-testid': testId }: AppDialogProps) {
  const { t } = useWords();
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      attributes={{ content: { 'data-testid': testId } }}
    >
      {children}
    </Modal>
  );
}
