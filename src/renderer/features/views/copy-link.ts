/** Puts a link to the shown view on the clipboard, and says what is in it. */
import { notifications } from '@mantine/notifications';
import { asAppError } from '../../api.ts';
import { copyText } from '../../components/copy-button.tsx';
import { i18n } from '../../i18n/index.ts';
import { reportProblem } from '../../stores/problems.ts';
import { linkToView } from './shown-view.ts';

export async function copyLink(): Promise<void> {
  try {
    copyText(await linkToView());
    notifications.show({ message: i18n.t('views.linkCopied'), color: 'gray' });
  } catch (error) {
    reportProblem(asAppError(error));
  }
}
