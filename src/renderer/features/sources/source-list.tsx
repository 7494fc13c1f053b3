/** Where from: the open views, the saved stores, the way to a new one, and the way to several in one view. */
import { Button, Group } from '@mantine/core';
import { Circle, Layers, Plus, RefreshCw, X } from 'lucide-react';
import { useState, type MouseEvent } from 'react';
import { IconButton } from '../../components/icon-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { refresh } from '../../stores/captures.ts';
import { openDialog } from '../../stores/dialogs.ts';
import {
  activeSource,
  closeSource,
  showSource,
  urlsOf,
  useSources,
  type OpenSource,
  type SourceRef,
} from '../../stores/sources.ts';
import { useConnections, useRemoveConnection } from './connections.ts';
import { open, openTogether } from './open.ts';
import classes from './source-list.module.css';
import { useSourceName, useViewName } from './source-name.ts';
import { StateIcon } from './state-icon.tsx';

export const DEMO_URL = 'demo:';

/** Sources picked for a common view, by URL, in the order in which they were picked. */
type Picks = readonly SourceRef[];

export function SourceList() {
  const { t, counted } = useWords();
  const { sources, active } = useSources();
  const shown = useSources(activeSource);
  const saved = useConnections()?.connections ?? [];
  const [picks, setPicks] = useState<Picks>([]);
  const opened = new Set(sources.filter((one) => !one.live).map(urlsOf));
  const isShown = (url: string): boolean => shown?.refs.some((one) => one.url === url) === true;
  const pick = (ref: SourceRef): void =>
    setPicks(picks.some((one) => one.url === ref.url) ? picks.filter((one) => one.url !== ref.url) : [...picks, ref]);
  const press = (event: MouseEvent, ref: SourceRef | undefined, run: () => void): void => {
    if ((event.ctrlKey || event.metaKey) && ref !== undefined) pick(ref);
    else run();
  };
  const closed: readonly SourceRef[] = [
    ...(opened.has(DEMO_URL) ? [] : [{ url: DEMO_URL, connection_id: undefined }]),
    ...saved
      .filter(({ url }) => !opened.has(url) && url !== DEMO_URL)
      .map(({ id, url }) => ({ url, connection_id: id })),
  ];
  return (
    <section aria-label={t('sources.heading')} data-testid="sources">
      <div className={classes.heading}>
        {t('sources.heading')}
        <IconButton
          icon={Plus}
          label={t('sources.open')}
          data-testid="open-source"
          onClick={() => openDialog({ name: 'connect', url: '' })}
        />
      </div>
      {sources.map((source) => {
        const only = source.refs.length === 1 && !source.live ? source.refs[0] : undefined;
        return (
          <OpenLine
            key={source.key}
            source={source}
            active={source.key === active}
            picked={picks.some((one) => one.url === only?.url)}
            onPress={(event) => press(event, only, () => showSource(source.key))}
            onAdd={only === undefined || isShown(only.url) ? undefined : () => openTogether([only])}
          />
        );
      })}
      {closed.map((ref) => (
        <SavedLine
          key={ref.url}
          source={ref}
          picked={picks.some((one) => one.url === ref.url)}
          onPress={(event) => press(event, ref, () => open(ref))}
          onAdd={shown === undefined || isShown(ref.url) ? undefined : () => openTogether([ref])}
        />
      ))}
      {picks.length > 1 && (
        <Group gap={4} px={12} py={4}>
          <Button
            data-testid="open-picked"
            onClick={() => {
              const [first, ...more] = picks;
              setPicks([]);
              if (first !== undefined) open({ ...first, more });
            }}
          >
            {t('several.open', counted(picks.length))}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => setPicks([])}>
            {t('several.unpick')}
          </Button>
        </Group>
      )}
    </section>
  );
}

interface LineProps {
  readonly picked: boolean;
  readonly onPress: (event: MouseEvent) => void;
  /** Puts it into the shown view; `undefined` where it is there already. */
  readonly onAdd: (() => void) | undefined;
}

function AddButton({ name, onAdd }: { readonly name: string } & Pick<LineProps, 'onAdd'>) {
  const { t } = useWords();
  if (onAdd === undefined) return null;
  return (
    <IconButton
      icon={Layers}
      size={20}
      iconSize={12}
      label={t('several.add', { name: cellText(name, 60) })}
      data-testid="add-to-view"
      onClick={onAdd}
    />
  );
}

function SavedLine({ source, picked, onPress, onAdd }: LineProps & { readonly source: SourceRef }) {
  const { t } = useWords();
  const remove = useRemoveConnection();
  const name = useSourceName()(source.url);
  const { url, connection_id } = source;
  return (
    <div className={classes.line} data-picked={picked || undefined} data-testid="saved-source">
      <button
        type="button"
        className={classes.open}
        title={`${cellText(url, 300)}\n${t('several.hint')}`}
        aria-pressed={picked || undefined}
        onClick={onPress}
      >
        <Circle size={10} aria-hidden />
        <span className="clip">
          <SafeText value={name} limit={80} />
        </span>
      </button>
      <span className={classes.tools}>
        <AddButton name={name} onAdd={onAdd} />
        {connection_id !== undefined && (
          <IconButton
            icon={X}
            size={20}
            iconSize={12}
            label={t('sources.remove', { name: cellText(name, 60) })}
            onClick={() => remove(connection_id)}
          />
        )}
      </span>
    </div>
  );
}

function OpenLine({
  source,
  active,
  picked,
  onPress,
  onAdd,
}: LineProps & { readonly source: OpenSource; readonly active: boolean }) {
  const { t, number } = useWords();
  const name = useViewName()(source);
  return (
    <div
      className={classes.line}
      data-active={active || undefined}
      data-picked={picked || undefined}
      data-testid="open-line"
    >
      <button
        type="button"
        className={classes.open}
        title={[...source.refs.map(({ url }) => cellText(url, 300)), t('several.hint')].join('\n')}
        aria-current={active}
        aria-pressed={picked || undefined}
        onClick={onPress}
      >
        <StateIcon source={source} />
        <span className="clip">
          <SafeText value={name} limit={80} />
        </span>
        {source.status !== undefined && <span className={classes.count}>{number(source.status.captured)}</span>}
      </button>
      <span className={classes.tools}>
        <AddButton name={name} onAdd={onAdd} />
        {!source.live && (
          <IconButton
            icon={RefreshCw}
            size={20}
            iconSize={12}
            label={t('sources.reload', { name: cellText(name, 60) })}
            disabled={source.work !== undefined}
            onClick={() => void refresh(source.key)}
          />
        )}
        <IconButton
          icon={X}
          size={20}
          iconSize={12}
          label={t('sources.close', { name: cellText(name, 60) })}
          onClick={() => closeSource(source.key)}
        />
      </span>
    </div>
  );
}
