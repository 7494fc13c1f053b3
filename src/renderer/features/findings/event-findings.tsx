/** The findings that are about one event, as far as they were looked for. */
import { useWords } from '../../i18n/use-words.ts';
import { lookForFindings, openFindings, useFindings } from '../../stores/findings.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useShownStatus } from '../../stores/sources.ts';
import { useSnapshotQuery } from '../explorer/view-query.ts';
import { useFindingTitle } from './finding-words.ts';
import classes from './findings.module.css';
import { toggleFindings } from './toggle-findings.ts';

export function EventFindings({ n }: { readonly n: number }) {
  const { t } = useWords();
  const status = useShownStatus();
  const zone = usePreferences((state) => state.values.time_zone);
  const id = status?.snapshot_id;
  const look = useFindings((state) => (id === undefined ? undefined : state.looks[id]));
  const titleOf = useFindingTitle();
  const { data, isPlaceholderData } = useSnapshotQuery(
    'event_audit_get_event_findings',
    id,
    { n, look: look?.state, revision: look?.revision, zone: look?.zone },
    (snapshot) => ({ snapshot_id: snapshot, n }),
  );
  const ended = status?.state === 'complete' || status?.state === 'partial';
  if (id === undefined || !ended || data === undefined || isPlaceholderData) return null;
  return (
    <div className={classes.ofEvent} data-testid="event-findings" data-looked={data.looked}>
      <span className="dim">{t('findings.ofEvent')}:</span>
      {!data.looked && (
        <>
          <span className="dim">{t('findings.ofEventUnknown')}</span>
          {look?.state !== 'looking' && (
            <button
              type="button"
              className={classes.link}
              data-testid="event-findings-look"
              onClick={() => void lookForFindings(id, zone, false)}
            >
              {t('findings.look')}
            </button>
          )}
        </>
      )}
      {data.looked && data.codes.length === 0 && <span className="dim">{t('findings.ofEventNone')}</span>}
      {data.codes.map((code) => (
        <button
          key={code}
          type="button"
          className={classes.link}
          data-code={code}
          data-severity={look?.found.find((each) => each.code === code)?.severity}
          title={t('findings.buttonHint')}
          onClick={() => {
            openFindings(false);
            toggleFindings();
          }}
        >
          {titleOf(code) ?? code}
        </button>
      ))}
    </div>
  );
}
