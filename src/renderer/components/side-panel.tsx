/** A panel at the side of the window whose width can be dragged, or changed with the arrow keys. */
import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useWords } from '../i18n/use-words.ts';
import classes from './side-panel.module.css';

interface SidePanelProps {
  readonly side: 'left' | 'right';
  readonly label: string;
  readonly width: number;
  readonly min: number;
  readonly max: number;
  readonly onWidth: (width: number) => void;
  readonly children: ReactNode;
  readonly 'data-testid'?: string;
}

const STEP = 16;

export function SidePanel({ side, label, width, min, max, onWidth, children, ...rest }: SidePanelProps) {
  const { t } = useWords();
  const start = useRef<{ x: number; width: number } | undefined>(undefined);
  const sign = side === 'left' ? 1 : -1;
  const change = (next: number): void => onWidth(Math.round(Math.min(max, Math.max(min, next))));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (start.current !== undefined) change(start.current.width + sign * (event.clientX - start.current.x));
  };
  const end = (): void => {
    start.current = undefined;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    change(width + sign * (event.key === 'ArrowRight' ? STEP : -STEP));
  };
  return (
    <aside className={classes.panel} data-side={side} style={{ width }} aria-label={label} {...rest}>
      <div className={classes.content}>{children}</div>
      <div
        className={classes.handle}
        role="separator"
        aria-orientation="vertical"
        aria-label={t('common.resizePanel')}
        aria-valuenow={width}
        aria-valuemin={min}
        aria-valuemax={max}
        // A separator that moves takes focus: that is what lets the keyboard move it.
        tabIndex={0}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={onKeyDown}
      />
    </aside>
  );
}
