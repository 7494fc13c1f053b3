/** The records that could not be read as events: why, where they are, and how they begin. */
import { Button, Group, Pagination, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { asAppError } from '../../api.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { EngineDetails } from '../../components/engine-details.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useIsForeign } from '../../i18n/engine-words.ts';
import { useWords } from '../../i18n/use-words.ts';
import { cellText, clamp, showHidden } from '../../model/visible-text.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { useShownView, useSnapshotQuery } from '../explorer/view-query.ts';
import classes from './evidence.module.css';
import { useRejectReason } from './reject-reason.ts';
import { SaveRejects } from './save-rejects.tsx';

const PAGE = 50;
const PREVIEW = 600;

export function RejectsDialog() {
  const { t, bytes, counted } = useWords();
  const isForeign = useIsForeign();
  const reasonOf = useRejectReason();
  const { snapshot_id } = useShownView();
  const [page, setPage] = useState(1);
  const { data, error } = useSnapshotQuery('event_audit_list_rejects', snapshot_id, { page }, (snapshot) => ({
    snapshot_id: snapshot,
    offset: (page - 1) * PAGE,
    limit: PAGE,
  }));
  const pages = Math.ceil((data?.total ?? 0) / PAGE);
  return (
    <AppDialog title={t('evidence.rejectsTitle')} size={760} data-testid="rejects-dialog">
      <Stack gap="md">
        <Text c="dimmed">
          {data !== undefined && data.total > 0 && `${t('title.rejected', counted(data.total))}. `}
          {t('evidence.rejectsText')}
        </Text>
        {error !== null && <ErrorNotice error={asAppError(error)} />}
        {data?.total === 0 && <Text>{t('evidence.noRejects')}</Text>}
        {data?.rejects.map((reject) => {
          const { text, cut } = clamp(reject.preview, PREVIEW);
          return (
            <article key={reject.seq} className={classes.reject} data-testid="reject">
              <Text fw={600} size="sm" data-testid="reject-reason">
                <bdi>{cellText((isForeign ? reasonOf(reject.code) : undefined) ?? reject.reason, 500)}</bdi>
              </Text>
              {isForeign && <EngineDetails message={cellText(reject.reason, 500)} />}
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {t('evidence.key')}: <bdi className="mono">{cellText(reject.key, 300)}</bdi> · {t('evidence.size')}:{' '}
                {bytes(reject.size)} · <span className="mono">{reject.code}</span>
              </Text>
              <Group wrap="nowrap" align="flex-start" gap="xs">
                <pre className={classes.preview}>
                  <bdi>{showHidden(text, true)}</bdi>
                </pre>
                <CopyButton text={reject.preview} label={t('common.copy')} />
              </Group>
              {cut && (
                <Text size="xs" c="dimmed">
                  {t('evidence.cutPreview')}
                </Text>
              )}
            </article>
          );
        })}
        {snapshot_id !== undefined && data !== undefined && data.total > 0 && <SaveRejects snapshot={snapshot_id} />}
        <Group justify="space-between">
          {pages > 1 ? <Pagination size="sm" total={pages} value={page} onChange={setPage} /> : <span />}
          <Button variant="default" onClick={closeDialog}>
            {t('common.close')}
          </Button>
        </Group>
      </Stack>
    </AppDialog>
  );
}
