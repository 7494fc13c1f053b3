/** Above the bars: what the colours mean, what is drawn, what is stacked, and the ways through time. */
import { Menu, UnstyledButton } from '@mantine/core';
import { Check, ChevronDown, ChevronLeft, ChevronRight, Maximize2, ZoomOut } from 'lucide-react';
import { groupFieldSchema, type GroupField } from '../../../shared/event.ts';
import { ColourMark } from '../../components/category-mark.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { BarChart } from '../../model/histogram-bars.ts';
import { cellText } from '../../model/visible-text.ts';
import { stepWindow, meets } from '../../model/time-window.ts';
import { fitTime, stepInTime, useTimeAxis, windowOf, zoomOutInTime } from '../../stores/time-axis.ts';
import { editLook, useView } from '../../stores/view.ts';
import { useKeyName } from '../frame/key-names.ts';
import { Named } from '../names/named.tsx';
import { isNamedField } from '../names/use-name.ts';
import classes from './histogram.module.css';
import { OTHER_COLOUR, type SeriesWords } from './series-words.ts';
import { useViewSources } from './view-sources.ts';

interface HistogramHeadProps {
  readonly by: GroupField;
  readonly chart: BarChart | undefined;
  readonly words: SeriesWords;
  readonly caption: string;
}

const NAME_LENGTH = 24;
const ICON = { size: 20, iconSize: 13 } as const;

export function HistogramHead({ by, chart, words, caption }: HistogramHeadProps) {
  const { t } = useWords();
  return (
    <div className={classes.bar}>
      <div className={classes.legend} data-testid="histogram-legend">
        {chart?.names.map((name) => (
          <span key={name} className={classes.entry} title={cellText(words.name(name), 200)}>
            <ColourMark colour={words.colour(name)} />
            <span>
              <SeriesName by={by} name={name} words={words} />
            </span>
          </span>
        ))}
        {chart !== undefined && chart.others > 0 && (
          <span className={classes.entry}>
            <ColourMark colour={OTHER_COLOUR} />
            <span className="dim">{t('histogram.others')}</span>
          </span>
        )}
      </div>
      <span className={classes.drawn} title={caption}>
        {caption}
      </span>
      <StackMenu by={by} />
      <TimeSteps />
    </div>
  );
}

function SeriesName({ by, name, words }: Pick<HistogramHeadProps, 'by' | 'words'> & { readonly name: string }) {
  const { t } = useWords();
  if (name === '') return t('common.empty');
  if (isNamedField(by)) return <Named id={name} limit={NAME_LENGTH} />;
  return <SafeText value={words.name(name)} limit={NAME_LENGTH} />;
}

export const GROUP_FIELDS = groupFieldSchema.options;

function StackMenu({ by }: { readonly by: GroupField }) {
  const { t } = useWords();
  const several = useViewSources().length > 1;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton className={classes.stack ?? ''} title={t('histogram.stackHint')} data-testid="histogram-stack">
          {t('histogram.by', { field: t(`field.${by}`) })}
          <ChevronDown size={12} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {GROUP_FIELDS.filter((field) => field !== 'source' || several).map((field) => (
          <Menu.Item
            key={field}
            aria-current={field === by}
            leftSection={<Check size={13} style={{ visibility: field === by ? 'visible' : 'hidden' }} aria-hidden />}
            onClick={() => stackBy(field)}
          >
            {t(`field.${field}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Tells the values of a field apart in the bars of the shown view. */
export function stackBy(field: GroupField): void {
  editLook(() => ({ group: field === 'category' ? null : field }));
}

function TimeSteps() {
  const { t } = useWords();
  const keyName = useKeyName();
  const { time_from, time_to } = useView((state) => state.filter);
  const axis = useTimeAxis();
  const ranged = time_from !== '' || time_to !== '';
  const window = windowOf({ from: time_from, to: time_to }, axis);
  const can = (step: 1 | -1): boolean => window !== undefined && meets(stepWindow(window, step), axis.whole);
  return (
    <div className={classes.steps}>
      <IconButton
        {...ICON}
        icon={ChevronLeft}
        label={`${t('histogram.earlier')}  ${keyName('Alt ←')}`}
        disabled={!can(-1)}
        data-testid="time-earlier"
        onClick={() => stepInTime(-1)}
      />
      <IconButton
        {...ICON}
        icon={ChevronRight}
        label={`${t('histogram.later')}  ${keyName('Alt →')}`}
        disabled={!can(1)}
        data-testid="time-later"
        onClick={() => stepInTime(1)}
      />
      <IconButton
        {...ICON}
        icon={ZoomOut}
        label={`${t('histogram.zoomOut')}  ${keyName('Alt -')}`}
        disabled={!ranged}
        data-testid="time-out"
        onClick={zoomOutInTime}
      />
      <IconButton
        {...ICON}
        icon={Maximize2}
        label={`${t('histogram.fit')}  ${keyName('Alt 0')}`}
        disabled={!ranged}
        data-testid="time-fit"
        onClick={fitTime}
      />
    </div>
  );
}
