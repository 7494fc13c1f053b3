/** Where a name is from, and what stands in its tooltip: the id always among it. */
import type { KnownName, NamedId } from '../../../shared/analysis-schemas.ts';
import { useWords } from '../../i18n/use-words.ts';
import { formatMinute } from '../../model/time-format.ts';
import { cellText, inSentence } from '../../model/visible-text.ts';
import { usePreferences } from '../../stores/preferences.ts';

/** `from the state in an event (result.new), last seen 2024-03-11 10:20` */
export function useOriginText(): (name: KnownName) => string {
  const { t } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  return ({ origin, where, last_seen }) =>
    t(`names.origin.${origin}`, {
      where: inSentence(where, 200),
      time: last_seen === null ? '' : formatMinute(last_seen, zone),
    });
}

export function useNameTitle(): (named: NamedId) => string {
  const { t } = useWords();
  const originText = useOriginText();
  return ({ id, label, best, changed }) =>
    [
      cellText(label, 300),
      ...(best.name !== '' && best.name !== label ? [cellText(best.name, 300)] : []),
      t('names.id', { id: inSentence(id, 300) }),
      originText(best),
      ...(changed ? [t('names.changed')] : []),
    ].join('\n');
}
