/** Text of any size, line by line, of which only the visible part exists on screen. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { textLines } from '../../model/text-lines.ts';
import { showHidden } from '../../model/visible-text.ts';
import classes from './detail.module.css';

const LINE = 18;
/** Narrow enough that what is written in one line is read without scrolling sideways for ever. */
const WRAP = 160;

export function TextView({ text, label }: { readonly text: string; readonly label: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => textLines(text, WRAP), [text]);
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  return (
    // Focusable, so that it can be scrolled with the keyboard.
    <div
      ref={scroller}
      className={classes.list}
      role="textbox"
      aria-readonly
      aria-multiline
      aria-label={label}
      tabIndex={0}
      data-testid="text-view"
    >
      <div style={{ position: 'relative', height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, start }) => (
          <div key={index} className={classes.textLine} style={{ top: start }}>
            <bdi>{showHidden(lines[index] ?? '', true)}</bdi>
          </div>
        ))}
      </div>
    </div>
  );
}
