/** What can be done with the picked events together: copied in three ways, exported. For the menu and the palette alike. */
import { notifications } from '@mantine/notifications';
import type { EventDetail } from '../../../shared/event.ts';
import type { Sort } from '../../../shared/filter.ts';
import { asAppError, callAction } from '../../api.ts';
import { copyText } from '../../components/copy-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { eventTexts, type EventTextKind } from '../../model/event-texts.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { reportProblem } from '../../stores/problems.ts';
import { useView } from '../../stores/view.ts';
import { useShownView } from './view-query.ts';

/** How many whole events go on the clipboard: each may be megabytes. */
const MOST_COPIED = 1_000;
/** Asked for side by side. */
const AT_ONCE = 16;

const KINDS = ['text', 'json', 'markdown'] as const;

export interface PickedAction {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
}

/** None while nothing is picked. */
export function usePickedActions(): readonly PickedAction[] {
  const { t, counted, number } = useWords();
  const { snapshot_id, sort } = useShownView();
  const selected = useView((state) => state.selected);
  if (snapshot_id === undefined || selected.size === 0) return [];
  const copy = async (kind: EventTextKind): Promise<void> => {
    if (selected.size > MOST_COPIED) {
      notifications.show({ message: t('copyPicked.tooMany', { max: number(MOST_COPIED) }), color: 'gray' });
      return;
    }
    try {
      const events = await wholeEvents(snapshot_id, [...selected]);
      copyText(eventTexts(kind, inOrder(events, sort)));
      notifications.show({ message: t('copyPicked.done', counted(events.length)), color: 'gray' });
    } catch (error) {
      reportProblem(asAppError(error));
    }
  };
  return [
    ...KINDS.map((kind) => ({
      id: `copy-${kind}`,
      label: t(`copyPicked.${kind}`, counted(selected.size)),
      run: () => void copy(kind),
    })),
    {
      id: 'export-picked',
      label: t('copyPicked.export', counted(selected.size)),
      run: () => openDialog({ name: 'export' }),
    },
  ];
}

async function wholeEvents(snapshot_id: string, ns: readonly number[]): Promise<readonly EventDetail[]> {
  const found: EventDetail[] = [];
  for (let at = 0; at < ns.length; at += AT_ONCE) {
    const some = ns.slice(at, at + AT_ONCE);
    const replies = await Promise.all(some.map((n) => callAction('event_audit_get_event', { snapshot_id, n })));
    found.push(...replies.flatMap(({ events }) => events));
  }
  return found;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** In time order, in the direction in which the view has it. */
function inOrder(events: readonly EventDetail[], sort: Sort): readonly EventDetail[] {
  const sign = sort.field === 'timestamp' && sort.direction === 'desc' ? -1 : 1;
  return events.toSorted((a, b) => sign * (compare(a.instant, b.instant) || compare(a.id, b.id)));
}
