/** Says in the status bar when what is done can't be recorded, or waits for its store. Silent while all is well. */
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { useTracking } from './tracking.ts';

const HINT_LENGTH = 600;

export function TrackingState() {
  const { t, counted } = useWords();
  const { data } = useTracking();
  if (data === undefined) return null;
  const off = data.off_because ?? data.settings_problem;
  if (off !== null) {
    return (
      <span className="wrong" title={cellText(off, HINT_LENGTH)} data-testid="tracking-state">
        {t('admin.statusOff')}
      </span>
    );
  }
  if (data.last_error === null || data.waiting === 0) return null;
  return (
    <span
      title={t('admin.statusHint', { message: cellText(data.last_error.message, HINT_LENGTH) })}
      data-testid="tracking-state"
    >
      {t('admin.status', counted(data.waiting))}
    </span>
  );
}
