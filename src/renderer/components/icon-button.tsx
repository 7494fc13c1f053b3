/** A button that is only an icon: its name is a tooltip and what a screen reader says. */
import { ActionIcon, Tooltip, type ActionIconProps } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { MouseEventHandler } from 'react';

interface IconButtonProps extends ActionIconProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly onClick?: MouseEventHandler<HTMLButtonElement>;
  readonly 'data-testid'?: string;
  readonly 'aria-expanded'?: boolean;
  readonly 'aria-pressed'?: boolean;
  readonly iconSize?: number;
}

export function IconButton({ icon: Icon, label, iconSize = 15, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} {...rest}>
        <Icon size={iconSize} strokeWidth={1.75} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
