/** The tabs: a click shows one, a middle click closes it, dragging or the keys move it. */
import { Plus } from 'lucide-react';
import { useEffect, useRef, useState, type DragEvent, type KeyboardEvent } from 'react';
import { IconButton } from '../../components/icon-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { moveTab, useTabs } from '../../stores/tabs.ts';
import { useKeyName } from '../frame/key-names.ts';
import { closeTab, goToTab, newTab, shiftTab, stepTab } from './tab-actions.ts';
import classes from './tab-bar.module.css';
import { TabMenu, type TabMenuPlace } from './tab-menu.tsx';
import { TabButton } from './tab-button.tsx';

const DRAG_TYPE = 'application/x-event-audit-tab';

export function TabBar() {
  const { t } = useWords();
  const { tabs, active } = useTabs();
  const keyName = useKeyName();
  const list = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<TabMenuPlace>();
  const [target, setTarget] = useState<string>();
  useEffect(() => {
    if (active !== '') list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ inline: 'nearest' });
  }, [active]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const keys: Readonly<Record<string, () => void>> = event.altKey
      ? { ArrowLeft: () => shiftTab(-1), ArrowRight: () => shiftTab(1) }
      : {
          ArrowLeft: () => stepTab(-1),
          ArrowRight: () => stepTab(1),
          Home: () => goToTab(tabs[0]?.id ?? ''),
          End: () => goToTab(tabs.at(-1)?.id ?? ''),
          Delete: () => closeTab(),
        };
    const run = event.ctrlKey || event.metaKey ? undefined : keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    run();
    // The tab that is shown now has the focus.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
  const onDrop = (event: DragEvent, onto: number): void => {
    const id = event.dataTransfer.getData(DRAG_TYPE);
    setTarget(undefined);
    if (id === '') return;
    event.preventDefault();
    moveTab(id, onto);
  };
  return (
    <nav className={classes.bar} aria-label={t('tabs.label')} data-testid="tabs">
      {/* A tab list without tabs is none. */}
      {tabs.length > 0 && (
        <div ref={list} className={classes.list} role="tablist" aria-label={t('tabs.label')}>
          {tabs.map((tab, index) => (
            <TabButton
              key={tab.id}
              tab={tab}
              active={tab.id === active}
              target={tab.id === target}
              onKeyDown={onKeyDown}
              onMenu={(x, y) => setMenu({ id: tab.id, x, y })}
              onDragStart={(event) => event.dataTransfer.setData(DRAG_TYPE, tab.id)}
              onDragOver={(event) => {
                if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
                event.preventDefault();
                setTarget(tab.id);
              }}
              onDragLeave={() => setTarget(undefined)}
              onDrop={(event) => onDrop(event, index)}
            />
          ))}
        </div>
      )}
      <IconButton
        icon={Plus}
        label={`${t('tabs.new')}  ${keyName('Ctrl T')}`}
        size={22}
        data-testid="new-tab"
        onClick={newTab}
      />
      <TabMenu at={menu} onClose={() => setMenu(undefined)} />
    </nav>
  );
}
