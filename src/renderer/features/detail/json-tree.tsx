/** JSON as a tree of which only the unfolded and visible part exists on screen, however large it is. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { fold, initiallyUnfolded, jsonLines, unfold, type JsonRoot, type Unfolded } from '../../model/json-tree.ts';
import { lineKey, treeMove } from '../../model/json-tree-keys.ts';
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
  const [chosen, setChosen] = useState('');
  // What was chosen may be folded away: then the first line is.
  const active = Math.max(
    0,
    lines.findIndex((line) => lineKey(line) === chosen),
  );
  const tree = useId();
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 12,
  });
  const choose = (index: number): void => {
    const line = lines[index];
    if (line === undefined) return;
    setChosen(lineKey(line));
    list.scrollToIndex(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // The buttons of a line have keys of their own.
    if (event.target !== scroller.current || event.ctrlKey || event.altKey || event.metaKey) return;
    const screenful = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / LINE) - 1);
    const move = treeMove(event.key, lines, active, screenful);
    if (move === undefined) return;
    event.preventDefault();
    const line = lines[active];
    if (typeof move === 'number') choose(move);
    else if (line !== undefined) setUnfolded((move === 'fold' ? fold : unfold)(unfolded, line.id));
  };
  return (
    <>
      {absent.map((name) => (
        <div key={name} className={classes.bar}>
          <span className="mono">{name}</span> <span className="dim">{t('detail.absent')}</span>
        </div>
      ))}
      <div
        ref={scroller}
        className={classes.list}
        role="tree"
        aria-label={t('detail.json')}
        tabIndex={0}
        aria-activedescendant={`${tree}${active}`}
        onKeyDown={onKeyDown}
        data-testid="json-tree"
      >
        <div style={{ position: 'relative', height: list.getTotalSize() }} role="presentation">
          {list.getVirtualItems().map(({ index, start }) => {
            const line = lines[index];
            return line === undefined ? null : (
              <JsonTreeLine
                key={lineKey(line)}
                id={`${tree}${index}`}
                line={line}
                top={start}
                isActive={index === active}
                onChoose={() => setChosen(lineKey(line))}
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
