/** What stands where nothing is: why, and what to do next. */
import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  readonly text?: string;
  readonly children?: ReactNode;
}

export function EmptyState({ title, text, children }: EmptyStateProps) {
  return (
    <Stack align="center" justify="center" gap="sm" p="xl" h="100%" data-testid="empty-state">
      <Title order={2}>{title}</Title>
      {text !== undefined && (
        <Text c="dimmed" ta="center" maw={480}>
          {text}
        </Text>
      )}
      <Group gap="sm" mt="xs">
        {children}
      </Group>
    </Stack>
  );
}
