/** The parts of the filter that are no condition on a field: which sources, and which set of a comparison. */
import { SourceMark } from '../../components/source-mark.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { anySet, anySource } from '../../model/source-filter.ts';
import { cellText } from '../../model/visible-text.ts';
import { activeSource, useSources } from '../../stores/sources.ts';
import { editFilter, useView } from '../../stores/view.ts';
import { Chip } from './chip.tsx';
import { useFindingTitle } from '../findings/finding-words.ts';
import { useSince } from './since.ts';
import { useViewSources } from './view-sources.ts';

export function ScopeChips() {
  const filter = useView((state) => state.filter);
  return (
    <>
      {filter.sources.length > 0 && <SourcesChip urls={filter.sources} />}
      {filter.set !== '' && <SetChip set={filter.set} />}
    </>
  );
}

function SourcesChip({ urls }: { readonly urls: readonly string[] }) {
  const { t } = useWords();
  const sources = useViewSources();
  const asked = sources.flatMap(({ url, name }, index) => (urls.includes(url) ? [{ url, name, index }] : []));
  return (
    <Chip
      title={asked.map(({ url }) => cellText(url, 300)).join('\n')}
      removeLabel={t('filter.remove', { field: t('field.source') })}
      onEdit={() => editFilter(anySource)}
      onRemove={() => editFilter(anySource)}
    >
      <span className="dim">{t('field.source')}: </span>
      {asked.map(({ url, name, index }) => (
        <span key={url} style={{ marginRight: 6 }}>
          <SourceMark index={index} />
          <bdi>{cellText(name, 40)}</bdi>
        </span>
      ))}
    </Chip>
  );
}

function SetChip({ set }: { readonly set: string }) {
  const { t } = useWords();
  const refreshed = useSources((state) => activeSource(state)?.refreshed);
  const comparison = refreshed?.comparison;
  const since = useSince(refreshed?.before);
  const finding = useFindingTitle()(set);
  const text =
    finding !== undefined
      ? `${t('findings.chip')}: ${finding}`
      : set === comparison?.added.set
        ? t('refresh.chipAdded', { since })
        : set === comparison?.gone.set
          ? t('refresh.chipGone', { since })
          : set === comparison?.changed.set
            ? t('refresh.chipChanged', { since })
            : t('refresh.chip');
  return (
    <Chip
      title={text}
      removeLabel={t('refresh.release')}
      onEdit={() => editFilter(anySet)}
      onRemove={() => editFilter(anySet)}
    >
      {text}
    </Chip>
  );
}
