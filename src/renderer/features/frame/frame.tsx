/** How the window is divided: title, left panel, middle, detail, status. */
import { useViewportSize } from '@mantine/hooks';
import { memo, useEffect, useState, useSyncExternalStore } from 'react';
import { later, loadLater } from '../../components/later.tsx';
import { SidePanel } from '../../components/side-panel.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { useDialog } from '../../stores/dialogs.ts';
import { useExportTasks } from '../../stores/export-tasks.ts';
import { useFindings } from '../../stores/findings.ts';
import { activeSource, useSources } from '../../stores/sources.ts';
import { useView } from '../../stores/view.ts';
import { DetailPanel } from '../detail/detail-panel.tsx';
import { Explorer } from '../explorer/explorer.tsx';
import { FacetPanel } from '../explorer/facet-panel.tsx';
import { ROOM_FOR_BOTH } from '../findings/toggle-findings.ts';
import { SourceList } from '../sources/source-list.tsx';
import { SourceState } from '../sources/source-state.tsx';
import { DropZone } from '../sources/drop-zone.tsx';
import { TabBar } from '../tabs/tab-bar.tsx';
import { ViewList } from '../views/view-list.tsx';
import { Banners } from './banners.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import classes from './frame.module.css';
import { paletteStore } from './palette-store.ts';
import { StatusBar } from './status-bar.tsx';
import { TitleBar } from './title-bar.tsx';
import { panelWidths } from '../../model/panel-room.ts';
import { usePanel } from './panels.ts';
import { useStart } from './use-start.ts';
import { useWindowKeys } from './use-window-keys.ts';

const LEFT = { initial: 240, min: 180, max: 480 };
const RIGHT = { initial: 400, min: 280, max: 900 };
const FINDINGS = { initial: 360, min: 280, max: 700 };

/** The first rows come first. */
const LOAD_LATER_MS = 1_000;

const Dialogs = later(async () => (await import('./dialogs.tsx')).Dialogs);
const ExportNotices = later(async () => (await import('../export/export-notices.tsx')).ExportNotices);
const FindingsPanel = later(async () => (await import('../findings/findings-panel.tsx')).FindingsPanel);
const Palette = later(async () => (await import('./palette.tsx')).Palette);

// What the frame itself knows changes with every step of a capture; its parts know on their own what concerns them.
const Parts = {
  TabBar: memo(TabBar),
  Banners: memo(Banners),
  SourceList: memo(SourceList),
  ViewList: memo(ViewList),
  FacetPanel: memo(FacetPanel),
  Explorer: memo(Explorer),
  DetailPanel: memo(DetailPanel),
  StatusBar: memo(StatusBar),
  DropZone: memo(DropZone),
};

export function Frame() {
  const { t } = useWords();
  useStart();
  useWindowKeys();
  const [leftOpen, setLeftOpen] = usePanel('left_open', 1);
  const [left, setLeft] = usePanel('left', LEFT.initial);
  const [right, setRight] = usePanel('right', RIGHT.initial);
  const [findings, setFindings] = usePanel('findings', FINDINGS.initial);
  const findingsOpen = useFindings((state) => state.open);
  const { width: viewport } = useViewportSize();
  const roomForBoth = viewport >= ROOM_FOR_BOTH;
  const detail = useView((state) => state.detail);
  const source = useSources(activeSource);
  const shown = source?.status !== undefined && !source.lost;
  const withDetail = shown && detail !== undefined;
  const withFindings = shown && findingsOpen && (roomForBoth || detail === undefined);
  // Before the window has been measured, as if there were room.
  const room = panelWidths({
    window: viewport === 0 ? Infinity : viewport,
    left: leftOpen === 1 ? left : 0,
    right: (withDetail ? right : 0) + (withFindings ? findings : 0),
  });
  const onlyOne = withDetail !== withFindings;
  useEffect(() => {
    if (!shown) return undefined;
    const timer = setTimeout(loadLater, LOAD_LATER_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div className={classes.frame}>
      <TitleBar panelOpen={leftOpen === 1} onTogglePanel={() => setLeftOpen(leftOpen === 1 ? 0 : 1)} />
      <Parts.TabBar />
      <Parts.Banners />
      <div className={classes.body}>
        {room.left > 0 && (
          <SidePanel
            side="left"
            label={t('sources.heading')}
            width={room.left}
            min={LEFT.min}
            max={LEFT.max}
            onWidth={setLeft}
          >
            <div className={classes.left}>
              <Parts.SourceList />
              <Parts.ViewList />
              {shown && (
                <>
                  <div className={classes.heading}>{t('facets.heading')}</div>
                  <Parts.FacetPanel />
                </>
              )}
            </div>
          </SidePanel>
        )}
        <ErrorBoundary>
          {shown ? (
            <Parts.Explorer key={source.key} covered={viewport > 0 && room.right >= viewport} />
          ) : (
            <main className={classes.fill}>
              <SourceState source={source} />
            </main>
          )}
        </ErrorBoundary>
        {withFindings && (
          <SidePanel
            side="right"
            label={t('findings.heading')}
            width={onlyOne ? room.right : findings}
            min={FINDINGS.min}
            max={FINDINGS.max}
            onWidth={setFindings}
            data-testid="findings-panel"
          >
            <ErrorBoundary>
              <FindingsPanel />
            </ErrorBoundary>
          </SidePanel>
        )}
        {withDetail && (
          <SidePanel
            side="right"
            label={t('detail.label')}
            width={onlyOne ? room.right : right}
            min={RIGHT.min}
            max={RIGHT.max}
            onWidth={setRight}
            data-testid="detail"
          >
            <ErrorBoundary key={detail}>
              <Parts.DetailPanel n={detail} />
            </ErrorBoundary>
          </SidePanel>
        )}
      </div>
      <Parts.StatusBar />
      <Parts.DropZone />
      <EndedExports />
      <OpenDialog />
      <OpenPalette />
    </div>
  );
}

function EndedExports() {
  return useExportTasks((state) => state.tasks.length > 0) && <ExportNotices />;
}

function OpenDialog() {
  const isOpen = useDialog((state) => state.dialog.name !== 'none');
  return isOpen && <Dialogs />;
}

/** From its first opening on it stays, so that it can close itself. */
function OpenPalette() {
  const opened = useSyncExternalStore(paletteStore.subscribe, () => paletteStore.getState().opened);
  const [wanted, setWanted] = useState(opened);
  if (opened && !wanted) setWanted(true);
  return wanted && <Palette />;
}
