/** Puts a link to the shown view on the clipboard, and says what is in it. */
import { notifications } from '@mantine/notifications';
import { asAppError } from '../../api.ts';
import { copyText } from '../../components/copy-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { reportProblem } from '../../stores/problems.ts';
import { linkToView } from './shown-view.ts';

export function useCopyLink(): () => void {
  const { t } = useWords();
  return () => void copyLink(t('views.linkCopied'));
}

async function copyLink(done: string): Promise<void> {
  try {
    copyText(await linkToView());
    notifications.show({ message: done, color: 'gray' });
  } catch (error) {
    reportProblem(asAppError(error));
  }
}
