/**
 * A button that is only an icon: its name is a tooltip and what a screen reader says. There are dozens of them on screen,
 * so it is the browser's own button with the browser's own tooltip.
 */
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import classes from './icon-button.module.css';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'type' | 'title'> {
  readonly icon: LucideIcon;
  readonly label: string;
  /** Width and height in pixels; those of the icon are `iconSize`. */
  readonly size?: number;
  readonly iconSize?: number;
  readonly 'data-testid'?: string;
}

export function IconButton({ icon: Icon, label, size = 24, iconSize = 15, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`${classes.button ?? ''} ${className}`}
      style={{ width: size, height: size }}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon size={iconSize} strokeWidth={1.75} aria-hidden />
    </button>
  );
}
