/** The lower edge of a part whose height can be dragged, or changed with the arrow keys. */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useWords } from '../i18n/use-words.ts';
import classes from './height-handle.module.css';

interface HeightHandleProps {
  readonly height: number;
  readonly min: number;
  readonly max: number;
  readonly onHeight: (height: number) => void;
}

const STEP = 16;

export function HeightHandle({ height, min, max, onHeight }: HeightHandleProps) {
  const { t } = useWords();
  const start = useRef<{ y: number; height: number } | undefined>(undefined);
  const change = (next: number): void => onHeight(Math.round(Math.min(max, Math.max(min, next))));
  const end = (): void => {
    start.current = undefined;
  };
  return (
    <div
      className={classes.handle}
      role="separator"
      aria-orientation="horizontal"
      aria-label={t('common.resizeHeight')}
      aria-valuenow={height}
      aria-valuemin={min}
      aria-valuemax={max}
      // A separator that moves takes focus: that is what lets the keyboard move it.
      tabIndex={0}
      onPointerDown={(event: PointerEvent<HTMLDivElement>) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { y: event.clientY, height };
      }}
      onPointerMove={(event) => {
        if (start.current !== undefined) change(start.current.height + event.clientY - start.current.y);
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        change(height + (event.key === 'ArrowDown' ? STEP : -STEP));
      }}
    />
  );
}
