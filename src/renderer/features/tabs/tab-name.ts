/** What a tab is called: by somebody, else by its store and what is asked of it. */
import type { Filter } from '../../../shared/filter.ts';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { useSources } from '../../stores/sources.ts';
import type { Tab } from '../../stores/tabs.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useView, viewOf } from '../../stores/view.ts';
import { useRangeWords } from '../explorer/range-words.ts';
import { useViewName } from '../sources/source-name.ts';

const VALUE_LENGTH = 40;
const NAME_LENGTH = 80;

export interface TabName {
  /** The store, or what somebody called the tab. */
  readonly name: string;
  /** What is asked of it; `''` for everything. */
  readonly asked: string;
}

export function useTabName(): (tab: Tab) => TabName {
  const { t } = useWords();
  const { sources } = useSources();
  const nameOf = useViewName();
  const range = useRangeWords();
  const time_zone = usePreferences((state) => state.values.time_zone);
  // The shown tab's name follows its filter.
  useView((state) => state.filter);
  const not = (negate: boolean): string => (negate ? `${t('filter.not')} ` : '');
  const value = (text: string): string => (text === '' ? t('common.empty') : cellText(text, VALUE_LENGTH));
  const asked = (filter: Filter): string => {
    return [
      ...filter.conditions.map(({ negate, values }) => `${not(negate)}${values.slice(0, 2).map(value).join(', ')}`),
      ...filter.where.map((one) => `${not(one.negate)}${value(one.value)}`),
      ...(filter.search === '' ? [] : [`“${value(filter.search)}”`]),
      ...(filter.time_from === '' && filter.time_to === '' ? [] : [range({ ...filter, time_zone })]),
    ].join(' · ');
  };
  return ({ id, name, source, asleep }) => {
    const open = sources.find((one) => one.key === source);
    const refs = open?.refs ?? asleep;
    const store = refs.length === 0 ? t('tabs.empty') : nameOf({ refs, live: open?.live ?? false });
    return {
      name: name === '' ? cellText(store, NAME_LENGTH) : cellText(name, NAME_LENGTH),
      asked: name === '' ? asked(viewOf(id).filter) : '',
    };
  };
}
