/** One condition of the filter: a click edits it, the cross removes it. */
import { X } from 'lucide-react';
import { forwardRef, type ReactNode } from 'react';
import classes from './filter-bar.module.css';

interface ChipProps {
  readonly children: ReactNode;
  /** What a command calls the button that edits it. */
  readonly part?: string;
  readonly negate?: boolean;
  readonly title: string;
  readonly removeLabel: string;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

export const Chip = forwardRef<HTMLSpanElement, ChipProps>(function Chip(
  { children, part, negate = false, title, removeLabel, onEdit, onRemove },
  ref,
) {
  return (
    <span ref={ref} className={classes.chip} data-testid="chip" data-negate={negate || undefined}>
      <button type="button" data-part={part} className={classes.body} title={title} onClick={onEdit}>
        {children}
      </button>
      <button type="button" className={classes.remove} aria-label={removeLabel} title={removeLabel} onClick={onRemove}>
        <X size={12} aria-hidden />
      </button>
    </span>
  );
});
