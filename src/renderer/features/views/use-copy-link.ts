/** Puts a link to the shown view on the clipboard, and says what is in it. */
import { notifications } from '@mantine/notifications';
import { asAppError } from '../../api.ts';
import { copyText } from '../../components/copy-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { reportProblem } from '../../stores/problems.ts';
import { linkToView } from './shown-view.ts';

export function useCopyLink(): () => void {
  const { t } = useWords();
  return () => {
    linkToView().then(
      (link) => {
        copyText(link);
        notifications.show({ message: t('views.linkCopied'), color: 'gray' });
      },
      (error: unknown) => reportProblem(asAppError(error)),
    );
  };
}
