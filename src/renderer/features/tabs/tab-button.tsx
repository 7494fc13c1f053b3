/** One tab: what it shows, how its store is, and the cross that closes it. */
import { X } from 'lucide-react';
import type { DragEventHandler, KeyboardEventHandler } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { useSources } from '../../stores/sources.ts';
import type { Tab } from '../../stores/tabs.ts';
import { StateIcon } from '../sources/state-icon.tsx';
import { closeTab, goToTab } from './tab-actions.ts';
import classes from './tab-bar.module.css';
import { useTabName } from './tab-name.ts';

interface TabButtonProps {
  readonly tab: Tab;
  readonly active: boolean;
  /** Another tab is dragged over it. */
  readonly target: boolean;
  readonly onKeyDown: KeyboardEventHandler;
  readonly onMenu: (x: number, y: number) => void;
  readonly onDragStart: DragEventHandler;
  readonly onDragOver: DragEventHandler;
  readonly onDragLeave: DragEventHandler;
  readonly onDrop: DragEventHandler;
}

const MIDDLE = 1;

export function TabButton({ tab, active, target, onKeyDown, onMenu, ...drag }: TabButtonProps) {
  const { t } = useWords();
  const { name, asked } = useTabName()(tab);
  const source = useSources((state) => state.sources.find((one) => one.key === tab.source));
  const full = asked === '' ? name : `${name} · ${asked}`;
  return (
    <div
      className={classes.tab}
      data-active={active || undefined}
      data-target={target || undefined}
      role="presentation"
    >
      <button
        type="button"
        role="tab"
        className={classes.name}
        aria-selected={active}
        aria-keyshortcuts="Delete"
        tabIndex={active ? 0 : -1}
        title={full}
        data-testid="tab"
        data-asleep={tab.asleep.length > 0 || undefined}
        draggable
        onClick={() => goToTab(tab.id)}
        onAuxClick={(event) => {
          if (event.button !== MIDDLE) return;
          event.preventDefault();
          closeTab(tab.id);
        }}
        onContextMenu={(event) => {
          event.preventDefault();
          const box = event.currentTarget.getBoundingClientRect();
          // The menu key names no place.
          const byKey = event.clientX === 0 && event.clientY === 0;
          onMenu(byKey ? box.left + 8 : event.clientX, byKey ? box.bottom : event.clientY);
        }}
        onKeyDown={onKeyDown}
        {...drag}
      >
        {source !== undefined && <StateIcon source={source} />}
        <span className="clip">
          <bdi>{name}</bdi>
          {asked !== '' && (
            <span className="dim">
              {' · '}
              <bdi>{asked}</bdi>
            </span>
          )}
        </span>
      </button>
      {/* For the mouse: by keyboard it is Delete on the tab, which may hold no second button. */}
      <button
        type="button"
        className={classes.close}
        tabIndex={-1}
        aria-hidden
        title={t('tabs.close', { name })}
        data-testid="tab-close"
        onClick={() => closeTab(tab.id)}
      >
        <X size={12} aria-hidden />
      </button>
    </div>
  );
}
