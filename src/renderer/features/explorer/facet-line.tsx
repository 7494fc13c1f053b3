/** One value of a field: its share, its count, and what including, excluding or only asking for it would leave. */
import { Menu } from '@mantine/core';
import { Copy, Filter, FilterX, Focus, Minus } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import type { FacetField } from '../../../shared/event.ts';
import { ColourMark } from '../../components/category-mark.tsx';
import { copyText } from '../../components/copy-button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { excludeValue, onlyValue, toggleValue } from '../../model/filter-edit.ts';
import { cellText } from '../../model/visible-text.ts';
import type { FacetChange } from '../../model/would-leave.ts';
import { editFilter } from '../../stores/view.ts';
import { Named } from '../names/named.tsx';
import { isNamedField } from '../names/use-name.ts';
import classes from './facets.module.css';
import { useValueColour } from './series-words.ts';

interface FacetLineProps {
  readonly field: FacetField;
  readonly value: string;
  /** `undefined` while it is not known. */
  readonly count: number | undefined;
  readonly most: number;
  /** Where the Tab key goes among the values; from there it is the arrows. */
  readonly first: boolean;
  readonly state: 'in' | 'out' | 'free';
  /** Whether other values of the field are asked for already. */
  readonly further: boolean;
  readonly leaves: (change: FacetChange, value: string) => number | undefined;
}

const ICON = 14;
const EDITS = { toggle: toggleValue, exclude: excludeValue, only: onlyValue } as const;

export function FacetLine({ field, value, count, most, first, state, further, leaves }: FacetLineProps) {
  const { t, number, percent, counted } = useWords();
  const [menu, setMenu] = useState(false);
  const colour = useValueColour(field)?.(value);
  const words = { field: t(`field.${field}`), value: value === '' ? t('common.empty') : cellText(value, 60) };
  const share = (count ?? 0) / most;
  const edit = (change: FacetChange): void => editFilter((filter) => EDITS[change](filter, field, value));
  const withCount = (text: string, change: FacetChange): string => {
    const left = leaves(change, value);
    return left === undefined ? text : `${text}\n${t('facets.leaves', counted(left))}`;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Readonly<Record<string, () => void>> = {
      i: () => edit('toggle'),
      x: () => edit('exclude'),
      o: () => edit('only'),
      contextmenu: () => setMenu(true),
      ...(event.shiftKey && { f10: () => setMenu(true) }),
    };
    const run = keys[event.key.toLowerCase()];
    if (run === undefined) return;
    event.preventDefault();
    run();
  };
  const items = [
    {
      change: 'toggle',
      icon: Filter,
      key: 'I',
      text: state === 'free' ? t(further ? 'facets.also' : 'facets.include', words) : t('facets.release', words),
    },
    { change: 'exclude', icon: FilterX, key: 'X', text: t('facets.exclude', words) },
    { change: 'only', icon: Focus, key: 'O', text: t('facets.only', words) },
  ] as const;
  return (
    <div className={classes.line} data-state={state} data-testid="facet-value">
      <button
        type="button"
        className={classes.value}
        aria-pressed={state === 'in'}
        tabIndex={first ? 0 : -1}
        title={withCount(items[0].text, 'toggle')}
        data-value
        onClick={(event) => edit(event.altKey ? 'only' : 'toggle')}
        onContextMenu={(event) => {
          event.preventDefault();
          setMenu(true);
        }}
        onKeyDown={onKeyDown}
      >
        <span className={classes.bar} data-mark style={{ width: `${String(share * 100)}%` }} aria-hidden />
        {colour !== undefined && (
          <span className={classes.name} style={{ overflow: 'visible', flex: 'none', marginRight: -4 }}>
            <ColourMark colour={colour} />
          </span>
        )}
        <span className={classes.name}>
          {isNamedField(field) && value !== '' ? (
            <Named id={value} limit={120} />
          ) : (
            <SafeText value={value} limit={120} />
          )}
        </span>
        {count !== undefined && (
          <span className={classes.count} title={percent(share)}>
            {number(count)}
          </span>
        )}
      </button>
      {/* Made when it is asked for: there may be a thousand values. */}
      {menu && (
        <Menu opened onChange={setMenu} position="bottom-start" withinPortal returnFocus>
          <Menu.Target>
            <span className={classes.anchor} />
          </Menu.Target>
          <Menu.Dropdown data-testid="facet-menu">
            {items.map(({ change, icon: Icon, key, text }) => {
              const left = leaves(change, value);
              return (
                <Menu.Item
                  key={change}
                  leftSection={<Icon size={ICON} aria-hidden />}
                  rightSection={<kbd>{key}</kbd>}
                  onClick={() => edit(change)}
                >
                  <bdi>{text}</bdi>
                  {left !== undefined && <span className="dim"> · {t('facets.leaves', counted(left))}</span>}
                </Menu.Item>
              );
            })}
            <Menu.Divider />
            <Menu.Item leftSection={<Copy size={ICON} aria-hidden />} onClick={() => copyText(value)}>
              {t('grid.copyValue')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {state === 'free' && (
        <span className={classes.tools}>
          <IconButton
            icon={Focus}
            size={20}
            iconSize={12}
            tabIndex={-1}
            label={withCount(t('facets.only', words), 'only')}
            onClick={() => edit('only')}
          />
          <IconButton
            icon={Minus}
            size={20}
            iconSize={12}
            tabIndex={-1}
            label={withCount(t('facets.exclude', words), 'exclude')}
            onClick={() => edit('exclude')}
          />
        </span>
      )}
    </div>
  );
}

/** Up and down among the values of a field; the first and the last by Home and End. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (!(event.target instanceof HTMLElement) || !event.target.hasAttribute('data-value')) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-value]')];
  const at = all.indexOf(event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  all[Math.min(all.length - 1, Math.max(0, to))]?.focus();
}
