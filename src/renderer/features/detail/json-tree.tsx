/** JSON as a tree of which only the unfolded and visible part exists on screen, however large it is. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { fold, initiallyUnfolded, jsonLines, unfold, type JsonRoot, type Unfolded } from '../../model/json-tree.ts';
import classes from './detail.module.css';
import { JsonTreeLine } from './json-tree-line.tsx';

interface JsonTreeProps {
  readonly roots: readonly JsonRoot[];
  /** Names that the record does not have. */
  readonly absent: readonly ('result' | 'payload')[];
}

const LINE = 22;

export function JsonTree({ roots, absent }: JsonTreeProps) {
  const { t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const [unfolded, setUnfolded] = useState<Unfolded>(() => initiallyUnfolded(roots));
  const lines = useMemo(() => jsonLines(roots, unfolded), [roots, unfolded]);
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 12,
  });
  return (
    <>
      {absent.map((name) => (
        <div key={name} className={classes.bar}>
          <span className="mono">{name}</span> <span className="dim">{t('detail.absent')}</span>
        </div>
      ))}
      <div ref={scroller} className={classes.list} role="tree" aria-label={t('detail.json')} data-testid="json-tree">
        <div style={{ position: 'relative', height: list.getTotalSize() }} role="presentation">
          {list.getVirtualItems().map(({ index, start }) => {
            const line = lines[index];
            return line === undefined ? null : (
              <JsonTreeLine
                key={`${line.id}${line.more ? '+' : ''}`}
                line={line}
                top={start}
                onFold={() => setUnfolded(fold(unfolded, line.id))}
                onUnfold={() => setUnfolded(unfold(unfolded, line.id))}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}
