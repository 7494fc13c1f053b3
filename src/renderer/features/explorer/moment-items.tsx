/** What the menu of a time cell offers: ranges that hang on that event, and what its actor did just before. */
import { Menu } from '@mantine/core';
import { CalendarClock } from 'lucide-react';
import type { EventRow } from '../../../shared/event.ts';
import { EMPTY_FILTER, type Filter } from '../../../shared/filter.ts';
import { useWords } from '../../i18n/use-words.ts';
import { setRange } from '../../model/filter-edit.ts';
import { MOMENT_RANGES, momentRange, type MomentRange } from '../../model/moment-range.ts';
import { zonedTime } from '../../model/time-format.ts';
import { inSentence } from '../../model/visible-text.ts';
import { editFilter } from '../../stores/view.ts';
import { useName } from '../names/use-name.ts';

const ICON = 14;

function withRange(filter: Filter, range: MomentRange, row: EventRow): Filter {
  const bounds = momentRange(range, row.instant, filter.time_zone);
  return bounds === undefined ? filter : setRange(filter, bounds.time_from, bounds.time_to);
}

/** The ranges in `zone`; to be put into an open menu. */
export function MomentItems({ row, zone }: { readonly row: EventRow; readonly zone: string }) {
  const { t } = useWords();
  return (
    <>
      {MOMENT_RANGES.map((range) => (
        <Menu.Item
          key={range}
          leftSection={<CalendarClock size={ICON} aria-hidden />}
          data-testid={`moment-${range}`}
          onClick={() => editFilter((filter) => withRange(filter, range, row))}
        >
          {t(`moments.${range}`, { date: zonedTime(row.instant, zone).date })}
        </Menu.Item>
      ))}
      {row.actor !== '' && <ActorBefore row={row} />}
      <Menu.Divider />
    </>
  );
}

/** Everything else that was asked for is let go: what an account did before seldom passes the filter that found it. */
function ActorBefore({ row }: { readonly row: EventRow }) {
  const { t } = useWords();
  const name = useName(row.actor)?.label ?? row.actor;
  return (
    <Menu.Item
      leftSection={<CalendarClock size={ICON} aria-hidden />}
      data-testid="moment-actor"
      onClick={() =>
        editFilter(({ time_zone }) =>
          withRange(
            {
              ...EMPTY_FILTER,
              time_zone,
              conditions: [{ field: 'actor', values: [row.actor], negate: false }],
            },
            'before',
            row,
          ),
        )
      }
    >
      <bdi>{t('moments.actorBefore', { actor: inSentence(name, 30) })}</bdi>
    </Menu.Item>
  );
}
