/** Text of any size, line by line, of which only the visible part exists on screen. */
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { Marked, useSearch } from '../../components/marked.tsx';
import { textLines } from '../../model/text-lines.ts';
import classes from './detail.module.css';

const LINE = 18;
/** Width of a letter at 12 px, and of the space at both sides: what is written in one line is broken where the panel ends. */
const LETTER = 7.21;
const PADDING = 36;
const NARROWEST = 24;

export function TextView({ text, label }: { readonly text: string; readonly label: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const search = useSearch();
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(scroller, measured);
  const wrap = Math.max(NARROWEST, Math.floor((width - PADDING) / LETTER));
  const lines = useMemo(() => textLines(text, wrap), [text, wrap]);
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  return (
    // Focusable, so that it can be scrolled with the keyboard.
    <div
      ref={ref}
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
            <bdi>
              <Marked text={lines[index] ?? ''} search={search} keepLines />
            </bdi>
          </div>
        ))}
      </div>
    </div>
  );
}
