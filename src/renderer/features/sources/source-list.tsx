/** Where from: the open sources, the saved ones, and the way to a new one. */
import { ActionIcon, Loader, Tooltip } from '@mantine/core';
import { Circle, CircleAlert, CircleDot, Plus, RefreshCw, X } from 'lucide-react';
import { IconButton } from '../../components/icon-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { closeSource, recapture, showSource, useSources, type OpenSource } from '../../stores/sources.ts';
import { useConnections, useRemoveConnection } from './connections.ts';
import { open } from './open.ts';
import classes from './source-list.module.css';
import { useSourceName } from './source-name.ts';

export const DEMO_URL = 'demo:';

export function SourceList() {
  const { t } = useWords();
  const { sources, active } = useSources();
  const saved = useConnections()?.connections ?? [];
  const remove = useRemoveConnection();
  const opened = new Set(sources.map((one) => one.url));
  const nameOf = useSourceName();
  return (
    <section aria-label={t('sources.heading')} data-testid="sources">
      <div className={classes.heading}>
        {t('sources.heading')}
        <Tooltip label={t('sources.open')}>
          <ActionIcon
            aria-label={t('sources.open')}
            data-testid="open-source"
            onClick={() => openDialog({ name: 'connect', url: '' })}
          >
            <Plus size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      {sources.map((source) => (
        <OpenLine key={source.key} source={source} active={source.key === active} />
      ))}
      {!opened.has(DEMO_URL) && (
        <div className={classes.line}>
          <button type="button" className={classes.open} onClick={() => open({ url: DEMO_URL })}>
            <Circle size={10} aria-hidden />
            <span className="clip">{t('sources.demo')}</span>
          </button>
        </div>
      )}
      {saved
        .filter((one) => !opened.has(one.url) && one.url !== DEMO_URL)
        .map(({ id, url }) => (
          <div key={id} className={classes.line} data-testid="saved-source">
            <button type="button" className={classes.open} title={url} onClick={() => open({ url, connection_id: id })}>
              <Circle size={10} aria-hidden />
              <span className="clip">
                <SafeText value={nameOf(url)} limit={80} />
              </span>
            </button>
            <span className={classes.tools}>
              <IconButton
                icon={X}
                size={20}
                iconSize={12}
                label={t('sources.remove', { name: nameOf(url) })}
                onClick={() => remove(id)}
              />
            </span>
          </div>
        ))}
    </section>
  );
}

function OpenLine({ source, active }: { readonly source: OpenSource; readonly active: boolean }) {
  const { t, number } = useWords();
  const name = useSourceName()(source.url);
  const wrong = source.lost || (source.error !== undefined && source.status === undefined);
  return (
    <div className={classes.line} data-active={active || undefined} data-testid="open-line">
      <button
        type="button"
        className={classes.open}
        title={source.url}
        aria-current={active}
        onClick={() => showSource(source.key)}
      >
        {source.capture !== undefined ? (
          <Loader size={10} />
        ) : wrong ? (
          <CircleAlert size={11} className="wrong" aria-hidden />
        ) : (
          <CircleDot size={11} color="var(--focused)" aria-hidden />
        )}
        <span className="clip">
          <SafeText value={name} limit={80} />
        </span>
        {source.status !== undefined && <span className={classes.count}>{number(source.status.captured)}</span>}
      </button>
      <span className={classes.tools}>
        <IconButton
          icon={RefreshCw}
          size={20}
          iconSize={12}
          label={t('sources.reload', { name })}
          onClick={() => void recapture(source.key)}
        />
        <IconButton
          icon={X}
          size={20}
          iconSize={12}
          label={t('sources.close', { name })}
          onClick={() => closeSource(source.key)}
        />
      </span>
    </div>
  );
}
